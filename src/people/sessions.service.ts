import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Role } from '../platform/permissions.js';
import { Clock } from '../platform/clock.js';
import { hashToken, newToken } from '../platform/crypto.js';
import { Database } from '../platform/database.js';
import { newId } from '../platform/ids.js';
import { BackgroundWorker } from '../platform/worker.js';
import type { HelpingChannel, SupporterScope } from './helping.rules.js';
import { RESIDENT_IDLE_MINUTES, SESSION_HOURS, STAFF_IDLE_MINUTES } from './people.rules.js';

export interface Identity {
  sessionId: string | null;
  personId: string;
  name: string | null;
  roles: Role[];
}

/** Who a browser is, and whom they help just now. */
export interface BrowserIdentity extends Identity {
  actingFor: string | null;
  actingForName: string | null;
  actingChannel: HelpingChannel | null;
  /** With what the person they help lets them help, today; null without that person's consent. */
  supporterScope: SupporterScope[] | null;
}

const rolesOf = (person: string) => `coalesce((select array_agg(distinct r.role) from role_assignment r
  where r.person_id = ${person} and r.from_on <= $3 and (r.to_on is null or r.to_on >= $3)), '{}') as roles`;

const BY_SESSION = {
  name: 'identity-by-session',
  text: `select s.id as "sessionId", p.id as "personId", p.name, s.last_seen_at as "lastSeenAt", ${rolesOf('p.id')},
           s.acting_for as "actingFor", s.acting_channel as "actingChannel", helped.name as "actingForName",
           (select k.scope from supporter k where k.person_id = s.acting_for and k.supporter_id = s.person_id
             and k.ended_at is null and k.from_on <= $3 and k.ends_on >= $3) as "supporterScope"
         from session s join person p on p.id = s.person_id left join person helped on helped.id = s.acting_for
         where s.token_hash = $1 and s.expires_at > $2`,
};

// A token of a record that was merged stands for the one that stays, without the roles of that one.
const BY_API_TOKEN = {
  name: 'identity-by-api-token',
  text: `select null as "sessionId", p.id as "personId", p.name, ${rolesOf('o.id')}
         from api_token t join person o on o.id = t.person_id join person p on p.id = coalesce(o.merged_into, o.id)
         where t.token_hash = $1 and (t.revoked_at is null or t.revoked_at > $2)`,
};

const MINUTE = 60_000;

/** Server-side sessions: the browser has a random token, we have its hash. Times are the machine's. */
@Injectable()
export class Sessions implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.forgetExpired());
  }

  /** Gives the token for the cookie. `contactId` is the address whose code opened it. */
  async open(tx: EntityManager, personId: string, contactId: string | null = null): Promise<string> {
    const token = newToken();
    const now = this.clock.realNow();
    await tx.query(
      `insert into session (id, token_hash, person_id, created_at, last_seen_at, expires_at, contact_id) values ($1, $2, $3, $4, $4, $5, $6)`,
      [newId(), hashToken(token), personId, now, new Date(now.getTime() + SESSION_HOURS * 60 * MINUTE), contactId],
    );
    return token;
  }

  async close(sessionId: string): Promise<void> {
    await this.database.transaction((tx) => this.closeIn(tx, sessionId));
  }

  /** Everywhere they are signed in, and wherever somebody helps them just now. */
  async closeAllOf(tx: EntityManager, personIds: readonly string[]): Promise<void> {
    await tx.query(`delete from session where person_id = any($1) or acting_for = any($1)`, [personIds]);
  }

  async closeIn(tx: EntityManager, sessionId: string): Promise<void> {
    await tx.query(`delete from session where id = $1`, [sessionId]);
  }

  /** From here on this session acts for somebody else, or (with null) for its own person again. */
  async actFor(tx: EntityManager, sessionId: string, helped: { personId: string; channel: HelpingChannel } | null): Promise<void> {
    await tx.query(`update session set acting_for = $2, acting_channel = $3, acting_since = $4 where id = $1`,
      [sessionId, helped?.personId ?? null, helped?.channel ?? null, helped && this.clock.realNow()]);
  }

  async identify(token: string): Promise<BrowserIdentity | null> {
    const now = this.clock.realNow();
    const row = await this.database.row<BrowserIdentity & { lastSeenAt: Date }>(BY_SESSION, [hashToken(token), now, this.clock.today()]);
    if (!row) return null;
    const idle = now.getTime() - row.lastSeenAt.getTime();
    const longest = row.roles.length > 0 ? STAFF_IDLE_MINUTES : RESIDENT_IDLE_MINUTES;
    if (idle > longest * MINUTE) return null;
    if (idle > MINUTE) {
      await this.database.transaction((tx) => tx.query(`update session set last_seen_at = $2 where id = $1`, [row.sessionId, now]));
    }
    return row;
  }

  async identifyApi(token: string): Promise<Identity | null> {
    return this.database.row<Identity>(BY_API_TOKEN, [hashToken(token), this.clock.realNow(), this.clock.today()]);
  }

  /** A bearer token for a person; given once, kept as a hash. */
  async issueApiToken(tx: EntityManager, personId: string, name: string, token = newToken()): Promise<string> {
    await tx.query(
      `insert into api_token (id, token_hash, person_id, name, created_at) values ($1, $2, $3, $4, $5)`,
      [newId(), hashToken(token), personId, name, this.clock.realNow()],
    );
    return token;
  }

  private async forgetExpired(): Promise<void> {
    await this.database.transaction((tx) => tx.query(`delete from session where expires_at < $1`, [this.clock.realNow()]));
  }
}
