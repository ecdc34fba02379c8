import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { londonDay } from '../shared/dates.js';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { refuseUnless } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { Booking } from './booking.entity.js';
import { BookingLocks, type LockedBooking } from './booking-locks.js';
import { canAgree } from './booking.rules.js';

interface Somewhere {
  personId: string;
  /** Null for a day on a panel. */
  occasionId: string | null;
}

/** The yes to a time, and the promise that everything for it is ready. */
@Injectable()
export class ConfirmingService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly locks: BookingLocks,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** "Yes, this time works": by its resident, or by a lead whom they told. Twice is once. Throws `RuleViolation`, `NotFound`. */
  async agree(actor: Actor, bookingId: string): Promise<void> {
    await this.database.transaction((tx) => this.agreeIn(tx, actor, bookingId));
  }

  async agreeIn(tx: EntityManager, actor: Actor, bookingId: string): Promise<void> {
    const booking = await this.locks.bookingOf(tx, actor, bookingId);
    if (booking.agreedAt && booking.state === 'live') return;
    refuseUnless(canAgree(booking, this.clock.now()));
    await tx.update(Booking, bookingId, { agreedAt: this.clock.now() });
    await this.audit.record(tx, actor, 'interview.agreed', { type: 'booking', id: bookingId }, {
      applicationId: booking.applicationId, byResident: booking.personId === subjectOf(actor),
    });
    await this.confirmIfReady(tx, actor, bookingId, { atOnce: false });
  }

  /** Confirms what is agreed, if nothing essential for it is unbooked. */
  async confirmIfReady(tx: EntityManager, actor: Actor | null, bookingId: string, { atOnce }: { atOnce: boolean }): Promise<void> {
    const booking = await this.locks.booking(tx, bookingId);
    if (booking?.state !== 'live' || !booking.agreedAt || booking.confirmedAt || await this.isWaiting(tx, booking)) return;
    // With an application that ends, nothing is needed any more: that is no news.
    if (booking.applicationState !== 'shortlisted' && booking.applicationState !== 'interviewing') return;
    await tx.update(Booking, bookingId, { confirmedAt: this.clock.now() });
    const { applicationId, callId, personId, occasionId, startsAt } = booking;
    await this.audit.record(tx, actor, 'interview.confirmed', { type: 'booking', id: bookingId }, { applicationId });
    await this.bus.emit(tx, 'interview.confirmed', { bookingId, applicationId, callId, personId, occasionId, day: londonDay(startsAt), atOnce });
  }

  /** Something essential is booked now. */
  async confirmReady(tx: EntityManager, { personId, occasionId }: Somewhere): Promise<void> {
    for (const id of await this.affected(tx, personId, occasionId)) await this.confirmIfReady(tx, null, id, { atOnce: false });
  }

  /** Something essential is not booked, or not any more: the time is only held again, until it is. */
  async unconfirmWaiting(tx: EntityManager, { personId, occasionId }: Somewhere): Promise<void> {
    for (const id of await this.affected(tx, personId, occasionId)) {
      const booking = await this.locks.booking(tx, id);
      if (!booking?.confirmedAt || !(await this.isWaiting(tx, booking))) continue;
      await tx.update(Booking, id, { confirmedAt: null });
      await this.audit.record(tx, null, 'interview.unconfirmed', { type: 'booking', id }, { applicationId: booking.applicationId });
    }
  }

  /** Interviews to come that somebody is at, or on the panel of. */
  private async affected(tx: EntityManager, personId: string, occasionId: string | null): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `select b.id from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
       where b.state = 'live' and o.ends_at > $3 and (
         (a.person_id = $1 and s.occasion_id = $2)
         or ($2::uuid is null and exists (select from slot_panel p where p.slot_id = s.id and p.person_id = $1)))
       order by b.id`, [personId, occasionId, this.clock.now()]);
    return rows.map(({ id }) => id);
  }

  private async isWaiting(tx: EntityManager, { personId, occasionId }: LockedBooking): Promise<boolean> {
    const [row] = await tx.query<{ waits: boolean }[]>(`select interview_waits($1, $2) as waits`, [personId, occasionId]);
    return row!.waits;
  }
}
