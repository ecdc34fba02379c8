import { allowed, refused, type Outcome } from '../shared/result.js';

export interface WantedMerge {
  actorId: string;
  survivorId: string;
  mergedId: string;
  mergedHasRole: boolean;
}

/** Roles never move: they are given, to somebody known. And nobody merges their own records. */
export function canMerge({ actorId, survivorId, mergedId, mergedHasRole }: WantedMerge): Outcome {
  if (survivorId === mergedId) return refused('Choose two records');
  if (actorId === survivorId || actorId === mergedId) return refused('This is about you. Ask a colleague to do it.');
  return mergedHasRole ? refused('The record that would go has a role. Choose the other one to stay.') : allowed;
}

export type Likeness = 'same' | 'perhaps';

export const likenessNames: Record<Likeness, string> = {
  same: 'Same name, date of birth and postcode',
  perhaps: 'Same name and postcode; a date of birth is missing',
};
