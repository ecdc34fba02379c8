import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay, formatInstant, londonDay } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { formatMoney } from '../shared/money.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue, type Recipient, type Words } from '../platform/messages.js';
import { PeopleQueries } from '../people/people.queries.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { lateFee } from './freeing.service.js';
import { InterviewCalendar } from './interview-calendar.queries.js';
import { canChoose } from './interview.rules.js';
import { interviewPaths } from './interviews.paths.js';
import { OfferedTimes } from './offered-times.queries.js';
import { InterviewsQueries, type ChoosingApplication } from './interviews.queries.js';

const CANCELLED = {
  name: 'message-interview-cancelled',
  text: `select o.starts_at as "startsAt", c.short_name as "shortName", c.state = 'cancelled' as "callCancelled", b.cancel_cause = 'expired' as expired,
           b.cancel_reason as reason, b.late_percent as "latePercent", c.rate_pence as "ratePence", c.rate_unit as "rateUnit",
           (extract(epoch from o.ends_at - o.starts_at) / 60)::int as minutes, a.state = 'withdrawn' or exists (
           select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'not_selected') as "knownOtherwise"
         from booking b join application a on a.id = b.application_id join call c on c.id = a.call_id
         join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id where b.id = $1`,
};

const REQUEST_OPEN = { name: 'message-slot-request', text: `select id from slot_request where id = $1 and answered_at is null` };

/** Still to be told, unless they chose the same time again. */
const OFF = {
  name: 'message-interview-off',
  text: `select p.name as person, o.starts_at as "startsAt", c.short_name as "shortName", a.state = 'withdrawn' as withdrawn
         from booking b join application a on a.id = b.application_id join person p on p.id = a.person_id join call c on c.id = a.call_id
         join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
         where b.id = $1 and b.state = 'cancelled' and o.starts_at > $2 and not exists (
           select from booking again where again.application_id = b.application_id and again.slot_id = b.slot_id and again.state = 'live')`,
};

const MISSED = {
  name: 'message-interview-missed',
  text: `select o.starts_at as "startsAt", c.short_name as "shortName", b.state = 'live' as "hasToGiveBack"
         from booking b join application a on a.id = b.application_id join call c on c.id = a.call_id
         join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
         join attendance t on t.occasion_id = s.occasion_id and t.person_id = a.person_id
         where b.id = $1 and t.state = 'absent' and a.state in ('shortlisted', 'interviewing') and not exists (
           select from booking other where other.application_id = a.id and other.state = 'live' and other.id <> b.id and other.booked_at > b.booked_at)
         and exists (select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted')`,
};

interface Off {
  person: string | null;
  startsAt: Date;
  shortName: string;
  withdrawn: boolean;
}

interface Missed {
  startsAt: Date;
  shortName: string;
  /** The booking is live until they choose another time. */
  hasToGiveBack: boolean;
}

interface Cancelled {
  startsAt: Date;
  shortName: string;
  callCancelled: boolean;
  /** Nobody said yes in time: another message says so. */
  expired: boolean | null;
  reason: string | null;
  latePercent: number | null;
  ratePence: number;
  rateUnit: 'hour' | 'session';
  minutes: number;
  knownOtherwise: boolean;
}

@Injectable()
export class InterviewsMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly queries: InterviewsQueries,
    private readonly calendar: InterviewCalendar,
    private readonly offered: OfferedTimes,
    private readonly people: PeopleQueries,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'interview-cancelled',
      on: 'interview.cancelled',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      // Somebody who withdrew, or was not chosen, has a message about that.
      holds: async ({ bookingId }) => {
        const cancelled = await this.cancelled(bookingId);
        return cancelled !== null && !cancelled.expired && (!cancelled.knownOtherwise || cancelled.latePercent !== null);
      },
      words: async ({ bookingId, applicationId }) => ({ ...cancelled((await this.cancelled(bookingId))!, applicationId), calendar: await this.calendar.entry(bookingId) }),
    });
    this.catalogue.define({
      template: 'interview-off',
      on: 'interview.cancelled',
      recipients: ({ byApplicant }) => (byApplicant ? this.leads() : []),
      holds: async ({ bookingId }) => (await this.off(bookingId)) !== null,
      words: async ({ bookingId }) => off((await this.off(bookingId))!),
    });
    this.catalogue.define({
      template: 'interview-missed',
      on: 'interview.missed',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ bookingId }) => (await this.missed(bookingId)) !== null,
      words: async ({ bookingId, applicationId }) => missed((await this.missed(bookingId))!, applicationId),
    });
    this.catalogue.define({
      template: 'interview-more-times',
      on: 'interview.more-times',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ applicationId }) => this.canChooseNow(applicationId),
      words: async ({ applicationId, requestId }) =>
        moreTimes((await this.queries.application(applicationId))!, requestId !== null, await this.offered.inWords(applicationId)),
    });
    this.catalogue.define({
      template: 'interview-another-round',
      on: 'interview.another-round',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ applicationId }) => canChoose((await this.queries.application(applicationId))!).ok && (await this.queries.liveBooking(applicationId)) === null,
      words: async ({ applicationId }) => anotherRound((await this.queries.application(applicationId))!),
    });
    this.catalogue.define({
      template: 'interview-none-suit',
      on: 'interview.none-suit',
      recipients: () => this.leadsOnDuty(),
      holds: async ({ requestId }) => (await this.database.row(REQUEST_OPEN, [requestId])) !== null,
      words: async ({ applicationId }) => noneSuit((await this.queries.application(applicationId))!),
    });
  }

  private async cancelled(bookingId: string): Promise<Cancelled | null> {
    return this.database.row<Cancelled>(CANCELLED, [bookingId]);
  }

  private async off(bookingId: string): Promise<Off | null> {
    return this.database.row<Off>(OFF, [bookingId, this.clock.now()]);
  }

  private async missed(bookingId: string): Promise<Missed | null> {
    return this.database.row<Missed>(MISSED, [bookingId]);
  }

  private async canChooseNow(applicationId: string): Promise<boolean> {
    const application = await this.queries.application(applicationId);
    if (!application || !canChoose(application).ok || await this.queries.liveBooking(applicationId)) return false;
    return (await this.queries.slotsToChoose(applicationId)).length > 0;
  }

  /** Somebody has to act on it soon. */
  private async leadsOnDuty(): Promise<Recipient[]> {
    return (await this.people.onDuty('strategic_lead')).map(({ id }) => ({ personId: id }));
  }

  private async leads(): Promise<Recipient[]> {
    return (await this.people.withRole('strategic_lead')).map(({ id }) => ({ personId: id }));
  }
}

