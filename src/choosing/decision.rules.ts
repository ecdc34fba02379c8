import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';
import { applicationStates, type ApplicationState } from '../applications/application.rules.js';

export const outcomes = ['shortlisted', 'reserve', 'not_selected', 'offered'] as const;
export type DecisionOutcome = (typeof outcomes)[number];

export const outcomeNames: Record<DecisionOutcome, string> = {
  shortlisted: 'Shortlist for an interview',
  reserve: 'Put on the reserve list',
  not_selected: 'Not this time',
  offered: 'Offer a place',
};

export type DecisionState = 'applied' | 'told' | 'undone';

/** Decided is not told: a decision can be undone until its message goes. */
export const decisionStates = stateMachine<DecisionState>('decision', 'applied', {
  applied: ['told', 'undone'],
  told: [],
  undone: [],
});

export interface Decidable {
  state: ApplicationState;
  needsAgeCheck: boolean;
  ageChecked: boolean;
  /** A decision that nobody has been told of stands in the way of the next. */
  untold: boolean;
}

/** What can be decided about an application now; steps that only undo are not decisions. */
export function possibleOutcomes(state: ApplicationState): DecisionOutcome[] {
  const forward = state === 'reserve' ? ['offered'] : state === 'submitted' || state === 'shortlisted' || state === 'interviewing' ? outcomes : [];
  return outcomes.filter((outcome) => outcome !== state && (forward as readonly string[]).includes(outcome)
    && applicationStates.can(state, outcome) && !(state === 'interviewing' && outcome === 'shortlisted'));
}

export function canDecide(application: Decidable, outcome: DecisionOutcome): Outcome {
  if (application.untold) return refused('Tell them about the last decision first, or undo it');
  if (application.needsAgeCheck && !application.ageChecked) {
    return refused('They are under 18. Speak with them, and with an adult who can agree, before you decide');
  }
  return possibleOutcomes(application.state).includes(outcome) ? allowed : refused('That can’t be decided now');
}

export interface Untold {
  state: DecisionState;
  tellingAt: Date | null;
}

export function canUndo(decision: Untold): Outcome {
  return decisionStates.can(decision.state, 'undone') && !decision.tellingAt ? allowed : refused('They are being told already, so it can’t be undone');
}

export function canTell(decision: Untold): Outcome {
  return decisionStates.can(decision.state, 'told') && !decision.tellingAt ? allowed : refused('They were told already, or it was undone');
}
