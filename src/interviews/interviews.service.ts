import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { londonDay } from '../shared/dates.js';
import { may, subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint, Database } from '../platform/database.js';
import { Conflict, NotFound, refuseUnless } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import type { AttendanceState } from '../diary/diary.rules.js';
import { DiaryService } from '../diary/diary.service.js';
import type { ApplicationState } from '../applications/application.rules.js';
import { ApplicationsService } from '../applications/applications.service.js';
import { Booking } from './booking.entity.js';
import { canBook, canCancel, GONE, neededAgainBy, TAKEN, type BookingState } from './interview.rules.js';
import { InterviewsQueries } from './interviews.queries.js';

export interface LockedApplication {
  id: string;
  state: ApplicationState;
  personId: string;
  callId: string;
  toldShortlisted: boolean;
}

interface LockedSlot {
  callId: string;
  occasionId: string;
  startsAt: Date;
  removed: boolean;
}

interface LockedBooking {
  id: string;
  state: BookingState;
  applicationId: string;
  applicationState: ApplicationState;
  personId: string;
  callId: string;
  interviewsFrom: string;
  occasionId: string;
  startsAt: Date;
  endsAt: Date;
  attendance: AttendanceState;
}

const HAVE_ONE = 'You have an interview time already. Give it back first, then choose another.';

