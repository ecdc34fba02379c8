import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { SettingsReader } from '../platform/settings.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { addDays, londonDay } from '../shared/dates.js';
import type { Tone } from '../shared/status.js';
import {
  nextSteps, openStates, plainStates, sectionOf, stateNames, stateTones,
  type ArrangementOutcome, type ArrangementState, type Changed, type Need, type Section,
} from './arrangement.rules.js';

export interface CatalogueCategory {
  category: string;
  kinds: { code: string; name: string; standing: boolean }[];
}

/** As its person sees it. */
export interface OwnArrangement {
  id: string;
  what: string;
  ownWords: string | null;
  /** "Interview", "Meeting": neutral words. */
  occasion: string;
  /** The neutral short name of the call or group. */
  shortName: string;
  startsAt: Date | null;
  neededBy: string;
  dueOn: string;
  state: ArrangementState;
  /** How it went, also once they told us so themselves. */
  outcome: ArrangementOutcome | null;
  stateText: string;
  tone: Tone;
  /** Not arranged, and the day by which it should be is past. */
  late: boolean;
  open: boolean;
}

/** As a co-ordinator sees it. */
export interface ArrangementItem extends OwnArrangement {
  personId: string;
  person: string | null;
  owner: string | null;
  deputy: string | null;
  essential: boolean;
  changed: Changed | null;
  version: number;
  /** What was booked before goes on, for that day, until somebody cancels or moves it. */
  stillBookedFor: string | null;
  answerBy: string;
  section: Section;
  steps: ArrangementState[];
}

/** Booked, not needed any more, and not cancelled yet. */
export interface ToCancelItem {
  id: string;
  what: string;
  personId: string;
  person: string | null;
  occasion: string;
  shortName: string;
  /** When it was booked for: a time, or at least the day. */
  startsAt: Date | null;
  bookedFor: string;
  owner: string | null;
}

const CATALOGUE = {
  name: 'adjustments-catalogue',
  text: `select category, json_agg(json_build_object('code', code, 'name', name, 'standing', standing) order by position) as kinds
         from adjustment_kind group by category order by min(position)`,
};

/** Equipment and formats too; of two as slow, the one people see first. */
const LONGEST_LEAD = {
  name: 'adjustments-longest-common-lead',
  text: `select name as what, lead_days as days from adjustment_kind where common order by lead_days desc, position limit 1`,
};

const NEEDS = {
  name: 'adjustments-needs-of',
  text: `select n.kind_code as code, n.own_words as "ownWords" from access_need n join adjustment_kind k on k.code = n.kind_code
         where n.person_id = $1 and n.removed_at is null order by k.position`,
};

const FROM = `a.id, k.name as what, n.own_words as "ownWords", o.starts_at as "startsAt",
  case when a.sitting_on is not null then 'Interview panel' when a.call_id is not null or o.kind = 'interview' then 'Interview' when o.kind = 'training' then 'Training' else 'Meeting' end as occasion,
  coalesce(c.short_name, g.short_name, '') as "shortName",
  a.needed_by::text as "neededBy", a.due_on::text as "dueOn", a.state, a.outcome
  from arrangement a
  join adjustment_kind k on k.code = a.kind_code join access_need n on n.id = a.need_id
  left join occasion o on o.id = a.occasion_id left join call c on c.id = a.call_id
  left join meeting m on m.occasion_id = a.occasion_id left join involvement_group g on g.id = m.group_id`;

const COMES = {
  name: 'adjustments-comes-for',
  text: `select k.skill is not null as comes, array(select r.name from resource r where r.kind = 'interpreter' and k.skill = any(r.skills) and r.name is not null order by r.name) as known
         from adjustment_kind k where k.code = $1`,
};

const NAME = { name: 'adjustments-name-of', text: `select name from person where id = $1 and merged_into is null` };

const OF_PERSON = {
  name: 'arrangements-of-person',
  text: `select ${FROM} where a.person_id = $1 and (a.state = any($2) or (a.state <> 'withdrawn' and a.needed_by >= $3))
         order by a.needed_by, k.position`,
};

const OPEN = {
  name: 'arrangements-open',
  text: `select p.name as person, p.id as "personId", w.name as owner, (select d.name from person d where d.id = a.deputy_id) as deputy, a.essential, a.changed, a.version, a.created_at as "createdAt",
           a.still_booked_for::text as "stillBookedFor", ${FROM}
         join person p on p.id = a.person_id and p.merged_into is null left join person w on w.id = a.owner_id
         where a.state = any($1) order by a.due_on, a.needed_by, p.name, k.position`,
};

const TO_CANCEL = {
  name: 'arrangements-to-cancel',
  text: `select p.name as person, p.id as "personId", w.name as owner, a.still_booked_for::text as "bookedFor", ${FROM}
         join person p on p.id = a.person_id and p.merged_into is null left join person w on w.id = a.owner_id
         where a.state = 'withdrawn' and a.still_booked_for is not null order by a.still_booked_for, p.name, k.position`,
};

