import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { countWords, quarterOf, quarterWords, share, SMALLEST, type Counted } from './figure.rules.js';

export interface QuarterFigure {
  quarter: string;
  /** Told in time for arranging, and told later. */
  rows: { told: string; wanted: string; met: string | null; onTime: string | null }[];
  /** Of those who told us how it went. */
  feedback: { answers: string; right: string } | null;
}

interface Row extends Counted {
  quarter: string;
  inTime: boolean;
}

// Quarters that are over: from day to day, one more would tell of whoever came that day. An event that was cancelled was none, and what was taken back or declined was not wanted on the day. The person's own word goes first.
const ITEMS = `
  select date_trunc('quarter', a.needed_by)::date::text as quarter,
    (a.created_at at time zone 'Europe/London')::date <= a.due_on as in_time, f.answer,
    case when f.answer is not null then f.answer = 'yes' else a.outcome = 'delivered' end as met,
    case when a.booked_at is null then k.lead_days = 0
      else (a.booked_at at time zone 'Europe/London')::date <= greatest(a.due_on, least((a.created_at at time zone 'Europe/London')::date + 2, a.needed_by)) end as on_time
  from arrangement a join adjustment_kind k on k.code = a.kind_code left join occasion o on o.id = a.occasion_id
  left join arrangement_feedback f on f.arrangement_id = a.id
  where a.needed_by < $1 and a.needed_by >= ($1::date - interval '1 year')::date
  and (a.occasion_id is not null or a.sitting_on is not null) and o.cancelled_at is null and a.state not in ('withdrawn', 'declined')`;

const COUNTS = {
  name: 'access-figures',
  text: `select quarter, in_time as "inTime", count(*)::int as wanted, count(*) filter (where met)::int as met, count(*) filter (where met and on_time)::int as "onTime"
         from (${ITEMS}) i group by 1, 2 order by 1 desc, 2 desc`,
};

const FEEDBACK = {
  name: 'access-figures-feedback',
  text: `select quarter, count(*)::int as answers, count(*) filter (where answer = 'yes')::int as "right" from (${ITEMS}) i where answer is not null group by 1`,
};

/** How well we meet what people need: counts that lead to nobody. */
@Injectable()
export class FiguresQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** Of the last year, the newest quarter first; quarters that are over only. */
  async byQuarter(): Promise<QuarterFigure[]> {
    const thisQuarter = quarterOf(this.clock.today());
    const rows = await this.database.rows<Row>(COUNTS, [thisQuarter]);
    const answers = await this.database.rows<{ quarter: string; answers: number; right: number }>(FEEDBACK, [thisQuarter]);
    return [...new Set(rows.map(({ quarter }) => quarter))].map((quarter) => {
      const said = answers.find((one) => one.quarter === quarter);
      return {
        quarter: quarterWords(quarter),
        rows: rows.filter((row) => row.quarter === quarter).map((row) => ({
          told: row.inTime ? 'With time to arrange it' : 'Later than that', wanted: countWords(row.wanted),
          met: share(row.met, row.wanted)?.words ?? null, onTime: share(row.onTime, row.wanted)?.words ?? null,
        })),
        feedback: said && said.answers >= SMALLEST ? { answers: countWords(said.answers), right: share(said.right, said.answers)!.words } : null,
      };
    });
  }
}
