import { Injectable } from '@nestjs/common';
import { formatRate, type RateUnit } from '../shared/money.js';
import { formatSeats, seatKinds, type SeatKind } from '../shared/seats.js';
import { list } from '../shared/words.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { callPaths } from './calls.paths.js';
import { stageOf, type CallDates, type CallStage } from './call.rules.js';

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

export interface CallQuestion {
  id: string;
  text: string;
  help: string | null;
  wordLimit: number;
  required: boolean;
}

export interface CallDetail extends CallSummary {
  groupId: string;
  groupName: string;
  groupSlug: string;
  referencePrefix: string;
  whatYouWouldDo: string;
  whoWeAreLookingFor: string;
  paymentNotes: string | null;
  coDecider: string | null;
  publisher: string | null;
  cancellationReason: string | null;
  questions: CallQuestion[];
  version: number;
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

const DETAIL = `
  ${SUMMARY}, c.group_id as "groupId", g.name as "groupName", g.slug as "groupSlug", c.reference_prefix as "referencePrefix", c.version,
  c.what_you_would_do as "whatYouWouldDo", c.who_we_are_looking_for as "whoWeAreLookingFor", c.payment_notes as "paymentNotes",
  c.cancellation_reason as "cancellationReason", co.name as "coDecider", pub.name as publisher,
  coalesce((select json_agg(json_build_object('id', q.id, 'text', q.text, 'help', q.help, 'wordLimit', q.word_limit, 'required', q.required)
    order by q.position) from question q where q.call_id = c.id), '[]') as questions
  from call c join involvement_group g on g.id = c.group_id
  left join person co on co.id = c.co_decided_by left join person pub on pub.id = c.published_by`;

/** Open ones by closing date, then those to come, then those that closed in the last 90 days. */
const PUBLIC_LIST = {
  name: 'calls-public',
  text: `select ${SUMMARY} from call c
         where c.state = 'published' and coalesce(c.closed_early_at, c.closes_at) > $1::timestamptz - interval '90 days'
         order by c.closed_early_at is null and c.closes_at > $1 desc, c.opens_at <= $1 desc, c.closes_at, c.id`,
};

const PUBLIC_ONE = { name: 'call-public', text: `select ${DETAIL} where c.slug = $1 and c.state <> 'draft'` };
const ONE = { name: 'call-by-id', text: `select ${DETAIL} where c.id = $1` };

const STAFF_LIST = {
  name: 'calls-staff',
  text: `select ${SUMMARY},
           (select count(*) from application a where a.call_id = c.id and a.superseded_by is null and a.state not in ('draft', 'withdrawn'))::int as applications
         from call c order by c.state = 'draft' desc, c.closes_at desc, c.id`,
};

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
