import { addDays } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';
import type { Tone } from '../shared/status.js';

export type ArrangementState =
  'asked' | 'acknowledged' | 'arranging' | 'alternative_offered' | 'booked' | 'told' | 'delivered' | 'partly' | 'not_delivered' | 'feedback' |
  'declined' | 'withdrawn';

/**
 * What was never found by the day is written down as not delivered, however far it had come; what was there without being marked as
 * booked is written down as there. A refusal waits: the person may ask for another look, or not need it any more.
 */
export const arrangementStates = stateMachine<ArrangementState>('arrangement', 'asked', {
  asked: ['acknowledged', 'not_delivered', 'withdrawn'],
  acknowledged: ['arranging', 'booked', 'alternative_offered', 'delivered', 'partly', 'not_delivered', 'declined', 'withdrawn'],
  arranging: ['booked', 'alternative_offered', 'delivered', 'partly', 'not_delivered', 'declined', 'withdrawn'],
  alternative_offered: ['arranging', 'not_delivered', 'declined', 'withdrawn'],
  booked: ['told', 'delivered', 'partly', 'not_delivered', 'arranging', 'withdrawn'],
  told: ['delivered', 'partly', 'not_delivered', 'arranging', 'withdrawn'],
  delivered: ['feedback'],
  partly: ['feedback'],
  not_delivered: ['feedback'],
  feedback: [],
  declined: ['arranging', 'withdrawn'],
  withdrawn: [],
});

/** It is not over: it would have to be taken back if nobody needed it any more. */
export const openStates = arrangementStates.states.filter((state) => arrangementStates.can(state, 'withdrawn'));

/** How it went, as long as the person has not said whether we got it right; kept beside the state afterwards. */
export type ArrangementOutcome = 'delivered' | 'partly' | 'not_delivered';

/** Why what was arranged has to be looked at again. */
export type Changed = 'time' | 'words' | 'fell_through' | 'alternative_refused' | 'appeal';

export const changedNames: Record<Changed, string> = {
  time: 'The day or the time has changed',
  words: 'What they want has changed',
  fell_through: 'It fell through',
  alternative_refused: 'What you offered instead does not suit them',
  appeal: 'They ask somebody else to look at it',
};

/** A co-ordinator's words. */
export const stateNames: Record<ArrangementState, string> = {
  asked: 'Asked',
  acknowledged: 'Acknowledged',
  arranging: 'Arranging',
  alternative_offered: 'Something else offered',
  booked: 'Booked',
  told: 'Booked and told',
  delivered: 'Delivered',
  partly: 'Partly delivered',
  not_delivered: 'Not delivered',
  feedback: 'They have said how it went',
  declined: 'Declined',
  withdrawn: 'Not needed any more',
};

/** A resident's words. */
export const plainStates: Record<ArrangementState, string> = {
  asked: 'We have your request',
  acknowledged: 'We have seen it',
  arranging: 'We are arranging it',
  alternative_offered: 'We need your answer',
  booked: 'Booked',
  told: 'Booked',
  delivered: 'It was there',
  partly: 'Part of it was there',
  not_delivered: 'It was not there',
  feedback: 'You told us how it went',
  declined: 'We said no',
  withdrawn: 'Not needed any more',
};

export const stateTones: Record<ArrangementState, Tone> = {
  asked: 'now',
  acknowledged: 'waiting',
  arranging: 'waiting',
  alternative_offered: 'now',
  booked: 'done',
  told: 'done',
  delivered: 'done',
  partly: 'risk',
  not_delivered: 'risk',
  feedback: 'done',
  declined: 'risk',
  withdrawn: 'neutral',
};

const OUTCOMES: readonly ArrangementState[] = ['delivered', 'partly', 'not_delivered'];
const SETTLED: readonly ArrangementState[] = ['booked', 'told'];
/** Steps with commands of their own: they take words, or somebody else. */
const WITH_MORE: readonly ArrangementState[] = ['alternative_offered', 'declined', 'feedback', 'withdrawn'];
/** Nothing is arranged until somebody answers: the person, or whoever looks again. */
const ANSWERED_ELSEWHERE: readonly ArrangementState[] = ['alternative_offered', 'declined'];

export function isOutcome(state: ArrangementState): state is ArrangementOutcome {
  return OUTCOMES.includes(state);
}

export function isSettled(state: ArrangementState): boolean {
  return SETTLED.includes(state);
}

/** A co-ordinator's step. Whether it was there can be said from the day on, not before. */
export function canStep(arrangement: { state: ArrangementState; neededBy: string }, to: ArrangementState, today: string): Outcome {
  const waits = ANSWERED_ELSEWHERE.includes(arrangement.state) && to === 'arranging';
  if (waits || WITH_MORE.includes(to) || !arrangementStates.can(arrangement.state, to)) {
    return refused(`It is ${stateNames[arrangement.state].toLowerCase()} now, so this step is not possible`);
  }
  if (OUTCOMES.includes(to) && arrangement.neededBy > today) return refused('Say how it went from the day on, not before');
  return allowed;
}

