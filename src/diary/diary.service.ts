import { Injectable } from '@nestjs/common';
import { In, IsNull, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint } from '../platform/database.js';
import { Conflict, NotFound, refuseUnless } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { Attendance } from './attendance.entity.js';
import { canPlan, canRecordAttendance, type AttendanceState, type OccasionFormat, type OccasionKind, type RoomFeature } from './diary.rules.js';
import { Occasion } from './occasion.entity.js';

export interface NewOccasion {
  id: string;
  kind: OccasionKind;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomId: string | null;
  joiningDetails: string | null;
  /** The call or the group on whose account it takes what it takes; null when it stands alone. */
  holderId: string | null;
}

const OVERLAPS = new Set(['reservation_no_overlap', 'reservation_held_by_another', 'reservation_held_once']);

/** Occasions and who is reserved for them. Every command runs in its caller's transaction. */
@Injectable()
export class DiaryService {
  constructor(private readonly audit: Audit, private readonly clock: Clock) {}

  /** Makes an occasion and reserves its room. Throws `RuleViolation`; `Conflict` when the room is taken. */
  async plan(tx: EntityManager, actor: Actor, occasion: NewOccasion): Promise<void> {
    refuseUnless(canPlan(occasion, this.clock.now()));
    await tx.insert(Occasion, { ...occasion, cancelledAt: null, createdAt: this.clock.now() });
    if (occasion.roomId) await this.reserve(tx, occasion.id, occasion.roomId, true, 'That room is taken at that time.');
    await this.audit.record(tx, actor, 'occasion.planned', { type: 'occasion', id: occasion.id }, { kind: occasion.kind });
  }

  /** Reserves somebody: firmly, or softly (an overlap is then flagged, not refused). Throws `Conflict`. */
  async reservePerson(tx: EntityManager, occasionId: string, personId: string, firm: boolean, takenMessage: string): Promise<void> {
    await this.reserve(tx, occasionId, await this.resourceOf(tx, personId), firm, takenMessage);
  }

  async releasePerson(tx: EntityManager, occasionId: string, personId: string): Promise<void> {
    await tx.query(
      `update reservation set released_at = $3 where occasion_id = $1 and released_at is null
       and resource_id = (select id from resource where person_id = $2)`,
      [occasionId, personId, this.clock.now()],
    );
  }

  /**
   * Another time, place or way for the same occasion. Its room is exchanged, and the people who were reserved go with it;
   * whoever else was to come is freed before. Throws `RuleViolation`; `Conflict` when the room, or somebody who can't overlap, is taken.
   */
  async move(tx: EntityManager, actor: Actor, occasionId: string, to: Pick<NewOccasion, 'startsAt' | 'endsAt' | 'format' | 'roomId' | 'joiningDetails'>): Promise<void> {
    refuseUnless(canPlan(to, this.clock.now()));
    const people = await tx.query<{ resourceId: string; firm: boolean }[]>(
      `select v.resource_id as "resourceId", v.firm from reservation v join resource r on r.id = v.resource_id
       where v.occasion_id = $1 and v.released_at is null and r.kind = 'person' order by v.resource_id`, [occasionId]);
    await tx.query(`update reservation set released_at = $2 where occasion_id = $1 and released_at is null`, [occasionId, this.clock.now()]);
    await tx.update(Occasion, { id: occasionId, cancelledAt: IsNull() }, { ...to });
    if (to.roomId) await this.reserve(tx, occasionId, to.roomId, true, 'That room is taken at that time.');
    for (const { resourceId, firm } of people) await this.reserve(tx, occasionId, resourceId, firm, 'Somebody is taken at that time.');
    await this.audit.record(tx, actor, 'occasion.moved', { type: 'occasion', id: occasionId });
  }

  /** Frees everything that was reserved. */
  async cancel(tx: EntityManager, actor: Actor | null, occasionId: string): Promise<void> {
    const now = this.clock.now();
    await tx.update(Occasion, { id: occasionId, cancelledAt: IsNull() }, { cancelledAt: now });
    await tx.query(`update reservation set released_at = $2 where occasion_id = $1 and released_at is null`, [occasionId, now]);
    await this.audit.record(tx, actor, 'occasion.cancelled', { type: 'occasion', id: occasionId });
  }

  async expect(tx: EntityManager, occasionId: string, personIds: readonly string[]): Promise<void> {
    for (const personId of personIds) {
      // Somebody may give an interview time back and choose it again.
      await tx.query(
        `insert into attendance (occasion_id, person_id, state) values ($1, $2, 'expected') on conflict do nothing`,
        [occasionId, personId],
      );
    }
  }

  /**
   * `minutes` is how long somebody took part; null when they did not come, which is not held when something they can't do without
   * was not there. Answers what was written down. Throws `RuleViolation`, `NotFound`.
   */
  async recordAttendance(tx: EntityManager, actor: Actor, occasionId: string, personId: string, minutes: number | null): Promise<AttendanceState> {
    const occasion = await tx.findOneBy(Occasion, { id: occasionId });
    const attendance = await tx.findOne(Attendance, { where: { occasionId, personId }, lock: { mode: 'pessimistic_write' } });
    if (!occasion || !attendance) throw new NotFound();
    refuseUnless(canRecordAttendance(occasion, attendance.state, this.clock.now()));
    const state = minutes !== null ? 'attended' : await isTheirAbsence(tx, occasionId, personId) ? 'absent' : 'not_held';
    await tx.update(Attendance, { occasionId, personId }, {
      state, minutes, recordedBy: actor.personId, recordedAt: this.clock.now(),
    });
    await this.audit.record(tx, actor, 'attendance.recorded', { type: 'occasion', id: occasionId }, { personId, state, minutes });
    return state;
  }

