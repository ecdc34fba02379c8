import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { BadRequest, Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { Arrangement } from './arrangement.entity.js';
import { arrangementStates, isSettled, openStates } from './arrangement.rules.js';
import { AdjustmentsService } from './adjustments.service.js';
import { InterpretersService } from './interpreters.service.js';
import type { BookSupplierDto, ItemDto, ItemNoteDto } from './item.dto.js';
import { ItemQueries } from './item.queries.js';
import { SupplierBookings } from './supplier-bookings.service.js';
import { costOf, rateOn } from './supplier.rules.js';
import { SuppliersQueries } from './suppliers.queries.js';

const CHANGED = 'Somebody has changed this arrangement meanwhile. Look at it again before you go on.';
const MINUTE = 60_000;

/** What a co-ordinator does with one thing they arrange: whose it is, by when, who comes and what it costs. */
@Injectable()
export class ItemService {
  constructor(
    private readonly database: Database,
    private readonly adjustments: AdjustmentsService,
    private readonly interpreters: InterpretersService,
    private readonly bookings: SupplierBookings,
    private readonly queries: ItemQueries,
    private readonly suppliers: SuppliersQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Owner, deputy, the day it should be booked by, and what suppliers should know. Throws `Conflict`, `BadRequest` with the field. */
  async change(actor: Actor, id: string, { version, ...dto }: ItemDto): Promise<void> {
    const deputyId = dto.deputyId ?? null;
    await this.database.transaction(async (tx) => {
      const arrangement = await this.lock(tx, id);
      if (arrangement.version !== version) throw new Conflict(CHANGED);
      if (dto.dueOn > arrangement.neededBy) throw wrong('dueOn', 'It must be booked on the day it is needed, or before');
      if (dto.ownerId === deputyId) throw wrong('deputyId', 'Choose somebody else than the owner');
      for (const [field, personId] of [['ownerId', dto.ownerId], ['deputyId', deputyId]] as const) {
        if (personId && !(await this.isCoordinator(tx, personId))) throw wrong(field, 'Choose an access co-ordinator');
      }
      await tx.update(Arrangement, id, { ownerId: dto.ownerId, dueOn: dto.dueOn, deputyId, supplierNotes: dto.supplierNotes ?? null, version: version + 1, updatedAt: this.clock.now() });
      await this.audit.record(tx, actor, 'arrangement.assigned', { type: 'arrangement', id }, { ownerId: dto.ownerId, deputyId });
    });
  }

  /** Books whoever comes, reserved for the time where there is one; booked once enough of them come. Throws `Conflict` with who is free instead. */
  async book(actor: Actor, id: string, dto: BookSupplierDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const arrangement = await this.lock(tx, id);
      if (!openStates.includes(arrangement.state)) throw new RuleViolation('This is over, or not needed any more');
      const item = (await this.queries.item(id))!;
      const candidates = await this.queries.candidates(item);
      const supplier = candidates.find(({ supplierId }) => supplierId === dto.supplierId);
      if (!supplier) {
        if (await this.isBooked(tx, id, dto.supplierId)) return;
        throw wrong('supplierId', 'Choose from the list');
      }
      const others = candidates.filter((one) => one.free && one.wish !== 'refuse' && one !== supplier);
      const taken = `${supplier.name} is taken at that time. ${others.length > 0 ? `The next who is free: ${others[0]!.name}.` : 'Nobody else we know is free then.'}`;
      const expectedPence = dto.expected ?? await this.expected(tx, dto.supplierId, item.neededBy, minutesOf(item), item.startsAt);
      await this.bookings.book(tx, actor, arrangement, { id: dto.id, supplierId: dto.supplierId, expectedPence, budgetLineId: dto.budgetLineId ?? item.budgetLineId }, taken);
      await this.interpreters.markBookedIfComplete(tx, actor, arrangement);
    });
  }

  /** Somebody can't come after all: the others stay, and the rest is arranged again. */
  async release(actor: Actor, id: string, bookingId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const arrangement = await this.lock(tx, id);
      if (!(await this.bookings.releaseOne(tx, id, bookingId))) return;
      await this.audit.record(tx, actor, 'arrangement.let-go', { type: 'arrangement', id });
      if (isSettled(arrangement.state) && arrangementStates.can(arrangement.state, 'arranging') && await this.interpreters.missing(tx, arrangement) > 0) {
        await this.adjustments.take(tx, actor, arrangement, 'arranging', {}, true);
      }
    });
  }

  /** What it cost in the end. Throws `NotFound`. */
  async recordCost(actor: Actor, id: string, bookingId: string, pence: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [, count] = await tx.query<[unknown[], number]>(
        `update supplier_booking set actual_pence = $3, actual_by = $4 where id = $1 and arrangement_id = $2`, [bookingId, id, pence, actor.personId]);
      if (count === 0) throw new NotFound();
      await this.audit.record(tx, actor, 'arrangement.cost-recorded', { type: 'arrangement', id }, { pence });
    });
  }

  /** A co-ordinator told a supplier themselves: that they are to come, or that they are not. Throws `NotFound`. */
  async told(actor: Actor, bookingId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.bookings.markTold(tx, bookingId))) throw new NotFound();
      await this.audit.record(tx, actor, 'supplier.told', { type: 'supplier_booking', id: bookingId });
    });
  }

  /** For whoever goes on with it. The same note again changes nothing. */
  async note(actor: Actor, id: string, dto: ItemNoteDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.lock(tx, id);
      const made = await tx.query<unknown[]>(
        `insert into arrangement_note (id, arrangement_id, text, written_by, written_at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing returning 1`,
        [dto.id, id, dto.text, actor.personId, this.clock.now()]);
      if (made.length > 0) await this.audit.record(tx, actor, 'arrangement.note-left', { type: 'arrangement', id });
    });
  }

  async finishNote(actor: Actor, id: string, noteId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [note] = await tx.query<{ done: boolean }[]>(
        `select done_at is not null as done from arrangement_note where id = $1 and arrangement_id = $2 for update`, [noteId, id]);
      if (!note) throw new NotFound();
      if (note.done) return;
      await tx.query(`update arrangement_note set done_at = $2, done_by = $3 where id = $1`, [noteId, this.clock.now(), actor.personId]);
      await this.audit.record(tx, actor, 'arrangement.note-done', { type: 'arrangement', id });
    });
  }

  /** By the rate of the day; a half-day or a day that is paid for another of their bookings then is not paid twice. */
  private async expected(tx: EntityManager, supplierId: string, day: string, minutes: number, startsAt: Date | null): Promise<number | null> {
    const supplier = (await this.suppliers.one(supplierId))!;
    const own = rateOn(await this.suppliers.rates(supplierId), day);
    const rate = own ?? (supplier.agencyId ? rateOn(await this.suppliers.rates(supplier.agencyId), day) : null);
    if (!rate) return null;
    if (rate.unit !== 'hour' && supplier.resourceId && await this.isPaidThen(tx, supplierId, day, rate.unit === 'half_day' ? startsAt : null)) return 0;
    return costOf(rate, minutes);
  }

  private async isPaidThen(tx: EntityManager, supplierId: string, day: string, startsAt: Date | null): Promise<boolean> {
    const found = await tx.query<unknown[]>(
      `select 1 from supplier_booking b left join occasion o on o.id = b.occasion_id
       where b.supplier_id = $1 and b.for_on = $2 and b.released_at is null and b.expected_pence > 0
       and ($3::timestamptz is null or (extract(hour from o.starts_at at time zone 'Europe/London') < 13) = (extract(hour from $3::timestamptz at time zone 'Europe/London') < 13)) limit 1`,
      [supplierId, day, startsAt]);
    return found.length > 0;
  }

  private async isBooked(tx: EntityManager, id: string, supplierId: string): Promise<boolean> {
    return (await tx.query<unknown[]>(
      `select 1 from supplier_booking where arrangement_id = $1 and supplier_id = $2 and released_at is null`, [id, supplierId])).length > 0;
  }

  private async isCoordinator(tx: EntityManager, personId: string): Promise<boolean> {
    return (await tx.query<unknown[]>(
      `select 1 from role_assignment where person_id = $1 and role = 'access_coordinator' and from_on <= $2 and (to_on is null or to_on >= $2)`,
      [personId, this.clock.today()])).length > 0;
  }

  private async lock(tx: EntityManager, id: string): Promise<Arrangement> {
    const arrangement = await tx.findOne(Arrangement, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!arrangement) throw new NotFound();
    return arrangement;
  }
}

function minutesOf({ startsAt, endsAt }: { startsAt: Date | null; endsAt: Date | null }): number {
  return startsAt && endsAt ? (endsAt.getTime() - startsAt.getTime()) / MINUTE : 0;
}

function wrong(field: string, message: string): BadRequest {
  return new BadRequest(message, [{ field, message }]);
}
