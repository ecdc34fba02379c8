import { Injectable } from '@nestjs/common';
import type { SeatKind } from '../shared/seats.js';
import { Database } from '../platform/database.js';
import type { QuestionKind } from '../calls/question.rules.js';
import type { ApplicationState } from '../applications/application.rules.js';
import type { DecisionOutcome, DecisionState } from './decision.rules.js';

export const PAGE_SIZE = 25;
/** For deciding about many at once. */
export const MOST_AT_ONCE = 1000;

export interface ListFilter {
  callId: string | null;
  state: ApplicationState | null;
  search: string | null;
  sort: 'name' | 'reference';
  page: number;
  /** On one page. */
  all: boolean;
}

export interface ListedApplication {
  id: string;
  reference: string;
  name: string;
  state: ApplicationState;
  callTitle: string;
  needsAgeCheck: boolean;
  untold: boolean;
  /** Something waits to be applied for them. */
  pending: boolean;
  /** Of what was decided about it, and nothing else: what its applicant did shows to nobody here. */
  version: number;
}

export interface ApplicationPage {
  applications: ListedApplication[];
  total: number;
}

export interface ReviewedApplication {
  id: string;
  reference: string;
  name: string;
  postcode: string;
  state: ApplicationState;
  personId: string;
  callId: string;
  callTitle: string;
  needsAgeCheck: boolean;
  ageChecked: boolean;
  /** The one for messages first. */
  contacts: string[];
  answers: { question: string; kind: QuestionKind | null; text: string }[];
  seats: { kind: SeatKind; places: number }[];
  decisions: {
    id: string;
    outcome: DecisionOutcome;
    state: DecisionState;
    reason: string;
    seatKind: SeatKind | null;
    nextCallId: string | null;
    nextWords: string | null;
    version: number;
    decidedBy: string;
    coDeciders: string[];
    noCoDeciderReason: string | null;
    decidedAt: string;
    tellingAt: string | null;
    toldAt: string | null;
  }[];
}

// Nothing here joins what somebody needs to take part, or says when they sent it or by which order: more time is an
// adjustment too, and while choosing nobody can tell.
const LIST = {
  name: 'choosing-list',
  text: `select a.id, a.reference, case when a.call_id = any($7::uuid[]) then a.reference else a.name end as name, a.state, c.title as "callTitle",
           a.needs_age_check and a.age_checked_at is null as "needsAgeCheck",
           exists (select from decision d where d.application_id = a.id and d.state = 'applied') as untold,
           exists (select from decision d where d.application_id = a.id and d.state = 'pending') as pending,
           (select coalesce(sum(d.version), 0)::int from decision d where d.application_id = a.id) as version,
           count(*) over ()::int as total
         from application a join call c on c.id = a.call_id
         where a.submitted_at is not null and a.superseded_by is null
           and ($1::uuid is null or a.call_id = $1)
           and (case when $2::text is null then a.state <> 'withdrawn' else a.state = $2 end)
           and ($3::text is null or a.name ilike '%' || $3 || '%' and a.call_id <> all($7) or a.reference ilike $3 || '%')
         order by case when $4 = 'name' and a.call_id <> all($7) then a.name collate "en-GB-x-icu" end, a.reference
         limit $6::int offset ($5::int - 1) * $6::int`,
};

const COUNTS = {
  name: 'choosing-counts',
  text: `select a.state, count(*)::int as count from application a
         where a.submitted_at is not null and a.superseded_by is null and ($1::uuid is null or a.call_id = $1) group by a.state`,
};

