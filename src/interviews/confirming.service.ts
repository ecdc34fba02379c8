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
    await tx.update(Booking, bookingId, { confirmedAt: this.clock.now() });
    const { applicationId, callId, personId, occasionId, startsAt } = booking;
    await this.audit.record(tx, actor, 'interview.confirmed', { type: 'booking', id: bookingId }, { applicationId });
    await this.bus.emit(tx, 'interview.confirmed', { bookingId, applicationId, callId, personId, occasionId, day: londonDay(startsAt), atOnce });
  }

  /** Something essential for it is not booked yet. */
  private async isWaiting(_tx: EntityManager, _booking: LockedBooking): Promise<boolean> {
    return false;
  }
}
