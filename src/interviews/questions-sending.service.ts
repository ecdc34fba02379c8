import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { formatDay, formatInstant, londonDay } from '../shared/dates.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { EventBus } from '../platform/event-bus.js';
import { MessageCatalogue, type Words } from '../platform/messages.js';
import { BackgroundWorker } from '../platform/worker.js';
import { isDaytime } from '../shared/dates.js';
import { InterviewQuestionsQueries } from './interview-questions.queries.js';
import { interviewPaths } from './interviews.paths.js';

interface Unsent {
  bookingId: string;
  applicationId: string;
  callId: string;
  personId: string;
  questionsId: string;
  startsAt: Date;
}

interface Facts {
  startsAt: Date;
  shortName: string;
  toCome: boolean;
  /** Another version is ready meanwhile, and has a message of its own. */
  replaced: boolean;
  /** They had an earlier version. */
  changed: boolean;
}

// Nothing here asks for one exact day: what a stopped worker missed is found by the next.
const UNSENT = {
  name: 'interview-questions-unsent',
  text: `select b.id as "bookingId", b.application_id as "applicationId", s.call_id as "callId", a.person_id as "personId", q.id as "questionsId", o.starts_at as "startsAt"
         from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id join application a on a.id = b.application_id
         cross join lateral (select id from interview_questions q where q.round_id = b.round_id and q.ready order by q.version desc limit 1) q
         where b.state = 'live' and o.starts_at > $1 and ($2::uuid is null or b.id = $2)
           and not exists (select from interview_questions_sent x where x.booking_id = b.id and x.questions_id = q.id)
         order by o.starts_at, b.id`,
};

const FACTS = {
  name: 'message-interview-questions',
  text: `select o.starts_at as "startsAt", c.short_name as "shortName", b.state = 'live' and o.starts_at > $3 as "toCome",
           exists (select from interview_questions newer where newer.round_id = q.round_id and newer.ready and newer.version > q.version) as replaced,
           exists (select from interview_questions_sent x join interview_questions older on older.id = x.questions_id
             where x.booking_id = b.id and older.version < q.version) as changed
         from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id join call c on c.id = s.call_id
         join interview_questions q on q.id = $2 where b.id = $1`,
};

/** Everybody gets the same questions the same number of working days before their interview: at once when it is sooner. */
@Injectable()
export class QuestionsSending implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly queries: InterviewQuestionsQueries,
    private readonly catalogue: MessageCatalogue,
    private readonly audit: Audit,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(async () => {
      if (isDaytime(this.clock.now())) await this.sendDue();
    });
    this.bus.hear('interview.booked', (tx, { bookingId }) => this.sendFor(tx, bookingId));
    this.bus.hear('interview.moved', (tx, { bookingId }) => this.sendFor(tx, bookingId));
    this.defineMessage();
  }

  /** To all who should have them by now, each in a transaction of their own. */
  async sendDue(): Promise<void> {
    for (const { bookingId, startsAt } of await this.unsent(null)) {
      if (!(await this.isDue(startsAt))) continue;
      await this.database.transaction(async (tx) => {
        await tx.query(`select from booking where id = $1 for update`, [bookingId]);
        await this.sendFor(tx, bookingId);
      });
    }
  }

  private async sendFor(tx: EntityManager, bookingId: string): Promise<void> {
    const [unsent] = await this.unsent(bookingId);
    if (!unsent || !(await this.isDue(unsent.startsAt))) return;
    const { questionsId, applicationId, callId, personId } = unsent;
    await tx.query(`insert into interview_questions_sent (booking_id, questions_id, sent_at) values ($1, $2, $3)`, [bookingId, questionsId, this.clock.now()]);
    await this.audit.record(tx, null, 'interview-questions.sent', { type: 'booking', id: bookingId }, { questionsId });
    await this.bus.emit(tx, 'interview.questions-due', { bookingId, applicationId, callId, personId, questionsId });
  }

  private async unsent(bookingId: string | null): Promise<Unsent[]> {
    return this.database.rows<Unsent>(UNSENT, [this.clock.now(), bookingId]);
  }

  private async isDue(startsAt: Date): Promise<boolean> {
    return await this.queries.dueOn(startsAt) <= this.clock.today();
  }

  private defineMessage(): void {
    this.catalogue.define({
      template: 'interview-questions',
      on: 'interview.questions-due',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ bookingId, questionsId }) => {
        const { toCome, replaced } = await this.facts(bookingId, questionsId);
        return toCome && !replaced;
      },
      words: async ({ bookingId, questionsId, applicationId }) =>
        words(await this.facts(bookingId, questionsId), (await this.queries.version(questionsId))!, applicationId),
    });
  }

  private async facts(bookingId: string, questionsId: string): Promise<Facts> {
    return (await this.database.row<Facts>(FACTS, [bookingId, questionsId, this.clock.now()]))!;
  }
}

function words({ startsAt, shortName, changed }: Facts, { questions, note }: { questions: string[]; note: string | null }, applicationId: string): Words {
  const day = formatDay(londonDay(startsAt));
  return {
    subject: `${changed ? 'New questions' : 'The questions'} for your interview: ${shortName}, ${day}`,
    paragraphs: [
      changed ? `The questions for your interview for ${shortName} have changed. These are the ones we ask on ${formatInstant(startsAt)}.`
        : `These are the questions we ask at your interview for ${shortName} on ${formatInstant(startsAt)}.`,
      ...(note ? [note] : []),
      ...questions.map((question, index) => `${index + 1}. ${question}`),
      'Everybody gets the same questions at the same time before their interview. You can bring notes. You need not send anything.',
    ],
    text: `The questions for your interview for ${shortName} on ${day} are ${changed ? 'new' : 'ready'}. Read them on your page, or call us and we read them to you.`,
    link: { words: 'Read them on your page, or in large print', path: interviewPaths.questions(applicationId) },
  };
}
