import { Injectable } from '@nestjs/common';
import type { SeatKind } from '../shared/seats.js';
import { Database } from '../platform/database.js';
import type { DecisionOutcome } from './decision.rules.js';

export interface ListedDecision {
  applicationId: string;
  decisionId: string;
  name: string;
  reference: string;
  outcome: DecisionOutcome;
  seatKind: SeatKind | null;
  reason: string;
  version: number;
  decidedBy: string;
  decidedAt: Date;
  /** Somebody changed its message. */
  edited: boolean;
}

export interface NextCall {
  id: string;
  title: string;
}

const LISTED = `select a.id as "applicationId", d.id as "decisionId", a.name, a.reference, d.outcome, d.seat_kind as "seatKind", d.reason,
  d.version, p.name as "decidedBy", coalesce(d.applied_at, d.decided_at) as "decidedAt",
  exists (select from decision_message m where m.decision_id = d.id) as edited
  from decision d join application a on a.id = d.application_id join person p on p.id = coalesce(d.applied_by, d.decided_by)`;

const ORDER = `order by d.outcome, a.name collate "en-GB-x-icu", a.id`;

const PENDING = { name: 'deciding-pending', text: `${LISTED} where a.call_id = $1 and d.state = 'pending' ${ORDER}` };

const DRAFTED = {
  name: 'deciding-drafted',
  text: `${LISTED} where a.call_id = $1 and d.state = 'applied' and d.telling_at is null ${ORDER}`,
};

const TIME = {
  name: 'deciding-time',
  text: `select p.name, sum(t.minutes)::int as minutes, count(*)::int as sittings from co_deciding t join person p on p.id = t.person_id
         where t.call_id = $1 group by p.id, p.name order by p.name`,
};

const NAMES = {
  name: 'deciding-names',
  text: `select id, case when call_id = any($2::uuid[]) then reference else name end as name, reference from application where id = any($1::uuid[])`,
};

const NEXT_CALLS = {
  name: 'deciding-next-calls',
  text: `select id, title from call where state = 'published' and closed_early_at is null and closes_at > $1 and id <> $2 order by closes_at, id`,
};

const CALL = { name: 'deciding-call', text: `select id, title from call where id = $1` };

/** What waits to be applied, and what waits to be told. */
@Injectable()
export class DecidingQueries {
  constructor(private readonly database: Database) {}

  async pending(callId: string): Promise<ListedDecision[]> {
    return this.database.rows<ListedDecision>(PENDING, [callId]);
  }

  /** Applied, and their message has not been sent. */
  async drafted(callId: string): Promise<ListedDecision[]> {
    return this.database.rows<ListedDecision>(DRAFTED, [callId]);
  }

  /** What co-deciders are to be paid for. */
  async time(callId: string): Promise<{ name: string; minutes: number; sittings: number }[]> {
    return this.database.rows(TIME, [callId]);
  }

  async names(ids: readonly string[], nameless: readonly string[] = []): Promise<Map<string, { name: string; reference: string }>> {
    const rows = await this.database.rows<{ id: string; name: string; reference: string }>(NAMES, [ids, nameless]);
    return new Map(rows.map(({ id, ...who }) => [id, who]));
  }

  /** Open or coming calls that somebody may be pointed to. */
  async nextCalls(now: Date, butCallId: string | null): Promise<NextCall[]> {
    return this.database.rows<NextCall>(NEXT_CALLS, [now, butCallId ?? '00000000-0000-0000-0000-000000000000']);
  }

  async call(id: string): Promise<{ id: string; title: string } | null> {
    return this.database.row(CALL, [id]);
  }
}
