import { Injectable } from '@nestjs/common';
import { Database, type NamedQuery } from '../platform/database.js';
import { SettingsReader } from '../platform/settings.js';
import { BlindQueries } from './blind.queries.js';
import type { Phase } from './review.queries.js';
import type { ReviewerKind } from './review.rules.js';
import { HIGHEST_SCORE, type Summary } from './score.rules.js';

export interface PanelRow {
  personId: string;
  name: string;
  kind: ReviewerKind;
  decides: boolean;
  dutyId: string;
  given: number;
  drafts: number;
  conflicts: number;
}

export interface ManagedPhase extends Phase {
  applications: number;
  prepared: number;
  panel: PanelRow[];
}

export interface DashboardRow extends Summary {
  phaseId: string;
  key: string;
  applicationId: string;
  number: number;
  /** Null while the reader scores this call without names. */
  reference: string | null;
  conflicts: number;
  canStill: number;
  /** There are not enough people left who can score it. */
  needsSomebody: boolean;
  /** Part of it is a recording that nobody has written down: it waits, so that all are read alike. */
  toWriteDown: boolean;
  moderated: boolean;
  agreedPercent: number | null;
  agreedWords: string | null;
  /** Labels of essential criteria that are low by the median. */
  low: string[];
  /** The reader has not given their own scores yet, or others' show to nobody who scores before the review closes, or they must not read it at all. */
  hidden: boolean;
}

/** Of all applications, on whichever page. */
export interface Counts {
  all: number;
  /** Have as many reviews as wanted. */
  done: number;
  /** To talk about still. */
  farApart: number;
  needsSomebody: number;
}

export interface Dashboard {
  phase: Phase | null;
  nameless: boolean;
  rows: DashboardRow[];
  counts: Counts;
}

export type DashboardOrder = 'reference' | 'median' | 'spread';

/** All rows have no size. */
export interface DashboardPage {
  order: DashboardOrder;
  number: number;
  size: number | null;
}

const ALL: DashboardPage = { order: 'reference', number: 1, size: null };
const NO_COUNTS: Counts = { all: 0, done: 0, farApart: 0, needsSomebody: 0 };

const PHASES = {
  name: 'review-phases-of-call',
  text: `select p.id, p.call_id as "callId", c.title as "callTitle", c.short_name as "callName", p.name, p.position, p.starts_on::text as "startsOn",
           p.ends_on::text as "endsOn", p.blind, p.see_others as "seeOthers", p.reviews_each as "reviewsEach", p.state,
           (select count(*) from phase_application pa join application a on a.id = pa.application_id where pa.phase_id = p.id and a.state <> 'withdrawn' and a.superseded_by is null)::int as applications,
           (select count(distinct x.application_id) from redaction x join application a on a.id = x.application_id where a.call_id = p.call_id and a.state <> 'withdrawn' and a.superseded_by is null)::int as prepared,
           coalesce((select json_agg(json_build_object('personId', w.person_id, 'name', n.name, 'kind', w.kind, 'decides', w.decides, 'dutyId', w.duty_id,
             'given', (select count(*) from review r where r.phase_id = p.id and r.duty_id = w.duty_id and r.state = 'given'),
             'drafts', (select count(*) from review r where r.phase_id = p.id and r.duty_id = w.duty_id and r.state = 'draft'),
             'conflicts', (select count(distinct d.application_id) from conflict_declaration d where d.phase_id = p.id and d.reviewer_id = w.person_id and d.has_conflict))
             order by w.kind = 'resident' desc, n.name) from reviewer w join person n on n.id = w.person_id where w.phase_id = p.id and w.removed_at is null), '[]') as panel
         from review_phase p join call c on c.id = p.call_id where p.call_id = $1 order by p.position`,
};

/** The open phase of a call, or else the last that closed. */
const CURRENT = {
  name: 'review-current-phase',
  text: `select p.id, p.call_id as "callId", c.title as "callTitle", c.short_name as "callName", p.name, p.position, p.starts_on::text as "startsOn",
           p.ends_on::text as "endsOn", p.blind, p.see_others as "seeOthers", p.reviews_each as "reviewsEach", p.state
         from review_phase p join call c on c.id = p.call_id
         where p.call_id = $1 and p.state <> 'planned' order by p.state = 'open' desc, p.position desc limit 1`,
};

