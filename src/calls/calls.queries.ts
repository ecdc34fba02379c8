import { Injectable } from '@nestjs/common';
import { formatRate, type RateUnit } from '../shared/money.js';
import { formatSeats, seatKinds, type SeatKind } from '../shared/seats.js';
import { list } from '../shared/words.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { callPaths } from './calls.paths.js';
import { stageOf, type CallDates, type CallStage } from './call.rules.js';
import type { CriterionKind, Target } from './criterion.rules.js';
import type { AskedQuestion } from './question.rules.js';

export interface CallSummary extends CallDates {
  id: string;
  slug: string;
  title: string;
  shortName: string;
  summary: string;
  timeCommitment: string;
  ratePence: number;
  rateUnit: RateUnit;
  seats: { kind: SeatKind; places: number }[];
  stage: CallStage;
}

export interface CallQuestion extends AskedQuestion {
  lineageId: string;
  version: number;
  help: string | null;
  visibleToReviewers: boolean;
  forComposition: boolean;
}

export interface CallCriterion {
  id: string;
  kind: CriterionKind;
  label: string;
  description: string | null;
  /** 1 to 5. */
  weight: number;
  /** What the scores 0 to 4 mean. */
  scoreLabels: string[];
}

/** What was mended after the call was public. */
export interface QuestionChange {
  on: string;
  /** The words now; null when the question was left out. */
  text: string | null;
  before: string;
}

export interface CallDetail extends CallSummary {
  groupId: string;
  groupName: string;
  groupSlug: string;
  referencePrefix: string;
  whatYouWouldDo: string;
  whoWeAreLookingFor: string;
  paymentNotes: string | null;
  /** The Disabled residents who decided it. */
  coDeciders: string[];
  /** Why there were none. */
  noCoDeciderReason: string | null;
  /** Who brought it to the person who approved it. */
  maker: string | null;
  publishedAt: Date | null;
  approver: string | null;
  sentBack: { by: string; at: string; reason: string } | null;
  easyReadOn: string | null;
  bslOn: string | null;
  cancellationReason: string | null;
  questions: CallQuestion[];
  version: number;
  changes: QuestionChange[];
  criteria: CallCriterion[];
  targets: (Target & { id: string })[];
}

export interface ManagedCall extends CallSummary {
  applications: number;
}

const SUMMARY = `
  c.id, c.slug, c.state, c.title, c.short_name as "shortName", c.summary, c.time_commitment as "timeCommitment",
  c.rate_pence as "ratePence", c.rate_unit as "rateUnit", c.opens_at as "opensAt", c.closes_at as "closesAt",
  c.closed_early_at as "closedEarlyAt", c.interviews_from::text as "interviewsFrom", c.interviews_to::text as "interviewsTo",
  c.first_meeting_on::text as "firstMeetingOn",
  coalesce((select json_agg(json_build_object('kind', s.kind, 'places', s.places) order by array_position(
    array['${seatKinds.join("', '")}'], s.kind))
    from call_seat s where s.call_id = c.id), '[]') as seats`;

const CRITERION = `json_build_object('id', k.id, 'kind', k.kind, 'label', k.label, 'description', k.description, 'weight', k.weight,
    'scoreLabels', k.score_labels)`;

/** The questions a call asks now, as one JSON list. For other capabilities' SQL too. */
export function questionsOf(callId: string): string {
  return `coalesce((select json_agg(json_build_object('id', q.id, 'lineageId', q.lineage_id, 'version', q.version, 'text', q.text, 'help', q.help,
    'kind', q.kind, 'options', q.options, 'wordLimit', q.word_limit, 'required', q.required, 'freezeAfter', q.freeze_after,
    'visibleToReviewers', q.visible_to_reviewers, 'forComposition', q.for_composition) order by q.position)
    from question q where q.call_id = ${callId} and q.replaced_at is null), '[]')`;
}

