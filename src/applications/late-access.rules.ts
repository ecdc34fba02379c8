import { addDays, formatDay, formatInstant, londonDay, londonInstant } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import type { CallDates } from '../calls/call.rules.js';

/** A code given beforehand, as an adjustment; or somebody who got in touch before the closing time. */
export type LateKind = 'code' | 'first_contact';

export const contactWays = ['phone', 'text', 'email', 'post', 'in_person'] as const;
export type ContactWay = (typeof contactWays)[number];

export const contactWayNames: Record<ContactWay, string> = {
  phone: 'By phone', text: 'By text', email: 'By email', post: 'By post', in_person: 'In person',
};

/** When a call really closes. */
export function closingOf(call: Pick<CallDates, 'closesAt' | 'closedEarlyAt'>): Date {
  return call.closedEarlyAt ?? call.closesAt;
}

/** Whether more time can be given for a call at all. */
export function canGive(call: CallDates, now: Date): Outcome {
  if (call.state !== 'published') return refused('Only a call that is published can have more time');
  return londonDay(now) < call.interviewsFrom ? allowed : refused('The interviews have begun, so nobody can apply any more');
}

/** A deadline of one's own: after the call closes, still to come, and before the interviews. */
export function checkDeadline(call: CallDates, deadline: Date, now: Date): Outcome {
  const closes = closingOf(call);
  if (deadline <= closes) return refused(`It must be after the call closes, on ${formatInstant(closes)}`);
  if (deadline <= now) return refused('It must be in the future');
  if (londonDay(deadline) >= call.interviewsFrom) return refused(`It must be before the interviews, which start on ${formatDay(call.interviewsFrom)}`);
  return allowed;
}

/** Whether getting in touch then counts. */
export function checkContact(call: CallDates, contactedAt: Date, now: Date): Outcome {
  if (contactedAt > now) return refused('It must be in the past');
  if (contactedAt < call.opensAt) return refused(`The call opened on ${formatInstant(call.opensAt)}. It must be after that`);
  const closes = closingOf(call);
  return contactedAt < closes ? allowed : refused(`The call closed on ${formatInstant(closes)}. Only contact before that counts`);
}

/** The end of the last of the days they have: of `lastDay`, or of the day before the interviews. Null when there is none. */
export function deadlineAfterContact(call: CallDates, lastDay: string): Date | null {
  const eve = addDays(call.interviewsFrom, -1);
  const end = londonInstant(lastDay < eve ? lastDay : eve, '23:59');
  return end.ok && end.instant > closingOf(call) ? end.instant : null;
}

export interface UsablePermission {
  deadline: Date;
  usesAllowed: number;
  personId: string | null;
  /** How many others have used it. */
  usedByOthers: number;
}

/** Whether a code that is right can be used by this person now. The reasons are read by residents. */
export function canUse(permission: UsablePermission, personId: string, now: Date): Outcome {
  if (permission.personId !== null && permission.personId !== personId) return refused('This code was given to somebody else. Call or text us, and we will help');
  if (permission.deadline <= now) return refused(`The time of this code ended on ${formatInstant(permission.deadline)}. Call or text us, and we will tell you what can still be done`);
  if (permission.usedByOthers >= permission.usesAllowed) return refused('This code has been used already. Call or text us, and we will help');
  return allowed;
}
