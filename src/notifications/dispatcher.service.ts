import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventName, Events } from '../events/events.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue, type Recipient } from '../platform/messages.js';
import { Letters } from './letters.js';
import { afterInterruption, HANDED_OVER_SECONDS, LEASE_SECONDS, retryAfterSeconds, type MessageChannel, type MessageState } from './message.rules.js';
import { NotSent, type Letter } from './sender.js';
import { ToldService } from './told.service.js';
import { Senders } from './senders.js';

interface Leased {
  id: string;
  template: string;
  payload: Events[EventName];
  outboxId: string;
  personId: string | null;
  /** Whose message this is a supporter's copy of. */
  copyFor: string | null;
  channel: MessageChannel;
  address: string;
  attempts: number;
  giveUpAt: Date;
}

const BATCH = 20;

/**
 * Sends what is due, one message after another, so that each person's arrive in order.
 * No database connection is held while a sender works.
 */
@Injectable()
export class Dispatcher implements BeforeApplicationShutdown {
  private readonly log = new Logger('messages');
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly catalogue: MessageCatalogue,
    private readonly letters: Letters,
    private readonly telling: ToldService,
    private readonly senders: Senders,
    private readonly clock: Clock,
  ) {}

  /** Works until nothing is due; says how many messages it took up. */
  async drain(): Promise<number> {
    for (let taken = 0; ;) {
      const batch = this.stopping ? [] : await this.lease();
      if (batch.length === 0) return taken;
      taken += batch.length;
      for (const message of batch) {
        // What is left of the batch goes out when its lease is over: it was not handed over.
        if (this.stopping) return taken;
        await this.dispatch(message);
      }
    }
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  private async lease(): Promise<Leased[]> {
    return this.database.transaction(async (tx) => {
      // One at a time: two processes must not share out the messages to one address between them.
      await tx.query(`select pg_advisory_xact_lock(hashtext('message lease'))`);
      await this.takeBackOverdue(tx);
      const now = this.clock.realNow();
      const urgent = this.urgent();
      const [rows] = await tx.query<[Leased[], number]>(
        `update message set state = 'sending', lease_until = $2, handed_over_at = null
         where id in (
           select id from message due where state = 'pending' and channel in ('email', 'text') and next_attempt_at <= $1
             and not exists (select from message earlier where earlier.state = 'sending' and earlier.address = due.address)
           order by template <> all($3), id limit ${BATCH} for update)
         returning id, template, payload, outbox_id as "outboxId", person_id as "personId", copy_for as "copyFor", channel, address, attempts, give_up_at as "giveUpAt"`,
        [now, this.inSeconds(LEASE_SECONDS), urgent],
      );
      const isLater = ({ template }: Leased) => Number(!urgent.includes(template));
      return rows.sort((a, b) => isLater(a) - isLater(b) || (a.id < b.id ? -1 : 1));
    });
  }

  /** What a crash left half done. */
  private async takeBackOverdue(tx: EntityManager): Promise<void> {
    const overdue = await tx.query<{ id: string; channel: MessageChannel; handedOver: boolean }[]>(
      `select id, channel, handed_over_at is not null as "handedOver" from message
       where state = 'sending' and lease_until <= $1 for update`,
      [this.clock.realNow()],
    );
    for (const { id, channel, handedOver } of overdue) {
      await tx.query(
        `update message set state = $2, lease_until = null, attempts = attempts + 1, last_error = 'interrupted' where id = $1`,
        [id, afterInterruption(handedOver, this.senders.of(channel).repeatable)],
      );
    }
  }

  private async dispatch(message: Leased): Promise<void> {
    try {
      const letter = await this.prepare(message);
      if (letter === 'not needed') return await this.settle(message, 'cancelled', null);
      if (letter === null || !(await this.handOver(message))) return;
      const reference = await this.send(message, letter);
      if (reference !== null) await this.markSent(message, reference);
    } catch (error) {
      // It keeps its lease, and is looked at again when that is over.
      this.log.error(`message ${message.id} (${message.template}) could not be settled: ${nameOf(error)}`);
    }
  }

  /** Null when it could not be made: then it is settled already. */
  private async prepare(message: Leased): Promise<Letter | 'not needed' | null> {
    try {
      const definition = this.catalogue.get(message.template);
      if (definition.holds && !(await definition.holds(message.payload))) return 'not needed';
      if (!(await this.telling.copyHolds(message))) return 'not needed';
      const recipient = recipientOf(message);
      if (definition.wanted && !(await definition.wanted(message.payload, recipient))) return 'not needed';
      const words = await this.telling.words(message, recipient);
      return await this.letters.write({ ...message, recipient }, words);
    } catch (error) {
      await this.postpone(message, error);
      return null;
    }
  }

  /** False when the lease ran out meanwhile, and somebody else has the message. */
  private async handOver(message: Leased): Promise<boolean> {
    const lease = this.senders.of(message.channel).repeatable ? LEASE_SECONDS : HANDED_OVER_SECONDS;
    return this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[{ id: string }[], number]>(
        `update message set handed_over_at = $2, lease_until = $3
         where id = $1 and state = 'sending' and handed_over_at is null and lease_until > $2 returning id`,
        [message.id, this.clock.realNow(), this.inSeconds(lease)],
      );
      return rows.length > 0;
    });
  }

  /** The sender's reference; null when it did not go, or nobody knows: then it is settled already. */
  private async send(message: Leased, letter: Letter): Promise<string | null> {
    const sender = this.senders.of(message.channel);
    try {
      return (await sender.send(letter)).reference;
    } catch (error) {
      if (error instanceof NotSent || sender.repeatable) await this.postpone(message, error);
      else await this.settle(message, 'uncertain', 'no-answer');
      return null;
    }
  }

  /** It may have been found uncertain meanwhile; it is certain now. */
  private async markSent(message: Leased, reference: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[{ id: string }[], number]>(
        `update message set state = 'sent', sent_at = $2, provider_reference = $3, lease_until = null, last_error = null
         where id = $1 and state in ('sending', 'uncertain') returning id`,
        [message.id, this.clock.now(), reference],
      );
      if (rows.length > 0) await this.telling.follow(tx, message);
    });
  }

  private async postpone(message: Leased, error: unknown): Promise<void> {
    const reason = error instanceof NotSent ? error.reason : nameOf(error);
    const next = this.inSeconds(retryAfterSeconds(message.attempts, Math.random()));
    const failed = (error instanceof NotSent && error.forGood) || next > message.giveUpAt;
    if (failed) this.log.warn(`message ${message.id} (${message.template}) failed: ${reason}`);
    await this.settle(message, failed ? 'failed' : 'pending', reason, next);
  }

  private async settle(message: Leased, state: MessageState, reason: string | null, next = this.clock.realNow()): Promise<void> {
    await this.database.transaction((tx) => tx.query(
      `update message set state = $2, last_error = $3, next_attempt_at = $4, lease_until = null,
         attempts = attempts + case when $3::text is null then 0 else 1 end
       where id = $1 and state = 'sending'`,
      [message.id, state, reason, next],
    ));
  }

  private urgent(): string[] {
    return this.catalogue.all().filter((definition) => definition.urgent).map(({ template }) => template);
  }

  private inSeconds(seconds: number): Date {
    return new Date(this.clock.realNow().getTime() + seconds * 1000);
  }
}

function recipientOf({ personId, channel, address }: Leased): Recipient {
  return personId ? { personId } : { kind: channel === 'email' ? 'email' : 'phone', value: address };
}

/** Names only: an error's message may hold somebody's words. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
