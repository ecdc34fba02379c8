export const criterionKinds = ['essential', 'desirable'] as const;
export type CriterionKind = (typeof criterionKinds)[number];

/** What the scores 0 to 4 mean, where a call says nothing else. */
export const usualScoreLabels: readonly string[] = ['Not shown', 'A little', 'In part', 'Well', 'Very well'];

export type TargetKind = 'barrier' | 'first_time';

export interface Target {
  what: TargetKind;
  /** Of a question that counts for the composition, in its words. */
  option: string | null;
  atLeast: number;
}

/** "at least 2 members have experience of “Steps”": after "We hope that". */
export function targetWords({ what, option, atLeast }: Target): string {
  const people = atLeast === 1 ? 'at least 1 member' : `at least ${atLeast} members`;
  const one = atLeast === 1;
  return what === 'barrier' ? `${people} ${one ? 'has' : 'have'} experience of “${option}”` : `${people} ${one ? 'does' : 'do'} this for the first time`;
}
