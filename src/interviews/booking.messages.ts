import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import { booked, confirmed, held, moved } from './booking-words.js';
import { InterviewCalendar } from './interview-calendar.queries.js';
import { InterviewsQueries, type BookingDetail } from './interviews.queries.js';

const OCCASION_START = { name: 'message-occasion-start', text: `select starts_at as "startsAt" from occasion where id = $1` };

/** A booking's own news: booked, held for a yes, moved, confirmed. Each is made from how it stands when it goes. */
@Injectable()
export class BookingMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly queries: InterviewsQueries,
    private readonly calendar: InterviewCalendar,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'interview-booked',
      on: 'interview.booked',
      supportersToo: true,
      recipients: async ({ bookingId, personId }) => ((await this.queries.booking(bookingId))?.placedBy ? [] : [{ personId }]),
      holds: async ({ bookingId, occasionId }) => this.stands(bookingId, occasionId),
      words: async (payload) => ({ ...booked(...await this.read(payload)), calendar: await this.calendar.entry(payload.bookingId) }),
    });
    this.catalogue.define({
      template: 'interview-held',
      on: 'interview.booked',
      supportersToo: true,
      recipients: async ({ bookingId, personId }) => ((await this.queries.booking(bookingId))?.placedBy ? [{ personId }] : []),
      holds: async ({ bookingId, occasionId }) => this.stands(bookingId, occasionId),
      words: async (payload) => ({ ...held(...await this.read(payload)), calendar: await this.calendar.entry(payload.bookingId) }),
    });
    this.catalogue.define({
      template: 'interview-moved',
      on: 'interview.moved',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ bookingId, occasionId }) => this.stands(bookingId, occasionId),
      words: async (payload) => {
        const before = await this.database.row<{ startsAt: Date }>(OCCASION_START, [payload.fromOccasionId]);
        return { ...moved(...await this.read(payload), before!.startsAt), calendar: await this.calendar.entry(payload.bookingId) };
      },
    });
    this.catalogue.define({
      template: 'interview-confirmed',
      on: 'interview.confirmed',
      supportersToo: true,
      // With its booking or its move, whose message says so.
      recipients: ({ personId, atOnce }) => (atOnce ? [] : [{ personId }]),
      holds: async ({ bookingId, occasionId }) =>
        await this.stands(bookingId, occasionId) && (await this.queries.booking(bookingId))!.confirmedAt !== null,
      words: async (payload) => ({ ...confirmed(...await this.read(payload)), calendar: await this.calendar.entry(payload.bookingId) }),
    });
  }

  /** It is booked, for that time still. */
  private async stands(bookingId: string, occasionId: string): Promise<boolean> {
    const booking = await this.queries.booking(bookingId);
    return booking?.state === 'live' && booking.occasionId === occasionId;
  }

  private async read({ bookingId, applicationId }: { bookingId: string; applicationId: string }): Promise<[BookingDetail, string]> {
    return [(await this.queries.booking(bookingId))!, (await this.queries.application(applicationId))!.shortName];
  }
}
