import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';

/**
 * `improving` has a first answer; `proposed` has the best that was found. A proposal reserves nothing:
 * rooms and people are taken when it is released.
 */
export type TimetableState = 'solving' | 'improving' | 'proposed' | 'short' | 'failed' | 'reviewed' | 'released' | 'discarded' | 'expired';

export const timetableStates = stateMachine<TimetableState>('timetable', 'solving', {
  solving: ['improving', 'proposed', 'short', 'failed', 'discarded'],
  improving: ['proposed', 'discarded'],
  proposed: ['reviewed', 'discarded', 'expired'],
  short: ['discarded'],
  failed: ['solving', 'discarded'],
  reviewed: ['proposed', 'released', 'discarded', 'expired'],
  released: [],
  discarded: [],
  expired: [],
});

/** One of these at a time for a round. */
export function isOpen(state: TimetableState): boolean {
  return state === 'solving' || state === 'improving' || state === 'proposed' || state === 'reviewed';
}

export function isSearching(state: TimetableState): boolean {
  return state === 'solving' || state === 'improving';
}

/** After so many tries something is wrong that trying does not mend. */
export const MOST_ATTEMPTS = 3;

export function canPropose(round: { callState: string; people: number; halfDays: number; panel: number; least: number }): Outcome {
  if (round.callState !== 'published') return refused('The call is not published, or it was cancelled');
  if (round.people === 0) return refused('Nobody is waiting for a time in this round. People are placed once they were told that they are shortlisted');
  if (round.halfDays === 0) return refused('All days of this round are over. Change its days first');
  if (round.panel < round.least) return refused(`Choose at least ${round.least} people for the panel`);
  return allowed;
}

export function canChange(state: TimetableState): Outcome {
  return state === 'proposed' || state === 'reviewed' ? allowed : refused('This timetable can’t be changed now. Propose another one');
}

export function canRelease(state: TimetableState): Outcome {
  if (state === 'reviewed' || state === 'released') return allowed;
  if (state === 'short') return refused('Not everybody has a time, so this can’t be released');
  return refused('Say first that you have read it');
}
