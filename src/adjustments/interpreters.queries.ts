import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';

/** An interpreter kept free for a call's interviews: a half-day, or part of one. */
export interface HeldInterpreter {
  /** The hold's. */
  id: string;
  resourceId: string;
  name: string;
  skills: string[];
  startsAt: Date;
  endsAt: Date;
}

const HELD = {
  name: 'interpreters-held-for',
  text: `select h.id, h.resource_id as "resourceId", r.name, r.skills, lower(h.during) as "startsAt", upper(h.during) as "endsAt"
         from reservation h join resource r on r.id = h.resource_id
         where h.holder_id = $1 and h.occasion_id is null and h.released_at is null and r.kind = 'interpreter'
         order by lower(h.during), r.name, h.id`,
};

export interface Interpreter {
  resourceId: string;
  name: string;
  skills: string[];
  skillNames: string[];
}

const PEOPLE = `select r.id as "resourceId", r.name, r.skills,
    array(select k.name from adjustment_kind k where k.code = any(r.skills) order by k.position) as "skillNames"
  from resource r left join supplier s on s.resource_id = r.id
  where r.kind = 'interpreter' and s.ended_at is null`;

const ALL = { name: 'interpreters-all', text: `${PEOPLE} order by lower(r.name), r.id` };
const ONE = { name: 'interpreters-one', text: `${PEOPLE} and r.id = $1` };

/** Nobody else holds them then, and no occasion has them. */
const FREE = {
  name: 'interpreters-free',
  text: `${PEOPLE} and ($3::text[] is null or r.skills && $3) and not exists (
           select from reservation b where b.resource_id = r.id and b.firm and b.released_at is null and b.during && tstzrange($1, $2)
             and (b.occasion_id is not null or b.holder_id <> $4::uuid))
         order by lower(r.name), r.id`,
};

const UNUSED = {
  name: 'interpreters-held-for-nobody',
  text: `select h.id, h.holder_id as "callId", c.short_name as "shortName", r.name, lower(h.during) as "startsAt", upper(h.during) as "endsAt",
           array(select k.name from adjustment_kind k where k.code = any(r.skills) order by k.position) as "skillNames",
           s.part_fee_percent as "partPercent", s.part_fee_days as "partDays", s.full_fee_days as "fullDays"
         from reservation h join resource r on r.id = h.resource_id join call c on c.id = h.holder_id left join supplier s on s.resource_id = r.id
         where h.occasion_id is null and h.released_at is null and r.kind = 'interpreter' and lower(h.during) > $1
           and c.closes_at < $1 and not exists (
             select from arrangement a where a.call_id = h.holder_id and a.kind_code = any(r.skills) and a.state not in ('withdrawn', 'declined'))
         order by lower(h.during), r.name, h.id`,
};

/** Held, and nobody left in the call needs what they do. */
export interface UnusedHold {
  id: string;
  callId: string;
  shortName: string;
  name: string;
  skillNames: string[];
  startsAt: Date;
  endsAt: Date;
  partPercent: number | null;
  partDays: number | null;
  fullDays: number | null;
}

/** Interpreters and when they can come. */
@Injectable()
export class InterpretersQueries {
  constructor(private readonly database: Database) {}

  /** Held for a call (or a group), whoever has taken a part of the time meanwhile. */
  async heldFor(holderId: string): Promise<HeldInterpreter[]> {
    return this.database.rows<HeldInterpreter>(HELD, [holderId]);
  }

  /** Those we ask, by name. */
  async all(): Promise<Interpreter[]> {
    return this.database.rows<Interpreter>(ALL);
  }

  async interpreter(resourceId: string): Promise<Interpreter | null> {
    return this.database.row<Interpreter>(ONE, [resourceId]);
  }

  /** Who could come then, with one of the skills; what `holderId` holds itself is free for it. */
  async free(startsAt: Date, endsAt: Date, skills: readonly string[] | null, holderId: string): Promise<Interpreter[]> {
    return this.database.rows<Interpreter>(FREE, [startsAt, endsAt, skills, holderId]);
  }

  /** For access co-ordinators alone: it tells what nobody in a call needs. */
  async heldForNobody(now: Date): Promise<UnusedHold[]> {
    return this.database.rows<UnusedHold>(UNUSED, [now]);
  }
}