/** As `percent` in the rules: whole numbers, halves up. */
const percent = (part: string, whole: string) => `(200 * (${part}) + ${whole}) / (2 * ${whole})`;

// One pass over the scores of those listed, with the arithmetic of score.rules.ts. Each application's own reviewers, and who can still
// score it, are counted by their duty. What the reader must not see is not joined.
const rows = (only: string, order: string, part: string) => `
  with phase as (
    select p.id, p.state, p.see_others, p.reviews_each, (select ${HIGHEST_SCORE} * sum(c.weight) from criterion c where c.call_id = p.call_id)::int as possible
    from review_phase p where p.id = $1),
  duties as (select duty_id, array_agg(person_id) as people from reviewer where phase_id = $1 and removed_at is null group by duty_id),
  me as (select duty_id from duties where duty_id = duty_identity($2)),
  mine as (select application_id from review join me using (duty_id) where phase_id = $1 and state = 'given'),
  listed as (
    select pa.id as key, pa.application_id, pa.number, pa.applicant_duty_id, a.reference,
      exists (select from me) and p.state = 'open' and (p.see_others <> 'after_own' or pa.application_id not in (select application_id from mine))
        or pa.application_id in (select application_id from conflict_declaration where reviewer_id = $2 and has_conflict) or a.person_id = $2 as hidden
    from phase p join phase_application pa on pa.phase_id = p.id join application a on a.id = pa.application_id
    where a.state <> 'withdrawn' and a.superseded_by is null ${only}),
  scored as (
    select r.application_id, sum(s.score * c.weight)::int as points
    from listed join review r on r.phase_id = $1 and r.application_id = listed.application_id and r.state = 'given'
    join review_score s on s.review_id = r.id join criterion c on c.id = s.criterion_id group by r.id),
  gathered as (select application_id, count(*)::int as given, array_agg(points order by points) as points from scored group by application_id),
  totals as (
    select application_id, given, ${percent('points[(given + 1) / 2] + points[given / 2 + 1]', '(2 * possible)')} as median,
      ${percent('points[1]', 'possible')} as lowest, ${percent('points[given]', 'possible')} as highest,
      ${percent('points[given] - points[1]', 'possible')} as spread,
      given > 1 and (points[given] - points[1]) * 100 >= $3 * possible as far_apart
    from gathered, phase),
  conflicted as (
    select application_id, w.duty_id, count(distinct d.reviewer_id) = cardinality(u.people) as whole
    from listed join conflict_declaration d using (application_id) join reviewer w on w.phase_id = $1 and w.person_id = d.reviewer_id and w.removed_at is null
    join duties u on u.duty_id = w.duty_id where d.has_conflict group by application_id, w.duty_id, u.people),
  conflicts as (select application_id, count(*) filter (where whole)::int as duties, count(*)::int as conflicts from conflicted group by application_id),
  agreed as (select distinct on (application_id) application_id, agreed_percent, words from moderation where phase_id = $1
    order by application_id, moderated_at desc),
  judged as (
    select l.*, coalesce(t.given, 0) as given, seen.median, seen.lowest, seen.highest, seen.spread, coalesce(seen.far_apart, false) as far_apart,
      coalesce(k.conflicts, 0) as conflicts, greatest(0, (select count(*) from duties u where u.duty_id <> l.applicant_duty_id)::int - coalesce(k.duties, 0)) as can_still,
      m.application_id is not null as moderated, m.agreed_percent, m.words
    from listed l left join totals t using (application_id) left join totals seen on seen.application_id = l.application_id and not l.hidden
    left join agreed m on m.application_id = l.application_id and not l.hidden left join conflicts k on k.application_id = l.application_id),
  shown as (select judged.*, row_number() over (order by ${order}) as place from judged order by place ${part})
  select p.id as "phaseId", j.key, j.application_id as "applicationId", j.number, case when not $4 then j.reference end as reference,
    j.given, j.median, j.lowest, j.highest, j.spread, j.far_apart as "farApart", j.conflicts, j.can_still as "canStill", j.can_still < p.reviews_each as "needsSomebody",
    j.moderated, j.agreed_percent as "agreedPercent", j.words as "agreedWords", j.hidden,
    -- How somebody applied is not for those who score without names.
    not $4 and exists (select from recording t where t.application_id = j.application_id and t.kind <> 'scan' and t.removed_at is null and t.transcript is null) as "toWriteDown",
    array(select c.label from review r join review_score s on s.review_id = r.id join criterion c on c.id = s.criterion_id and c.kind = 'essential'
      where not j.hidden and r.phase_id = $1 and r.application_id = j.application_id and r.state = 'given'
      group by c.id having percentile_cont(0.5) within group (order by s.score) <= 1 order by c.position) as low,
    (select json_build_object('all', count(*), 'done', count(*) filter (where given >= reviews_each), 'farApart', count(*) filter (where far_apart and not moderated),
      'needsSomebody', count(*) filter (where can_still < reviews_each)) from judged, phase) as counts
  from shown j, phase p order by j.place`;

