import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DiaryService } from '../diary/diary.service.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint } from '../platform/database.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { londonInstant } from '../shared/dates.js';
import type { Arrangement } from './arrangement.entity.js';
import { feePercent, type CancellationTerms } from './supplier.rules.js';

export interface NewBooking {
  id: string;
  supplierId: string;
  expectedPence: number | null;
  budgetLineId: string | null;
}

interface Live extends CancellationTerms {
  id: string;
  arrangementId: string;
  supplierId: string;
  resourceId: string | null;
  occasionId: string | null;
  forOn: string;
}

const REFUSED = 'This person does not want them. Choose somebody else.';

/** Whoever comes for an arrangement: booked and reserved together, and freed together. Runs in the transaction of whatever happened. */
@Injectable()
export class SupplierBookings {
  constructor(
    private readonly diary: DiaryService,
    private readonly settings: SettingsReader,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Reserves them for the occasion, where they are in one place at a time. Twice is once. Throws `Conflict` with `takenMessage`, or when the person refuses them. */
  async book(tx: EntityManager, actor: Actor | null, arrangement: Arrangement, booking: NewBooking, takenMessage: string): Promise<void> {
    const [supplier] = await tx.query<{ resourceId: string | null }[]>(`select resource_id as "resourceId" from supplier where id = $1`, [booking.supplierId]);
    if (!supplier) throw new NotFound();
    const there = await tx.query<unknown[]>(
      `select 1 from supplier_booking where arrangement_id = $1 and supplier_id = $2 and released_at is null`, [arrangement.id, booking.supplierId]);
    if (there.length > 0) return;
    if (supplier.resourceId && arrangement.occasionId) await this.reserve(tx, arrangement.occasionId, supplier.resourceId, takenMessage);
    else if (supplier.resourceId && arrangement.sittingOn) await this.keepForTheDay(tx, arrangement.id, arrangement.sittingOn, supplier.resourceId, takenMessage);
    try {
      await tx.query(
        `insert into supplier_booking (id, arrangement_id, supplier_id, occasion_id, for_on, budget_line_id, expected_pence, booked_by, booked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [booking.id, arrangement.id, booking.supplierId, arrangement.occasionId, arrangement.neededBy, booking.budgetLineId, booking.expectedPence,
          actor?.personId ?? null, this.clock.now()]);
    } catch (error) {
      if (brokenConstraint(error) === 'supplier_booking_not_refused') throw new Conflict(REFUSED);
      throw error;
    }
    await tx.query(
      `update arrangement set supplier_id = coalesce(supplier_id, $2), cost_pence = coalesce(cost_pence, 0) + coalesce($3, 0) where id = $1`,
      [arrangement.id, booking.supplierId, booking.expectedPence]);
    await this.audit.record(tx, actor, 'arrangement.reserved', { type: 'arrangement', id: arrangement.id });
    await this.bus.emit(tx, 'supplier.booked', { bookingId: booking.id });
  }

  /** Nobody has to come any more: their time is free again at once, and they are told. */
  async releaseAll(tx: EntityManager, arrangementId: string): Promise<void> {
    const live = await this.live(tx, arrangementId);
    for (const booking of live) await this.release(tx, booking);
    if (live.length > 0) await tx.query(`update arrangement set supplier_id = null, cost_pence = null where id = $1`, [arrangementId]);
  }

  /** One of several. False when it was free already. */
  async releaseOne(tx: EntityManager, arrangementId: string, bookingId: string): Promise<boolean> {
    const live = await this.live(tx, arrangementId);
    const booking = live.find(({ id }) => id === bookingId);
    if (!booking) return false;
    await this.release(tx, booking);
    const other = live.find((one) => one !== booking);
    await tx.query(
      `update arrangement set supplier_id = $2, cost_pence = (select sum(expected_pence) from supplier_booking where arrangement_id = $1 and released_at is null) where id = $1`,
      [arrangementId, other?.supplierId ?? null]);
    return true;
  }

  /** Whichever they did not know yet: that they come, or that they do not. What is owed is counted until they know. */
  async markTold(tx: EntityManager, bookingId: string): Promise<boolean> {
    const [booking] = await tx.query<(CancellationTerms & { forOn: string; released: boolean; known: boolean })[]>(
      `select b.for_on::text as "forOn", b.released_at is not null as released, b.release_told_at is not null as known,
         s.part_fee_percent as "partPercent", s.part_fee_days as "partDays", s.full_fee_days as "fullDays"
       from supplier_booking b join supplier s on s.id = b.supplier_id where b.id = $1 for update of b`, [bookingId]);
    if (!booking) return false;
    if (!booking.released) {
      await tx.query(`update supplier_booking set told_at = coalesce(told_at, $2) where id = $1`, [bookingId, this.clock.now()]);
    } else if (!booking.known) {
      await tx.query(`update supplier_booking set release_told_at = $2, fee_percent = $3 where id = $1`,
        [bookingId, this.clock.now(), feePercent(booking, booking.forOn, this.clock.today())]);
    }
    return true;
  }

  private async live(tx: EntityManager, arrangementId: string): Promise<Live[]> {
    return tx.query<Live[]>(
      `select b.id, b.arrangement_id as "arrangementId", b.supplier_id as "supplierId", s.resource_id as "resourceId", b.occasion_id as "occasionId", b.for_on::text as "forOn",
         s.part_fee_percent as "partPercent", s.part_fee_days as "partDays", s.full_fee_days as "fullDays"
       from supplier_booking b join supplier s on s.id = b.supplier_id where b.arrangement_id = $1 and b.released_at is null order by b.id for update of b`,
      [arrangementId]);
  }

  /** The time is known now, on the day they were booked for. */
  async follow(tx: EntityManager, arrangementId: string, occasionId: string): Promise<void> {
    await tx.query(`update supplier_booking set occasion_id = $2 where arrangement_id = $1 and released_at is null and occasion_id is null`, [arrangementId, occasionId]);
  }

  private async reserve(tx: EntityManager, occasionId: string, resourceId: string, takenMessage: string): Promise<void> {
    const there = await tx.query<unknown[]>(
      `select 1 from reservation where occasion_id = $1 and resource_id = $2 and released_at is null`, [occasionId, resourceId]);
    if (there.length === 0) await this.diary.reserveResource(tx, occasionId, resourceId, takenMessage);
  }

  /** Whoever comes for somebody on a panel is with them all day. */
  private async keepForTheDay(tx: EntityManager, arrangementId: string, day: string, resourceId: string, takenMessage: string): Promise<void> {
    const halves = (await this.settings.current())['interviews.half-days'];
    const [starts, ends] = [londonInstant(day, halves[0]!.starts), londonInstant(day, halves.at(-1)!.ends)];
    if (!starts.ok || !ends.ok) return;
    await this.diary.hold(tx, { id: newId(), holderId: arrangementId, resourceId, startsAt: starts.instant, endsAt: ends.instant }, takenMessage);
  }

  private async release(tx: EntityManager, { id, arrangementId, supplierId, resourceId, occasionId, forOn, ...terms }: Live): Promise<void> {
    await tx.query(
      `update supplier_booking set released_at = $2, fee_percent = $3 where id = $1`, [id, this.clock.now(), feePercent(terms, forOn, this.clock.today())]);
    if (resourceId && occasionId) {
      const others = await tx.query<unknown[]>(
        `select 1 from supplier_booking where supplier_id = $1 and occasion_id = $2 and released_at is null limit 1`, [supplierId, occasionId]);
      if (others.length === 0) await this.diary.releaseResource(tx, occasionId, resourceId);
    }
    if (resourceId && !occasionId) await this.diary.releaseHolds(tx, { holderId: arrangementId, resourceId });
    await this.bus.emit(tx, 'supplier.released', { bookingId: id });
  }
}

/** A booking's id where nobody filled in a form. */
export function newBooking(supplierId: string): NewBooking {
  return { id: newId(), supplierId, expectedPence: null, budgetLineId: null };
}
