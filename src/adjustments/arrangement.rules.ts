import { addDays } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';
import type { Tone } from '../shared/status.js';

export type ArrangementState =
  'asked' | 'acknowledged' | 'arranging' | 'booked' | 'told' | 'delivered' | 'partly' | 'not_delivered' | 'withdrawn';

/** What was never found by the day is written down as not delivered, however far it had come. */
export const arrangementStates = stateMachine<ArrangementState>('arrangement', 'asked', {
  asked: ['acknowledged', 'not_delivered', 'withdrawn'],
  acknowledged: ['arranging', 'booked', 'not_delivered', 'withdrawn'],
  arranging: ['booked', 'not_delivered', 'withdrawn'],
  booked: ['told', 'arranging', 'not_delivered', 'withdrawn'],
  told: ['delivered', 'partly', 'not_delivered', 'arranging', 'withdrawn'],
  delivered: [],
  partly: [],
  not_delivered: [],
  withdrawn: [],
});

export const openStates = arrangementStates.states.filter((state) => !arrangementStates.isFinal(state));

/** A co-ordinator's words. */
export const stateNames: Record<ArrangementState, string> = {
  asked: 'Asked',
  acknowledged: 'Acknowledged',
  arranging: 'Arranging',
  booked: 'Booked',
  told: 'Booked and told',
  delivered: 'Delivered',
  partly: 'Partly delivered',
  not_delivered: 'Not delivered',
  withdrawn: 'Not needed any more',
};

/** A resident's words. */
export const plainStates: Record<ArrangementState, string> = {
  asked: 'We have your request',
  acknowledged: 'We have seen it',
  arranging: 'We are arranging it',
  booked: 'Booked',
  told: 'Booked',
  delivered: 'It was there',
  partly: 'Part of it was there',
  not_delivered: 'It was not there',
  withdrawn: 'Not needed any more',
};

export const stateTones: Record<ArrangementState, Tone> = {
  asked: 'now',
  acknowledged: 'waiting',
  arranging: 'waiting',
  booked: 'done',
  told: 'done',
  delivered: 'done',
  partly: 'risk',
  not_delivered: 'risk',
  withdrawn: 'neutral',
};

const OUTCOMES: readonly ArrangementState[] = ['delivered', 'partly', 'not_delivered'];
const SETTLED: readonly ArrangementState[] = ['booked', 'told'];

/** A co-ordinator's step. Whether it was there can be said from the day on, not before. */
export function canStep(arrangement: { state: ArrangementState; neededBy: string }, to: ArrangementState, today: string): Outcome {
  if (to === 'withdrawn' || !arrangementStates.can(arrangement.state, to)) {
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

export type Section = 'overdue' | 'soon' | 'later' | 'booked' | 'over';

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
  if (arrangement.dueOn < today || (arrangement.state === 'asked' && arrangement.answerBy < today)) return 'overdue';
  return arrangement.dueOn <= endOfSoon(today) ? 'soon' : 'later';
}

export interface Need {
  code: string;
  ownWords: string | null;
}

export interface KnownNeed extends Need {
  id: string;
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
