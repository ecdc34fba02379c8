import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { EventBus } from '../platform/event-bus.js';
import { BackgroundWorker } from '../platform/worker.js';
import { Booking } from './booking.entity.js';
import { BookingLocks } from './booking-locks.js';
import { holdIsOver, isToRemind } from './booking.rules.js';
import { FreeingService } from './freeing.service.js';

const HELD = {
  name: 'interviews-held',
  text: `select b.id, b.agree_by::text as "agreeBy", b.reminded_at as "remindedAt",
           (b.booked_at at time zone 'Europe/London')::date::text as "placedOn"
         from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
         where b.state = 'live' and b.agreed_at is null and o.starts_at > $1 order by b.agree_by, b.id limit 500`,
};

interface Held {
  id: string;
  agreeBy: string;
  remindedAt: Date | null;
  placedOn: string;
}

/** A time that was placed for somebody waits for their yes: we ask once more, and free it when the last day is over. It never counts against them. */
@Injectable()
export class HoldsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly worker: BackgroundWorker,
    private readonly locks: BookingLocks,
    private readonly freeing: FreeingService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.register(() => this.look());
  }

  async look(): Promise<void> {
    const today = this.clock.today();
    for (const held of await this.database.rows<Held>(HELD, [this.clock.now()])) {
      if (held.agreeBy < today) await this.end(held.id);
      else if (isToRemind(held, today)) await this.remind(held.id);
    }
  }

  private async remind(bookingId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const booking = await this.locks.booking(tx, bookingId);
      if (booking?.state !== 'live' || booking.agreedAt || booking.startsAt <= this.clock.now()) return;
      const { affected } = await tx.createQueryBuilder().update(Booking).set({ remindedAt: this.clock.now() })
        .where('id = :bookingId and remindedAt is null', { bookingId }).execute();
      if (affected !== 1) return;
      const { applicationId, callId, personId } = booking;
      await this.audit.record(tx, null, 'interview.hold-ending', { type: 'booking', id: bookingId }, { applicationId });
      await this.bus.emit(tx, 'interview.hold-ending', { bookingId, applicationId, callId, personId });
    });
  }

  private async end(bookingId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const booking = await this.locks.booking(tx, bookingId);
      // Whoever comes without having said yes has come: a lead writes it down.
      if (booking?.state !== 'live' || !holdIsOver(booking, this.clock.today()) || booking.startsAt <= this.clock.now()) return;
      await this.freeing.freeAndReturn(tx, null, booking, { cause: 'expired' });
      const { applicationId, callId, personId } = booking;
      await this.bus.emit(tx, 'interview.hold-ended', { bookingId, applicationId, callId, personId });
    });
  }
}
