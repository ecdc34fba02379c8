import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newReference } from '../platform/ids.js';
import type { ClaimDuties, ClaimState } from './claim.rules.js';
import { PaymentRun } from './payment-run.entity.js';
import { runStates, whyLeftOut, type RunState } from './run.rules.js';
import { RunQueries } from './runs.queries.js';

export interface LeftOut {
  claimId: string;
  reason: string;
}

export interface Built {
  taken: number;
  totalPence: number;
  leftOut: LeftOut[];
}

interface Approved extends ClaimDuties {
  id: string;
  feePence: string;
  bankDetailId: string | null;
}

/** Payment runs: built, released by somebody else, and marked when the bank has paid. */
@Injectable()
export class RunsService {
  constructor(
    private readonly database: Database,
    private readonly queries: RunQueries,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes every approved claim that can be paid, and says why the others can't.
   * Throws `RuleViolation` when that leaves nothing.
   */
  async build(actor: Actor, runId: string): Promise<Built> {
    return this.database.transaction(async (tx) => {
      if (await tx.existsBy(PaymentRun, { id: runId, builtBy: actor.personId })) return this.builtBefore(tx, runId);
      const builder = await this.dutyOf(tx, actor);
      const approved = await this.lockApproved(tx);
      const sorted = approved.map((claim) => ({ claim, reason: whyLeftOut({ ...claim, hasBankDetails: claim.bankDetailId !== null }, builder) }));
      const taken = sorted.filter(({ reason }) => reason === null).map(({ claim }) => claim);
      const leftOut = sorted.flatMap(({ claim, reason }) => (reason === null ? [] : [{ claimId: claim.id, reason }]));
      if (taken.length === 0) throw new RuleViolation('No approved claim can be paid now. The list below says why.');
      await tx.insert(PaymentRun, {
        id: runId, reference: newReference('R'), state: 'built', builtBy: actor.personId, builtAt: this.clock.now(),
      });
      for (const { id, bankDetailId, feePence } of taken) {
        await tx.query(
          `insert into payment_run_line (run_id, claim_id, bank_detail_id, amount_pence) values ($1, $2, $3, $4)`,
          [runId, id, bankDetailId, feePence],
        );
      }
      await this.moveClaims(tx, runId, 'in_run');
      const totalPence = taken.reduce((sum, { feePence }) => sum + Number(feePence), 0);
      await this.audit.record(tx, actor, 'run.built', { type: 'payment_run', id: runId }, { claims: taken.length, totalPence });
      return { taken: taken.length, totalPence, leftOut };
    });
  }

  /** Throws `RuleViolation` for anybody who had a part in the run or in what it pays. */
  async release(actor: Actor, runId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const run = await this.lock(tx, runId);
      if (run.releasedBy === actor.personId) return;
      refuseUnless(await this.queries.canRelease(runId, run.state, actor.personId));
      await tx.update(PaymentRun, runId, { state: 'released', releasedBy: actor.personId, releasedAt: this.clock.now() });
      await this.moveClaims(tx, runId, 'released');
      await this.audit.record(tx, actor, 'run.released', { type: 'payment_run', id: runId });
    });
  }

  /** The bank has paid: everybody in the run is told. */
  async markPaid(actor: Actor, runId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const run = await this.lock(tx, runId);
      if (run.state === 'paid') return;
      if (!runStates.can(run.state, 'paid')) throw new RuleViolation('Make the payment file and give it to the bank first');
      const now = this.clock.now();
      await tx.update(PaymentRun, runId, { state: 'paid', paidAt: now });
      const claims = await tx.query<{ id: string; personId: string }[]>(
        `select c.id, c.person_id as "personId" from payment_run_line l join claim c on c.id = l.claim_id where l.run_id = $1 order by c.id`, [runId],
      );
      for (const { id, personId } of claims) {
        await tx.query(`update claim set state = 'paid', paid_at = $2 where id = $1`, [id, now]);
        await this.bus.emit(tx, 'claim.paid', { claimId: id, personId });
      }
      await this.audit.record(tx, actor, 'run.paid', { type: 'payment_run', id: runId }, { claims: claims.length });
    });
  }

  private async lock(tx: EntityManager, id: string): Promise<PaymentRun> {
    const run = await tx.findOne(PaymentRun, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!run) throw new NotFound();
    return run;
  }

  private async lockApproved(tx: EntityManager): Promise<Approved[]> {
    return tx.query<Approved[]>(
      `select c.id, c.fee_pence as "feePence", b.id as "bankDetailId", duty_identity(c.person_id) as claimant,
         duty_identity(c.recorded_by) as recorder, duty_identity(c.approved_by) as approver
       from claim c left join bank_detail b on b.person_id = c.person_id and b.replaced_at is null
       where c.state = 'approved' order by c.activity_on, c.id for update of c`,
    );
  }

  private async builtBefore(tx: EntityManager, runId: string): Promise<Built> {
    const [lines] = await tx.query<{ taken: number; totalPence: number }[]>(
      `select count(*)::int as taken, sum(amount_pence)::float8 as "totalPence" from payment_run_line where run_id = $1`, [runId],
    );
    return { ...lines!, leftOut: [] };
  }

  private async dutyOf(tx: EntityManager, actor: Actor): Promise<string> {
    const [row] = await tx.query<{ duty: string }[]>(`select duty_identity($1) as duty`, [actor.personId]);
    return row!.duty;
  }

  private async moveClaims(tx: EntityManager, runId: string, state: ClaimState & (RunState | 'in_run')): Promise<void> {
    await tx.query(`update claim set state = $2 where id in (select claim_id from payment_run_line where run_id = $1)`, [runId, state]);
  }
}
