import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { AdjustmentsService } from './adjustments.service.js';
import { Arrangement } from './arrangement.entity.js';
import { openStates, stepsToBooked } from './arrangement.rules.js';
import { interpretersFor } from './safe-dates.rules.js';
import { newBooking, SupplierBookings } from './supplier-bookings.service.js';

/** An interpreter for one person at one occasion. */
export interface InterpreterFor {
  personId: string;
  occasionId: string;
  resourceId: string;
  /** The kind of adjustment: 'bsl-interpreter'. */
  skill: string;
}

/** To a resident, whoever helps them, or a lead: none of them may read here that somebody was to come, or why not. */
const TAKEN = 'This time was taken meanwhile. Nothing was changed. Please try again, or choose another.';

/** Interpreters are in one place at a time: held for a call, reserved for an occasion, released when not needed. */
@Injectable()
export class InterpretersService {
  constructor(
    private readonly adjustments: AdjustmentsService,
    private readonly bookings: SupplierBookings,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  /** Reserves somebody for an occasion, and marks what was asked for as booked. Twice is once. Throws `Conflict`, `NotFound`. */
  async reserve(tx: EntityManager, actor: Actor, { personId, occasionId, resourceId, skill }: InterpreterFor): Promise<void> {
    const arrangement = await this.askedFor(tx, personId, occasionId, skill);
    await this.refuseWithoutSkill(tx, resourceId, skill);
    try {
      await this.bookings.book(tx, actor, arrangement, newBooking(await this.supplierOf(tx, resourceId)), TAKEN);
    } catch (error) {
      throw error instanceof Conflict ? new Conflict(TAKEN) : error;
    }
    await this.markBookedIfComplete(tx, actor, arrangement);
  }

  /** From wherever it stands to booked, by the steps there are, once enough of them come: two beyond two hours. */
  async markBookedIfComplete(tx: EntityManager, actor: Actor, arrangement: Arrangement): Promise<void> {
    if (await this.missing(tx, arrangement) > 0) {
      if (arrangement.state === 'asked') await this.adjustments.take(tx, actor, arrangement, 'acknowledged');
      if (arrangement.state === 'acknowledged') await this.adjustments.take(tx, actor, arrangement, 'arranging');
      return;
    }
    for (const to of stepsToBooked(arrangement.state)) await this.adjustments.take(tx, actor, arrangement, to);
  }

  /** How many more have to come. */
  async missing(tx: EntityManager, arrangement: Arrangement): Promise<number> {
    const [row] = await tx.query<{ minutes: number | null; live: number; interprets: boolean }[]>(
      `select (select extract(epoch from o.ends_at - o.starts_at)::int / 60 from occasion o where o.id = $2) as minutes,
         (select count(*)::int from supplier_booking b where b.arrangement_id = $1 and b.released_at is null) as live,
         (select skill is not null from adjustment_kind where code = $3) as interprets`, [arrangement.id, arrangement.occasionId, arrangement.kindCode]);
    const { minutes, live, interprets } = row!;
    const alone = (await this.settings.current())['adjustments.interpreter-alone-minutes'];
    return Math.max(0, (interprets && minutes !== null ? interpretersFor(minutes, alone) : 1) - live);
  }

  private async askedFor(tx: EntityManager, personId: string, occasionId: string, skill: string): Promise<Arrangement> {
    const arrangement = await tx.getRepository(Arrangement).createQueryBuilder('a').setLock('pessimistic_write')
      .where('a.personId = :personId and a.occasionId = :occasionId and a.kindCode = :skill and a.state in (:...openStates)', {
        personId, occasionId, skill, openStates,
      }).getOne();
    if (!arrangement) throw new NotFound();
    return arrangement;
  }

  private async refuseWithoutSkill(tx: EntityManager, resourceId: string, skill: string): Promise<void> {
    const [row] = await tx.query<{ skills: string[] }[]>(`select skills from resource where id = $1 and kind = 'interpreter'`, [resourceId]);
    if (!row) throw new NotFound();
    if (!row.skills.includes(skill)) throw new Conflict(TAKEN);
  }

  /** Whoever interprets is a supplier; of one nobody has described, only their name is known. */
  private async supplierOf(tx: EntityManager, resourceId: string): Promise<string> {
    const { partPercent, partDays, fullDays } = (await this.settings.current())['suppliers.cancellation'];
    await tx.query(
      `insert into supplier (id, kind, name, skills, resource_id, part_fee_percent, part_fee_days, full_fee_days, pack_days, created_at)
       select $1, 'person', r.name, r.skills, r.id, $3, $4, $5, $6, $7 from resource r where r.id = $2 on conflict (resource_id) do nothing`,
      [newId(), resourceId, partPercent, partDays, fullDays, (await this.settings.current())['suppliers.pack-days'], this.clock.now()]);
    const [supplier] = await tx.query<{ id: string }[]>(`select id from supplier where resource_id = $1`, [resourceId]);
    return supplier!.id;
  }
}
