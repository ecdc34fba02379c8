import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay, formatInstant, formatSpan } from '../shared/dates.js';
import { plural } from '../shared/words.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue, type Recipient, type Words } from '../platform/messages.js';
import { PeopleQueries } from '../people/people.queries.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { interviewPaths } from './interviews.paths.js';

const NEWS = {
  name: 'message-interview-news',
  text: `select p.name as person, o.starts_at as "startsAt", o.ends_at as "endsAt", c.short_name as "shortName", b.state = 'live' as live, b.agreed_at is not null as agreed,
           b.agree_by::text as "agreeBy", a.state in ('shortlisted', 'interviewing') as "inInterviews", exists (
             select from booking again where again.application_id = b.application_id and again.round_id = b.round_id and again.state = 'live') as "hasOne"
         from booking b join application a on a.id = b.application_id join person p on p.id = a.person_id join call c on c.id = a.call_id
         join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id where b.id = $1`,
};

const PANEL = { name: 'message-interview-panel', text: `select p.person_id as "personId" from booking b join slot_panel p on p.slot_id = b.slot_id where b.id = $1 order by 1` };

interface News {
  person: string | null;
  startsAt: Date;
  endsAt: Date;
  shortName: string;
  live: boolean;
  agreed: boolean;
  agreeBy: string | null;
  /** The application is still between shortlist and result. */
  inInterviews: boolean;
  /** They have a time now. */
  hasOne: boolean;
}

/** A held time that waits for a yes, and who comes late. */
@Injectable()
export class OnTheDayMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly people: PeopleQueries,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'interview-hold-ending',
      on: 'interview.hold-ending',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ bookingId }) => {
        const { live, agreed } = await this.news(bookingId);
        return live && !agreed;
      },
      words: async ({ bookingId, applicationId }) => holdEnding(await this.news(bookingId), applicationId),
    });
    this.catalogue.define({
      template: 'interview-hold-ended',
      on: 'interview.hold-ended',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ bookingId }) => {
        const { inInterviews, hasOne } = await this.news(bookingId);
        return inInterviews && !hasOne;
      },
      words: async ({ bookingId, applicationId }) => holdEnded(await this.news(bookingId), applicationId),
    });
    this.catalogue.define({
      template: 'interview-not-answered',
      on: 'interview.hold-ended',
      recipients: () => this.leads(),
      words: async ({ bookingId, applicationId }) => notAnswered(await this.news(bookingId), applicationId),
    });
    this.catalogue.define({
      template: 'interview-running-late',
      on: 'interview.running-late',
      urgent: true,
      recipients: async ({ bookingId, personId, byCouncil }) => (byCouncil ? [{ personId }] : this.panelAndLeads(bookingId)),
      holds: async ({ bookingId }) => (await this.news(bookingId)).live,
      words: async ({ bookingId, applicationId, minutes, byCouncil }) =>
        (byCouncil ? weAreLate(await this.news(bookingId), minutes, applicationId) : theyAreLate(await this.news(bookingId), minutes)),
    });
  }

  private async news(bookingId: string): Promise<News> {
    return (await this.database.row<News>(NEWS, [bookingId]))!;
  }

  private async panelAndLeads(bookingId: string): Promise<Recipient[]> {
    const panel = (await this.database.rows<{ personId: string }>(PANEL, [bookingId])).map(({ personId }) => personId);
    const leads = (await this.people.onDuty('strategic_lead')).map(({ id }) => id);
    return [...new Set([...panel, ...leads])].map((personId) => ({ personId }));
  }

  private async leads(): Promise<Recipient[]> {
    return (await this.people.onDuty('strategic_lead')).map(({ id }) => ({ personId: id }));
  }
}

function holdEnding({ startsAt, endsAt, shortName, agreeBy }: News, applicationId: string): Words {
  const hold = `We hold a time for your interview for ${shortName}: ${formatSpan(startsAt, endsAt)}.`;
  const until = `We can hold it until the end of ${formatDay(agreeBy!)}.`;
  return {
    subject: `Does this time work? ${shortName}`,
    paragraphs: [hold, `Does it work for you? ${until}`, 'Say yes on your page, or choose another time. If none of them work, tell us. You can also call or text us.'],
    text: `${hold} Does it work? Reply YES or NO. ${until}`,
    link: { words: 'Say whether it works', path: applicationPaths.one(applicationId) },
  };
}

/** No blame: they may not have seen it. */
function holdEnded({ startsAt, shortName }: News, applicationId: string): Words {
  const gone = `We could not hold the time for your interview for ${shortName} any longer: ${formatInstant(startsAt)}.`;
  return {
    subject: `Choose your interview time: ${shortName}`,
    paragraphs: [gone, 'You are still on the shortlist, and it does not count against you.', 'What happens next: choose a time that suits you on your page. If none of them work, tell us.'],
    text: `${gone} You are still on the shortlist. Choose another time on your page, or call us.`,
    link: { words: 'Choose your interview time', path: applicationPaths.one(applicationId) },
  };
}

/** To leads, so it may name the person. */
function notAnswered({ person, startsAt, shortName }: News, applicationId: string): Words {
  const news = `${person ?? 'An applicant'} has not said whether ${formatInstant(startsAt)} works for them. The time is free again.`;
  return {
    subject: `Not answered: ${shortName}`,
    paragraphs: [news, 'They stay on the shortlist and can choose another time. Our message may not have reached them: call them, or ask somebody who knows them to.'],
    text: `${news} They stay on the shortlist. Please call them.`,
    link: { words: 'Hold another time for them', path: interviewPaths.placement(applicationId) },
  };
}

function theyAreLate({ person, startsAt, shortName }: News, minutes: number): Words {
  const news = `${person ?? 'An applicant'} is running late: about ${plural(minutes, 'minute')}, for ${shortName} at ${formatInstant(startsAt)}.`;
  return {
    subject: `Running late: ${shortName}`, paragraphs: [news, 'Please wait for them. If you can’t, tell whoever comes next.'], text: `${news} Please wait.`,
    link: { words: 'See the interviews', path: interviewPaths.list() },
  };
}

function weAreLate({ startsAt, shortName }: News, minutes: number, applicationId: string): Words {
  const news = `We are running about ${plural(minutes, 'minute')} late with your interview for ${shortName} (${formatInstant(startsAt)}). We are sorry.`;
  return {
    subject: `We are running late: ${shortName}`, paragraphs: [news, 'You have your whole time. If you can’t wait, call us: we find another time.'],
    text: `${news} You have your whole time. If you can’t wait, call us.`,
    link: { words: 'See your interview', path: applicationPaths.one(applicationId) },
  };
}
