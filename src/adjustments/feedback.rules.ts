import { arrangementStates, isOutcome, type ArrangementOutcome, type ArrangementState } from './arrangement.rules.js';

/** "Did we get this right?" */
export type FeedbackAnswer = 'yes' | 'partly' | 'no';

export const feedbackAnswers: Record<FeedbackAnswer, string> = {
  yes: 'Yes',
  partly: 'Partly',
  no: 'No, it was not there',
};

const OUTCOME_OF: Record<FeedbackAnswer, ArrangementOutcome> = { yes: 'delivered', partly: 'partly', no: 'not_delivered' };

/** From where it stands to the person's own word, which ends it. What staff said before stays beside it. */
export function stepsToFeedback(state: ArrangementState, answer: FeedbackAnswer): ArrangementState[] {
  if (isOutcome(state)) return ['feedback'];
  const outcome = OUTCOME_OF[answer];
  const first: ArrangementState[] = arrangementStates.can(state, outcome) ? [] : state === 'alternative_offered' ? ['arranging'] : ['acknowledged'];
  return [...first, outcome, 'feedback'];
}

/** Days after an event in which we ask how it went. */
export const ASK_WITHIN_DAYS = 14;
/** Days after an event in which somebody can tell us on their page. */
export const TELL_WITHIN_DAYS = 60;
