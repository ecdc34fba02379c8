import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';

export interface EqualityQuestion {
  code: string;
  text: string;
  help: string | null;
  options: { code: string; text: string }[];
}

export interface EqualityFigures {
  text: string;
  /** Of everybody who answered it; null when so few did that nothing is shown. */
  total: number | null;
  /** `people` is null where it is not shown. */
  options: { text: string; people: number | null }[];
}

export interface ReportedCall {
  id: string;
  slug: string;
  title: string;
  interviewsFrom: string;
}

const QUESTIONS = {
  name: 'equality-questions',
  text: `select q.code, q.text, q.help, json_agg(json_build_object('code', o.code, 'text', o.text) order by o.position) as options
         from equality_question q join equality_option o on o.question_code = q.code group by q.code order by q.position`,
};

const REPORT = {
  name: 'equality-report',
  text: `select question_code as question, option_code as option, people, total from equality_report($1, $2)`,
};

const CALLS = {
  name: 'equality-calls',
  text: `select id, slug, title, interviews_from::text as "interviewsFrom" from call
         where published_at is not null and ($1::uuid is null or id = $1) order by interviews_from desc, id limit 100`,
};

/** Counts, and never a row: the application's role can't read answers, only ask the database for figures with the small ones left out. */
@Injectable()
export class EqualityQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async questions(): Promise<EqualityQuestion[]> {
    return this.database.rows<EqualityQuestion>(QUESTIONS);
  }

  async calls(): Promise<ReportedCall[]> {
    return this.database.rows<ReportedCall>(CALLS, [null]);
  }

  async call(id: string): Promise<ReportedCall | null> {
    return this.database.row<ReportedCall>(CALLS, [id]);
  }

  /** Empty before the interviews begin. */
  async report(callId: string): Promise<EqualityFigures[]> {
    const rows = await this.database.rows<{ question: string; option: string; people: number | null; total: number | null }>(REPORT, [callId, this.clock.today()]);
    if (rows.length === 0) return [];
    const figures = new Map(rows.map((row) => [`${row.question} ${row.option}`, row]));
    return (await this.questions()).map(({ code, text, options }) => ({
      text,
      total: figures.get(`${code} ${options[0]!.code}`)?.total ?? null,
      options: options.map((option) => ({ text: option.text, people: figures.get(`${code} ${option.code}`)?.people ?? null })),
    }));
  }
}
