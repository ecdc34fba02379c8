import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { formatInstant, londonDay } from '../shared/dates.js';
import type { Outcome } from '../shared/result.js';
import { list } from '../shared/words.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import type { Role } from '../platform/permissions.js';
import { PeopleQueries } from '../people/people.queries.js';
import { DateGuard, TooSoonRefused, type DateOverride } from '../adjustments/date-guard.service.js';
import { formatNames } from '../diary/diary.rules.js';
import { DiaryQueries, type Room } from '../diary/diary.queries.js';
import { DiaryService } from '../diary/diary.service.js';
import { Call } from '../calls/call.entity.js';
import { Booking } from './booking.entity.js';
import { canOfferSlots, panelIsComplete, panelRoles, timesOf, type Time } from './interview.rules.js';
import type { InterviewFormat, NewSlotsDto } from './interviews.dto.js';
import { InterviewRound } from './round.entity.js';
import { Slot } from './slot.entity.js';

/** Which field of the form a refusal is about. */
export class SlotsRefused extends RuleViolation {
  constructor(readonly field: string, message: string) {
    super(message);
  }
}

/** Minutes and people of one time; instants in UTC. */
export interface NewSlot {
  id: string;
  roundId: string;
  startsAt: Date;
  endsAt: Date;
  format: InterviewFormat;
  roomId: string | null;
  panel: string[];
  joiningDetails: string | null;
  /** For a day that is too soon for somebody on the panel: everybody was asked. */
  override?: DateOverride | null;
}

type Round = InterviewRound & { /** The call's. */ state: string };

interface SlotPlan {
  format: InterviewFormat;
  room: Room | null;
  panel: Candidate[];
  joiningDetails: string | null;
}

interface Candidate {
  id: string;
  name: string | null;
  roles: readonly Role[];
}

