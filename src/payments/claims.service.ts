import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BudgetsService } from '../budgets/budgets.service.js';
import type { Events } from '../events/events.js';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId, newReference } from '../platform/ids.js';
import { fee } from '../shared/money.js';
import { Claim } from './claim.entity.js';
import { canAnswer, type ClaimBasis } from './claim.rules.js';
import { ClaimQueries } from './claims.queries.js';

const REFERENCE_TRIES = 5;

/** Claims: drafted from an attendance, answered by the resident, approved by a budget holder. */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly database: Database,
    private readonly queries: ClaimQueries,
    private readonly budgets: BudgetsService,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** For somebody who is paid, at the rate frozen when they joined. In the transaction that records the attendance. */
  async draft(tx: EntityManager, attended: Events['attendance.recorded']): Promise<void> {
    await this.draftFee(tx, attended, fee({ pence: attended.ratePence, unit: attended.rateUnit }, attended.minutes), 'attendance');
  }

  /**
   * For somebody whose time the council cancelled late: a part of the fee, as interpreters are paid.
   * It is owed, so it is never refused for want of budget; what no budget covers shows as an overspend when it is paid.
   */
  async draftLateCancellation(tx: EntityManager, cancelled: Events['interview.cancelled-late']): Promise<void> {
    const whole = fee({ pence: cancelled.ratePence, unit: cancelled.rateUnit }, cancelled.minutes);
    await this.draftFee(tx, cancelled, Math.round((whole * cancelled.percent) / 100), 'late_cancellation');
  }

  private async draftFee(tx: EntityManager, work: Omit<Events['attendance.recorded'], 'percent'>, feePence: number, basis: ClaimBasis): Promise<void> {
    const { occasionId, groupId, personId, day, minutes, recordedBy, ratePence, rateUnit } = work;
    if (feePence === 0 || await tx.existsBy(Claim, { personId, occasionId })) return;
    const id = newId();
    await tx.insert(Claim, {
      id, reference: await this.freeReference(tx), personId, occasionId, groupId, state: 'drafted', activityOn: day,
      minutes, ratePence, rateUnit, feePence, basis, recordedBy, createdAt: this.clock.now(),
    });
    await this.audit.record(tx, null, 'claim.drafted', { type: 'claim', id }, { feePence });
    await this.bus.emit(tx, 'claim.drafted', { claimId: id, personId });
  }

  /** The claimant accepts or declines; declining gives the money back to the budget. Throws `RuleViolation`, `NotFound`. */
  async answer(actor: Actor, claimId: string, accepted: boolean): Promise<void> {
    const state = accepted ? 'claimed' : 'declined';
    await this.database.transaction(async (tx) => {
      const claim = await this.lock(tx, claimId);
      if (claim.personId !== subjectOf(actor)) throw new NotFound();
      if (claim.state === state) return;
      refuseUnless(canAnswer(claim.state));
      await tx.update(Claim, claim.id, { state, answeredAt: this.clock.now() });
      if (!accepted) await this.budgets.release(tx, actor, claim.personId, claim.occasionId);
      await this.audit.record(tx, actor, 'claim.answered', { type: 'claim', id: claim.id }, { state });
    });
  }

  /** Throws `RuleViolation` for whoever claims it or recorded the attendance, or shares a job with them. */
  async approve(actor: Actor, claimId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const claim = await this.lock(tx, claimId);
      if (claim.approvedBy === actor.personId) return;
      refuseUnless(await this.queries.canApprove(claim.id, actor.personId));
      await tx.update(Claim, claim.id, { state: 'approved', approvedBy: actor.personId, approvedAt: this.clock.now() });
      await this.audit.record(tx, actor, 'claim.approved', { type: 'claim', id: claim.id }, { feePence: claim.feePence });
    });
  }

  private async lock(tx: EntityManager, id: string): Promise<Claim> {
    const claim = await tx.findOne(Claim, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!claim) throw new NotFound();
    return claim;
  }

  private async freeReference(tx: EntityManager): Promise<string> {
    for (let attempt = 1; attempt < REFERENCE_TRIES; attempt += 1) {
      const reference = newReference('C');
      if (!(await tx.existsBy(Claim, { reference }))) return reference;
    }
    return newReference('C');
  }
}
