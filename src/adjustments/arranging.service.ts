import { Injectable } from '@nestjs/common';
import { In, IsNull, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import {
  bookedInVain, bookingsStand, isSettled, openStates, reopens, stateAfterMove, stateAfterNewWords, staysForItsOutcome, type ArrangementState, type When,
} from './arrangement.rules.js';
import { Arrangement } from './arrangement.entity.js';
import { ChecksService } from './checks.service.js';
import { Participation } from './participation.entity.js';
import { SupplierBookings } from './supplier-bookings.service.js';

/** A call's interviews, whatever time they get; a day on a call's panel; or one occasion. */
export type Place =
  { callId: string; occasionId: null; sittingOn?: null } | { callId: string; occasionId: null; sittingOn: string } |
  { callId: null; occasionId: string; sittingOn?: null };

/**
 * Knows where somebody will take part, and keeps one open arrangement for each thing they need there.
 * Runs in the transaction of whatever happened. Codes stay here: what is emitted and the audit have ids.
 */
@Injectable()
export class ArrangingService {
  constructor(
    private readonly bookings: SupplierBookings,
    private readonly bus: EventBus,
    private readonly checks: ChecksService,
    private readonly audit: Audit,
    private readonly calendar: WorkingCalendar,
    private readonly clock: Clock,
  ) {}

  /** Somebody will take part there. */
  async begin(tx: EntityManager, personId: string, place: Place, neededBy: string): Promise<void> {
    await lockNeeds(tx, personId);
    if (await tx.existsBy(Participation, { personId, ...where(place), endedAt: IsNull() })) return;
    const participation = { id: newId(), personId, sittingOn: null, ...place, neededBy, createdAt: this.clock.now(), endedAt: null };
    await tx.insert(Participation, participation);
    await this.ask(tx, participation);
  }

  /** They take part in a call's interviews after all. */
  async resume(tx: EntityManager, personId: string, callId: string): Promise<void> {
    const last = await tx.findOne(Participation, { where: { personId, callId, sittingOn: IsNull() }, order: { createdAt: 'desc' } });
    if (last) await this.begin(tx, personId, { callId, occasionId: null }, last.neededBy);
  }

  /** An interview for a call has a time: the search for one ends there. Of two interviews each has its own arrangements. */
  async timeKnown(tx: EntityManager, personId: string, callId: string, to: { occasionId: string; neededBy: string }): Promise<void> {
    await lockNeeds(tx, personId);
    const all = await tx.findBy(Participation, { personId, callId, sittingOn: IsNull(), endedAt: IsNull() });
    if (all.length === 0 || all.some(({ occasionId }) => occasionId === to.occasionId)) return;
    const searching = all.find(({ occasionId }) => occasionId === null);
    if (searching) return this.move(tx, searching, to);
    const participation = { id: newId(), personId, callId, sittingOn: null, ...to, createdAt: this.clock.now(), endedAt: null };
    await tx.insert(Participation, participation);
    await this.ask(tx, participation);
  }

  /** It was given back, so its time is open again; what is arranged for another time of theirs stays. */
  async timeLost(tx: EntityManager, personId: string, callId: string, occasionId: string, neededBy: string): Promise<void> {
    await lockNeeds(tx, personId);
    const all = await tx.findBy(Participation, { personId, callId, sittingOn: IsNull(), endedAt: IsNull() });
    const lost = all.find((one) => one.occasionId === occasionId);
    if (!lost) return;
    if (!all.some((one) => one.occasionId === null)) return this.move(tx, lost, { occasionId: null, neededBy });
    await tx.update(Participation, lost.id, { endedAt: this.clock.now() });
    await this.withdraw(tx, { personId, callId, occasionId });
  }

  /** The same interview, at another time. */
  async timeMoved(tx: EntityManager, personId: string, callId: string, from: string, to: { occasionId: string; neededBy: string }): Promise<void> {
    await lockNeeds(tx, personId);
    const participation = await tx.findOneBy(Participation, { personId, callId, occasionId: from, endedAt: IsNull() });
    if (participation) await this.move(tx, participation, to);
  }

  private async move(tx: EntityManager, participation: Participation, to: When): Promise<void> {
    const { personId, callId, occasionId } = participation;
    await tx.update(Participation, participation.id, { ...to });
    let stays = false;
    for (const arrangement of await openArrangements(tx, { personId, callId: callId!, sittingOn: IsNull(), occasionId: occasionId ?? IsNull() })) {
      if (staysForItsOutcome(arrangement, this.clock.today())) {
        stays = true;
        continue;
      }
      const dueOn = await this.dueOn(to.neededBy, await leadOf(tx, arrangement.kindCode));
      const state = stateAfterMove(arrangement.state, arrangement, to);
      await this.change(tx, arrangement, state, { ...to, dueOn, ...(state !== arrangement.state && { changed: 'time' as const }) });
    }
    if (to.occasionId || stays) await this.ask(tx, { ...participation, ...to });
  }

  /** An occasion has another time: what is booked for it is booked again. */
  async moveOccasion(tx: EntityManager, occasionId: string, neededBy: string): Promise<void> {
    const those = { callId: IsNull(), occasionId };
    await tx.update(Participation, { ...those, endedAt: IsNull() }, { neededBy });
    for (const arrangement of await openArrangements(tx, those)) {
      const dueOn = await this.dueOn(neededBy, await leadOf(tx, arrangement.kindCode));
      await this.bookings.releaseAll(tx, arrangement.id);
      const settled = isSettled(arrangement.state);
      await this.change(tx, arrangement, settled ? 'arranging' : arrangement.state, { neededBy, dueOn, ...(settled && { changed: 'time' as const }) });
    }
  }

  /** Nothing more is to be arranged there; without a person, for nobody. */
  async end(tx: EntityManager, place: Place, personId?: string): Promise<void> {
    const those = { ...where(place), ...(personId && { personId }) };
    await tx.update(Participation, { ...those, endedAt: IsNull() }, { endedAt: this.clock.now() });
    await this.withdraw(tx, those);
  }

  /** The call is off: for its panel too. */
  async endSittings(tx: EntityManager, callId: string): Promise<void> {
    const those = { callId, sittingOn: Not(IsNull()) };
    await tx.update(Participation, { ...those, endedAt: IsNull() }, { endedAt: this.clock.now() });
    await this.withdraw(tx, those);
  }

  /** Asks for one more thing, wherever the person will take part. */
  async askEverywhere(tx: EntityManager, personId: string): Promise<void> {
    const today = this.clock.today();
    for (const participation of await tx.findBy(Participation, { personId, endedAt: IsNull() })) {
      if (participation.neededBy >= today) await this.ask(tx, participation);
    }
  }

  async withdrawNeed(tx: EntityManager, needId: string): Promise<void> {
    await this.withdraw(tx, { needId });
  }

  /** One person's arrangements for it alone. */
  async withdrawNeedOf(tx: EntityManager, needId: string, personId: string): Promise<void> {
    await this.withdraw(tx, { needId, personId });
  }

  /** What is wanted was said in other words. */
  async lookAgain(tx: EntityManager, needId: string): Promise<void> {
    for (const arrangement of await openArrangements(tx, { needId })) {
      const state = stateAfterNewWords(arrangement.state);
      await this.change(tx, arrangement, state, state === arrangement.state ? {} : { changed: 'words' });
    }
  }

  private async ask(tx: EntityManager, participation: Participation): Promise<void> {
    const { personId, callId, occasionId, sittingOn, neededBy } = participation;
    await this.checks.eventKnown(tx, participation);
    const now = this.clock.now();
    const missing = await tx.query<{ needId: string; kindCode: string; leadDays: number; essential: boolean }[]>(
      `select n.id as "needId", k.code as "kindCode", k.lead_days as "leadDays", coalesce(n.essential, k.essential) as essential
       from access_need n join adjustment_kind k on k.code = n.kind_code
       where n.person_id = $1 and n.removed_at is null and not exists (
         select from arrangement a where a.need_id = n.id and a.state = any($4)
         and (a.call_id = $2 and a.sitting_on is not distinct from $5::date and a.occasion_id is not distinct from $3 or ($2::uuid is null and a.call_id is null and a.occasion_id = $3)))
       order by k.position`,
      [personId, callId, occasionId, openStates, sittingOn],
    );
    if (missing.length === 0) return;
    const [ownerId = null, deputyId = null] = await this.leastBusyCoordinators(tx);
    for (const { needId, kindCode, leadDays, essential } of missing) {
      const id = newId();
      await tx.insert(Arrangement, {
        id, personId, needId, kindCode, callId, occasionId, sittingOn, neededBy, ownerId, deputyId, essential, state: 'asked', version: 1,
        dueOn: await this.dueOn(neededBy, leadDays), stillBookedFor: null, changed: null, outcome: null, createdAt: now, updatedAt: now,
      });
      await this.audit.record(tx, null, 'arrangement.asked', { type: 'arrangement', id }, { ownerId });
      // An interview that was confirmed waits for it now.
      if (essential) await this.bus.emit(tx, 'arrangement.reopened', { arrangementId: id, personId, occasionId });
    }
  }

  private async withdraw(tx: EntityManager, those: FindOptionsWhere<Arrangement>): Promise<void> {
    const today = this.clock.today();
    for (const arrangement of await openArrangements(tx, those)) {
      if (!staysForItsOutcome(arrangement, today)) await this.change(tx, arrangement, 'withdrawn');
    }
  }

  private async change(tx: EntityManager, arrangement: Arrangement, state: ArrangementState, more: Partial<Arrangement> = {}): Promise<void> {
    const moved = Object.entries(more).some(([key, value]) => arrangement[key as keyof Arrangement] !== value);
    if (state === arrangement.state && !moved) return;
    const stillBookedFor = bookedInVain(arrangement, state, this.clock.today());
    await tx.update(Arrangement, arrangement.id, {
      ...more, state, stillBookedFor, version: arrangement.version + 1, updatedAt: this.clock.now(),
    });
    const after = { state, occasionId: arrangement.occasionId, neededBy: arrangement.neededBy, ...more };
    if (!bookingsStand(arrangement, after)) await this.bookings.releaseAll(tx, arrangement.id);
    else if (after.occasionId) await this.bookings.follow(tx, arrangement.id, after.occasionId);
    await this.audit.record(tx, null, 'arrangement.changed', { type: 'arrangement', id: arrangement.id }, { from: arrangement.state, to: state });
    const { id: arrangementId, personId } = arrangement;
    // What was waited for may have been the last thing.
    if (arrangement.essential && state === 'withdrawn' && !isSettled(arrangement.state)) {
      await this.bus.emit(tx, 'arrangement.reconsidered', { arrangementId, personId, occasionId: arrangement.occasionId });
    }
    if (arrangement.essential && reopens(arrangement.state, state)) {
      await this.bus.emit(tx, 'arrangement.reopened', { arrangementId, personId, occasionId: more.occasionId ?? arrangement.occasionId });
    }
  }

  /** As many working days before it is needed as arranging it takes. */
  private async dueOn(neededBy: string, leadDays: number): Promise<string> {
    return this.calendar.addWorkingDays(neededBy, -leadDays);
  }

  /** Whose it is, and who stands in for them. */
  private async leastBusyCoordinators(tx: EntityManager): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `select r.person_id as id from role_assignment r
       left join arrangement a on a.owner_id = r.person_id and a.state = any($2)
       where r.role = 'access_coordinator' and r.from_on <= $1 and (r.to_on is null or r.to_on >= $1)
       group by r.person_id order by count(distinct a.id), r.person_id limit 2`,
      [this.clock.today(), openStates],
    );
    return rows.map(({ id }) => id);
  }
}

/** One at a time for each person, so that no need is missed and none asked for twice. */
export async function lockNeeds(tx: EntityManager, personId: string): Promise<void> {
  await tx.query(`select from person where id = $1 for no key update`, [personId]);
}

async function openArrangements(tx: EntityManager, those: FindOptionsWhere<Arrangement>): Promise<Arrangement[]> {
  return tx.find(Arrangement, {
    where: { ...those, state: In(openStates) }, order: { id: 'asc' }, lock: { mode: 'pessimistic_write' },
  });
}

async function leadOf(tx: EntityManager, kindCode: string): Promise<number> {
  const [row] = await tx.query<{ leadDays: number }[]>(`select lead_days as "leadDays" from adjustment_kind where code = $1`, [kindCode]);
  return row!.leadDays;
}

/** A call's arrangements stay the call's when they have a time. */
function where({ callId, occasionId, sittingOn }: Place): FindOptionsWhere<Participation> & FindOptionsWhere<Arrangement> {
  return callId === null ? { callId: IsNull(), occasionId } : { callId, sittingOn: sittingOn ?? IsNull() };
}
