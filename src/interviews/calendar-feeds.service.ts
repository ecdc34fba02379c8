import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { hashToken, KeyRing } from '../platform/crypto.js';
import { Database } from '../platform/database.js';

// Also of a record that was merged into theirs: nobody else could see it, or end it.
const OWN_LIVE = `person_id in (select id from person where id = $1 or merged_into = $1) and revoked_at is null`;

const LIVE = { name: 'calendar-feed-live', text: `select id from calendar_feed where ${OWN_LIVE} order by person_id = $1 desc, made_at desc limit 1` };

const END = `update calendar_feed set revoked_at = $2 where ${OWN_LIVE}`;

// An address goes on for the record that stays, but opens no calendar of somebody with a role.
const OWNER = {
  name: 'calendar-feed-owner',
  text: `select case when exists (select from role_assignment r where r.person_id = p.merged_into) then p.id else coalesce(p.merged_into, p.id) end as "personId" from calendar_feed f join person p on p.id = f.person_id
         where f.token_hash = $1 and f.revoked_at is null`,
};

/** A private address for each person's calendar. It is made from the row's id by our secret, so that it can be shown again and is stored nowhere. */
@Injectable()
export class CalendarFeeds {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Makes an address, or a new one in place of the old. `id` is the form's: pressing twice makes one. */
  async make(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(`select from person where id = $1 for update`, [actor.personId]);
      const made = await tx.query<unknown[]>(`select 1 from calendar_feed where id = $1`, [id]);
      if (made.length > 0) return;
      await tx.query(END, [actor.personId, this.clock.now()]);
      await tx.query(
        `insert into calendar_feed (id, person_id, token_hash, made_at) values ($1, $2, $3, $4)`,
        [id, actor.personId, hashToken(this.tokenOf(id)), this.clock.now()]);
      await this.audit.record(tx, actor, 'calendar-feed.made', { type: 'person', id: actor.personId });
    });
  }

  /** From now on the address answers that there is no such page. */
  async stop(actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [, stopped] = await tx.query<[unknown[], number]>(END, [actor.personId, this.clock.now()]);
      if (stopped > 0) await this.audit.record(tx, actor, 'calendar-feed.stopped', { type: 'person', id: actor.personId });
    });
  }

  /** The secret part of somebody's address; null when they have none. */
  async tokenFor(personId: string): Promise<string | null> {
    const live = await this.database.row<{ id: string }>(LIVE, [personId]);
    return live && this.tokenOf(live.id);
  }

  async ownerOf(token: string): Promise<string | null> {
    return (await this.database.row<{ personId: string }>(OWNER, [hashToken(token)]))?.personId ?? null;
  }

  private tokenOf(id: string): string {
    return this.keys.derive('calendar-feed', id).toString('base64url');
  }
}
