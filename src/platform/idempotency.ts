import { createHash } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from './actor.js';
import { Clock } from './clock.js';
import { Database } from './database.js';
import { BadRequest, Conflict } from './errors.js';
import { BackgroundWorker } from './worker.js';

export interface Answer {
  status: number;
  resourceId: string | null;
}

const FIND = {
  name: 'idempotency-find',
  text: `select request_hash, status, resource_id as "resourceId" from idempotency_key where actor_id = $1 and key = $2`,
};

const KEPT_MILLISECONDS = 7 * 24 * 3_600_000;

/** Lets an API caller repeat a request safely: the second time does nothing and gives the first answer. */
@Injectable()
export class Idempotency implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.forgetOld());
  }

  /**
   * Runs `work` once for an actor and key. The key is kept in the same transaction as the work.
   * Throws `Conflict` when the key was used for another request.
   */
  async once(actor: Actor, key: string | undefined, request: unknown, work: (tx: EntityManager) => Promise<Answer>): Promise<Answer> {
    if (key === undefined) return this.database.transaction(work);
    if (key.length === 0 || key.length > 200) throw new BadRequest('Idempotency-Key must have 1 to 200 characters.');
    const hash = createHash('sha256').update(JSON.stringify(request)).digest();
    const earlier = await this.earlier(actor, key, hash);
    if (earlier) return earlier;
    return this.database.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${actor.personId} ${key}`]);
      const meanwhile = await this.earlier(actor, key, hash);
      if (meanwhile) return meanwhile;
      const answer = await work(tx);
      await tx.query(
        `insert into idempotency_key (actor_id, key, request_hash, status, resource_id, created_at) values ($1, $2, $3, $4, $5, $6)`,
        [actor.personId, key, hash, answer.status, answer.resourceId, this.clock.realNow()],
      );
      return answer;
    });
  }

  private async forgetOld(): Promise<void> {
    const before = new Date(this.clock.realNow().getTime() - KEPT_MILLISECONDS);
    await this.database.transaction((tx) => tx.query(`delete from idempotency_key where created_at < $1`, [before]));
  }

  private async earlier(actor: Actor, key: string, hash: Buffer): Promise<Answer | null> {
    const row = await this.database.row<Answer & { request_hash: Buffer }>(FIND, [actor.personId, key]);
    if (!row) return null;
    if (!row.request_hash.equals(hash)) throw new Conflict('This Idempotency-Key was used for a different request.');
    return { status: row.status, resourceId: row.resourceId };
  }
}
