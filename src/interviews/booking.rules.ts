import { addDays, daysBetween, londonDay } from '../shared/dates.js';
import type { AttendanceState } from '../diary/diary.rules.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import type { DateOverride } from '../adjustments/safe-dates.rules.js';
import { canChoose, type Choosing } from './interview.rules.js';

/** The last day on which somebody can say yes to a time that was placed for them: the day of the interview, if it is sooner. */
export function agreeBy(startsAt: Date, lastDay: string): string {
  const interview = londonDay(startsAt);
  return lastDay < interview ? lastDay : interview;
}

export interface Placing {
  slotId: string;
  applicationId: string;
  /** For a day that is too soon: everybody concerned was asked. */
  override?: DateOverride | null;
  /** Goes into their message, as a paragraph of its own. */
  note?: string | null;
}

/** The same booking, elsewhere. */
export type Moving = Pick<Placing, 'override' | 'note'>;

/** Until they are told that they are shortlisted, nobody plans anything for them. */
export function canHaveInterview(application: Choosing): Outcome {
  return canChoose(application).ok ? allowed : refused('They can’t have an interview now. They are told first that they are shortlisted');
}

/** A lead places whoever is in the round and has been told so, as they could choose by themselves. */
export function canPlace(application: Choosing, slot: { startsAt: Date }, now: Date): Outcome {
  const interview = canHaveInterview(application);
  if (!interview.ok) return interview;
  return slot.startsAt > now ? allowed : refused('That time has started already. Choose another');
}

export interface Movable {
  state: 'live' | 'cancelled';
  startsAt: Date;
  attendance: AttendanceState;
}

/** A time moves until it starts; what has happened stays as it was. */
export function canMove(booking: Movable, slot: { startsAt: Date }, now: Date): Outcome {
  if (booking.state === 'cancelled') return refused('This interview was cancelled. Choose a time as if it were the first.');
  if (booking.attendance !== 'expected' || booking.startsAt <= now) return refused('This interview has started already, so it can’t be moved.');
  return slot.startsAt > now ? allowed : refused('That time has started already. Please choose another.');
}

/** "Yes, this time works": while it is held and has not started. */
export function canAgree(booking: Movable, now: Date): Outcome {
  if (booking.state === 'cancelled') return refused('We could not hold this time any longer. You can choose another.');
  return booking.startsAt > now ? allowed : refused('This interview has started already.');
}

/** A hold is over when its last day is. */
export function holdIsOver(booking: { agreedAt: Date | null; agreeBy: string | null }, today: string): boolean {
  return booking.agreedAt === null && booking.agreeBy !== null && booking.agreeBy < today;
}

/** `expired`: nobody said yes in time. `ended`: the application or the call has ended. */
export type CancelCause = 'resident' | 'council' | 'expired' | 'not_held' | 'ended';

/** Days before the interview, up to which so many per cent are paid; as the council pays interpreters. */
export type LateTerms = readonly { days: number; percent: number }[];

export interface CancelledInterview {
  cause: CancelCause;
  agreed: boolean;
  attended: AttendanceState;
  startsAt: Date;
}

/** Per cent of the fee for a time that the council cancels late; a time that nobody has agreed to costs nobody anything. */
export function latePercent({ cause, agreed, attended, startsAt }: CancelledInterview, today: string, terms: LateTerms): number {
  if (!agreed || attended === 'attended') return 0;
  // What could not be held because of us is ours, whoever gives the time back and whatever was written down first.
  const isOurs = attended === 'not_held' || cause === 'not_held' || (attended === 'expected' && (cause === 'council' || cause === 'ended'));
  if (!isOurs) return 0;
  const days = daysBetween(today, londonDay(startsAt));
  return Math.max(0, ...terms.filter((term) => days <= term.days).map(({ percent }) => percent));
}

/** Somebody says on the day that they, or the panel, come later. Minutes. */
export function canSayLate(booking: Movable & { endsAt: Date }, now: Date): Outcome {
  if (booking.state === 'cancelled' || booking.attendance !== 'expected') return refused('This interview is not planned any more');
  if (londonDay(booking.startsAt) !== londonDay(now)) return refused('You can tell us this on the day of the interview');
  return now < booking.endsAt ? allowed : refused('This interview is over. Call or text us, and we find a way together.');
}

export type InterviewOutcome = 'ready' | 'another' | 'not_held_ours' | 'not_held_theirs';

export const outcomeNames: Record<InterviewOutcome, string> = {
  ready: 'Ready to decide',
  another: 'Another interview',
  not_held_ours: 'It could not be held, because of us',
  not_held_theirs: 'It could not be held, because they could not come',
};

/** Says nothing of what was not there. */
export const OURS = 'We did not have everything ready for them, so it could not be held because of us. Choose that';

/** What follows from an interview, once it has begun. `ours`: something they can't do without was not there, so it is never their not coming. */
export function canRecordOutcome(booking: Movable, outcome: InterviewOutcome, now: Date, ours = false): Outcome {
  if (booking.state === 'cancelled') return refused('This interview was cancelled');
  if (booking.startsAt > now) return refused('It has not started yet');
  const wasHeld = outcome === 'ready' || outcome === 'another';
  if (wasHeld && booking.attendance !== 'attended') return refused('Write down first that they came');
  if (!wasHeld && booking.attendance === 'attended') return refused('It was written down that they came, so it was held');
  if (outcome === 'not_held_theirs' && (ours || booking.attendance === 'not_held')) return refused(OURS);
  return allowed;
}

/** A day or more before the last one, somebody is reminded once. */
export function isToRemind(booking: { agreeBy: string; remindedAt: Date | null; placedOn: string }, today: string): boolean {
  return booking.remindedAt === null && booking.placedOn < today && addDays(today, 1) >= booking.agreeBy && today <= booking.agreeBy;
}
