import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint } from '../platform/database.js';
import { Conflict, NotFound, refuseUnless } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { Attendance } from './attendance.entity.js';
import { canPlan, canRecordAttendance, type OccasionFormat, type OccasionKind } from './diary.rules.js';
import { Occasion } from './occasion.entity.js';

export interface NewOccasion {
  id: string;
  kind: OccasionKind;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomId: string | null;
  joiningDetails: string | null;
}

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

  /** `minutes` is how long somebody took part; null when they did not come. Throws `RuleViolation`, `NotFound`. */
  async recordAttendance(tx: EntityManager, actor: Actor, occasionId: string, personId: string, minutes: number | null): Promise<void> {
    const occasion = await tx.findOneBy(Occasion, { id: occasionId });
    const attendance = await tx.findOne(Attendance, { where: { occasionId, personId }, lock: { mode: 'pessimistic_write' } });
    if (!occasion || !attendance) throw new NotFound();
    refuseUnless(canRecordAttendance(occasion, attendance.state, this.clock.now()));
    const state = minutes === null ? 'absent' : 'attended';
    await tx.update(Attendance, { occasionId, personId }, {
      state, minutes, recordedBy: actor.personId, recordedAt: this.clock.now(),
    });
    await this.audit.record(tx, actor, 'attendance.recorded', { type: 'occasion', id: occasionId }, { personId, state, minutes });
  }

  async addRoom(tx: EntityManager, name: string, details: string): Promise<string> {
    const id = newId();
    await tx.query(`insert into resource (id, kind, name, details) values ($1, 'room', $2, $3)`, [id, name, details]);
    return id;
  }

  private async reserve(tx: EntityManager, occasionId: string, resourceId: string, firm: boolean, takenMessage: string): Promise<void> {
    try {
      await tx.query(
        `insert into reservation (id, occasion_id, resource_id, during, firm)
         select $1, id, $3, tstzrange(starts_at, ends_at), $4 from occasion where id = $2`,
        [newId(), occasionId, resourceId, firm],
      );
    } catch (error) {
      if (brokenConstraint(error) === 'reservation_no_overlap') throw new Conflict(takenMessage);
      throw error;
    }
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