const ONE = {
  name: 'choosing-one',
  text: `select a.id, a.reference, a.name, a.postcode, a.state, a.person_id as "personId", a.call_id as "callId", c.title as "callTitle",
           a.needs_age_check as "needsAgeCheck", a.age_checked_at is not null as "ageChecked",
           array(select k.value from contact_point k where k.person_id = a.person_id and k.verified_at is not null and k.removed_at is null
             and k.kind <> 'post' order by k.preferred desc, k.created_at) as contacts,
           coalesce((select json_agg(json_build_object('question', w.question_text, 'kind', q.kind, 'text', w.text) order by q.position)
             from answer w left join question q on q.id = w.question_id where w.application_id = a.id and w.text <> ''
               and (q.replaced_at is null or q.replaced_at >= a.submitted_at)), '[]') as answers,
           coalesce((select json_agg(json_build_object('kind', s.kind, 'places', s.places)) from call_seat s where s.call_id = a.call_id), '[]') as seats,
           coalesce((select json_agg(json_build_object('id', d.id, 'outcome', d.outcome, 'state', d.state, 'reason', d.reason,
             'seatKind', d.seat_kind, 'nextCallId', d.next_call_id, 'nextWords', d.next_words, 'version', d.version, 'decidedBy', p.name,
             'coDeciders', array(select co.name from decision_co_decider w join person co on co.id = w.person_id where w.decision_id = d.id order by co.name),
             'noCoDeciderReason', d.no_co_decider_reason, 'decidedAt', coalesce(d.applied_at, d.decided_at), 'tellingAt', d.telling_at,
             'toldAt', d.told_at) order by d.decided_at)
             from decision d join person p on p.id = coalesce(d.applied_by, d.decided_by)
             where d.application_id = a.id), '[]') as decisions
         from application a join call c on c.id = a.call_id
         where a.id = $1 and a.submitted_at is not null and a.superseded_by is null`,
};

/** Who waits for a lead: to be decided, to be told, to be spoken with. */
const WAITING = {
  name: 'choosing-waiting',
  text: `select a.id, case when a.call_id = any($2::uuid[]) then a.reference else a.name end as name, a.reference, c.short_name as "callName", a.state,
           a.needs_age_check and a.age_checked_at is null as "needsAgeCheck",
           exists (select from decision d where d.application_id = a.id and d.state = 'applied') as untold
         from application a join call c on c.id = a.call_id
         where c.state = 'published' and coalesce(c.closed_early_at, c.closes_at) <= $1
           and a.superseded_by is null and (a.state = 'submitted' or exists (select from decision d where d.application_id = a.id and d.state = 'applied'))
           or a.needs_age_check and a.age_checked_at is null and a.state = 'submitted' and a.superseded_by is null
         order by case when a.call_id <> all($2) then a.name collate "en-GB-x-icu" end, a.reference limit 20`,
};

@Injectable()
export class ChoosingQueries {
  constructor(private readonly database: Database) {}

  /** `nameless`: calls whose names this reader must not see now, as `BlindQueries` says. */
  async list(filter: ListFilter, nameless: readonly string[] = []): Promise<ApplicationPage> {
    const rows = await this.database.rows<ListedApplication & { total: number }>(LIST,
      [filter.callId, filter.state, escapeLike(filter.search), filter.sort, filter.page, filter.all ? MOST_AT_ONCE : PAGE_SIZE, nameless]);
    return { applications: rows, total: rows[0]?.total ?? 0 };
  }

  async countsByState(callId: string | null): Promise<Map<ApplicationState, number>> {
    const rows = await this.database.rows<{ state: ApplicationState; count: number }>(COUNTS, [callId]);
    return new Map(rows.map(({ state, count }) => [state, count]));
  }

  async one(id: string): Promise<ReviewedApplication | null> {
    return this.database.row<ReviewedApplication>(ONE, [id]);
  }

  async waiting(now: Date, nameless: readonly string[] = []) {
    return this.database.rows<{
      id: string; name: string; reference: string; callName: string; state: ApplicationState;
      needsAgeCheck: boolean; untold: boolean;
    }>(WAITING, [now, nameless]);
  }
}

function escapeLike(text: string | null): string | null {
  return text && text.replace(/[\\%_]/g, (character) => `\\${character}`);
}
