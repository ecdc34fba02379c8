import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';

export interface OwnPlace {
  id: string;
  interests: string | null;
  consentedAt: Date;
  expiresOn: string;
}

const OWN = {
  name: 'talent-pool-own',
  text: `select id, interests, consented_at as "consentedAt", expires_on::text as "expiresOn"
         from talent_pool where person_id = $1 and revoked_at is null and expires_on > $2`,
};

const LIST = {
  name: 'talent-pool-list',
  text: `select t.id, p.name, t.interests from talent_pool t join person p on p.id = t.person_id
         where t.revoked_at is null and t.expires_on > $1 order by p.name collate "en-GB-x-icu", t.id`,
};

const OPEN_CALLS = {
  name: 'talent-pool-calls',
  text: `select id, title from call where state = 'published' and closed_early_at is null and closes_at > $1 order by closes_at, id`,
};

const TOLD = {
  name: 'talent-pool-told',
  text: `select t.expires_on::text as "expiresOn", t.revoked_at as "revokedAt", t.warned_at as "warnedAt" from talent_pool t where t.id = $1`,
};

const CALL = {
  name: 'talent-pool-call',
  text: `select short_name as "callName", slug, state, coalesce(closed_early_at, closes_at) as "closesAt" from call where id = $1`,
};

/** People who said: tell me about other groups. */
@Injectable()
export class TalentPoolQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async own(personId: string): Promise<OwnPlace | null> {
    return this.database.row<OwnPlace>(OWN, [personId, this.clock.today()]);
  }

  /** What each wrote, and nothing else. */
  async list(): Promise<{ id: string; name: string; interests: string | null }[]> {
    return this.database.rows(LIST, [this.clock.today()]);
  }

  async openCalls(): Promise<{ id: string; title: string }[]> {
    return this.database.rows(OPEN_CALLS, [this.clock.now()]);
  }

  async place(id: string): Promise<{ expiresOn: string; revokedAt: Date | null; warnedAt: Date | null } | null> {
    return this.database.row(TOLD, [id]);
  }

  async call(id: string): Promise<{ callName: string; slug: string; state: string; closesAt: Date } | null> {
    return this.database.row(CALL, [id]);
  }
}
