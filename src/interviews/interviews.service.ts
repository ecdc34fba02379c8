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
import { DateGuard, type DateOverride } from '../adjustments/date-guard.service.js';
import { DiaryService } from '../diary/diary.service.js';
import { ApplicationsService } from '../applications/applications.service.js';
import { Booking } from './booking.entity.js';
import { BookingLocks, type LockedApplication, type LockedSlot } from './booking-locks.js';
import { agreeBy, canMove, canPlace, type Moving, type Placing } from './booking.rules.js';
import { ConfirmingService } from './confirming.service.js';
import { FreeingService } from './freeing.service.js';
import { HeldInterpreters } from './held-interpreters.service.js';
import { canBook, canCancel, GONE, TAKEN } from './interview.rules.js';
import { InterviewsQueries } from './interviews.queries.js';
import { SlotFit } from './slot-fit.queries.js';
import { fitWords, refusalFor } from './slot-fit.rules.js';

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
    private readonly freeing: FreeingService,
    private readonly slotFit: SlotFit,
    private readonly guard: DateGuard,
    private readonly heldInterpreters: HeldInterpreters,
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
    if (application.personId !== subjectOf(actor)) throw new NotFound();
    if (known) {
      // Choosing the time that is held for them is a yes to it.
      await this.confirming.agreeIn(tx, actor, known);
      return known;
    }
    if (slot.roundId !== application.roundId) throw new NotFound();
    refuseUnless(canBook(application, slot, this.clock.now()));
    await this.refuseUnfit(slot, application.personId);
    return this.take(tx, actor, slot, application, { placedBy: null, agreedAt: this.clock.now(), agreeBy: null, note: null });
  }

  /**
   * A lead, or a timetable, places somebody: the time is held until they say yes, or the day for it is over.
   * Gives the booking's id; placing the same again gives the same. Throws as `book` does.
   */
  async placeIn(tx: EntityManager, actor: Actor, { slotId, applicationId, override = null, note = null }: Placing): Promise<string> {
    const { slot, application, known } = await this.lockFree(tx, actor, slotId, applicationId);
    if (known) return known;
    await this.refuseStranger(tx, application, slot);
    refuseUnless(canPlace(application, slot, this.clock.now()));
    await this.requireFit(tx, actor, slot, application.personId, override);
    return this.take(tx, actor, slot, application, { placedBy: actor.personId, agreedAt: null, agreeBy: await this.lastDayToAgree(slot), note });
  }

  async place(actor: Actor, placing: Placing): Promise<string> {
    return this.database.transaction(async (tx) => {
      const id = await this.placeIn(tx, actor, placing);
      await this.takeInterpreters(tx, actor, id, placing.slotId);
      return id;
    });
  }

  /** The same booking, at another time of its round. By a lead it is held again until its resident says yes. Throws as `book` does. */
  async move(actor: Actor, bookingId: string, slotId: string, override: DateOverride | null = null): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.moveIn(tx, actor, bookingId, slotId, { override });
      await this.takeInterpreters(tx, actor, bookingId, slotId);
    });
  }

  async moveIn(tx: EntityManager, actor: Actor, bookingId: string, slotId: string, { override = null, note = null }: Moving = {}): Promise<void> {
    const slot = await this.locks.slot(tx, slotId);
    const booking = await this.locks.bookingOf(tx, actor, bookingId);
    if (booking.slotId === slotId && booking.state === 'live') return;
    if (slot.roundId !== booking.roundId) throw new NotFound();
    if (slot.removed) throw new Conflict(GONE);
    if (await tx.existsBy(Booking, { slotId, state: 'live' })) throw new Conflict(TAKEN);
    refuseUnless(canMove(booking, slot, this.clock.now()));
    const own = booking.personId === subjectOf(actor);
    if (own) await this.refuseUnfit(slot, booking.personId, booking.occasionId);
    else await this.requireFit(tx, actor, slot, booking.personId, override, booking.occasionId);
    const held = own ? { agreedAt: this.clock.now(), agreeBy: null } : { placedBy: actor.personId, agreedAt: null, agreeBy: await this.lastDayToAgree(slot) };

    await this.diary.releasePerson(tx, booking.occasionId, booking.personId);
    await taken(() => tx.update(Booking, bookingId, {
      slotId, confirmedAt: null, remindedAt: null, lateMinutes: null, lateSaidAt: null, sequence: booking.sequence + 1, note, ...held,
    }));
    await this.diary.reservePerson(tx, slot.occasionId, booking.personId, true, ELSEWHERE);
    await this.diary.expect(tx, slot.occasionId, [booking.personId]);
    await this.audit.record(tx, actor, 'interview.moved', { type: 'booking', id: bookingId }, { applicationId: booking.applicationId, slotId });
    const { applicationId, callId, personId } = booking;
    await this.bus.emit(tx, 'interview.moved', {
      bookingId, applicationId, callId, personId, fromOccasionId: booking.occasionId, occasionId: slot.occasionId, day: londonDay(slot.startsAt),
    });
    if (own) await this.heldInterpreters.take(tx, actor, personId, slot);
    await this.confirming.confirmIfReady(tx, actor, bookingId, { atOnce: true });
  }

  /** Gives a booked time back, by its resident or, with a reason, a lead; the time is free for others. Throws `RuleViolation`. */
  async cancel(actor: Actor, bookingId: string, reason: string | null = null): Promise<void> {
    await this.database.transaction((tx) => this.cancelIn(tx, actor, bookingId, reason));
  }

  async cancelIn(tx: EntityManager, actor: Actor, bookingId: string, reason: string | null = null): Promise<void> {
    const booking = await this.locks.bookingOf(tx, actor, bookingId);
    if (booking.state === 'cancelled') return;
    const byApplicant = booking.personId === subjectOf(actor);
    refuseUnless(canCancel(booking, !byApplicant && may(actor, 'interview.schedule'), this.clock.now()));
    await this.freeing.freeAndReturn(tx, actor, booking, byApplicant ? { cause: 'resident' } : { cause: 'council', reason });
  }

  /** The application has ended, so its interviews have too; `onlyToCome` leaves those that have begun. */
  async cancelOf(tx: EntityManager, applicationId: string, { onlyToCome = false, byApplicant = false } = {}): Promise<void> {
    for (const { id } of await tx.find(Booking, { select: { id: true }, where: { applicationId, state: 'live' }, order: { id: 'asc' } })) {
      const booking = await this.locks.booking(tx, id);
      const isOver = booking?.attendance === 'attended' || (onlyToCome && booking && booking.startsAt <= this.clock.now());
      if (booking?.state === 'live' && !isOver) await this.freeing.free(tx, null, booking, { cause: byApplicant ? 'resident' : 'ended' });
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
      const state = await this.diary.recordAttendance(tx, actor, booking.occasionId, booking.personId, came ? minutes : null);
      const { applicationId, callId, personId } = booking;
      if (state === 'absent') await this.bus.emit(tx, 'interview.missed', { bookingId, applicationId, callId, personId });
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

  private async take(tx: EntityManager, actor: Actor, slot: LockedSlot, application: LockedApplication, held: Pick<Booking, 'placedBy' | 'agreedAt' | 'agreeBy' | 'note'>): Promise<string> {
    const id = newId();
    const { id: applicationId, callId, personId } = application;
    await taken(() => tx.insert(Booking, {
      id, slotId: slot.id, roundId: slot.roundId, applicationId, state: 'live', bookedAt: this.clock.now(), ...held,
      remindedAt: null, confirmedAt: null, sequence: 0, lateMinutes: null, lateSaidAt: null,
      cancelledAt: null, cancelledBy: null, cancelCause: null, cancelReason: null, latePercent: null,
    }));
    await this.diary.reservePerson(tx, slot.occasionId, personId, true, held.placedBy ? 'They have something else here at that time. Choose another.' : ELSEWHERE);
    await this.diary.expect(tx, slot.occasionId, [personId]);
    if (application.state === 'shortlisted') await this.applications.startInterviewing(tx, actor, applicationId);
    await this.answerRequest(tx, applicationId);
    await this.audit.record(tx, actor, held.placedBy ? 'interview.placed' : 'interview.booked', { type: 'booking', id }, { applicationId, slotId: slot.id });
    await this.bus.emit(tx, 'interview.booked', { bookingId: id, applicationId, callId, personId, occasionId: slot.occasionId, day: londonDay(slot.startsAt) });
    if (!held.placedBy) await this.heldInterpreters.take(tx, actor, personId, slot);
    await this.confirming.confirmIfReady(tx, actor, id, { atOnce: true });
    return id;
  }

  /** A timetable knows which interpreter comes; for a lead it is one of those who are held. */
  private async takeInterpreters(tx: EntityManager, actor: Actor, bookingId: string, slotId: string): Promise<void> {
    const booking = await this.locks.booking(tx, bookingId);
    if (booking?.state === 'live') await this.heldInterpreters.take(tx, actor, booking.personId, await this.locks.slot(tx, slotId));
  }

  /** Leads choose who comes to a later round; everybody who is shortlisted is in the first. */
  private async refuseStranger(tx: EntityManager, application: LockedApplication, slot: LockedSlot): Promise<void> {
    const [round] = await tx.query<{ isIn: boolean }[]>(
      `select r.number = 1 or exists (select from round_applicant x where x.round_id = r.id and x.application_id = $2) as "isIn"
       from interview_round r where r.id = $1`, [slot.roundId, application.id]);
    if (!round?.isIn) throw new RuleViolation('They are not in this round. Choose them for it first');
  }

  /** Somebody who chooses sees only what fits them; an address of ours, or a time that changed meanwhile, is refused with what can be done. */
  private async refuseUnfit(slot: LockedSlot, personId: string, occasionId: string | null = null): Promise<void> {
    const [fit] = await this.slotFit.of(personId, slot.callId, [slot], occasionId);
    if (!fit!.fits) throw new RuleViolation(refusalFor(fit!));
  }

  /** For whoever schedules: the length and the place have to fit; the day too, for all of them, unless they were asked and said yes. */
  private async requireFit(tx: EntityManager, actor: Actor, slot: LockedSlot, personId: string, override: DateOverride | null, movedFrom: string | null = null): Promise<void> {
    const [fit] = await this.slotFit.of(personId, slot.callId, [slot], movedFrom);
    if (!fit!.fits && fit!.because !== 'soon') throw new RuleViolation(fitWords(fit!));
    const { startsAt, endsAt, occasionId, callId: holderId } = slot;
    await this.guard.require(tx, actor, { personIds: [...new Set([personId, ...slot.panel])], startsAt, endsAt, occasionId, holderId }, override);
  }

  /** Of a time that is placed today. */
  async lastDayToAgree(slot: { startsAt: Date }): Promise<string> {
    const days = (await this.settings.current())['interviews.answer-days'];
    return agreeBy(slot.startsAt, await this.calendar.addWorkingDays(this.clock.today(), days));
  }

  private async answerRequest(tx: EntityManager, applicationId: string): Promise<void> {
    await tx.query(`update slot_request set answered_at = $2 where application_id = $1 and answered_at is null`, [applicationId, this.clock.now()]);
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