/** Interview times: made by a lead, with their room and panel reserved. */
@Injectable()
export class SlotsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly diary: DiaryService,
    private readonly diaryQueries: DiaryQueries,
    private readonly guard: DateGuard,
    private readonly people: PeopleQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes several times in one go: all of them or none. The first has `wanted.id`; making it again does nothing.
   * People who had nothing to choose from hear that they have now.
   * Throws `SlotsRefused`, and `Conflict` that names the person or the room that is taken.
   */
  async create(actor: Actor, callId: string, wanted: NewSlotsDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const made = await tx.findOneBy(Slot, { id: wanted.id });
      if (made && made.createdBy === actor.personId && made.callId === callId) return;
      // One at a time for a call, so that of two who add times at once only one adds the first.
      const round = await this.lockRound(tx, callId, wanted.roundId);
      const series = timesOf(wanted);
      if (!series.ok) throw new SlotsRefused('startTime', series.reason);
      const plan = await this.check(round, wanted, wanted.day);
      if (series.times[0]!.startsAt <= this.clock.now()) throw new SlotsRefused('startTime', 'The first one must start in the future');
      const areTheFirst = !(await this.hasFreeTime(tx, round.id));
      for (const [index, time] of series.times.entries()) {
        await this.createOne(tx, actor, round, { ...plan, id: index === 0 ? wanted.id : newId(), ...time });
      }
      if (areTheFirst) await this.tellWaiting(tx, callId, round.id);
    });
  }

  /** One time, whose people are placed by whoever makes it. Throws as `create` does. */
  async createIn(tx: EntityManager, actor: Actor, wanted: NewSlot): Promise<void> {
    if (await tx.existsBy(Slot, { id: wanted.id })) return;
    const round = await this.lockRound(tx, null, wanted.roundId);
    const plan = await this.check(round, { ...wanted, roomId: wanted.roomId ?? undefined }, londonDay(wanted.startsAt));
    await this.createOne(tx, actor, round, { ...plan, id: wanted.id, startsAt: wanted.startsAt, endsAt: wanted.endsAt, override: wanted.override });
  }

  /** Takes back a time nobody has booked. Throws `RuleViolation`. */
  async remove(actor: Actor, slotId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const slot = await tx.findOne(Slot, { where: { id: slotId }, lock: { mode: 'pessimistic_write' } });
      if (!slot) throw new NotFound();
      if (slot.removedAt) return;
      if (await tx.existsBy(Booking, { slotId, state: 'live' })) {
        throw new RuleViolation('Somebody has booked this time. Cancel their interview first, so that they are told.');
      }
      await this.removeIn(tx, actor, slot);
    });
  }

  /** Takes back all times of a call that nobody has booked. */
  async removeAll(tx: EntityManager, callId: string): Promise<void> {
    const slots = await tx.query<{ id: string; occasionId: string }[]>(
      `select id, occasion_id as "occasionId" from slot s where call_id = $1 and removed_at is null
       and not exists (select from booking b where b.slot_id = s.id and b.state = 'live') order by id for update`,
      [callId],
    );
    for (const slot of slots) await this.removeIn(tx, null, slot);
  }

  /** Takes back a time whose people were moved away before. */
  async removeIn(tx: EntityManager, actor: Actor | null, slot: { id: string; occasionId: string }): Promise<void> {
    await tx.query(`select from slot where id = $1 for update`, [slot.id]);
    if (await tx.existsBy(Booking, { slotId: slot.id, state: 'live' })) throw new Conflict('Somebody has booked this time meanwhile. Nothing was changed.');
    await tx.update(Slot, slot.id, { removedAt: this.clock.now() });
    await this.diary.cancel(tx, actor, slot.occasionId);
    const sitting = await tx.query<{ personId: string; callId: string; day: string }[]>(
      `select p.person_id as "personId", s.call_id as "callId", (o.starts_at at time zone 'Europe/London')::date::text as day
       from slot_panel p join slot s on s.id = p.slot_id join occasion o on o.id = s.occasion_id where s.id = $1 order by 1`, [slot.id]);
    for (const one of sitting) {
      if (!(await this.sits(tx, one.callId, one.personId, one.day))) await this.bus.emit(tx, 'panel.sitting-ended', one);
    }
    await this.audit.record(tx, actor, 'slot.removed', { type: 'slot', id: slot.id });
  }

  /** Who may sit on a panel. */
  async candidates(): Promise<Candidate[]> {
    return (await this.people.withAnyRole()).filter(({ roles }) => panelRoles.some((role) => roles.includes(role)));
  }

  /** The round of the call; without one, its last. */
  private async lockRound(tx: EntityManager, callId: string | null, roundId?: string): Promise<Round> {
    const [found] = await tx.query<{ id: string; callId: string }[]>(
      `select id, call_id as "callId" from interview_round
       where (call_id = $1 or $1::uuid is null) and (id = $2 or ($2::uuid is null and $1::uuid is not null)) order by number desc limit 1`, [callId, roundId ?? null]);
    if (!found) throw new NotFound();
    const call = await tx.findOneOrFail(Call, { where: { id: found.callId }, lock: { mode: 'for_no_key_update' } });
    const round = await tx.findOneByOrFail(InterviewRound, { id: found.id });
    return { ...round, state: call.state };
  }

  private async check(round: Round, wanted: { format: InterviewFormat; roomId?: string; joiningDetails?: string | null; panel: readonly string[] }, day: string): Promise<SlotPlan> {
    const panel = (await this.candidates()).filter(({ id }) => wanted.panel.includes(id));
    demand('day', canOfferSlots(round, day, this.clock.today()));
    demand('panel', panelIsComplete(panel, { least: round.panelLeast, most: round.panelMost }));
    if (!round.formats.includes(wanted.format)) throw new SlotsRefused('format', `In this round you meet: ${list(round.formats.map((format) => formatNames[format].toLowerCase()))}`);
    const room = wanted.format === 'in_person' ? await this.room(wanted.roomId) : null;
    return { format: wanted.format, room, panel, joiningDetails: wanted.joiningDetails ?? null };
  }

  private async room(roomId: string | undefined): Promise<Room> {
    const room = (await this.diaryQueries.rooms()).find(({ id }) => id === roomId);
    if (!room) throw new SlotsRefused('roomId', 'Choose a room');
    return room;
  }

  private async createOne(tx: EntityManager, actor: Actor, round: Round, slot: SlotPlan & Time & { id: string; override?: DateOverride | null }): Promise<void> {
    const { id, startsAt, endsAt, format, room, panel, joiningDetails } = slot;
    const { callId } = round;
    const occasionId = newId();
    const day = londonDay(startsAt);
    const takenThen = (name: string) => `${name} is taken on ${formatInstant(startsAt)}. Nothing was saved. Choose another time.`;
    await planned(takenThen(room?.name ?? 'The room'), () => this.diary.plan(tx, actor, {
      id: occasionId, kind: 'interview', startsAt, endsAt, format, roomId: room?.id ?? null, joiningDetails, holderId: callId,
    }));
    await tx.insert(Slot, { id, callId, roundId: round.id, occasionId, createdBy: actor.personId, createdAt: this.clock.now(), removedAt: null });
    for (const person of panel) {
      await this.diary.reservePerson(tx, occasionId, person.id, true, takenThen(person.name ?? 'Somebody on the panel'));
      const isFirst = !(await this.sits(tx, callId, person.id, day));
      await tx.query(`insert into slot_panel (slot_id, person_id) values ($1, $2)`, [id, person.id]);
      if (isFirst) await this.bus.emit(tx, 'panel.sitting-planned', { callId, personId: person.id, day });
    }
    await safe(() => this.guard.require(tx, actor, { personIds: panel.map((person) => person.id), startsAt, endsAt, occasionId, holderId: callId }, slot.override ?? null));
    await this.audit.record(tx, actor, 'slot.created', { type: 'slot', id }, { callId });
  }

  /** Whether somebody is on a panel of the call that day. */
  private async sits(tx: EntityManager, callId: string, personId: string, day: string): Promise<boolean> {
    const sittings = await tx.query<object[]>(
      `select 1 from slot_panel p join slot s on s.id = p.slot_id join occasion o on o.id = s.occasion_id
       where s.call_id = $1 and p.person_id = $2 and s.removed_at is null and (o.starts_at at time zone 'Europe/London')::date = $3 limit 1`,
      [callId, personId, day]);
    return sittings.length > 0;
  }

  private async hasFreeTime(tx: EntityManager, roundId: string): Promise<boolean> {
    const free = await tx.query<object[]>(
      `select 1 from slot s join occasion o on o.id = s.occasion_id
       where s.round_id = $1 and s.removed_at is null and o.cancelled_at is null and o.starts_at > $2
       and not exists (select from booking b where b.slot_id = s.id and b.state = 'live') limit 1`,
      [roundId, this.clock.now()],
    );
    return free.length > 0;
  }

  /** Those who asked for other times hear from a lead, who has read what suits them. */
  private async tellWaiting(tx: EntityManager, callId: string, roundId: string): Promise<void> {
    const waiting = await tx.query<{ applicationId: string; personId: string }[]>(
      `select a.id as "applicationId", a.person_id as "personId" from application a
       join application_round r on r.application_id = a.id
       where r.round_id = $1 and a.state in ('shortlisted', 'interviewing') and a.superseded_by is null
       and exists (select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted')
       and not exists (select from booking b where b.application_id = a.id and b.round_id = r.round_id and b.state = 'live')
       and not exists (select from slot_request q where q.application_id = a.id and q.answered_at is null) order by a.id`,
      [roundId],
    );
    for (const person of waiting) await this.bus.emit(tx, 'interview.more-times', { requestId: null, callId, ...person });
  }
}

function demand(field: string, outcome: Outcome): void {
  if (!outcome.ok) throw new SlotsRefused(field, outcome.reason);
}

/** A day that is too soon for somebody on the panel is an error of the day. */
async function safe(check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    throw error instanceof TooSoonRefused ? new SlotsRefused('day', error.message) : error;
  }
}

/** The diary says that the room is taken; people want to know which, and when. */
async function planned(takenMessage: string, plan: () => Promise<void>): Promise<void> {
  try {
    await plan();
  } catch (error) {
    throw error instanceof Conflict ? new Conflict(takenMessage) : error;
  }
}
