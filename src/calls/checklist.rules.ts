import { formatDay, londonDay } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';

/** What the checklist computes from dates; every other question is a person's to answer. */
export interface ChecklistDates {
  opensAt: Date;
  closesAt: Date;
  interviewsFrom: string;
  /** The days the versions are promised for; null while nobody knows. */
  easyReadOn: string | null;
  bslOn: string | null;
}

export interface LongestLead {
  what: string;
  /** Working days. */
  days: number;
}

/** Questions whose answer depends on dates: changing a date asks them again. */
export const dateGates: readonly string[] = ['formats', 'lead-time', 'interpreters'];

/** Easy Read and BSL come before the day it opens: who reads them waits no longer than anybody else. */
export function formatsArrive({ opensAt, easyReadOn, bslOn }: ChecklistDates): Outcome {
  const opens = londonDay(opensAt);
  for (const [version, day] of [['Easy Read', easyReadOn], ['BSL', bslOn]] as const) {
    if (!day) return refused(`Say when the ${version} version comes`);
    if (day >= opens) return refused(`The ${version} version comes on ${formatDay(day)}. That is not before it opens on ${formatDay(opens)}. Let the call open later`);
  }
  return allowed;
}

/** `firstSafeDay` is so many working days after the call closes: who applies on the last day has them too. */
export function leavesLeadTime({ interviewsFrom }: ChecklistDates, firstSafeDay: string, lead: LongestLead): Outcome {
  if (interviewsFrom >= firstSafeDay) return allowed;
  return refused(`${lead.what}: this takes ${lead.days} working days to arrange. The first safe day for interviews is ${formatDay(firstSafeDay)}. Change the dates of the call`);
}

/** Why no interpreter is reserved for a call's interviews. */
export const withoutInterpretersNames = {
  no_interviews: 'This call has no interviews',
  none_to_be_had: 'No interpreter could be had for these days',
};
export type WithoutInterpreters = keyof typeof withoutInterpretersNames;
export const withoutInterpreters = Object.keys(withoutInterpretersNames) as WithoutInterpreters[];

/** Reserved before anybody applies, so that nobody waits longer because of what they need. A note alone is not enough. */
export function interpretersAreHeld(halfDays: number, without: WithoutInterpreters | null): Outcome {
  if (halfDays > 0 || without) return allowed;
  return refused('No interpreter is reserved yet. Reserve one for the interview days, or say why there is none');
}