/** Booking an interview, giving it back, and who came. Somebody else's is `NotFound`. */
@Injectable()
export class InterviewsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly queries: InterviewsQueries,
    private readonly diary: DiaryService,
    private readonly applications: ApplicationsService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Books a slot: one of all who try at once gets it. Throws `Conflict` for the others, `RuleViolation`. */
  async book(actor: Actor, slotId: string, applicationId: string): Promise<string> {
    await this.refuseTaken(slotId, applicationId);
    return this.database.transaction((tx) => this.bookIn(tx, actor, slotId, applicationId));
  }

  /** Spares those who are too late the wait in the queue for the slot; the transaction decides. */
  async refuseTaken(slotId: string, applicationId: string): Promise<void> {
    const takenBy = await this.queries.takenBy(slotId);
    if (takenBy && takenBy !== applicationId) throw new Conflict(TAKEN);
  }

  /** Gives the booking's id; booking the same again gives the same. */
  async bookIn(tx: EntityManager, actor: Actor, slotId: string, applicationId: string): Promise<string> {
    const slot = await this.lockSlot(tx, slotId);
    const application = await this.lockApplication(tx, actor, applicationId);
    if (slot.callId !== application.callId) throw new NotFound();
    if (slot.removed) throw new Conflict(GONE);
    const own = await tx.findOneBy(Booking, { applicationId, state: 'live' });
    if (own?.slotId === slotId) return own.id;
    if (await tx.existsBy(Booking, { slotId, state: 'live' })) throw new Conflict(TAKEN);
    if (own) throw new Conflict(HAVE_ONE);
    refuseUnless(canBook(application, slot, this.clock.now()));

    const id = await this.insertBooking(tx, slotId, applicationId);
    await this.diary.reservePerson(tx, slot.occasionId, application.personId, true, 'You have something else here at that time. Please choose another.');
    await this.diary.expect(tx, slot.occasionId, [application.personId]);
    if (application.state === 'shortlisted') await this.applications.startInterviewing(tx, actor, applicationId);
    await tx.query(
      `update slot_request set answered_at = $2 where application_id = $1 and answered_at is null`, [applicationId, this.clock.now()]);
    await this.audit.record(tx, actor, 'interview.booked', { type: 'booking', id }, { applicationId, slotId });
    await this.bus.emit(tx, 'interview.booked', {
      bookingId: id, applicationId, callId: application.callId, personId: application.personId,
      occasionId: slot.occasionId, day: londonDay(slot.startsAt),
    });
    return id;
  }

  /** Gives a booked time back, by its resident or a lead; the time is free for others. Throws `RuleViolation`. */
  async cancel(actor: Actor, bookingId: string): Promise<void> {
    await this.database.transaction((tx) => this.cancelIn(tx, actor, bookingId));
  }

  async cancelIn(tx: EntityManager, actor: Actor, bookingId: string): Promise<void> {
    const booking = await this.lockBooking(tx, bookingId);
    const byLead = may(actor, 'interview.schedule');
    if (!booking || !(byLead || booking.personId === subjectOf(actor))) throw new NotFound();
    if (booking.state === 'cancelled') return;
    refuseUnless(canCancel(booking, byLead && booking.personId !== subjectOf(actor), this.clock.now()));
    await this.free(tx, actor, booking, booking.personId === subjectOf(actor));
    if (booking.applicationState === 'interviewing') await this.applications.stopInterviewing(tx, actor, booking.applicationId);
  }

  /** The application has ended, so its interview has too; `onlyToCome` leaves one that has begun. */
  async cancelOf(tx: EntityManager, applicationId: string, { onlyToCome = false, byApplicant = false } = {}): Promise<void> {
    const live = await tx.findOneBy(Booking, { applicationId, state: 'live' });
    const booking = live && await this.lockBooking(tx, live.id);
    const isOver = booking?.attendance === 'attended' || (onlyToCome && booking && booking.startsAt <= this.clock.now());
    if (booking && !isOver) await this.free(tx, null, booking, byApplicant);
    await tx.query(
      `update slot_request set answered_at = $2 where application_id = $1 and answered_at is null`, [applicationId, this.clock.now()]);
  }

  /** The call is cancelled, and with it the interviews that have not been held. */
  async cancelAllOf(tx: EntityManager, callId: string): Promise<void> {
    const live = await tx.query<{ applicationId: string }[]>(
      `select b.application_id as "applicationId" from booking b join slot s on s.id = b.slot_id
       where s.call_id = $1 and b.state = 'live' order by b.id`, [callId]);
    for (const { applicationId } of live) await this.cancelOf(tx, applicationId);
  }

  /** Who came counts as the planned time. Throws `RuleViolation` before it starts, and the second time. */
  async recordAttendance(actor: Actor, bookingId: string, came: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      const booking = await this.lockBooking(tx, bookingId);
      if (!booking || booking.state !== 'live') throw new NotFound();
      const minutes = Math.round((booking.endsAt.getTime() - booking.startsAt.getTime()) / 60_000);
      await this.diary.recordAttendance(tx, actor, booking.occasionId, booking.personId, came ? minutes : null);
      const { applicationId, callId, personId } = booking;
      if (!came) await this.bus.emit(tx, 'interview.missed', { bookingId, applicationId, callId, personId });
    });
  }

  /** The application, while nobody else changes it. Its own resident's, or a lead's. */
  async lockApplication(tx: EntityManager, actor: Actor, applicationId: string): Promise<LockedApplication> {
    const [application] = await tx.query<LockedApplication[]>(
      `select a.id, a.state, a.person_id as "personId", a.call_id as "callId", exists (
         select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted') as "toldShortlisted"
       from application a where a.id = $1 for update`,
      [applicationId],
    );
    if (!application || !(application.personId === subjectOf(actor) || may(actor, 'interview.schedule'))) throw new NotFound();
    return application;
  }

  private async lockSlot(tx: EntityManager, slotId: string): Promise<LockedSlot> {
    const [slot] = await tx.query<LockedSlot[]>(
      `select s.call_id as "callId", s.occasion_id as "occasionId", o.starts_at as "startsAt", s.removed_at is not null as removed
       from slot s join occasion o on o.id = s.occasion_id where s.id = $1 for update of s`,
      [slotId],
    );
    if (!slot) throw new NotFound();
    return slot;
  }

  private async insertBooking(tx: EntityManager, slotId: string, applicationId: string): Promise<string> {
    const id = newId();
    try {
      await tx.insert(Booking, { id, slotId, applicationId, state: 'live', bookedAt: this.clock.now(), cancelledAt: null });
    } catch (error) {
      if (brokenConstraint(error) === 'booking_one_a_slot') throw new Conflict(TAKEN);
      if (brokenConstraint(error) === 'booking_one_an_application') throw new Conflict(HAVE_ONE);
      throw error;
    }
    return id;
  }

  private async lockBooking(tx: EntityManager, bookingId: string): Promise<LockedBooking | null> {
    const [booking] = await tx.query<LockedBooking[]>(
      `select b.id, b.state, a.id as "applicationId", a.state as "applicationState", a.person_id as "personId", a.call_id as "callId",
         c.interviews_from::text as "interviewsFrom", s.occasion_id as "occasionId", o.starts_at as "startsAt", o.ends_at as "endsAt",
         t.state as attendance
       from booking b join application a on a.id = b.application_id join call c on c.id = a.call_id
       join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
       join attendance t on t.occasion_id = s.occasion_id and t.person_id = a.person_id
       where b.id = $1 for update of a, b`,
      [bookingId],
    );
    return booking ?? null;
  }

  private async free(tx: EntityManager, actor: Actor | null, booking: LockedBooking, byApplicant: boolean): Promise<void> {
    await tx.update(Booking, booking.id, { state: 'cancelled', cancelledAt: this.clock.now() });
    await this.diary.releasePerson(tx, booking.occasionId, booking.personId);
    await this.audit.record(tx, actor, 'interview.cancelled', { type: 'booking', id: booking.id }, { applicationId: booking.applicationId });
    await this.bus.emit(tx, 'interview.cancelled', {
      bookingId: booking.id, applicationId: booking.applicationId, callId: booking.callId, personId: booking.personId,
      occasionId: booking.occasionId, neededBy: neededAgainBy(booking.interviewsFrom, this.clock.today()), byApplicant,
    });
  }
}
