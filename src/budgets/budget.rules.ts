import { formatMoney } from '../shared/money.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';

/** `external` is where money comes from; the others are what became of it, and never below zero. */
export type AccountKind = 'external' | 'allocation' | 'commitment' | 'actual';

export type JournalKind = 'allocate' | 'commit' | 'release' | 'overspend' | 'spend';

export const journalKindNames: Record<JournalKind, string> = {
  allocate: 'Added to the budget',
  commit: 'Committed for a meeting',
  release: 'Commitment released',
  overspend: 'Spent beyond the budget',
  spend: 'Paid out',
};

export type CommitmentState = 'open' | 'released' | 'spent';

export const commitmentStates = stateMachine<CommitmentState>('commitment', 'open', {
  open: ['released', 'spent'],
  released: [],
  spent: [],
});

/** What one journal adds to each account, in pence. It sums to zero. */
export type Movement = Partial<Record<AccountKind, number>>;

export function allocating(pence: number): Movement {
  return { external: -pence, allocation: pence };
}

export function committing(pence: number): Movement {
  return { allocation: -pence, commitment: pence };
}

export function releasing(pence: number): Movement {
  return { commitment: -pence, allocation: pence };
}

/** What was committed goes back, and what was earned is paid, less or more. */
export function spending(pence: number, committedPence: number): Movement {
  return { commitment: -committedPence, allocation: committedPence - pence, actual: pence };
}

/** Money is refused before the work. */
export function canCommit(leftPence: number, pence: number): Outcome {
  return pence <= leftPence ? allowed : refused(`The budget is ${formatMoney(pence - leftPence)} short`);
}

/** Work that was done is paid: what the allocation can't cover, in pence. */
export function overspend(allocationPence: number, pence: number, committedPence: number): number {
  return Math.max(0, pence - committedPence - allocationPence);
}
