import { Injectable } from '@nestjs/common';
import { In, IsNull, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import {
  bookedInVain, openStates, stateAfterMove, stateAfterNewWords, staysForItsOutcome, type ArrangementState, type When,
} from './arrangement.rules.js';
import { Arrangement } from './arrangement.entity.js';
import { Participation } from './participation.entity.js';

/** A call's interviews, whatever time they get; or one occasion. */
export type Place = { callId: string; occasionId: null } | { callId: null; occasionId: string };

/**
 * Knows where somebody will take part, and keeps one open arrangement for each thing they need there.
 * Runs in the transaction of whatever happened. Codes stay here: nothing is emitted, audit has ids.
 */
@Injectable()
export class ArrangingService {
  constructor(
    private readonly audit: Audit,
    private readonly calendar: WorkingCalendar,
    private readonly clock: Clock,
  ) {}

  /** Somebody will take part there. */
  async begin(tx: EntityManager, personId: string, place: Place, neededBy: string): Promise<void> {
    await lockNeeds(tx, personId);
    if (await tx.existsBy(Participation, { personId, ...where(place), endedAt: IsNull() })) return;
    const participation = { id: newId(), personId, ...place, neededBy, createdAt: this.clock.now(), endedAt: null };
    await tx.insert(Participation, participation);
    await this.ask(tx, participation);
  }

  /** They take part in a call's interviews after all. */
  async resume(tx: EntityManager, personId: string, callId: string): Promise<void> {
    const last = await tx.findOne(Participation, { where: { personId, callId }, order: { createdAt: 'desc' } });
    if (last) await this.begin(tx, personId, { callId, occasionId: null }, last.neededBy);
  }

  /** The time of somebody's interview for a call is known, or (without an occasion) open again. */
  async move(tx: EntityManager, personId: string, callId: string, to: When): Promise<void> {
    await lockNeeds(tx, personId);
    const participation = await tx.findOneBy(Participation, { personId, callId, endedAt: IsNull() });
    if (!participation) return;
    await tx.update(Participation, participation.id, { ...to });
    for (const arrangement of await openArrangements(tx, { personId, callId })) {
      const dueOn = await this.dueOn(to.neededBy, await leadOf(tx, arrangement.kindCode));
      await this.change(tx, arrangement, stateAfterMove(arrangement.state, arrangement, to), { ...to, dueOn });
    }
    if (to.occasionId) await this.ask(tx, { ...participation, ...to });
  }

  /** Nothing more is to be arranged there; without a person, for nobody. */
  async end(tx: EntityManager, place: Place, personId?: string): Promise<void> {
    const those = { ...where(place), ...(personId && { personId }) };
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
      await this.change(tx, arrangement, stateAfterNewWords(arrangement.state));
    }
  }

  private async ask(tx: EntityManager, { personId, callId, occasionId, neededBy }: Participation): Promise<void> {
    const now = this.clock.now();
    const missing = await tx.query<{ needId: string; kindCode: string; leadDays: number }[]>(
      `select n.id as "needId", k.code as "kindCode", k.lead_days as "leadDays"
       from access_need n join adjustment_kind k on k.code = n.kind_code
       where n.person_id = $1 and n.removed_at is null and not exists (
         select from arrangement a where a.need_id = n.id and a.state = any($4)
         and (a.call_id = $2 or ($2::uuid is null and a.call_id is null and a.occasion_id = $3)))
       order by k.position`,
      [personId, callId, occasionId, openStates],
    );
    if (missing.length === 0) return;
    const ownerId = await this.leastBusyCoordinator(tx);
    for (const { needId, kindCode, leadDays } of missing) {
      const id = newId();
      await tx.insert(Arrangement, {
        id, personId, needId, kindCode, callId, occasionId, neededBy, ownerId, state: 'asked', version: 1,
        dueOn: await this.dueOn(neededBy, leadDays), stillBookedFor: null, createdAt: now, updatedAt: now,
      });
      await this.audit.record(tx, null, 'arrangement.asked', { type: 'arrangement', id }, { ownerId });
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
    await this.audit.record(tx, null, 'arrangement.changed', { type: 'arrangement', id: arrangement.id }, { from: arrangement.state, to: state });
  }

  /** As many working days before it is needed as arranging it takes. */
  private async dueOn(neededBy: string, leadDays: number): Promise<string> {
    return this.calendar.addWorkingDays(neededBy, -leadDays);
  }

  private async leastBusyCoordinator(tx: EntityManager): Promise<string | null> {
    const [row] = await tx.query<{ id: string }[]>(
      `select r.person_id as id from role_assignment r
       left join arrangement a on a.owner_id = r.person_id and a.state = any($2)
       where r.role = 'access_coordinator' and r.from_on <= $1 and (r.to_on is null or r.to_on >= $1)
       group by r.person_id order by count(distinct a.id), r.person_id limit 1`,
      [this.clock.today(), openStates],
    );
    return row?.id ?? null;
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
function where(place: Place): { callId: string } | { callId: ReturnType<typeof IsNull>; occasionId: string } {
  return place.callId === null ? { callId: IsNull(), occasionId: place.occasionId } : { callId: place.callId };
}
