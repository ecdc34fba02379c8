import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { Clock } from '../platform/clock.js';
import type { Role } from '../platform/permissions.js';
import type { ContactKind } from './people.rules.js';

export interface PersonSummary {
  id: string;
  name: string | null;
}

export interface Profile {
  id: string;
  name: string | null;
  postcode: string | null;
  birthDate: string | null;
}

export interface OwnContact {
  id: string;
  kind: ContactKind;
  value: string;
  preferred: boolean;
  /** Others at home read it too. */
  shared: boolean;
}

const PROFILE = {
  name: 'person-profile',
  text: `select id, name, postcode, birth_date::text as "birthDate" from person where id = $1`,
};

const CONTACTS = {
  name: 'person-contacts',
  text: `select id, kind, value, preferred, shared from contact_point
         where person_id = (select coalesce(p.merged_into, p.id) from person p where p.id = $1) and removed_at is null and verified_at is not null
         order by preferred desc, created_at`,
};

const BY_CONTACT = {
  name: 'people-by-contact',
  text: `select distinct p.id, p.name from contact_point k join person p on p.id = k.person_id
         where k.kind = $1 and k.value = $2 and k.verified_at is not null and k.removed_at is null and p.merged_into is null`,
};

const WITH_ROLE = {
  name: 'people-with-role',
  text: `select distinct p.id, p.name from person p join role_assignment r on r.person_id = p.id
         where r.role = $1 and p.merged_into is null and r.from_on <= $2 and (r.to_on is null or r.to_on >= $2)
         order by p.name`,
};

const WITH_ANY_ROLE = {
  name: 'people-with-any-role',
  text: `select p.id, p.name, array_agg(distinct r.role order by r.role) as roles
         from person p join role_assignment r on r.person_id = p.id
         where p.merged_into is null and r.from_on <= $1 and (r.to_on is null or r.to_on >= $1)
         group by p.id, p.name order by min(array_position(
           array['strategic_lead', 'co_decider', 'panel_member', 'access_coordinator', 'budget_holder', 'finance_officer', 'administrator', 'auditor'], r.role)), p.name`,
};

@Injectable()
export class PeopleQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async profile(personId: string): Promise<Profile | null> {
    return this.database.row<Profile>(PROFILE, [personId]);
  }

  /** Verified ways to reach somebody, the preferred one first. */
  async contacts(personId: string): Promise<OwnContact[]> {
    return this.database.rows<OwnContact>(CONTACTS, [personId]);
  }

  /** Where messages go: the preferred contact, or else the first. A call or a letter is for staff to do. */
  async reach(personId: string): Promise<OwnContact | null> {
    return (await this.contacts(personId))[0] ?? null;
  }

  /** Whether others at home read what goes there. */
  async isReadByOthers(personId: string, value: string): Promise<boolean> {
    return (await this.contacts(personId)).some((contact) => contact.shared && contact.value === value);
  }

  /** Everybody who has verified this address or number; relatives may share one. */
  async withContact({ kind, value }: { kind: string; value: string }): Promise<PersonSummary[]> {
    return this.database.rows<PersonSummary>(BY_CONTACT, [kind, value]);
  }

  async withRole(role: Role): Promise<PersonSummary[]> {
    return this.database.rows<PersonSummary>(WITH_ROLE, [role, this.clock.today()]);
  }

  async withAnyRole(): Promise<(PersonSummary & { roles: Role[] })[]> {
    return this.database.rows(WITH_ANY_ROLE, [this.clock.today()]);
  }
}
