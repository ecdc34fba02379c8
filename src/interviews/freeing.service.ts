import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { londonDay } from '../shared/dates.js';
import { fee } from '../shared/money.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { EventBus } from '../platform/event-bus.js';
import { SettingsReader } from '../platform/settings.js';
import { DiaryService } from '../diary/diary.service.js';
import { ApplicationsService } from '../applications/applications.service.js';
import { Booking } from './booking.entity.js';
import type { LockedBooking } from './booking-locks.js';
import { latePercent, type CancelCause } from './booking.rules.js';
import { neededAgainBy } from './interview.rules.js';

export interface Cancelling {
  cause: CancelCause;
  /** The council's, in words that the resident reads. */
  reason?: string | null;
}

interface Pay {
  groupId: string;
  ratePence: number;
  rateUnit: 'hour' | 'session';
  /** Who made the time: the one to ask when a whole call is cancelled. */
  madeBy: string;
}

/** Takes somebody out of a time: it is free for others, and paid where the council is late. */
@Injectable()
export class FreeingService {
  constructor(
    private readonly bus: EventBus,
    private readonly diary: DiaryService,
    private readonly applications: ApplicationsService,
    private readonly settings: SettingsReader,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** With the last live interview the application returns to the shortlist. */
  async freeAndReturn(tx: EntityManager, actor: Actor | null, booking: LockedBooking, how: Cancelling): Promise<void> {
    await this.free(tx, actor, booking, how);
    if (booking.applicationState !== 'interviewing' || await tx.existsBy(Booking, { applicationId: booking.applicationId, state: 'live' })) return;
    await this.applications.stopInterviewing(tx, actor, booking.applicationId);
  }

  async free(tx: EntityManager, actor: Actor | null, booking: LockedBooking, { cause, reason = null }: Cancelling): Promise<void> {
    const pay = await this.payOf(tx, booking);
    const percent = latePercent(
      { cause, agreed: booking.agreedAt !== null, attended: booking.attendance, startsAt: booking.startsAt },
      this.clock.today(), (await this.settings.current())['interviews.late-cancellation']);
    // Nobody answers for what they are paid themselves.
    const cancelledBy = actor && !(percent > 0 && cause === 'resident') ? actor.personId : pay.madeBy;
    const paid = percent > 0 && cancelledBy !== booking.personId ? percent : 0;
    await tx.update(Booking, booking.id, {
      state: 'cancelled', cancelledAt: this.clock.now(), confirmedAt: null, cancelCause: cause, cancelReason: reason, cancelledBy, latePercent: paid || null,
    });
    await this.diary.releasePerson(tx, booking.occasionId, booking.personId);
    const { id: bookingId, applicationId, callId, personId, occasionId } = booking;
    await this.audit.record(tx, actor, 'interview.cancelled', { type: 'booking', id: bookingId }, { applicationId, cause });
    await this.bus.emit(tx, 'interview.cancelled', {
      bookingId, applicationId, callId, personId, occasionId,
      neededBy: neededAgainBy(booking.fromOn, this.clock.today()), byApplicant: cause === 'resident', byCouncilLate: paid,
    });
    if (paid > 0) {
      await this.bus.emit(tx, 'interview.cancelled-late', {
        bookingId, occasionId, personId, groupId: pay.groupId, day: londonDay(booking.startsAt), minutes: minutesBetween(booking), recordedBy: cancelledBy,
        ratePence: pay.ratePence, rateUnit: pay.rateUnit, percent: paid,
      });
    }
  }

  private async payOf(tx: EntityManager, { slotId }: LockedBooking): Promise<Pay> {
    const [pay] = await tx.query<Pay[]>(
      `select c.group_id as "groupId", c.rate_pence as "ratePence", c.rate_unit as "rateUnit", s.created_by as "madeBy"
       from slot s join call c on c.id = s.call_id where s.id = $1`, [slotId]);
    return pay!;
  }
}

/** What somebody is paid whose time was cancelled late, in pence. */
export function lateFee(rate: { ratePence: number; rateUnit: 'hour' | 'session' }, minutes: number, percent: number): number {
  return Math.round((fee({ pence: rate.ratePence, unit: rate.rateUnit }, minutes) * percent) / 100);
}

export function minutesBetween({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }): number {
  return Math.round((endsAt.getTime() - startsAt.getTime()) / 60_000);
}