const TO_CANCEL_COUNT = {
  name: 'arrangements-to-cancel-count',
  text: `select count(*)::int as count from arrangement where state = 'withdrawn' and still_booked_for is not null`,
};

const OPEN_COUNTS = {
  name: 'arrangements-open-counts',
  text: `select state, needed_by::text as "neededBy", due_on::text as "dueOn", created_at as "createdAt" from arrangement where state = any($1)
           and not exists (select from person p where p.id = person_id and p.merged_into is not null)`,
};

type OwnRow = Omit<OwnArrangement, 'stateText' | 'tone' | 'late' | 'open'>;
type OpenRow = OwnRow & { personId: string; person: string | null; owner: string | null; deputy: string | null; essential: boolean; changed: Changed | null; version: number; stillBookedFor: string | null; createdAt: Date };

const SHOWN_AFTERWARDS_DAYS = 60;

@Injectable()
export class AdjustmentsQueries {
  constructor(
    private readonly database: Database,
    private readonly settings: SettingsReader,
    private readonly calendar: WorkingCalendar,
    private readonly clock: Clock,
  ) {}

  /** The slowest of what people often ask for, in working days. */
  async longestCommonLead(): Promise<{ what: string; days: number }> {
    return await this.database.row<{ what: string; days: number }>(LONGEST_LEAD) ?? { what: 'Nothing', days: 0 };
  }

  /** What can be asked for, by category; `standing` is arranged for everybody. */
  async catalogue(): Promise<CatalogueCategory[]> {
    return this.database.rows<CatalogueCategory>(CATALOGUE);
  }

  async needsOf(personId: string): Promise<Need[]> {
    return this.database.rows<Need>(NEEDS, [personId]);
  }

  /** Whether somebody comes to do it, and the names of those who do it for us. */
  async comesFor(code: string): Promise<{ comes: boolean; known: string[] }> {
    return (await this.database.row<{ comes: boolean; known: string[] }>(COMES, [code]))!;
  }

  async nameOf(personId: string): Promise<{ name: string | null } | null> {
    return this.database.row<{ name: string | null }>(NAME, [personId]);
  }

  /** For the person's own pages: what is open, and what was lately. */
  async arrangementsOf(personId: string): Promise<OwnArrangement[]> {
    const today = this.clock.today();
    const rows = await this.database.rows<OwnRow>(OF_PERSON, [personId, openStates, addDays(today, -SHOWN_AFTERWARDS_DAYS)]);
    return rows.map((row) => ({ ...describe(row, today), stateText: plainStates[row.state] }));
  }

  /** For co-ordinators alone; whoever shows it records the look. */
  async open(): Promise<ArrangementItem[]> {
    const today = this.clock.today();
    const rows = await this.database.rows<OpenRow>(OPEN, [openStates]);
    return Promise.all(rows.map(async ({ createdAt, ...row }) => {
      const answerBy = await this.answerBy(createdAt);
      return { ...describe(row, today), ...row, answerBy, section: sectionOf({ ...row, answerBy }, today), steps: nextSteps(row, today) };
    }));
  }

  /** For co-ordinators alone; whoever shows it records the look. */
  async toCancel(): Promise<ToCancelItem[]> {
    const rows = await this.database.rows<ToCancelItem>(TO_CANCEL);
    return rows.map((row) => ({ ...row, startsAt: row.startsAt && londonDay(row.startsAt) === row.bookedFor ? row.startsAt : null }));
  }

  /** How many arrangements stand where, for a co-ordinator's home. What is to be cancelled counts as overdue: it costs. */
  async counts(): Promise<Record<Section, number>> {
    const today = this.clock.today();
    const toCancel = (await this.database.row<{ count: number }>(TO_CANCEL_COUNT))!.count;
    const counts: Record<Section, number> = { overdue: toCancel, soon: 0, later: 0, waiting: 0, booked: 0, over: 0 };
    const rows = await this.database.rows<{ state: ArrangementState; neededBy: string; dueOn: string; createdAt: Date }>(OPEN_COUNTS, [openStates]);
    for (const row of rows) counts[sectionOf({ ...row, answerBy: await this.answerBy(row.createdAt) }, today)] += 1;
    return counts;
  }

  /** Within so many working days somebody says that they have seen it. */
  private async answerBy(askedAt: Date): Promise<string> {
    const settings = await this.settings.current();
    return this.calendar.addWorkingDays(londonDay(askedAt), settings['adjustments.acknowledge-days']);
  }
}

function describe(row: OwnRow, today: string): OwnArrangement {
  const arranged = row.state !== 'asked' && row.state !== 'acknowledged' && row.state !== 'arranging' && row.state !== 'alternative_offered';
  return {
    ...row, stateText: stateNames[row.state], tone: stateTones[row.state],
    late: !arranged && row.dueOn < today, open: openStates.includes(row.state),
  };
}
