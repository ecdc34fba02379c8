import { Injectable } from '@nestjs/common';
import { londonDay } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { SettingsReader } from '../platform/settings.js';
import { WorkingCalendar } from '../platform/working-calendar.js';

/** The questions of a round as they were saved. */
export interface QuestionsVersion {
  id: string;
  roundId: string;
  version: number;
  questions: string[];
  note: string | null;
  ready: boolean;
  writtenBy: string;
  writtenAt: Date;
  /** Interviews it was sent for. */
  sent: number;
}

export interface QuestionsRound {
  roundId: string;
  roundName: string;
  callId: string;
  callTitle: string;
  shortName: string;
  /** Interviews still to come. */
  booked: number;
  firstStartsAt: Date | null;
}

/** A round with interviews to come, and no questions to send. */
export interface MissingQuestions extends QuestionsRound {
  /** The day on which the first questions go out. */
  dueOn: string;
  late: boolean;
}

export interface SentQuestions {
  roundName: string;
  callTitle: string;
  startsAt: Date;
  questions: string[];
  note: string | null;
}

const VERSION = `
  select q.id, q.round_id as "roundId", q.version, q.questions, q.note, q.ready, p.name as "writtenBy", q.written_at as "writtenAt",
    (select count(*) from interview_questions_sent s where s.questions_id = q.id)::int as sent
  from interview_questions q join person p on p.id = q.written_by`;

const LATEST = { name: 'interview-questions-latest', text: `${VERSION} where q.round_id = $1 order by q.version desc limit 1` };
const READY = { name: 'interview-questions-ready', text: `${VERSION} where q.round_id = $1 and q.ready order by q.version desc limit 1` };
const ONE = { name: 'interview-questions-one', text: `${VERSION} where q.id = $1` };

const TO_COME = `left join lateral (
    select count(*)::int as booked, min(o.starts_at) as "firstStartsAt" from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
    where b.round_id = r.id and b.state = 'live' and o.starts_at > $1) b on true`;

const ROUND = `select r.id as "roundId", r.name as "roundName", c.id as "callId", c.title as "callTitle", c.short_name as "shortName", b.booked, b."firstStartsAt"
  from interview_round r join call c on c.id = r.call_id ${TO_COME}`;

const ROUND_ONE = { name: 'interview-questions-round', text: `${ROUND} where r.id = $2` };

const ROUNDS = {
  name: 'interview-questions-rounds',
  text: `${ROUND} where c.state = 'published' and (b.booked > 0 or r.to_on >= $2) order by b."firstStartsAt" nulls last, c.title, r.number`,
};

const MISSING = {
  name: 'interview-questions-missing',
  text: `${ROUND} where b.booked > 0 and not exists (select from interview_questions q where q.round_id = r.id and q.ready) order by b."firstStartsAt", r.id`,
};

const SENT = {
  name: 'interview-questions-of-application',
  text: `select distinct on (r.number) r.name as "roundName", c.title as "callTitle", o.starts_at as "startsAt", q.questions, q.note
         from interview_questions_sent x join interview_questions q on q.id = x.questions_id join booking b on b.id = x.booking_id
         join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
         join interview_round r on r.id = q.round_id join call c on c.id = r.call_id
         where b.application_id = $1 and b.state = 'live' order by r.number, q.version desc`,
};

@Injectable()
export class InterviewQuestionsQueries {
  constructor(
    private readonly database: Database,
    private readonly calendar: WorkingCalendar,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  async round(roundId: string): Promise<QuestionsRound | null> {
    return this.database.row<QuestionsRound>(ROUND_ONE, [this.clock.now(), roundId]);
  }

  /** Rounds that people may still be interviewed in. */
  async rounds(): Promise<(QuestionsRound & { ready: QuestionsVersion | null })[]> {
    const rounds = await this.database.rows<QuestionsRound>(ROUNDS, [this.clock.now(), this.clock.today()]);
    const all = [];
    for (const round of rounds) all.push({ ...round, ready: await this.ready(round.roundId) });
    return all;
  }

  async latest(roundId: string): Promise<QuestionsVersion | null> {
    return this.database.row<QuestionsVersion>(LATEST, [roundId]);
  }

  /** What everybody in the round gets; null before it is ready. */
  async ready(roundId: string): Promise<QuestionsVersion | null> {
    return this.database.row<QuestionsVersion>(READY, [roundId]);
  }

  async version(id: string): Promise<QuestionsVersion | null> {
    return this.database.row<QuestionsVersion>(ONE, [id]);
  }

  /** Interviews are booked, and there is nothing to send. */
  async missing(): Promise<MissingQuestions[]> {
    const rounds = await this.database.rows<QuestionsRound>(MISSING, [this.clock.now()]);
    const all: MissingQuestions[] = [];
    for (const round of rounds) {
      const dueOn = await this.dueOn(round.firstStartsAt!);
      all.push({ ...round, dueOn, late: dueOn < this.clock.today() });
    }
    return all;
  }

  /** The day on which the questions of an interview go out. */
  async dueOn(startsAt: Date): Promise<string> {
    const { 'interviews.questions-days': days } = await this.settings.current();
    return this.calendar.addWorkingDays(londonDay(startsAt), -days);
  }

  /** What somebody was sent, for each of their interviews. */
  async sentTo(applicationId: string): Promise<SentQuestions[]> {
    return this.database.rows<SentQuestions>(SENT, [applicationId]);
  }
}