function cancelled({ startsAt, shortName, callCancelled, knownOtherwise, reason, latePercent, minutes, ...rate }: Cancelled, applicationId: string): Words {
  const gone = `Your interview for ${shortName} on ${formatInstant(startsAt)} is cancelled.`;
  const why = reason ? [`${reason.replace(/\.$/, '')}.`] : [];
  const pence = latePercent === null ? 0 : lateFee(rate, minutes, latePercent);
  const pay = pence > 0 ? [`We told you late, so we pay you ${formatMoney(pence)}. You see it under “Your payments”, and can say no.`] : [];
  const next = callCancelled ? ['It will not take place, because the call is cancelled.'] : knownOtherwise ? [] : ['You can choose another time on your page.'];
  return {
    subject: `Your interview is cancelled: ${shortName}`,
    paragraphs: [gone, ...why, ...pay, ...next, 'If you did not expect this, call or text us.'],
    text: [gone, ...why, ...pay, ...next].join(' '),
    link: { words: callCancelled || knownOtherwise ? 'See your application' : 'Choose another time', path: applicationPaths.one(applicationId) },
  };
}

/** To leads, so it may name the person. */
function off({ person, startsAt, shortName, withdrawn }: Off): Words {
  const when = formatInstant(startsAt);
  const who = person ?? 'An applicant';
  const news = withdrawn
    ? `${who} has withdrawn from ${shortName}. The interview on ${when} is off.`
    : `${who} has given back the interview for ${shortName} on ${when}.`;
  return {
    subject: `An interview is off: ${shortName}, ${formatDay(londonDay(startsAt))}`,
    paragraphs: [
      news,
      'The time is free again, so others can choose it. If nobody is to have it, take it back on the interviews page. Then the room and the panel are free too.',
    ],
    text: `${news} The time is free again.`,
    link: { words: 'See the interviews', path: interviewPaths.list() },
  };
}

function missed({ startsAt, shortName, hasToGiveBack }: Missed, applicationId: string): Words {
  const news = `We did not see you at your interview for ${shortName} on ${formatInstant(startsAt)}.`;
  return {
    subject: `Your interview: ${shortName}`,
    paragraphs: [
      `${news} We hope that you are all right.`,
      'You do not have to say why. If something of ours went wrong, tell us, and we put it right.',
      'What happens next: call or text us, or choose another time if you like.',
    ],
    text: `${news} We hope that you are all right. Call or text us, or choose another time if you like.`,
    link: {
      words: 'Choose another time',
      path: hasToGiveBack ? interviewPaths.giveBack(applicationId) : applicationPaths.one(applicationId),
    },
  };
}

/** To somebody who asked for other times, or who had none to choose from. */
function moreTimes({ shortName, applicationId }: ChoosingApplication, asked: boolean, byNumber: string): Words {
  const news = asked ? `There are more times for your interview for ${shortName}.`
    : `There are times to choose from for your interview for ${shortName}.`;
  return {
    subject: `${asked ? 'More interview times' : 'Interview times to choose from'}: ${shortName}`,
    paragraphs: [
      ...(asked ? ['You told us that none of the times worked for you. Thank you for saying so.'] : []),
      `${news} Choose the one that suits you best. If none of these work, tell us${asked ? ' again' : ''}.`,
    ],
    text: byNumber ? `${news} ${byNumber}. Reply with a number, or choose on your page.` : `${news} Choose one on your page.`,
    link: { words: 'Choose your interview time', path: applicationPaths.one(applicationId) },
  };
}

function anotherRound({ shortName, applicationId }: ChoosingApplication): Words {
  const news = `We would like to meet you once more for ${shortName}.`;
  return {
    subject: `One more interview: ${shortName}`,
    paragraphs: [news, 'What happens next: choose a time on your page. If there are none yet, we write to you as soon as there are. If none of them work, tell us.'],
    text: `${news} Choose a time on your page, or wait for our next message.`,
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
