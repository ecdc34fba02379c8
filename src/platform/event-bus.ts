import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventName, Events } from '../events/events.js';
import { Clock } from './clock.js';
import { noteOutbox } from './database.js';
import { newId } from './ids.js';

export type Hearer<N extends EventName> = (tx: EntityManager, payload: Events[N]) => Promise<void>;
export type Follower<N extends EventName> = (tx: EntityManager, payload: Events[N], outboxId: string) => Promise<void>;

/** Carries what one capability causes in another. */
@Injectable()
export class EventBus {
  private readonly hearers = new Map<EventName, Hearer<EventName>[]>();
  private readonly followers = new Map<EventName, Follower<EventName>[]>();

  constructor(private readonly clock: Clock) {}

  /** Acts in the same transaction: what must hold together. */
  hear<N extends EventName>(name: N, hearer: Hearer<N>): void {
    append(this.hearers, name, hearer as unknown as Hearer<EventName>);
  }

  /** Acts after the commit, once: what may follow. */
  follow<N extends EventName>(name: N, follower: Follower<N>): void {
    append(this.followers, name, follower as unknown as Follower<EventName>);
  }

  async emit<N extends EventName>(tx: EntityManager, name: N, payload: Events[N]): Promise<void> {
    for (const hearer of this.hearers.get(name) ?? []) await hearer(tx, payload);
    await tx.query(
      `insert into outbox (id, event, payload, created_at, next_attempt_at) values ($1, $2, $3, $4, $5)`,
      [newId(), name, JSON.stringify(payload), this.clock.now(), this.clock.realNow()],
    );
    noteOutbox(tx);
  }

  /** Gives an outbox row to those who follow it. */
  async deliver(tx: EntityManager, name: EventName, payload: Events[EventName], outboxId: string): Promise<void> {
    for (const follower of this.followers.get(name) ?? []) await follower(tx, payload, outboxId);
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}
