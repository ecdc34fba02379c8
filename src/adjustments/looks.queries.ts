import { Injectable } from '@nestjs/common';
import { Database, type Audience } from '../platform/database.js';
import { roleNames, roles, type Role } from '../platform/permissions.js';
import { audienceNames, lookedAt } from './look.rules.js';

export interface Look {
  name: string;
  role: string;
  at: Date;
  where: string;
}

export interface GroupedLook {
  onDay: string;
  who: string;
}

const SHOWN = 200;

// A merged record's looks are its survivor's; the role is the one they had then.
const BY_PEOPLE = {
  name: 'access-looks-by-people',
  text: `select w.name, e.at, e.details ->> 'where' as "where",
           array(select r.role from role_assignment r where r.person_id = e.actor_id and r.from_on <= (e.at at time zone 'Europe/London')::date
             and (r.to_on is null or r.to_on >= (e.at at time zone 'Europe/London')::date)) as roles
         from audit_entry e join person w on w.id = e.actor_id
         where e.action = 'arrangements.read' and e.actor_id <> $1 and e.subject_id in (select id from person where id = $1 or merged_into = $1)
         order by e.at desc, e.sequence desc limit ${SHOWN}`,
};

const BY_AUDIENCES = {
  name: 'access-looks-by-audiences',
  text: `select distinct on_day::text as "onDay", audience from access_look
         where person_id in (select id from person where id = $1 or merged_into = $1) order by 1 desc, 2 limit ${SHOWN}`,
};

/** Who has looked at what somebody needs: for that person alone. */
@Injectable()
export class LooksQueries {
  constructor(private readonly database: Database) {}

  async people(personId: string): Promise<Look[]> {
    const rows = await this.database.rows<{ name: string | null; at: Date; where: string | null; roles: Role[] }>(BY_PEOPLE, [personId]);
    return rows.map((row) => ({ name: row.name ?? 'Somebody', at: row.at, where: lookedAt(row.where), role: roleOf(row.roles) }));
  }

  async audiences(personId: string): Promise<GroupedLook[]> {
    const rows = await this.database.rows<{ onDay: string; audience: Audience }>(BY_AUDIENCES, [personId]);
    return rows.map(({ onDay, audience }) => ({ onDay, who: audienceNames[audience] }));
  }
}

/** Whoever arranges it is named by that. */
function roleOf(had: readonly Role[]): string {
  const role = had.includes('access_coordinator') ? 'access_coordinator' : roles.find((one) => had.includes(one));
  return role ? roleNames[role] : 'a member of staff';
}