const DETAIL = `
  ${SUMMARY}, c.group_id as "groupId", g.name as "groupName", g.slug as "groupSlug", c.reference_prefix as "referencePrefix", c.version,
  c.what_you_would_do as "whatYouWouldDo", c.who_we_are_looking_for as "whoWeAreLookingFor", c.payment_notes as "paymentNotes",
  c.cancellation_reason as "cancellationReason", c.no_co_decider_reason as "noCoDeciderReason",
  c.published_at as "publishedAt", c.easy_read_on::text as "easyReadOn", c.bsl_on::text as "bslOn",
  array(select p.name from call_co_decider d join person p on p.id = d.person_id where d.call_id = c.id order by p.name) as "coDeciders",
  coalesce(made.name, pub.name) as maker, case when c.ready_by is null then null else pub.name end as approver,
  case when c.sent_back_at is not null then json_build_object('by', back.name, 'at', c.sent_back_at, 'reason', c.sent_back_reason) end as "sentBack",
  ${questionsOf('c.id')} as questions,
  coalesce((select json_agg(json_build_object('on', (q.replaced_at at time zone 'Europe/London')::date::text, 'before', q.text,
    'text', (select n.text from question n where n.lineage_id = q.lineage_id and n.version = q.version + 1)) order by q.replaced_at, q.position)
    from question q where q.call_id = c.id and q.replaced_at is not null), '[]') as changes,
  coalesce((select json_agg(${CRITERION} order by k.position) from criterion k where k.call_id = c.id), '[]') as criteria,
  coalesce((select json_agg(json_build_object('id', t.id, 'what', t.what, 'option', t.option, 'atLeast', t.at_least) order by t.id)
    from call_target t where t.call_id = c.id), '[]') as targets
  from call c join involvement_group g on g.id = c.group_id
  left join person pub on pub.id = c.published_by left join person made on made.id = c.ready_by left join person back on back.id = c.sent_back_by`;

/** Open ones by closing date, then those to come, then those that closed in the last 90 days. */
const PUBLIC_LIST = {
  name: 'calls-public',
  text: `select ${SUMMARY} from call c
         where c.state = 'published' and coalesce(c.closed_early_at, c.closes_at) > $1::timestamptz - interval '90 days'
         order by c.closed_early_at is null and c.closes_at > $1 desc, c.opens_at <= $1 desc, c.closes_at, c.id`,
};

const PUBLIC_ONE = { name: 'call-public', text: `select ${DETAIL} where c.slug = $1 and c.published_at is not null` };
const ONE = { name: 'call-by-id', text: `select ${DETAIL} where c.id = $1` };

const STAFF_LIST = {
  name: 'calls-staff',
  text: `select ${SUMMARY},
           (select count(*) from application a where a.call_id = c.id and a.superseded_by is null and a.state not in ('draft', 'withdrawn'))::int as applications
         from call c order by c.state in ('draft', 'ready') desc, c.closes_at desc, c.id`,
};

const CRITERIA = {
  name: 'call-criteria',
  text: `select k.id, k.kind, k.label, k.description, k.weight, k.score_labels as "scoreLabels" from criterion k where k.call_id = $1 order by k.position`,
};

const TO_APPROVE = { name: 'calls-to-approve', text: `select count(*)::int as count from call where state = 'ready'` };

const GROUPS = { name: 'calls-groups', text: `select id, name from involvement_group order by name` };

@Injectable()
export class CallsQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async publicList(): Promise<CallSummary[]> {
    return this.staged(await this.database.rows<CallSummary>(PUBLIC_LIST, [this.clock.now()]));
  }

  async publicOne(slug: string): Promise<CallDetail | null> {
    return this.one(PUBLIC_ONE, slug);
  }

  async detail(id: string): Promise<CallDetail | null> {
    return this.one(ONE, id);
  }

  async staffList(): Promise<ManagedCall[]> {
    return this.staged(await this.database.rows<ManagedCall>(STAFF_LIST));
  }

  /** What applications to a call are scored by, in its order. */
  async criteria(callId: string): Promise<CallCriterion[]> {
    return this.database.rows<CallCriterion>(CRITERIA, [callId]);
  }

  /** How many calls wait for a second person. */
  async countToApprove(): Promise<number> {
    return (await this.database.row<{ count: number }>(TO_APPROVE))!.count;
  }

  async groups(): Promise<{ id: string; name: string }[]> {
    return this.database.rows(GROUPS);
  }

  private async one(query: { name: string; text: string }, value: string): Promise<CallDetail | null> {
    const row = await this.database.row<CallDetail>(query, [value]);
    return row && this.staged([row])[0]!;
  }

  private staged<T extends CallSummary>(calls: T[]): T[] {
    const now = this.clock.now();
    return calls.map((call) => ({ ...call, stage: stageOf(call, now) }));
  }
}

/** The four facts people ask first. */
export function toCard(call: CallSummary) {
  return {
    title: call.title,
    summary: call.summary,
    stage: call.stage,
    href: callPaths.show(call.slug),
    closesAt: call.closedEarlyAt ?? call.closesAt,
    opensAt: call.opensAt,
    pay: formatRate({ pence: call.ratePence, unit: call.rateUnit }),
    time: call.timeCommitment,
    places: list(call.seats.map(({ kind, places }) => formatSeats(kind, places))),
  };
}
