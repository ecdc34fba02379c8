import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { NotFound, refuseUnless } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { BudgetLine } from './budget-line.entity.js';
import {
  allocating, canCommit, commitmentStates, committing, overspend, releasing, spending,
  type AccountKind, type CommitmentState, type JournalKind, type Movement,
} from './budget.rules.js';

export interface NewBudgetLine {
  id?: string;
  name: string;
  /** "2020/21": it ends on 31 March. */
  financialYear: string;
  funder: string;
  costCode: string;
  allocationPence: number;
}

/** One person's part in one occasion; all amounts are pence. */
export interface Work {
  budgetLineId: string;
  personId: string;
  occasionId: string;
  pence: number;
}

interface Commitment {
  id: string;
  budgetLineId: string;
  amountPence: string;
  state: CommitmentState;
}

const ACCOUNTS: readonly AccountKind[] = ['external', 'allocation', 'commitment', 'actual'];

/** The ledger: allocation, commitment, actual. Every command runs in its caller's transaction, and once. */
@Injectable()
export class BudgetsService {
  constructor(private readonly audit: Audit, private readonly clock: Clock) {}

  /** A budget line with its accounts and its money. Answers its id. */
  async createLine(tx: EntityManager, actor: Actor | null, line: NewBudgetLine): Promise<string> {
    const { id = newId(), name, financialYear, funder, costCode, allocationPence } = line;
    await tx.insert(BudgetLine, { id, name, financialYear, funder, costCode, createdAt: this.clock.now() });
    for (const kind of ACCOUNTS) {
      await tx.query(`insert into account (id, budget_line_id, kind) values ($1, $2, $3)`, [newId(), id, kind]);
    }
    await this.post(tx, actor, 'allocate', `allocate:${id}`, id, allocating(allocationPence));
    await this.audit.record(tx, actor, 'budget.created', { type: 'budget_line', id }, { allocationPence });
    return id;
  }

  /** Throws `RuleViolation` with how much is missing when a line has less left than this. Holds the line until the commit. */
  async requireLeft(tx: EntityManager, budgetLineId: string, pence: number): Promise<void> {
    await this.lockAllocation(tx, budgetLineId);
    const [balance] = await tx.query<{ left: string }[]>(
      `select left_pence as left from budget_balance where budget_line_id = $1`, [budgetLineId],
    );
    refuseUnless(canCommit(Number(balance?.left), pence));
  }

  /** Sets money aside before the work. Throws `RuleViolation` when the line is short. */
  async commit(tx: EntityManager, actor: Actor | null, work: Work): Promise<void> {
    if (await this.lockCommitment(tx, work.personId, work.occasionId)) return;
    await this.requireLeft(tx, work.budgetLineId, work.pence);
    const posted = await this.post(tx, actor, 'commit', keyOf('commit', work), work.budgetLineId, committing(work.pence));
    if (!posted) return;
    const id = newId();
    await tx.query(
      `insert into commitment (id, budget_line_id, person_id, occasion_id, amount_pence, state, created_at)
       values ($1, $2, $3, $4, $5, 'open', $6)`,
      [id, work.budgetLineId, work.personId, work.occasionId, work.pence, this.clock.now()],
    );
    await this.audit.record(tx, actor, 'budget.committed', { type: 'commitment', id }, { pence: work.pence });
  }

  /** Gives back what was set aside; nothing when it was given back or spent already. */
  async release(tx: EntityManager, actor: Actor | null, personId: string, occasionId: string): Promise<void> {
    const commitment = await this.lockCommitment(tx, personId, occasionId);
    if (!commitment || !commitmentStates.can(commitment.state, 'released')) return;
    const pence = Number(commitment.amountPence);
    await this.lockAllocation(tx, commitment.budgetLineId);
    await this.post(tx, actor, 'release', keyOf('release', { personId, occasionId }), commitment.budgetLineId, releasing(pence));
    await this.setState(tx, commitment, 'released');
    await this.audit.record(tx, actor, 'budget.released', { type: 'commitment', id: commitment.id }, { pence });
  }

  /**
   * Pays for work that was done, which may be less or more than was set aside. Where nothing was, it is
   * taken from the allocation of `budgetLineId`; what that can't cover is an overspend, which shows.
   */
  async spend(tx: EntityManager, actor: Actor | null, work: Work): Promise<void> {
    const commitment = await this.lockCommitment(tx, work.personId, work.occasionId);
    const open = commitment && commitmentStates.can(commitment.state, 'spent') ? commitment : null;
    const budgetLineId = commitment?.budgetLineId ?? work.budgetLineId;
    const committedPence = Number(open?.amountPence ?? 0);
    const allocationPence = await this.lockAllocation(tx, budgetLineId);
    if (await this.isPosted(tx, keyOf('spend', work))) return;
    const beyond = overspend(allocationPence, work.pence, committedPence);
    if (beyond > 0) await this.post(tx, actor, 'overspend', keyOf('overspend', work), budgetLineId, allocating(beyond));
    await this.post(tx, actor, 'spend', keyOf('spend', work), budgetLineId, spending(work.pence, committedPence));
    if (open) await this.setState(tx, open, 'spent');
    await this.audit.record(tx, actor, 'budget.spent', { type: 'budget_line', id: budgetLineId }, { pence: work.pence, beyond });
  }

  /** Writes a journal once; false when its key was used before. */
  private async post(
    tx: EntityManager, actor: Actor | null, kind: JournalKind, key: string, budgetLineId: string, movement: Movement,
  ): Promise<boolean> {
    const journalId = newId();
    const written = await tx.query<unknown[]>(
      `insert into journal (id, idempotency_key, kind, actor_id, at) values ($1, $2, $3, $4, $5)
       on conflict (idempotency_key) do nothing returning id`,
      [journalId, key, kind, actor?.personId ?? null, this.clock.now()],
    );
    if (written.length === 0) return false;
    for (const account of ACCOUNTS) {
      const pence = movement[account] ?? 0;
      if (pence === 0) continue;
      await tx.query(
        `insert into posting (id, journal_id, account_id, amount_pence)
         select $1, $2, id, $3 from account where budget_line_id = $4 and kind = $5`,
        [newId(), journalId, pence, budgetLineId, account],
      );
    }
    return true;
  }

  private async isPosted(tx: EntityManager, key: string): Promise<boolean> {
    const found = await tx.query<unknown[]>(`select 1 from journal where idempotency_key = $1`, [key]);
    return found.length > 0;
  }

  /** What the allocation account holds, in pence; nobody else moves it until the commit. */
  private async lockAllocation(tx: EntityManager, budgetLineId: string): Promise<number> {
    const [row] = await tx.query<{ pence: string | null }[]>(`select allocation_under_lock($1) as pence`, [budgetLineId]);
    if (!row?.pence) throw new NotFound('There is no such budget line.');
    return Number(row.pence);
  }

  private async lockCommitment(tx: EntityManager, personId: string, occasionId: string): Promise<Commitment | undefined> {
    const [commitment] = await tx.query<Commitment[]>(
      `select id, budget_line_id as "budgetLineId", amount_pence as "amountPence", state from commitment
       where person_id = $1 and occasion_id = $2 for update`,
      [personId, occasionId],
    );
    return commitment;
  }

  private async setState(tx: EntityManager, commitment: Commitment, state: CommitmentState): Promise<void> {
    await tx.query(`update commitment set state = $2 where id = $1`, [commitment.id, state]);
  }
}

function keyOf(kind: JournalKind, { personId, occasionId }: { personId: string; occasionId: string }): string {
  return `${kind}:${occasionId}:${personId}`;
}
