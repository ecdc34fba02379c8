import { allowed, refused, type Outcome } from '../shared/result.js';

export interface WantedMerge {
  actorId: string;
  survivorId: string;
  mergedId: string;
  mergedHasRole: boolean;
  /** Is helped by somebody, or helps. */
  mergedHasSupporter: boolean;
}

/** Roles never move: they are given, to somebody known. Nor does consent to be helped: it was given by, and for, one record. And nobody merges their own records. */
export function canMerge({ actorId, survivorId, mergedId, mergedHasRole, mergedHasSupporter }: WantedMerge): Outcome {
  if (survivorId === mergedId) return refused('Choose two records');
  if (actorId === survivorId || actorId === mergedId) return refused('This is about you. Ask a colleague to do it.');
  if (mergedHasSupporter) return refused('The record that would go has a supporter, or is one. End that first, and agree on it again afterwards; or choose the other record to stay.');
  return mergedHasRole ? refused('The record that would go has a role. Choose the other one to stay.') : allowed;
}

export type Likeness = 'same' | 'perhaps';

export const likenessNames: Record<Likeness, string> = {
  same: 'Same name, date of birth and postcode',
  perhaps: 'Same name and postcode; a date of birth is missing',
};
