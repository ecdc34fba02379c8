import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay, formatInstant, formatSpan, londonDay } from '../shared/dates.js';
import { list } from '../shared/words.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue, type Words } from '../platform/messages.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { InterviewCalendar } from './interview-calendar.queries.js';
import { InterviewsQueries, type BookingDetail } from './interviews.queries.js';

const OCCASION_START = { name: 'message-occasion-start', text: `select starts_at as "startsAt" from occasion where id = $1` };

// That something is still to be arranged is for the person alone: a supporter's copy leaves it out.
const WAITS = 'We hold this time for you, and confirm it as soon as everything is ready. You need do nothing.';
const CHANGE = 'If the time does not work any more, change it or give it back on your page. You can do that until it starts.';

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

function facts(booking: BookingDetail): string[] {
  return [
    `When: ${formatSpan(booking.startsAt, booking.endsAt)}.`,
    `How: ${howToJoin(booking)}`,
    `You will meet ${list(booking.panel)}.`,
  ];
}

function booked(booking: BookingDetail, shortName: string): Words {
  const news = [`Your interview for ${shortName} is booked.`, ...facts(booking)];
  const copyParagraphs = [...news, `What happens next: come on the day. ${CHANGE}`];
  return {
    subject: `Your interview: ${shortName}, ${formatDay(londonDay(booking.startsAt))}`,
    paragraphs: booking.confirmedAt ? copyParagraphs : [...news, `What happens next: ${WAITS} ${CHANGE}`],
    copyParagraphs,
    text: `Your interview for ${shortName}: ${formatSpan(booking.startsAt, booking.endsAt)}. ${howToJoin(booking)}`,
    link: { words: 'See or change your interview', path: applicationPaths.one(booking.applicationId) },
  };
}

function held(booking: BookingDetail, shortName: string): Words {
  const answer = booking.agreedAt ? [] : [`Does this time work? Please tell us by ${formatDay(booking.agreeBy!)}.`];
  return {
    subject: `Does this time work? ${shortName}, ${formatDay(londonDay(booking.startsAt))}`,
    paragraphs: [
      `We hold a time for your interview for ${shortName}.`,
      ...facts(booking), ...answer,
      'On your page you can say yes, choose another time, or say that none of them work. You can also call or text us.',
    ],
    text: `Your interview for ${shortName}: ${formatSpan(booking.startsAt, booking.endsAt)}. ${howToJoin(booking)}${
      booking.agreedAt ? '' : ` Does this time work? Reply YES or NO by ${formatDay(booking.agreeBy!)}.`}`,
    link: { words: 'Say whether it works', path: applicationPaths.one(booking.applicationId) },
  };
}

function moved(booking: BookingDetail, shortName: string, before: Date): Words {
  const question = booking.agreedAt ? CHANGE : `Does this time work? Please tell us by ${formatDay(booking.agreeBy!)}. On your page you can say yes, choose another time, or say that none of them work.`;
  const waits = booking.agreedAt !== null && booking.confirmedAt === null;
  const news = [`Your interview for ${shortName} has a new time.`, `It was: ${formatInstant(before)}.`, ...facts(booking)];
  return {
    subject: `New time for your interview: ${shortName}`,
    paragraphs: [...news, waits ? `${WAITS} ${CHANGE}` : question],
    copyParagraphs: [...news, question],
    text: `Your interview for ${shortName} has a new time: ${formatSpan(booking.startsAt, booking.endsAt)}. ${howToJoin(booking)} It was ${formatInstant(before)}.${
      booking.agreedAt ? '' : ' Does this time work? Reply YES or NO.'}`,
    link: { words: 'See or change your interview', path: applicationPaths.one(booking.applicationId) },
  };
}

function confirmed(booking: BookingDetail, shortName: string): Words {
  return {
    subject: `Your interview is confirmed: ${shortName}`,
    paragraphs: [`Your interview for ${shortName} is confirmed.`, ...facts(booking), `What happens next: come on the day. ${CHANGE}`],
    text: `Your interview for ${shortName} is confirmed: ${formatSpan(booking.startsAt, booking.endsAt)}. ${howToJoin(booking)}`,
    link: { words: 'See or change your interview', path: applicationPaths.one(booking.applicationId) },
  };
}

/** Where a visit goes is on nobody's message: they know where they live. */
function howToJoin({ format, roomName, roomDetails, joiningDetails }: BookingDetail): string {
  if (format === 'home_visit') return 'We come to you.';
  const place = format === 'in_person' ? [roomName, roomDetails, joiningDetails]
    : [format === 'phone' ? 'By phone' : 'By video', joiningDetails];
  return place.filter((part) => part !== null).map((part) => part.replace(/\.$/, '')).join('. ') + '.';
}
