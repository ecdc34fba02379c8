import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';

/** Somebody would rather talk with an access co-ordinator about what they need. */
@Injectable()
export class CallBacksService {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** One call is enough, however often it is asked for. */
  async ask(tx: EntityManager, actor: Actor, personId: string): Promise<void> {
    await tx.query(
      `insert into needs_call_back (id, person_id, asked_by, asked_at) values ($1, $2, $3, $4)
       on conflict (person_id) where done_at is null do nothing`, [newId(), personId, actor.personId, this.clock.now()]);
    await this.audit.record(tx, actor, 'access-needs.call-back-asked', { type: 'person', id: personId });
  }

  /** They have talked. Saying so twice is saying it once. Throws `NotFound`. */
  async done(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ personId: string; doneAt: Date | null }[]>(
        `select person_id as "personId", done_at as "doneAt" from needs_call_back where id = $1 for update`, [id]);
      if (!row) throw new NotFound();
      if (row.doneAt) return;
      await tx.query(`update needs_call_back set done_at = $2, done_by = $3 where id = $1`, [id, this.clock.now(), actor.personId]);
      await this.audit.record(tx, actor, 'access-needs.called-back', { type: 'person', id: row.personId });
    });
  }
}
