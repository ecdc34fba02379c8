import { formatDay } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';
import type { StateWords } from '../shared/status.js';

export type ClaimState = 'drafted' | 'declined' | 'claimed' | 'approved' | 'in_run' | 'released' | 'exported' | 'paid';

export const claimStates = stateMachine<ClaimState>('claim', 'drafted', {
  drafted: ['claimed', 'declined'],
  declined: [],
  claimed: ['approved'],
  approved: ['in_run'],
  in_run: ['released'],
  released: ['exported'],
  exported: ['paid'],
  paid: [],
});

/** `late_cancellation`: an interview that the council called off late, or could not hold. */
export type ClaimBasis = 'attendance' | 'late_cancellation';

/** What a payment is for, to go on after "for". */
export function workOf({ basis, shortName, activityOn }: { basis: ClaimBasis; shortName: string; activityOn: string }): string {
  return basis === 'attendance' ? `the ${shortName} meeting on ${formatDay(activityOn)}`
    : `the ${shortName} interview on ${formatDay(activityOn)}, which did not go ahead`;
}

/** What a resident reads. Who does what inside the council is not theirs to learn. */
export const residentWords: Record<ClaimState, StateWords> = {
  drafted: { text: 'Please check', tone: 'now' },
  declined: { text: 'You chose not to be paid', tone: 'neutral' },
  claimed: { text: 'Waiting for approval', tone: 'waiting' },
  approved: { text: 'Approved', tone: 'waiting' },
  in_run: { text: 'Being paid', tone: 'waiting' },
  released: { text: 'Being paid', tone: 'waiting' },
  exported: { text: 'On its way to you', tone: 'waiting' },
  paid: { text: 'Paid', tone: 'done' },
};

export const staffWords: Record<ClaimState, StateWords> = {
  drafted: { text: 'With the resident', tone: 'neutral' },
  declined: { text: 'Declined', tone: 'neutral' },
  claimed: { text: 'Waiting for approval', tone: 'now' },
  approved: { text: 'Approved', tone: 'waiting' },
  in_run: { text: 'In a run', tone: 'waiting' },
  released: { text: 'Released', tone: 'waiting' },
  exported: { text: 'Sent to the bank', tone: 'waiting' },
  paid: { text: 'Paid', tone: 'done' },
};

/** Who did what, as duties count them: job-share partners are one. */
export interface ClaimDuties {
  claimant: string;
  recorder: string;
  approver: string | null;
}

export function canAnswer(state: ClaimState): Outcome {
  return state === 'drafted' ? allowed : refused('You have answered this already. If it is wrong, call or text us');
}

/** Somebody else than the claimant and whoever recorded the attendance. */
export function canApprove(claim: { state: ClaimState } & ClaimDuties, approver: string): Outcome {
  if (!claimStates.can(claim.state, 'approved')) return refused('This claim is not waiting for approval');
  if (approver === claim.claimant) return refused('This claim is your own or your job-share partner’s. Ask another budget holder to approve it');
  if (approver === claim.recorder) {
    return refused('You or your job-share partner recorded this attendance. Ask another budget holder to approve it');
  }
  return allowed;
}