/** The steps a co-ordinator can take now. */
export function nextSteps(arrangement: { state: ArrangementState; neededBy: string }, today: string): ArrangementState[] {
  return arrangementStates.next(arrangement.state).filter((to) => canStep(arrangement, to, today).ok);
}

/** What is left to do until it is booked, one step after the other; none when it is, or when it is over. */
export function stepsToBooked(state: ArrangementState): ArrangementState[] {
  if (state === 'asked') return ['acknowledged', 'booked'];
  return arrangementStates.can(state, 'booked') ? ['booked'] : [];
}

export interface When {
  occasionId: string | null;
  neededBy: string;
}

/** Whoever was to come still is: for the same day, and for the same time where there was one. */
export function bookingsStand(before: When & { state: ArrangementState }, after: When & { state: ArrangementState }): boolean {
  const sameTime = before.occasionId === null || before.occasionId === after.occasionId;
  const goesOn = after.state === before.state || (!reopens(before.state, after.state) && openStates.includes(after.state)) || isOutcome(after.state) || after.state === 'feedback';
  return before.neededBy === after.neededBy && sameTime && goesOn;
}

/** What was booked for one day, or for one time on it, has to be arranged again for another. */
export function stateAfterMove(state: ArrangementState, before: When, after: When): ArrangementState {
  const sameDay = before.neededBy === after.neededBy;
  const sameTime = before.occasionId === null || before.occasionId === after.occasionId;
  return SETTLED.includes(state) && !(sameDay && sameTime) ? 'arranging' : state;
}

/** What is wanted has changed, so what was booked is looked at again. */
export function stateAfterNewWords(state: ArrangementState): ArrangementState {
  return SETTLED.includes(state) ? 'arranging' : state;
}

export interface Booked {
  state: ArrangementState;
  neededBy: string;
  stillBookedFor: string | null;
}

/** It was booked and is not any more: what it keeps from being confirmed has to be told. */
export function reopens(from: ArrangementState, to: ArrangementState): boolean {
  return SETTLED.includes(from) && !SETTLED.includes(to) && !OUTCOMES.includes(to) && to !== 'withdrawn';
}

/** The day a booking goes on for that nobody needs any more, and that has a fee until somebody cancels it. */
export function bookedInVain(arrangement: Booked, to: ArrangementState, today: string): string | null {
  if (SETTLED.includes(to)) return null;
  if (!SETTLED.includes(arrangement.state)) return arrangement.stillBookedFor;
  return arrangement.neededBy >= today ? arrangement.neededBy : null;
}

/** What was booked for a day that is past has happened: a co-ordinator says how it went, whatever is not needed since. */
export function staysForItsOutcome(arrangement: { state: ArrangementState; neededBy: string }, today: string): boolean {
  return SETTLED.includes(arrangement.state) && arrangement.neededBy < today;
}

export type Section = 'overdue' | 'soon' | 'later' | 'waiting' | 'booked' | 'over';

const SOON_DAYS = 7;

/** The last day that counts as this week. */
export function endOfSoon(today: string): string {
  return addDays(today, SOON_DAYS);
}

/** Where it stands in a co-ordinator's day. Not answered in time is as late as not arranged in time. */
export function sectionOf(
  arrangement: { state: ArrangementState; neededBy: string; dueOn: string; answerBy: string },
  today: string,
): Section {
  if (SETTLED.includes(arrangement.state)) return arrangement.neededBy <= today ? 'over' : 'booked';
  if (arrangement.state === 'declined') return 'waiting';
  if (arrangement.dueOn < today || (arrangement.state === 'asked' && arrangement.answerBy < today)) return 'overdue';
  if (arrangement.state === 'alternative_offered') return 'waiting';
  return arrangement.dueOn <= endOfSoon(today) ? 'soon' : 'later';
}

export interface Need {
  code: string;
  /** Absent: as they were. */
  ownWords?: string | null;
}

export interface KnownNeed extends Need {
  id: string;
  ownWords: string | null;
}

/** What to add, to take away and to write anew, so that somebody needs what they now say. */
export function compareNeeds(known: readonly KnownNeed[], wanted: readonly Need[]): { added: Need[]; removed: KnownNeed[]; reworded: KnownNeed[] } {
  const before = new Map(known.map((need) => [need.code, need]));
  const after = new Map(wanted.map((need) => [need.code, need]));
  return {
    added: [...after.values()].filter(({ code }) => !before.has(code)),
    removed: known.filter(({ code }) => !after.has(code)),
    reworded: known.flatMap((need) => {
      const wordsNow = after.get(need.code)?.ownWords;
      return wordsNow === undefined || wordsNow === need.ownWords ? [] : [{ ...need, ownWords: wordsNow }];
    }),
  };
}

/** All of both; what was said of one thing twice, in other words, is kept one after the other. */
export function joinNeeds(known: readonly Need[], more: readonly Need[]): Need[] {
  const joined = new Map(known.map(({ code, ownWords }) => [code, ownWords]));
  for (const { code, ownWords } of more) {
    const before = joined.get(code);
    joined.set(code, before && ownWords && before !== ownWords ? `${before}\n${ownWords}` : ownWords ?? before ?? null);
  }
  return [...joined].map(([code, ownWords]) => ({ code, ownWords }));
}
