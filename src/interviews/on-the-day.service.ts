import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { refuseUnless } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { Booking } from './booking.entity.js';
import { BookingLocks } from './booking-locks.js';
import { canRecordOutcome, canSayLate, type InterviewOutcome } from './booking.rules.js';
import { FreeingService } from './freeing.service.js';

/** The same call, day and somebody of the panel: whoever comes after this one waits too. */
const NEXT = `
  select distinct b.id, b.application_id as "applicationId", a.person_id as "personId", o.starts_at
  from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
  join attendance t on t.occasion_id = o.id and t.person_id = a.person_id and t.state = 'expected'
  join slot mine on mine.id = $1 join occasion now on now.id = mine.occasion_id
  where b.state = 'live' and s.call_id = mine.call_id and o.starts_at >= now.starts_at
    and (o.starts_at at time zone 'Europe/London')::date = (now.starts_at at time zone 'Europe/London')::date
    and exists (select from slot_panel p join slot_panel q on q.person_id = p.person_id where p.slot_id = s.id and q.slot_id = mine.id)
  order by o.starts_at, b.id`;

/** Running late, and what followed from an interview. */
@Injectable()
export class OnTheDayService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly locks: BookingLocks,
    private readonly freeing: FreeingService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** A resident tells the panel that they come later; a lead tells the residents that the panel does. Throws `RuleViolation`, `NotFound`. */
  async runLate(actor: Actor, bookingId: string, minutes: number): Promise<void> {
    await this.database.transaction((tx) => this.runLateIn(tx, actor, bookingId, minutes));
  }

  async runLateIn(tx: EntityManager, actor: Actor, bookingId: string, minutes: number): Promise<void> {
    const booking = await this.locks.bookingOf(tx, actor, bookingId);
    refuseUnless(canSayLate(booking, this.clock.now()));
    const { applicationId, callId, personId } = booking;
    const byCouncil = personId !== subjectOf(actor);
    if (!byCouncil && await tx.existsBy(Booking, { id: bookingId, lateMinutes: minutes })) return;
    await this.audit.record(tx, actor, 'interview.running-late', { type: 'booking', id: bookingId }, { minutes, byCouncil });
    if (!byCouncil) {
      await tx.update(Booking, bookingId, { lateMinutes: minutes, lateSaidAt: this.clock.now() });
      return this.bus.emit(tx, 'interview.running-late', { bookingId, applicationId, callId, personId, minutes, byCouncil });
    }
    const next = await tx.query<{ id: string; applicationId: string; personId: string }[]>(NEXT, [booking.slotId]);
    for (const one of next) {
      await this.bus.emit(tx, 'interview.running-late', { bookingId: one.id, applicationId: one.applicationId, callId, personId: one.personId, minutes, byCouncil });
    }
  }

  /** A lead writes down what follows. When it could not be held, they can choose another time, whoever it was. The same twice is once. */
  async recordOutcome(actor: Actor, bookingId: string, outcome: InterviewOutcome): Promise<void> {
    await this.database.transaction(async (tx) => {
      const booking = await this.locks.bookingOf(tx, actor, bookingId);
      const [known] = await tx.query<{ outcome: InterviewOutcome }[]>(`select outcome from interview_outcome where booking_id = $1`, [bookingId]);
      if (known?.outcome === outcome) return;
      const [{ ours } = { ours: false }] = await tx.query<{ ours: boolean }[]>(`select not_their_absence($1, $2) as ours`, [booking.occasionId, booking.personId]);
      refuseUnless(known ? { ok: false, reason: 'This was written down already' } : canRecordOutcome(booking, outcome, this.clock.now(), ours));
      await tx.query(
        `insert into interview_outcome (booking_id, outcome, recorded_by, recorded_at) values ($1, $2, $3, $4)`,
        [bookingId, outcome, actor.personId, this.clock.now()]);
      await this.audit.record(tx, actor, 'interview.outcome', { type: 'booking', id: bookingId }, { outcome });
      if (outcome !== 'not_held_ours' && outcome !== 'not_held_theirs') return;
      // For ours they are paid as for a late cancellation; theirs is no fault of anybody.
      await this.freeing.freeAndReturn(tx, actor, booking, outcome === 'not_held_ours'
        ? { cause: 'not_held', reason: 'We could not hold it. We are sorry' } : { cause: 'resident' });
    });
  }
}
