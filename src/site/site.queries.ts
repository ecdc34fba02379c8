import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { londonDay } from '../shared/dates.js';
import { actionWords, channelWords } from './audit-words.rules.js';

/** How much waits for each kind of staff. */
export interface StaffCounts {
  toDecide: number;
  untold: number;
  timesAskedFor: number;
  claimsToApprove: number;
  claimsToPay: number;
  runsToRelease: number;
  runsToExport: number;
  messagesToMend: number;
}

export interface OwnTodo {
  claimId: string;
  reference: string;
  feePence: number;
  activityOn: string;
  basis: 'attendance' | 'late_cancellation';
}

export interface NextOccasion {
  kind: 'interview' | 'meeting' | 'training';
  startsAt: Date;
  endsAt: Date;
  what: string;
}

export interface AuditLine {
  at: Date;
  actor: string | null;
  words: string;
  channelName: string;
  sealed: boolean;
}

export interface AuditPage {
  lines: AuditLine[];
  /** Of the same days, up to yesterday: how many lines are about what people need to take part. */
  leftOut: number;
}

export interface AuditChain {
  brokenAt: number | null;
  problem: string | null;
}

/** Arrangements, what people need, and who looked at either; more time to apply. */
const ABOUT_NEEDS = '^((arrangements?|access-needs|late-access)[.]|interview[.](un)?confirmed$)';

const FRESH_MILLISECONDS = 5 * 60_000;

const COUNTS = {
  name: 'site-staff-counts',
  text: `select
    (select count(*)::int from application a join call c on c.id = a.call_id
      where a.state = 'submitted' and a.superseded_by is null and c.state = 'published' and coalesce(c.closed_early_at, c.closes_at) <= $1) as "toDecide",
    (select count(*)::int from decision where state = 'applied' and telling_at is null) as untold,
    (select count(*)::int from slot_request q join application a on a.id = q.application_id
      where q.answered_at is null and a.superseded_by is null and a.state in ('shortlisted', 'interviewing')) as "timesAskedFor",
    (select count(*)::int from claim where state = 'claimed') as "claimsToApprove",
    (select count(*)::int from claim where state = 'approved') as "claimsToPay",
    (select count(*)::int from payment_run where state = 'built') as "runsToRelease",
    (select count(*)::int from payment_run where state = 'released') as "runsToExport",
    (select count(distinct coalesce(person_id::text, address))::int from message where state in ('uncertain', 'failed')) as "messagesToMend"`,
};

const CLAIMS_TO_ANSWER = {
  name: 'site-claims-to-answer',
  text: `select id as "claimId", reference, fee_pence::float8 as "feePence", activity_on::text as "activityOn", basis
         from claim where person_id = $1 and state = 'drafted' order by activity_on`,
};

const NEXT_OCCASIONS = {
  name: 'site-next-occasions',
  text: `select o.kind, o.starts_at as "startsAt", o.ends_at as "endsAt", coalesce(g.name, c.title) as what
         from attendance t join occasion o on o.id = t.occasion_id
         left join meeting m on m.occasion_id = o.id left join involvement_group g on g.id = m.group_id
         left join slot s on s.occasion_id = o.id left join call c on c.id = s.call_id
         where t.person_id = $1 and t.state = 'expected' and o.cancelled_at is null and o.ends_at > $2
           and (s.id is null or exists (select from booking b join application a on a.id = b.application_id
             where b.slot_id = s.id and b.state = 'live' and a.person_id = $1))
         order by o.starts_at limit 5`,
};

const AUDIT = {
  name: 'site-audit',
  text: `select e.at, p.name as actor, e.action, e.channel, s.position is not null as sealed
         from audit_entry e left join person p on p.id = e.actor_id left join audit_seal s on s.entry_id = e.id
         where e.action !~ $1 order by e.transaction desc, e.sequence desc limit 100`,
};

// A count that went up while somebody looked would tell as much as the line itself, so it has whole days, and never today.
const AUDIT_LEFT_OUT = {
  name: 'site-audit-left-out',
  text: `select count(*)::int as count from audit_entry
         where action ~ $1 and (at at time zone 'Europe/London')::date >= $2 and (at at time zone 'Europe/London')::date < $3`,
};

const CHAIN = {
  name: 'site-audit-chain',
  text: `select v.at_position::int as "brokenAt", v.problem
         from (select 1) one left join lateral verify_audit() v on true`,
};

@Injectable()
export class SiteQueries {
  private lastCheck: { chain: AuditChain; at: number } | null = null;

  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async staffCounts(): Promise<StaffCounts> {
    return (await this.database.row<StaffCounts>(COUNTS, [this.clock.now()]))!;
  }

  async claimsToAnswer(personId: string): Promise<OwnTodo[]> {
    return this.database.rows<OwnTodo>(CLAIMS_TO_ANSWER, [personId]);
  }

  async nextOccasions(personId: string): Promise<NextOccasion[]> {
    return this.database.rows<NextOccasion>(NEXT_OCCASIONS, [personId, this.clock.now()]);
  }

  /** The latest lines. Those about what people need stay in the audit and its seals: beside others they would tell whose they are. */
  async audit(): Promise<AuditPage> {
    const rows = await this.database.rows<Omit<AuditLine, 'words' | 'channelName'> & { action: string; channel: string }>(AUDIT, [ABOUT_NEEDS]);
    const lines = rows.map(({ action, channel, ...line }) => ({ ...line, words: actionWords(action), channelName: channelWords(channel) }));
    const oldest = lines.at(-1)?.at ?? this.clock.now();
    const leftOut = await this.database.row<{ count: number }>(AUDIT_LEFT_OUT, [ABOUT_NEEDS, londonDay(oldest), this.clock.today()]);
    return { lines, leftOut: leftOut!.count };
  }

  /** Checks the whole chain; `problem` is null when it is unbroken. */
  async auditChain(): Promise<AuditChain> {
    const chain = (await this.database.row<AuditChain>(CHAIN))!;
    this.lastCheck = { chain, at: this.clock.realNow().getTime() };
    return chain;
  }

  /** The same as of the last few minutes: checking reads every entry there ever was. */
  async auditChainLately(): Promise<AuditChain> {
    const isFresh = this.lastCheck && this.clock.realNow().getTime() - this.lastCheck.at < FRESH_MILLISECONDS;
    return isFresh ? this.lastCheck!.chain : this.auditChain();
  }
}
