import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { formatInstant } from '../shared/dates.js';
import type { Outcome } from '../shared/result.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import type { Role } from '../platform/permissions.js';
import { PeopleQueries } from '../people/people.queries.js';
import { DiaryQueries, type Room } from '../diary/diary.queries.js';
import { DiaryService } from '../diary/diary.service.js';
import { Call } from '../calls/call.entity.js';
import { Booking } from './booking.entity.js';
import { canOfferSlots, panelIsComplete, panelRoles, timesOf, type Time } from './interview.rules.js';
import type { NewSlotsDto } from './interviews.dto.js';
import { Slot } from './slot.entity.js';

/** Which field of the form a refusal is about. */
export class SlotsRefused extends RuleViolation {
  constructor(readonly field: string, message: string) {
    super(message);
  }
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
    const panel = (await this.candidates()).filter(({ id }) => wanted.panel.includes(id));
    const room = wanted.format === 'in_person' ? await this.room(wanted.roomId) : null;
    await this.database.transaction(async (tx) => {
      const made = await tx.findOneBy(Slot, { id: wanted.id });
      if (made && made.createdBy === actor.personId && made.callId === callId) return;
      // One at a time for a call, so that of two who add times at once only one adds the first.
      const call = await tx.findOne(Call, { where: { id: callId }, lock: { mode: 'for_no_key_update' } });
      if (!call) throw new NotFound();
      demand('day', canOfferSlots(call, wanted.day, this.clock.today()));
      demand('panel', panelIsComplete(panel));
      const series = timesOf(wanted);
      if (!series.ok) throw new SlotsRefused('startTime', series.reason);
      if (series.times[0]!.startsAt <= this.clock.now()) throw new SlotsRefused('startTime', 'The first one must start in the future');
      const areTheFirst = !(await this.hasFreeTime(tx, callId));
      for (const [index, time] of series.times.entries()) {
        await this.createOne(tx, actor, callId, { id: index === 0 ? wanted.id : newId(), time, room, panel, wanted });
      }
      if (areTheFirst) await this.tellWaiting(tx, callId);
    });
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

  /** Who may sit on a panel. */
  async candidates(): Promise<Candidate[]> {
    return (await this.people.withAnyRole()).filter(({ roles }) => panelRoles.some((role) => roles.includes(role)));
  }

  private async room(roomId: string | undefined): Promise<Room> {
    const room = (await this.diaryQueries.rooms()).find(({ id }) => id === roomId);
    if (!room) throw new SlotsRefused('roomId', 'Choose a room');
    return room;
  }

  private async createOne(
    tx: EntityManager, actor: Actor, callId: string,
    slot: { id: string; time: Time; room: Room | null; panel: Candidate[]; wanted: NewSlotsDto },
  ): Promise<void> {
    const { id, time, room, panel, wanted } = slot;
    const occasionId = newId();
    const taken = (name: string) => `${name} is taken on ${formatInstant(time.startsAt)}. Nothing was saved. Choose another time.`;
    await planned(taken(room?.name ?? 'The room'), () => this.diary.plan(tx, actor, {
      id: occasionId, kind: 'interview', ...time, format: wanted.format, roomId: room?.id ?? null,
      joiningDetails: wanted.joiningDetails ?? null, holderId: callId,
    }));
    await tx.insert(Slot, { id, callId, occasionId, createdBy: actor.personId, createdAt: this.clock.now(), removedAt: null });
    for (const person of panel) {
      await this.diary.reservePerson(tx, occasionId, person.id, true, taken(person.name ?? 'Somebody on the panel'));
      await tx.query(`insert into slot_panel (slot_id, person_id) values ($1, $2)`, [id, person.id]);
    }
    await this.audit.record(tx, actor, 'slot.created', { type: 'slot', id }, { callId });
  }

  private async hasFreeTime(tx: EntityManager, callId: string): Promise<boolean> {
    const free = await tx.query<object[]>(
      `select 1 from slot s join occasion o on o.id = s.occasion_id
       where s.call_id = $1 and s.removed_at is null and o.cancelled_at is null and o.starts_at > $2
       and not exists (select from booking b where b.slot_id = s.id and b.state = 'live') limit 1`,
      [callId, this.clock.now()],
    );
    return free.length > 0;
  }

  /** Those who asked for other times hear from a lead, who has read what suits them. */
  private async tellWaiting(tx: EntityManager, callId: string): Promise<void> {
    const waiting = await tx.query<{ applicationId: string; personId: string }[]>(
      `select a.id as "applicationId", a.person_id as "personId" from application a
       where a.call_id = $1 and a.state = 'shortlisted' and a.superseded_by is null
       and exists (select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted')
       and not exists (select from booking b where b.application_id = a.id and b.state = 'live')
       and not exists (select from slot_request q where q.application_id = a.id and q.answered_at is null) order by a.id`,
      [callId],
    );
    for (const person of waiting) await this.bus.emit(tx, 'interview.more-times', { requestId: null, callId, ...person });
  }

  private async removeIn(tx: EntityManager, actor: Actor | null, slot: { id: string; occasionId: string }): Promise<void> {
    await tx.update(Slot, slot.id, { removedAt: this.clock.now() });
    await this.diary.cancel(tx, actor, slot.occasionId);
    await this.audit.record(tx, actor, 'slot.removed', { type: 'slot', id: slot.id });
  }
}

function demand(field: string, outcome: Outcome): void {
  if (!outcome.ok) throw new SlotsRefused(field, outcome.reason);
}

/** The diary says that the room is taken; people want to know which, and when. */
async function planned(takenMessage: string, plan: () => Promise<void>): Promise<void> {
  try {
    await plan();
  } catch (error) {
    throw error instanceof Conflict ? new Conflict(takenMessage) : error;
  }
}
