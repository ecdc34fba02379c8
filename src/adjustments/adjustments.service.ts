import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { AccessNeed } from './access-need.entity.js';
import { ApologiesService } from './apologies.service.js';
import { ChecksService } from './checks.service.js';
import { Looks } from './looks.js';
import { Arrangement } from './arrangement.entity.js';
import { bookingsStand, canStep, compareNeeds, isOutcome, joinNeeds, reopens, type ArrangementState, type Need } from './arrangement.rules.js';
import { ArrangingService, lockNeeds } from './arranging.service.js';
import { SupplierBookings } from './supplier-bookings.service.js';

export type { Need };

@Injectable()
export class AdjustmentsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly arranging: ArrangingService,
    private readonly bookings: SupplierBookings,
    private readonly apologies: ApologiesService,
    private readonly checks: ChecksService,
    private readonly looks: Looks,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * What a person needs, all of it: what is not in the list is not needed any more, what is new is arranged
   * wherever they take part. Throws `RuleViolation` for a code that is not in the catalogue.
   */
  async saveNeeds(tx: EntityManager, actor: Actor, personId: string, needs: readonly Need[]): Promise<void> {
    await lockNeeds(tx, personId);
    await this.refuseUnknown(tx, needs);
    const known = await tx.findBy(AccessNeed, { personId, removedAt: IsNull() });
    const { added, removed, reworded } = compareNeeds(known.map(({ id, kindCode, ownWords }) => ({ id, code: kindCode, ownWords })), needs);
    const now = this.clock.now();
    for (const { id } of removed) {
      await tx.update(AccessNeed, id, { removedAt: now });
      await this.arranging.withdrawNeed(tx, id);
    }
    for (const { id, ownWords } of reworded) {
      await tx.update(AccessNeed, id, { ownWords });
      await this.arranging.lookAgain(tx, id);
    }
    for (const { code, ownWords } of added) {
      await tx.insert(AccessNeed, { id: newId(), personId, kindCode: code, ownWords: ownWords ?? null, essential: null, extraMinutes: null, createdAt: now, removedAt: null });
    }
    if (added.length > 0) await this.arranging.askEverywhere(tx, personId);
    await this.checks.told(tx, personId);
    await this.audit.record(tx, actor, 'access-needs.saved', { type: 'person', id: personId }, {
      added: added.length, removed: removed.length, reworded: reworded.length,
    });
  }

  /** What is needed besides what we know; said by somebody who may not know that. Throws as `saveNeeds` does. */
  async addNeeds(tx: EntityManager, actor: Actor, personId: string, needs: readonly Need[]): Promise<void> {
    await lockNeeds(tx, personId);
    const known = await tx.findBy(AccessNeed, { personId, removedAt: IsNull() });
    await this.saveNeeds(tx, actor, personId, joinNeeds(known.map(({ kindCode, ownWords }) => ({ code: kindCode, ownWords })), needs));
  }

  /** A co-ordinator's step. `version` is what they saw; the same step twice is one. Throws `RuleViolation`, `Conflict`. */
  async step(actor: Actor, arrangementId: string, to: ArrangementState, version: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const arrangement = await tx.findOne(Arrangement, { where: { id: arrangementId }, lock: { mode: 'pessimistic_write' } });
      if (!arrangement) throw new NotFound();
      if (arrangement.version !== version) {
        if (arrangement.state === to) return;
        throw new Conflict('Somebody has changed this arrangement meanwhile. Look at it again before you go on.');
      }
      refuseUnless(canStep(arrangement, to, this.clock.today()));
      await this.take(tx, actor, arrangement, to);
    });
  }

  /** A step that was found possible, with all that goes with it; who was to come is freed with it, unless they are kept. The arrangement is locked. */
  async take(
    tx: EntityManager, actor: Actor | null, arrangement: Arrangement, to: ArrangementState, more: Partial<Arrangement> = {}, keepBookings = false,
  ): Promise<void> {
    const now = this.clock.now();
    const { id: arrangementId, state: from, personId, occasionId } = arrangement;
    const change: Partial<Arrangement> = {
      state: to, stillBookedFor: null, version: arrangement.version + 1, updatedAt: now,
      ...(to === 'booked' && { changed: null, bookedAt: now }),
      ...(to === 'arranging' && reopens(from, to) && { changed: 'fell_through' as const }),
      ...(isOutcome(to) && { outcome: to, outcomeAt: now }),
      ...more,
    };
    await tx.update(Arrangement, arrangementId, change);
    if (!keepBookings && !bookingsStand(arrangement, { ...arrangement, state: to })) await this.bookings.releaseAll(tx, arrangementId);
    Object.assign(arrangement, change);
    await this.audit.record(tx, actor, 'arrangement.stepped', { type: 'arrangement', id: arrangementId }, { from, to });
    if (to === 'booked') await this.bus.emit(tx, 'arrangement.booked', { arrangementId, personId, occasionId });
    if (to === 'not_delivered') await this.apologies.raise(tx, arrangement);
    if (arrangement.essential && reopens(from, to)) await this.bus.emit(tx, 'arrangement.reopened', { arrangementId, personId, occasionId });
  }

  /** What was booked and is not needed any more is cancelled. Saying so twice is saying it once. */
  async recordCancelled(actor: Actor, arrangementId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const arrangement = await tx.findOne(Arrangement, { where: { id: arrangementId }, lock: { mode: 'pessimistic_write' } });
      if (arrangement?.state !== 'withdrawn') throw new NotFound();
      if (!arrangement.stillBookedFor) return;
      await tx.update(Arrangement, arrangementId, { stillBookedFor: null, version: arrangement.version + 1, updatedAt: this.clock.now() });
      await this.audit.record(tx, actor, 'arrangement.booking-cancelled', { type: 'arrangement', id: arrangementId });
    });
  }

  /** The message about it has gone, so the person has been told. */
  async markTold(tx: EntityManager, arrangementId: string): Promise<void> {
    const arrangement = await tx.findOne(Arrangement, { where: { id: arrangementId }, lock: { mode: 'pessimistic_write' } });
    if (arrangement?.state !== 'booked') return;
    await tx.update(Arrangement, arrangementId, { state: 'told', version: arrangement.version + 1, updatedAt: this.clock.now() });
    await this.audit.record(tx, null, 'arrangement.stepped', { type: 'arrangement', id: arrangementId }, { from: 'booked', to: 'told' });
  }

  /** Writes down whose arrangements somebody looked at. */
  async recordLook(actor: Actor, personIds: readonly string[]): Promise<void> {
    await this.looks.record(actor, personIds);
  }

  private async refuseUnknown(tx: EntityManager, needs: readonly Need[]): Promise<void> {
    const codes = [...new Set(needs.map(({ code }) => code))];
    const [row] = await tx.query<{ count: number }[]>(`select count(*)::int as count from adjustment_kind where code = any($1)`, [codes]);
    if (row!.count !== codes.length) throw new RuleViolation('Choose from the list, or write it in your own words');
  }
}
