import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { may, subjectOf, type Actor } from '../platform/actor.js';
import { NotFound } from '../platform/errors.js';
import type { AttendanceState, OccasionFormat, RoomFeature } from '../diary/diary.rules.js';
import type { ApplicationState } from '../applications/application.rules.js';
import type { BookingState } from './interview.rules.js';

export interface LockedApplication {
  id: string;
  state: ApplicationState;
  personId: string;
  callId: string;
  toldShortlisted: boolean;
  /** The round they are in now. */
  roundId: string | null;
}

export interface LockedSlot {
  id: string;
  callId: string;
  roundId: string;
  occasionId: string;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  /** Of its room. */
  features: RoomFeature[];
  baseMinutes: number;
  panel: string[];
  removed: boolean;
}

export interface LockedBooking {
  id: string;
  state: BookingState;
  slotId: string;
  roundId: string;
  applicationId: string;
  applicationState: ApplicationState;
  personId: string;
  callId: string;
  /** The round's first day. */
  fromOn: string;
  occasionId: string;
  startsAt: Date;
  endsAt: Date;
  attendance: AttendanceState;
  agreedAt: Date | null;
  agreeBy: string | null;
  confirmedAt: Date | null;
  sequence: number;
}

/** Rows while nobody else changes them. Where several are needed: slot, then application and booking. */
@Injectable()
export class BookingLocks {
  /** Its own resident's, or a lead's. */
  async application(tx: EntityManager, actor: Actor, applicationId: string): Promise<LockedApplication> {
    const [application] = await tx.query<LockedApplication[]>(
      `select a.id, a.state, a.person_id as "personId", a.call_id as "callId", exists (
         select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted') as "toldShortlisted",
         (select r.round_id from application_round r where r.application_id = a.id) as "roundId"
       from application a where a.id = $1 for update`,
      [applicationId],
    );
    if (!application || !(application.personId === subjectOf(actor) || may(actor, 'interview.schedule'))) throw new NotFound();
    return application;
  }

  async slot(tx: EntityManager, slotId: string): Promise<LockedSlot> {
    const [slot] = await tx.query<LockedSlot[]>(
      `select s.id, s.call_id as "callId", s.round_id as "roundId", s.occasion_id as "occasionId", o.starts_at as "startsAt", o.ends_at as "endsAt",
         o.format, coalesce(x.features, '{}') as features, r.base_minutes as "baseMinutes", s.removed_at is not null as removed,
         array(select p.person_id from slot_panel p where p.slot_id = s.id order by 1) as panel
       from slot s join occasion o on o.id = s.occasion_id join interview_round r on r.id = s.round_id
       left join resource x on x.id = o.room_id where s.id = $1 for update of s`,
      [slotId],
    );
    if (!slot) throw new NotFound();
    return slot;
  }

  async booking(tx: EntityManager, bookingId: string): Promise<LockedBooking | null> {
    // Locked first and read then, because whoever we wait for may have moved it to another slot.
    await tx.query(`select from booking b join application a on a.id = b.application_id where b.id = $1 for update of a, b`, [bookingId]);
    const [booking] = await tx.query<LockedBooking[]>(
      `select b.id, b.state, b.slot_id as "slotId", b.round_id as "roundId", a.id as "applicationId", a.state as "applicationState",
         a.person_id as "personId", a.call_id as "callId", r.from_on::text as "fromOn", s.occasion_id as "occasionId",
         o.starts_at as "startsAt", o.ends_at as "endsAt", t.state as attendance, b.agreed_at as "agreedAt", b.agree_by::text as "agreeBy",
         b.confirmed_at as "confirmedAt", b.sequence
       from booking b join application a on a.id = b.application_id join interview_round r on r.id = b.round_id
       join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
       join attendance t on t.occasion_id = s.occasion_id and t.person_id = a.person_id
       where b.id = $1`,
      [bookingId],
    );
    return booking ?? null;
  }

  /** Somebody's own, or a lead's. */
  async bookingOf(tx: EntityManager, actor: Actor, bookingId: string): Promise<LockedBooking> {
    const booking = await this.booking(tx, bookingId);
    if (!booking || !(booking.personId === subjectOf(actor) || may(actor, 'interview.schedule'))) throw new NotFound();
    return booking;
  }
}
