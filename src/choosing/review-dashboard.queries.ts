import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { SettingsReader } from '../platform/settings.js';
import { BlindQueries } from './blind.queries.js';
import { ReviewQueries, type Phase } from './review.queries.js';
import type { ReviewerKind } from './review.rules.js';
import { isLow, possiblePoints, summarise, type Summary } from './score.rules.js';

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

interface Raw {
  phaseId: string;
  key: string;
  applicationId: string;
  number: number;
  reference: string;
  points: number[];
  essential: { label: string; scores: number[] }[];
  conflicts: number;
  canStill: number;
  /** Part of it is a recording that nobody has written down: it waits, so that all are read alike. */
  toWriteDown: boolean;
  moderated: boolean;
  agreedPercent: number | null;
  agreedWords: string | null;
  mayNotSee: boolean;
}

export interface DashboardRow extends Omit<Raw, 'points' | 'essential' | 'mayNotSee' | 'reference'>, Summary {
  /** Null while the reader scores this call without names. */
  reference: string | null;
  /** Labels of essential criteria that are low by the median. */
  low: string[];
  /** There are not enough people left who can score it. */
  needsSomebody: boolean;
  /** The reader has not given their own scores yet, or others' show to nobody who scores before the review closes, or they must not read it at all. */
  hidden: boolean;
}

export interface Dashboard {
  phase: Phase | null;
  rows: DashboardRow[];
}

export type DashboardOrder = 'reference' | 'median' | 'spread';

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

