import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { londonDay } from '../shared/dates.js';
import { may, subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint, Database } from '../platform/database.js';
import { Conflict, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { DiaryService } from '../diary/diary.service.js';
import { ApplicationsService } from '../applications/applications.service.js';
import { Booking } from './booking.entity.js';
import { BookingLocks, type LockedApplication, type LockedBooking, type LockedSlot } from './booking-locks.js';
import { agreeBy, canMove, canPlace, type Placing } from './booking.rules.js';
import { ConfirmingService } from './confirming.service.js';
import { canBook, canCancel, GONE, neededAgainBy, TAKEN } from './interview.rules.js';
import { InterviewsQueries } from './interviews.queries.js';

const HAVE_ONE = 'You have an interview time already. Give it back first, then choose another.';
const ELSEWHERE = 'You have something else here at that time. Please choose another.';

/** Booking an interview, moving it and giving it back. Somebody else's is `NotFound`. */
@Injectable()
export class InterviewsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly queries: InterviewsQueries,
    private readonly locks: BookingLocks,
    private readonly confirming: ConfirmingService,
    private readonly diary: DiaryService,
    private readonly applications: ApplicationsService,
    private readonly settings: SettingsReader,
    private readonly calendar: WorkingCalendar,
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
    const { slot, application, known } = await this.lockFree(tx, actor, slotId, applicationId);
    if (known) return known;
    if (application.personId !== subjectOf(actor)) throw new NotFound();
    if (slot.roundId !== application.roundId) throw new NotFound();
    refuseUnless(canBook(application, slot, this.clock.now()));
    return this.take(tx, actor, slot, application, { placedBy: null, agreedAt: this.clock.now(), agreeBy: null });
  }

  /**
   * A lead, or a timetable, places somebody: the time is held until they say yes, or the day for it is over.
   * Gives the booking's id; placing the same again gives the same. Throws as `book` does.
   */
  async placeIn(tx: EntityManager, actor: Actor, { slotId, applicationId }: Placing): Promise<string> {
    const { slot, application, known } = await this.lockFree(tx, actor, slotId, applicationId);
    if (known) return known;
    await this.refuseStranger(tx, application, slot);
    refuseUnless(canPlace(application, slot, this.clock.now()));
    return this.take(tx, actor, slot, application, { placedBy: actor.personId, agreedAt: null, agreeBy: await this.lastDayToAgree(slot) });
  }

  async place(actor: Actor, placing: Placing): Promise<string> {
    return this.database.transaction((tx) => this.placeIn(tx, actor, placing));
  }

  /** The same booking, at another time of its round. By a lead it is held again until its resident says yes. Throws as `book` does. */
  async move(actor: Actor, bookingId: string, slotId: string): Promise<void> {
    await this.database.transaction((tx) => this.moveIn(tx, actor, bookingId, slotId));
  }

  async moveIn(tx: EntityManager, actor: Actor, bookingId: string, slotId: string): Promise<void> {
    const slot = await this.locks.slot(tx, slotId);
    const booking = await this.locks.bookingOf(tx, actor, bookingId);
    if (booking.slotId === slotId && booking.state === 'live') return;
    if (slot.roundId !== booking.roundId) throw new NotFound();
    if (slot.removed) throw new Conflict(GONE);
    if (await tx.existsBy(Booking, { slotId, state: 'live' })) throw new Conflict(TAKEN);
    refuseUnless(canMove(booking, slot, this.clock.now()));
    const own = booking.personId === subjectOf(actor);
    const held = own ? { agreedAt: this.clock.now(), agreeBy: null } : { placedBy: actor.personId, agreedAt: null, agreeBy: await this.lastDayToAgree(slot) };

    await this.diary.releasePerson(tx, booking.occasionId, booking.personId);
    await taken(() => tx.update(Booking, bookingId, {
      slotId, confirmedAt: null, remindedAt: null, sequence: booking.sequence + 1, ...held,
    }));
    await this.diary.reservePerson(tx, slot.occasionId, booking.personId, true, ELSEWHERE);
    await this.diary.expect(tx, slot.occasionId, [booking.personId]);
    await this.audit.record(tx, actor, 'interview.moved', { type: 'booking', id: bookingId }, { applicationId: booking.applicationId, slotId });
    const { applicationId, callId, personId } = booking;
    await this.bus.emit(tx, 'interview.moved', {
      bookingId, applicationId, callId, personId, fromOccasionId: booking.occasionId, occasionId: slot.occasionId, day: londonDay(slot.startsAt),
    });
    await this.confirming.confirmIfReady(tx, actor, bookingId, { atOnce: true });
  }

  /** Gives a booked time back, by its resident or a lead; the time is free for others. Throws `RuleViolation`. */
  async cancel(actor: Actor, bookingId: string): Promise<void> {
    await this.database.transaction((tx) => this.cancelIn(tx, actor, bookingId));
  }

  async cancelIn(tx: EntityManager, actor: Actor, bookingId: string): Promise<void> {
    const booking = await this.locks.bookingOf(tx, actor, bookingId);
    if (booking.state === 'cancelled') return;
    const byApplicant = booking.personId === subjectOf(actor);
    refuseUnless(canCancel(booking, !byApplicant && may(actor, 'interview.schedule'), this.clock.now()));
    await this.free(tx, actor, booking, byApplicant);
    if (booking.applicationState === 'interviewing' && !(await this.hasLive(tx, booking.applicationId))) {
      await this.applications.stopInterviewing(tx, actor, booking.applicationId);
    }
  }

  /** The application has ended, so its interviews have too; `onlyToCome` leaves those that have begun. */
  async cancelOf(tx: EntityManager, applicationId: string, { onlyToCome = false, byApplicant = false } = {}): Promise<void> {
    for (const { id } of await tx.find(Booking, { select: { id: true }, where: { applicationId, state: 'live' }, order: { id: 'asc' } })) {
      const booking = await this.locks.booking(tx, id);
      const isOver = booking?.attendance === 'attended' || (onlyToCome && booking && booking.startsAt <= this.clock.now());
      if (booking?.state === 'live' && !isOver) await this.free(tx, null, booking, byApplicant);
    }
    await this.answerRequest(tx, applicationId);
  }

  /** The call is cancelled, and with it the interviews that have not been held. */
  async cancelAllOf(tx: EntityManager, callId: string): Promise<void> {
    const live = await tx.query<{ applicationId: string }[]>(
      `select distinct b.application_id as "applicationId" from booking b join slot s on s.id = b.slot_id
       where s.call_id = $1 and b.state = 'live' order by 1`, [callId]);
    for (const { applicationId } of live) await this.cancelOf(tx, applicationId);
  }

  /** Who came counts as the planned time. Throws `RuleViolation` before it starts, and the second time. */
  async recordAttendance(actor: Actor, bookingId: string, came: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      const booking = await this.locks.booking(tx, bookingId);
      if (!booking || booking.state !== 'live') throw new NotFound();
      const minutes = Math.round((booking.endsAt.getTime() - booking.startsAt.getTime()) / 60_000);
      await this.diary.recordAttendance(tx, actor, booking.occasionId, booking.personId, came ? minutes : null);
      const { applicationId, callId, personId } = booking;
      if (!came) await this.bus.emit(tx, 'interview.missed', { bookingId, applicationId, callId, personId });
    });
  }

  /** The slot and the application, locked in this order; or the booking that they have of it already. */
  private async lockFree(tx: EntityManager, actor: Actor, slotId: string, applicationId: string) {
    const slot = await this.locks.slot(tx, slotId);
    const application = await this.locks.application(tx, actor, applicationId);
    if (slot.callId !== application.callId) throw new NotFound();
    if (slot.removed) throw new Conflict(GONE);
    const own = await tx.findOneBy(Booking, { applicationId, roundId: slot.roundId, state: 'live' });
    if (own?.slotId === slotId) return { slot, application, known: own.id };
    if (await tx.existsBy(Booking, { slotId, state: 'live' })) throw new Conflict(TAKEN);
    if (own) throw new Conflict(HAVE_ONE);
    return { slot, application, known: null };
  }

  private async take(tx: EntityManager, actor: Actor, slot: LockedSlot, application: LockedApplication, held: Pick<Booking, 'placedBy' | 'agreedAt' | 'agreeBy'>): Promise<string> {
    const id = newId();
    const { id: applicationId, callId, personId } = application;
    await taken(() => tx.insert(Booking, {
      id, slotId: slot.id, roundId: slot.roundId, applicationId, state: 'live', bookedAt: this.clock.now(), ...held,
      remindedAt: null, confirmedAt: null, sequence: 0, cancelledAt: null,
    }));
    await this.diary.reservePerson(tx, slot.occasionId, personId, true, held.placedBy ? 'They have something else here at that time. Choose another.' : ELSEWHERE);
    await this.diary.expect(tx, slot.occasionId, [personId]);
    if (application.state === 'shortlisted') await this.applications.startInterviewing(tx, actor, applicationId);
    await this.answerRequest(tx, applicationId);
    await this.audit.record(tx, actor, held.placedBy ? 'interview.placed' : 'interview.booked', { type: 'booking', id }, { applicationId, slotId: slot.id });
    await this.bus.emit(tx, 'interview.booked', { bookingId: id, applicationId, callId, personId, occasionId: slot.occasionId, day: londonDay(slot.startsAt) });
    await this.confirming.confirmIfReady(tx, actor, id, { atOnce: true });
    return id;
  }

  /** Leads choose who comes to a later round; everybody who is shortlisted is in the first. */
  private async refuseStranger(tx: EntityManager, application: LockedApplication, slot: LockedSlot): Promise<void> {
    const [round] = await tx.query<{ isIn: boolean }[]>(
      `select r.number = 1 or exists (select from round_applicant x where x.round_id = r.id and x.application_id = $2) as "isIn"
       from interview_round r where r.id = $1`, [slot.roundId, application.id]);
    if (!round?.isIn) throw new RuleViolation('They are not in this round. Choose them for it first');
  }

  private async lastDayToAgree(slot: LockedSlot): Promise<string> {
    const days = (await this.settings.current())['interviews.answer-days'];
    return agreeBy(slot.startsAt, await this.calendar.addWorkingDays(this.clock.today(), days));
  }

  private async hasLive(tx: EntityManager, applicationId: string): Promise<boolean> {
    return tx.existsBy(Booking, { applicationId, state: 'live' });
  }

  private async answerRequest(tx: EntityManager, applicationId: string): Promise<void> {
    await tx.query(`update slot_request set answered_at = $2 where application_id = $1 and answered_at is null`, [applicationId, this.clock.now()]);
  }

  private async free(tx: EntityManager, actor: Actor | null, booking: LockedBooking, byApplicant: boolean): Promise<void> {
    await tx.update(Booking, booking.id, { state: 'cancelled', cancelledAt: this.clock.now(), confirmedAt: null });
    await this.diary.releasePerson(tx, booking.occasionId, booking.personId);
    await this.audit.record(tx, actor, 'interview.cancelled', { type: 'booking', id: booking.id }, { applicationId: booking.applicationId });
    await this.bus.emit(tx, 'interview.cancelled', {
      bookingId: booking.id, applicationId: booking.applicationId, callId: booking.callId, personId: booking.personId,
      occasionId: booking.occasionId, neededBy: neededAgainBy(booking.fromOn, this.clock.today()), byApplicant, byCouncilLate: 0,
    });
  }
}

/** Of two who take it at once the database keeps one. */
async function taken(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (brokenConstraint(error) === 'booking_one_a_slot') throw new Conflict(TAKEN);
    if (brokenConstraint(error) === 'booking_one_a_round') throw new Conflict(HAVE_ONE);
    throw error;
  }
}
