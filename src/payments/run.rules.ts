import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';
import type { StateWords } from '../shared/status.js';
import type { ClaimDuties } from './claim.rules.js';

export type RunState = 'built' | 'released' | 'exported' | 'paid';

export const runStates = stateMachine<RunState>('payment_run', 'built', {
  built: ['released'],
  released: ['exported'],
  exported: ['paid'],
  paid: [],
});

export const runWords: Record<RunState, StateWords & { next: string }> = {
  built: { text: 'Waiting for release', tone: 'now', next: 'Another finance officer checks the lines and releases the run.' },
  released: { text: 'Released', tone: 'waiting', next: 'Make the payment file. That spends the money in the budget.' },
  exported: { text: 'File made', tone: 'waiting', next: 'Give the file to the bank. Mark the run as paid when the bank has paid it.' },
  paid: { text: 'Paid', tone: 'done', next: 'Everybody in this run was told that they are paid. Nothing more to do.' },
};

export interface ReleaseDuties {
  builder: string;
  lines: readonly (ClaimDuties & { bankEditor: string })[];
}

/** Why an approved claim stays out of a run that this person builds; null when it can go in. */
export function whyLeftOut(claim: ClaimDuties & { hasBankDetails: boolean }, builder: string): string | null {
  if (!claim.hasBankDetails) return 'No bank details yet. They were asked for them, and can call us to be paid another way';
  if (builder === claim.claimant) return 'It is your own or your job-share partner’s, so another finance officer pays it';
  if (builder === claim.recorder) return 'You or your job-share partner recorded the attendance, so another finance officer pays it';
  if (builder === claim.approver) return 'You or your job-share partner approved it, so another finance officer pays it';
  return null;
}

/** Somebody who had no part in the run or in what it pays. */
export function canRelease(state: RunState, duties: ReleaseDuties, releaser: string): Outcome {
  if (!runStates.can(state, 'released')) return refused('This run is not waiting for release');
  if (releaser === duties.builder) return refused('You or your job-share partner built this run. Another finance officer releases it');
  for (const line of duties.lines) {
    if (releaser === line.claimant) return refused('This run pays you or your job-share partner. Another finance officer releases it');
    if (releaser === line.recorder || releaser === line.approver) {
      return refused('You or your job-share partner recorded or approved something in this run. Another finance officer releases it');
    }
    if (releaser === line.bankEditor) {
      return refused('You or your job-share partner entered bank details that this run pays to. Another finance officer releases it');
    }
  }
  return allowed;
}
