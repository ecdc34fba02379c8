import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { may, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { MessageCatalogue } from '../platform/messages.js';
import { NudgeQueue } from '../platform/queue.js';
import { BackgroundWorker } from '../platform/worker.js';
import type { MessageState, ToldChannel } from './message.rules.js';
import { TellingQueries } from './telling.queries.js';
import { ToldService, type Written } from './told.service.js';

interface Row extends Written {
  state: MessageState;
  channel: ToldChannel;
}

/** Messages that a person says or posts. */
@Injectable()
export class TellingService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly catalogue: MessageCatalogue,
    private readonly queries: TellingQueries,
    private readonly told: ToldService,
    private readonly queue: NudgeQueue,
    private readonly audit: Audit,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.dropWhatHoldsNoMore());
  }

  /** They know: what a sent message brings about happens now. Saying so twice is saying it once. Throws `NotFound`. */
  async recordTold(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const message = await this.lock(tx, actor, id);
      if (message.state === 'sent') return;
      await this.settle(tx, id, 'sent');
      await this.told.follow(tx, message);
      await this.audit.record(tx, actor, message.channel === 'call' ? 'message.told' : 'message.posted', { type: 'message', id });
    });
    this.queue.nudge();
  }

  /** Nobody answered; it stays to be told. Throws `NotFound`. */
  async recordAttempt(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const message = await this.lock(tx, actor, id);
      if (message.state === 'sent') return;
      await tx.query(`update message set attempts = attempts + 1, last_tried_at = $2 where id = $1`, [id, this.clock.now()]);
      await this.audit.record(tx, actor, 'message.no-answer', { type: 'message', id });
    });
  }

  async holds(message: Written): Promise<boolean> {
    const { holds } = this.catalogue.get(message.template);
    return (!holds || await holds(message.payload)) && this.told.copyHolds(message);
  }

  /** Nobody has to look at what is not true any more. */
  private async dropWhatHoldsNoMore(): Promise<void> {
    for (const message of await this.queries.list(true)) {
      if (await this.holds(message)) continue;
      await this.database.transaction(async (tx) => {
        const [row] = await tx.query<{ state: MessageState }[]>(`select state from message where id = $1 for update`, [message.id]);
        if (row?.state === 'pending') await this.settle(tx, message.id, 'cancelled');
      });
    }
  }

  /** In hand for no longer than this transaction. */
  private async settle(tx: EntityManager, id: string, state: 'sent' | 'cancelled'): Promise<void> {
    await tx.query(`update message set state = 'sending', lease_until = $2 where id = $1`, [id, this.clock.realNow()]);
    await tx.query(
      `update message set state = $2, lease_until = null, sent_at = case when $2 = 'sent' then $3::timestamptz end where id = $1`,
      [id, state, this.clock.now()]);
  }

  private async lock(tx: EntityManager, actor: Actor, id: string): Promise<Row> {
    const [row] = await tx.query<Row[]>(
      `select template, payload, outbox_id as "outboxId", person_id as "personId", copy_for as "copyFor", state, channel from message
       where id = $1 and channel in ('call', 'letter') and state in ('pending', 'sent') for update`, [id]);
    const mayKnow = row && (may(actor, 'arrangement.read') || !this.catalogue.get(row.template).tellsOfAdjustment);
    if (!mayKnow) throw new NotFound();
    return row;
  }
}
