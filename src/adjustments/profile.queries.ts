import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import type { Requirements } from './profile.rules.js';

/** "Still right?", not answered yet. */
export interface OpenCheck {
  id: string;
  /** "Interview", "Meeting"; null for the yearly one. */
  occasion: string | null;
  shortName: string;
  startsAt: Date | null;
  day: string | null;
}

export interface KeptCopy {
  id: string;
  occasion: string;
  shortName: string;
  day: string;
  takenAt: Date;
  content: Requirements;
}

const REQUIREMENTS = { name: 'access-requirements', text: `select access_requirements_of($1) as content` };

const EVENT = `case when p.sitting_on is not null then 'Interview panel' when p.call_id is not null or o.kind = 'interview' then 'Interview'
    when o.kind = 'training' then 'Training' when o.kind = 'meeting' then 'Meeting' end as occasion,
  coalesce(c.short_name, g.short_name, '') as "shortName"`;

const JOINS = `left join call c on c.id = p.call_id left join meeting m on m.occasion_id = o.id left join involvement_group g on g.id = m.group_id`;

const OPEN_CHECKS = {
  name: 'access-checks-open',
  text: `select k.id, ${EVENT}, o.starts_at as "startsAt", p.needed_by::text as day
         from access_check k left join participation p on p.id = k.participation_id left join occasion o on o.id = k.occasion_id ${JOINS}
         where k.person_id = $1 and k.answer is null and (p.id is null or (
           p.ended_at is null and p.needed_by >= $2 and k.occasion_id is not distinct from p.occasion_id and o.cancelled_at is null))
         order by p.needed_by nulls last, k.asked_at`,
};

const CHECK = {
  name: 'access-check',
  text: `select k.id, k.answer, ${EVENT}, o.starts_at as "startsAt", p.needed_by::text as day
         from access_check k left join participation p on p.id = k.participation_id left join occasion o on o.id = k.occasion_id ${JOINS}
         where k.id = $1 and k.person_id = $2`,
};

const COPIES = {
  name: 'access-copies',
  text: `select distinct on (p.id, s.occasion_id) s.id, ${EVENT}, coalesce(o.starts_at::date, p.needed_by)::text as day, s.taken_at as "takenAt", s.content
         from access_snapshot s join participation p on p.id = s.participation_id left join occasion o on o.id = s.occasion_id ${JOINS}
         where p.person_id = $1 order by p.id, s.occasion_id, s.taken_at desc, s.id desc`,
};

/** What somebody told about taking part: for them, and for access co-ordinators, whose look is recorded by whoever shows it. */
@Injectable()
export class ProfileQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async requirements(personId: string): Promise<Requirements> {
    return (await this.database.row<{ content: Requirements }>(REQUIREMENTS, [personId]))!.content;
  }

  async openChecks(personId: string): Promise<OpenCheck[]> {
    return this.database.rows<OpenCheck>(OPEN_CHECKS, [personId, this.clock.today()]);
  }

  async check(id: string, personId: string): Promise<OpenCheck & { answer: string | null } | null> {
    return this.database.row(CHECK, [id, personId]);
  }

  /** What was valid for each event, the newest event first. */
  async copies(personId: string): Promise<KeptCopy[]> {
    const copies = await this.database.rows<KeptCopy>(COPIES, [personId]);
    return copies.sort((a, b) => b.day.localeCompare(a.day));
  }
}
