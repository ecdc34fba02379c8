import { formatDay } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';

export interface RoundPlan {
  fromOn: string;
  toOn: string;
  panelLeast: number;
  panelMost: number;
}

/** A round's days come after the call has closed, and its panels have room for a lead and a resident at least. */
export function canPlanRound(round: RoundPlan, call: { state: string; closesOn: string }): Outcome {
  if (call.state !== 'published') return refused('Rounds belong to a call that is published and not cancelled');
  if (round.toOn < round.fromOn) return refused('The last day must be the first day or a later one');
  if (round.fromOn < call.closesOn) return refused(`The call closes on ${formatDay(call.closesOn)}. Choose that day or a later one`);
  if (round.panelMost < round.panelLeast) return refused('The most people can’t be fewer than the fewest');
  return allowed;
}

/** Who may come to a later round: whoever is between the shortlist and the result, and knows it. */
export function canChooseFor(round: { number: number }, application: { state: string; toldShortlisted: boolean }): Outcome {
  if (round.number === 1) return refused('Everybody who is shortlisted is in the first round');
  return application.toldShortlisted && (application.state === 'shortlisted' || application.state === 'interviewing')
    ? allowed : refused('They are not between the shortlist and the result');
}
