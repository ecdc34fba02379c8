import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay, formatInstant, formatSpan, londonDay } from '../shared/dates.js';
import { list } from '../shared/words.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue, type Words } from '../platform/messages.js';
import { PeopleQueries } from '../people/people.queries.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { interviewPaths } from './interviews.paths.js';
import { InterviewsQueries, type BookingDetail, type ChoosingApplication } from './interviews.queries.js';

const CANCELLED = {
  name: 'message-interview-cancelled',
  text: `select o.starts_at as "startsAt", c.short_name as "shortName", c.state = 'cancelled' as "callCancelled", a.state = 'withdrawn' or exists (
           select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'not_selected') as "knownOtherwise"
         from booking b join application a on a.id = b.application_id join call c on c.id = a.call_id
         join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id where b.id = $1`,
};

const REQUEST_OPEN = { name: 'message-slot-request', text: `select id from slot_request where id = $1 and answered_at is null` };

interface Cancelled {
  startsAt: Date;
  shortName: string;
  callCancelled: boolean;
  knownOtherwise: boolean;
}

@Injectable()
export class InterviewsMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly queries: InterviewsQueries,
    private readonly people: PeopleQueries,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'interview-booked',
      on: 'interview.booked',
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ bookingId }) => (await this.queries.booking(bookingId))?.state === 'live',
      words: async ({ bookingId, applicationId }) =>
        booked((await this.queries.booking(bookingId))!, (await this.queries.application(applicationId))!),
    });
    this.catalogue.define({
      template: 'interview-cancelled',
      on: 'interview.cancelled',
      recipients: ({ personId }) => [{ personId }],
      // Somebody who withdrew, or was not chosen, has a message about that.
      holds: async ({ bookingId }) => !(await this.cancelled(bookingId))?.knownOtherwise,
      words: async ({ bookingId, applicationId }) => cancelled((await this.cancelled(bookingId))!, applicationId),
    });
    this.catalogue.define({
      template: 'interview-more-times',
      on: 'interview.more-times',
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ applicationId }) => (await this.queries.application(applicationId))?.state === 'shortlisted',
      words: async ({ applicationId }) => moreTimes((await this.queries.application(applicationId))!),
    });
    this.catalogue.define({
      template: 'interview-none-suit',
      on: 'interview.none-suit',
      recipients: async () => (await this.people.withRole('strategic_lead')).map(({ id }) => ({ personId: id })),
      holds: async ({ requestId }) => (await this.database.row(REQUEST_OPEN, [requestId])) !== null,
      words: async ({ applicationId }) => noneSuit((await this.queries.application(applicationId))!),
    });
  }

  private async cancelled(bookingId: string): Promise<Cancelled | null> {
    return this.database.row<Cancelled>(CANCELLED, [bookingId]);
  }
}

function booked(booking: BookingDetail, { shortName }: ChoosingApplication): Words {
  const when = formatSpan(booking.startsAt, booking.endsAt);
  return {
    subject: `Your interview: ${shortName}, ${formatDay(londonDay(booking.startsAt))}`,
    paragraphs: [
      `Your interview for ${shortName} is booked.`,
      `When: ${when}.`,
      `How: ${howToJoin(booking)}`,
      `You will meet ${list(booking.panel)}.`,
      'What happens next: come on the day. If the time does not work any more, give it back on your page and choose another. You can do that until it starts.',
    ],
    text: `Your interview for ${shortName}: ${when}. ${howToJoin(booking)}`,
    link: { words: 'See or change your interview', path: applicationPaths.one(booking.applicationId) },
  };
}

function howToJoin({ format, roomName, roomDetails, joiningDetails }: BookingDetail): string {
  const place = format === 'in_person' ? [roomName, roomDetails, joiningDetails]
    : [format === 'phone' ? 'By phone' : 'By video', joiningDetails];
  return place.filter((part) => part !== null).map((part) => part.replace(/\.$/, '')).join('. ') + '.';
}

function cancelled({ startsAt, shortName, callCancelled }: Cancelled, applicationId: string): Words {
  const gone = `Your interview for ${shortName} on ${formatInstant(startsAt)} is cancelled.`;
  const next = callCancelled ? 'It will not take place, because the call is cancelled.' : 'You can choose another time on your page.';
  return {
    subject: `Your interview is cancelled: ${shortName}`,
    paragraphs: [gone, next, 'If you did not expect this, call or text us.'],
    text: `${gone} ${next}`,
    link: { words: callCancelled ? 'See your application' : 'Choose another time', path: applicationPaths.one(applicationId) },
  };
}

function moreTimes({ shortName, applicationId }: ChoosingApplication): Words {
  const news = `There are more times for your interview for ${shortName}.`;
  return {
    subject: `More interview times: ${shortName}`,
    paragraphs: [
      'You told us that none of the times worked for you. Thank you for saying so.',
      `${news} Choose the one that suits you best. If none of these work, tell us again.`,
    ],
    text: `${news} Choose one on your page.`,
    link: { words: 'Choose your interview time', path: applicationPaths.one(applicationId) },
  };
}

function noneSuit({ shortName }: ChoosingApplication): Words {
  const news = `None of the interview times for ${shortName} work for one of the applicants.`;
  return {
    subject: `Other interview times are needed: ${shortName}`,
    paragraphs: [news, 'Add other times, then press the button that tells them. Their note is on the interviews page.'],
    text: `${news} Add other times on the interviews page.`,
    link: { words: 'See who asked', path: interviewPaths.list() },
  };
}