// One pass over the scores of the phase. Each application's own reviewers, and who can still score it, are counted by their duty.
const ROWS = {
  name: 'review-dashboard',
  text: `with given as (
           select r.id, r.application_id, r.duty_id from review r where r.phase_id = $1 and r.state = 'given'),
         scored as (
           select g.application_id, g.id, sum(s.score * c.weight)::int as points
           from given g join review_score s on s.review_id = g.id join criterion c on c.id = s.criterion_id group by g.application_id, g.id),
         totals as (select application_id, array_agg(points) as points from scored group by application_id),
         essential as (
           select g.application_id, c.id, c.label, c.position, array_agg(s.score) as scores
           from given g join review_score s on s.review_id = g.id join criterion c on c.id = s.criterion_id and c.kind = 'essential'
           group by g.application_id, c.id, c.label, c.position),
         essentials as (
           select application_id, json_agg(json_build_object('label', label, 'scores', scores) order by position) as essential from essential group by application_id),
         duties as (select duty_id, array_agg(person_id) as people from reviewer where phase_id = $1 and removed_at is null group by duty_id),
         conflicted as (
           select d.application_id, w.duty_id, count(distinct d.reviewer_id) = cardinality(min(u.people)) as whole
           from conflict_declaration d join reviewer w on w.phase_id = $1 and w.person_id = d.reviewer_id and w.removed_at is null
           join duties u on u.duty_id = w.duty_id
           where d.has_conflict and d.application_id in (select application_id from phase_application where phase_id = $1)
           group by d.application_id, w.duty_id),
         conflicts as (select application_id, count(*) filter (where whole)::int as duties, count(*)::int as conflicts from conflicted group by application_id),
         me as (select distinct duty_id from reviewer where phase_id = $1 and duty_id = duty_identity($2) and removed_at is null),
         mine as (select distinct g.application_id from given g join me on me.duty_id = g.duty_id),
         known as (select distinct application_id from conflict_declaration where reviewer_id = $2 and has_conflict),
         agreed as (select distinct on (m.application_id) m.application_id, m.agreed_percent, m.words from moderation m where m.phase_id = $1
           order by m.application_id, m.moderated_at desc)
         select pa.phase_id as "phaseId", pa.id as key, pa.application_id as "applicationId", pa.number, a.reference,
           coalesce(t.points, '{}') as points, coalesce(e.essential, '[]') as essential,
           coalesce(k.conflicts, 0) as conflicts,
           exists (select from recording t where t.application_id = pa.application_id and t.kind <> 'scan' and t.removed_at is null and t.transcript is null) as "toWriteDown",
           greatest(0, (select count(*) from duties u where u.duty_id <> pa.applicant_duty_id)::int - coalesce(k.duties, 0)) as "canStill",
           m.application_id is not null as moderated, m.agreed_percent as "agreedPercent", m.words as "agreedWords",
           exists (select from me) and $3 and ($4 or o.application_id is null) or c.application_id is not null or a.person_id = $2 as "mayNotSee"
         from phase_application pa join application a on a.id = pa.application_id
         left join totals t on t.application_id = pa.application_id left join essentials e on e.application_id = pa.application_id
         left join conflicts k on k.application_id = pa.application_id left join agreed m on m.application_id = pa.application_id
         left join mine o on o.application_id = pa.application_id left join known c on c.application_id = pa.application_id
         where pa.phase_id = $1 and a.state <> 'withdrawn' and a.superseded_by is null order by a.reference`,
};

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
    private readonly reviews: ReviewQueries,
    private readonly blind: BlindQueries,
    private readonly settings: SettingsReader,
  ) {}

  async phases(callId: string): Promise<ManagedPhase[]> {
    return this.database.rows<ManagedPhase>(PHASES, [callId]);
  }

  /** What the scores of a call come to, for this reader: nothing that they must not see before they have scored. */
  async dashboard(callId: string, readerId: string): Promise<Dashboard> {
    const phase = await this.database.row<Phase>(CURRENT, [callId]);
    if (!phase) return { phase, rows: [] };
    const [raws, criteria, settings, hiddenCalls] = [
      await this.database.rows<Raw>(ROWS, [phase.id, readerId, phase.state === 'open', phase.seeOthers !== 'after_own']),
      await this.reviews.criteria(callId), await this.settings.current(), await this.blind.callsHiddenFrom(readerId),
    ];
    const possible = possiblePoints(criteria);
    const nameless = hiddenCalls.includes(callId);
    const rows = raws.map((raw) => toRow(raw, { possible, farApart: settings['reviews.far-apart-percent'], wanted: phase.reviewsEach, nameless }));
    return { phase, rows: nameless ? rows.sort((a, b) => a.number - b.number) : rows };
  }

  async rows(callId: string, readerId: string): Promise<DashboardRow[]> {
    return (await this.dashboard(callId, readerId)).rows;
  }

  /** Applications whose answers can be prepared for reading without names; those still to do first. */
  async toPrepare(callId: string, applicationId: string | null = null) {
    return this.database.rows<{ id: string; reference: string; name: string; preparedAt: Date | null; preparedBy: string | null }>(PREPARE, [callId, applicationId]);
  }
}

function toRow(raw: Raw, { possible, farApart, wanted, nameless }: { possible: number; farApart: number; wanted: number; nameless: boolean }): DashboardRow {
  const { points, essential, mayNotSee, reference, ...rest } = raw;
  const summary = summarise(mayNotSee ? [] : points, possible, farApart);
  return {
    ...rest, ...summary,
    given: points.length,
    reference: nameless ? null : reference,
    // How somebody applied is not for those who score without names.
    toWriteDown: !nameless && rest.toWriteDown,
    ...(mayNotSee && { moderated: false, agreedPercent: null, agreedWords: null }),
    low: mayNotSee ? [] : essential.filter(({ scores }) => isLow(scores)).map(({ label }) => label),
    needsSomebody: rest.canStill < wanted,
    hidden: mayNotSee,
  };
}

/** By reference unless somebody asks otherwise; nothing here ranks anybody by itself. */
export function inOrder(rows: readonly DashboardRow[], order: DashboardOrder): DashboardRow[] {
  if (order === 'reference') return [...rows];
  const value = (row: DashboardRow) => row[order] ?? -1;
  return [...rows].sort((a, b) => value(b) - value(a));
}