  /** It turned out that it was not their absence. An interview nobody has written up yet was none; a meeting may have been held all the same. */
  async markNotHeld(tx: EntityManager, occasionId: string, personId: string): Promise<void> {
    const { kind } = await tx.findOneByOrFail(Occasion, { id: occasionId });
    const states = In<AttendanceState>(kind === 'interview' ? ['absent', 'expected'] : ['absent']);
    const attendance = await tx.findOne(Attendance, { where: { occasionId, personId, state: states }, lock: { mode: 'pessimistic_write' } });
    if (!attendance) return;
    await tx.update(Attendance, { occasionId, personId }, { state: 'not_held', recordedBy: attendance.recordedBy ?? personId, recordedAt: attendance.recordedAt ?? this.clock.now() });
    await this.audit.record(tx, null, 'attendance.recorded', { type: 'occasion', id: occasionId }, { personId, state: 'not_held', minutes: null });
  }

  /** Reserves an interpreter, or whatever else comes to an occasion, firmly. Throws `Conflict`. */
  async reserveResource(tx: EntityManager, occasionId: string, resourceId: string, takenMessage: string): Promise<void> {
    await this.reserve(tx, occasionId, resourceId, true, takenMessage);
  }

  async releaseResource(tx: EntityManager, occasionId: string, resourceId: string): Promise<void> {
    await tx.query(
      `update reservation set released_at = $3 where occasion_id = $1 and resource_id = $2 and released_at is null`,
      [occasionId, resourceId, this.clock.now()],
    );
  }

  /** Keeps somebody free for a call or a group: its own occasions may take them, nobody else's. Gives the hold's id. Throws `Conflict`. */
  async hold(tx: EntityManager, hold: { id: string; holderId: string; resourceId: string; startsAt: Date; endsAt: Date }, takenMessage: string): Promise<void> {
    await orTaken(takenMessage, () => tx.query(
      `insert into reservation (id, occasion_id, holder_id, resource_id, during, firm) values ($1, null, $2, $3, tstzrange($4, $5), true)`,
      [hold.id, hold.holderId, hold.resourceId, hold.startsAt, hold.endsAt],
    ));
  }

  /** Holds that are not needed: one, or all of a holder. Gives whom it freed, and when they were to come. */
  async releaseHolds(tx: EntityManager, those: { id: string } | { holderId: string; resourceId?: string }): Promise<{ id: string; resourceId: string }[]> {
    const [rows] = await tx.query<[{ id: string; resourceId: string }[], number]>(
      `update reservation set released_at = $2 where occasion_id is null and released_at is null and ${'id' in those ? 'id' : 'holder_id'} = $1
       and ($3::uuid is null or resource_id = $3) returning id, resource_id as "resourceId"`,
      ['id' in those ? those.id : those.holderId, this.clock.now(), 'id' in those ? null : those.resourceId ?? null],
    );
    return rows;
  }

  async addRoom(tx: EntityManager, name: string, details: string, features: readonly RoomFeature[] = []): Promise<string> {
    const id = newId();
    await tx.query(`insert into resource (id, kind, name, details, features) values ($1, 'room', $2, $3, $4)`, [id, name, details, features]);
    return id;
  }

  /** `skills` are kinds of adjustment this person can be: at least one. */
  async addInterpreter(tx: EntityManager, name: string, skills: readonly string[]): Promise<string> {
    const id = newId();
    await tx.query(`insert into resource (id, kind, name, skills) values ($1, 'interpreter', $2, $3)`, [id, name, skills]);
    return id;
  }

  async describeInterpreter(tx: EntityManager, resourceId: string, name: string, skills: readonly string[]): Promise<void> {
    await tx.query(`update resource set name = $2, skills = $3 where id = $1 and kind = 'interpreter'`, [resourceId, name, skills]);
  }

  private async reserve(tx: EntityManager, occasionId: string, resourceId: string, firm: boolean, takenMessage: string): Promise<void> {
    await orTaken(takenMessage, () => tx.query(
      `insert into reservation (id, occasion_id, resource_id, during, firm)
       select $1, id, $3, tstzrange(starts_at, ends_at), $4 from occasion where id = $2`,
      [newId(), occasionId, resourceId, firm],
    ));
  }

  /** People become resources when they are first reserved. */
  private async resourceOf(tx: EntityManager, personId: string): Promise<string> {
    await tx.query(
      `insert into resource (id, kind, person_id) values ($1, 'person', $2) on conflict (person_id) do nothing`,
      [newId(), personId],
    );
    const [row] = await tx.query<{ id: string }[]>(`select id from resource where person_id = $1`, [personId]);
    return row!.id;
  }
}

async function orTaken(takenMessage: string, reserve: () => Promise<unknown>): Promise<void> {
  try {
    await reserve();
  } catch (error) {
    if (OVERLAPS.has(brokenConstraint(error) ?? '')) throw new Conflict(takenMessage);
    throw error;
  }
}

async function isTheirAbsence(tx: EntityManager, occasionId: string, personId: string): Promise<boolean> {
  const [row] = await tx.query<{ ours: boolean }[]>(`select not_their_absence($1, $2) as ours`, [occasionId, personId]);
  return !row!.ours;
}
