import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventName, Events } from '../events/events.js';
import { PeopleQueries } from '../people/people.queries.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { Recipient } from '../platform/messages.js';
import { channelOf, GIVE_UP_HOURS } from './message.rules.js';

export interface ToWrite {
  template: string;
  payload: Events[EventName];
  outboxId: string;
  /** Whose message this is a supporter's copy of. */
  copyFor: string | null;
}

const HOUR = 3_600_000;

/** Makes one message for one recipient, in the way they chose. Made once, however often it is asked. */
@Injectable()
export class WritingService {
  constructor(
    private readonly people: PeopleQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async write(tx: EntityManager, { template, payload, outboxId, copyFor }: ToWrite, recipient: Recipient): Promise<void> {
    const personId = 'personId' in recipient ? recipient.personId : null;
    const contact = 'personId' in recipient ? await this.people.reach(recipient.personId) : recipient;
    if (!contact) return this.noteUnreachable(tx, personId!, outboxId);
    const realNow = this.clock.realNow();
    const key = `${template}:${outboxId}:${personId ?? contact.value}${copyFor ? `:for:${copyFor}` : ''}`;
    await tx.query(
      `insert into message (id, dedupe_key, outbox_id, template, payload, person_id, copy_for, channel, address, state,
         created_at, next_attempt_at, give_up_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $12) on conflict (dedupe_key) do nothing`,
      [newId(), key, outboxId, template, JSON.stringify(payload), personId, copyFor, channelOf(contact.kind), contact.value,
        this.clock.now(), realNow, new Date(realNow.getTime() + GIVE_UP_HOURS * HOUR)],
    );
  }

  /** So that somebody calls or writes. The template stays out: it could tell what the message was about. */
  private async noteUnreachable(tx: EntityManager, personId: string, outboxId: string): Promise<void> {
    await this.audit.record(tx, null, 'message.unreachable', { type: 'person', id: personId }, { outboxId });
  }
}