/** By reference unless somebody asks otherwise, and by number for those who must not see it; nothing here ranks anybody by itself. */
const ROWS = {
  name: 'review-dashboard',
  text: rows('', `case $5 when 'median' then median when 'spread' then spread end desc nulls last, case when $4 then number end, reference`, 'limit $6 offset $7'),
};

const ONE = { name: 'review-dashboard-one', text: rows('and pa.id = $5', 'number', '') };

const PREPARE = {
  name: 'review-answers-prepared',
  text: `select a.id, a.reference, a.name, (select max(x.redacted_at) from redaction x where x.application_id = a.id) as "preparedAt",
           (select p.name from redaction x join person p on p.id = x.redacted_by where x.application_id = a.id order by x.redacted_at desc limit 1) as "preparedBy"
         from application a where a.call_id = $1 and a.submitted_at is not null and a.state <> 'withdrawn' and a.superseded_by is null
           and ($2::uuid is null or a.id = $2)
         order by exists (select from redaction x where x.application_id = a.id), a.reference`,
};

@Injectable()
export class ReviewDashboardQueries {
  constructor(
    private readonly database: Database,
    private readonly blind: BlindQueries,
    private readonly settings: SettingsReader,
  ) {}

  async phases(callId: string): Promise<ManagedPhase[]> {
    return this.database.rows<ManagedPhase>(PHASES, [callId]);
  }

  /** What the scores of a call come to, for this reader: nothing that they must not see before they have scored. */
  async dashboard(callId: string, readerId: string, { order, number, size }: DashboardPage = ALL): Promise<Dashboard> {
    return this.read(ROWS, callId, readerId, [order, size, (number - 1) * (size ?? 0)]);
  }

  async one(callId: string, readerId: string, key: string): Promise<DashboardRow | null> {
    return (await this.read(ONE, callId, readerId, [key])).rows[0] ?? null;
  }

  /** Applications whose answers can be prepared for reading without names; those still to do first. */
  async toPrepare(callId: string, applicationId: string | null = null) {
    return this.database.rows<{ id: string; reference: string; name: string; preparedAt: Date | null; preparedBy: string | null }>(PREPARE, [callId, applicationId]);
  }

  private async read(query: NamedQuery, callId: string, readerId: string, which: unknown[]): Promise<Dashboard> {
    const phase = await this.database.row<Phase>(CURRENT, [callId]);
    if (!phase) return { phase, nameless: false, rows: [], counts: NO_COUNTS };
    const nameless = (await this.blind.callsHiddenFrom(readerId)).includes(callId);
    const settings = await this.settings.current();
    const found = await this.database.rows<DashboardRow & { counts: Counts }>(query, [phase.id, readerId, settings['reviews.far-apart-percent'], nameless, ...which]);
    return { phase, nameless, rows: found.map(({ counts: _, ...row }) => row), counts: found[0]?.counts ?? NO_COUNTS };
  }
}
