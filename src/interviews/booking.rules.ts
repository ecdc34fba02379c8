import { londonDay } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import { canBook, type Choosing } from './interview.rules.js';

/** The last day on which somebody can say yes to a time that was placed for them: the day of the interview, if it is sooner. */
export function agreeBy(startsAt: Date, lastDay: string): string {
  const interview = londonDay(startsAt);
  return lastDay < interview ? lastDay : interview;
}

export interface Placing {
  slotId: string;
  applicationId: string;
}

/** A lead places whoever is in the round and has been told so, as they could choose by themselves. */
export function canPlace(application: Choosing, slot: { startsAt: Date }, now: Date): Outcome {
  const booking = canBook(application, slot, now);
  if (booking.ok) return booking;
  return slot.startsAt <= now ? refused('That time has started already. Choose another')
    : refused('They can’t have an interview now. They are told first that they are shortlisted');
}

export interface Movable {
  state: 'live' | 'cancelled';
  startsAt: Date;
  attendance: 'expected' | 'attended' | 'absent';
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
