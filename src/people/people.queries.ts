import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { Clock } from '../platform/clock.js';
import type { Role } from '../platform/permissions.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { weekday } from '../shared/dates.js';
import { backOn, whoIsOnDuty, type RoleHolder } from './job-share.rules.js';
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

const ROLE_HOLDERS = {
  name: 'people-role-holders',
  text: `select p.id, p.name, r.job_share_id as "jobShareId", r.working_days as "workingDays" from person p join role_assignment r on r.person_id = p.id
         where r.role = $1 and p.merged_into is null and r.from_on <= $2 and (r.to_on is null or r.to_on >= $2) order by p.name, p.id`,
};

const PARTNERS = {
  name: 'people-with-partners',
  text: `select id from person where id = any($1)
         union select r.person_id from role_assignment r where r.job_share_id in (
           select o.job_share_id from role_assignment o where o.person_id = any($1) and o.job_share_id is not null)`,
};

@Injectable()
export class PeopleQueries {
  constructor(private readonly database: Database, private readonly calendar: WorkingCalendar, private readonly clock: Clock) {}

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

  /**
   * Who with this role works that day (today without one), for what can't wait: of partners in a job the one who works. On a day
   * nobody works, whoever works on the next.
   */
  async onDuty(role: Role, day = this.clock.today()): Promise<PersonSummary[]> {
    return whoIsOnDuty(await this.roleHolders(role), await this.workingDay(day)).map(({ id, name }) => ({ id, name }));
  }

  /** Who of a shared job is there today, and when the other is back; null for a role nobody shares. */
  async sharedJobToday(role: Role): Promise<{ here: string[]; away: { name: string; backOn: string | null }[] } | null> {
    const sharers = (await this.roleHolders(role)).filter(({ jobShareId, workingDays }) => jobShareId !== null && workingDays !== null);
    if (sharers.length === 0) return null;
    const today = this.clock.today();
    const isWorkingDay = await this.calendar.isWorkingDay(today);
    const isHere = (holder: RoleHolder) => isWorkingDay && holder.workingDays!.includes(weekday(today));
    return {
      here: sharers.filter(isHere).map(({ name }) => name ?? ''),
      away: sharers.filter((holder) => !isHere(holder)).map((holder) => ({ name: holder.name ?? '', backOn: backOn(holder, today) })),
    };
  }

  private async roleHolders(role: Role): Promise<RoleHolder[]> {
    return this.database.rows<RoleHolder>(ROLE_HOLDERS, [role, this.clock.today()]);
  }

  private async workingDay(day: string): Promise<string> {
    return await this.calendar.isWorkingDay(day) ? day : this.calendar.addWorkingDays(day, 1);
  }

  /** Those who count as one with any of them where duties must be separate: themselves, and their partners in a job. */
  async withPartners(personIds: readonly string[]): Promise<string[]> {
    return (await this.database.rows<{ id: string }>(PARTNERS, [personIds])).map(({ id }) => id);
  }

  async withAnyRole(): Promise<(PersonSummary & { roles: Role[] })[]> {
    return this.database.rows(WITH_ANY_ROLE, [this.clock.today()]);
  }
}
