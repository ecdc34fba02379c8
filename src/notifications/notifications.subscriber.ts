import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventName, Events } from '../events/events.js';
import { PeopleQueries } from '../people/people.queries.js';
import type { Contact } from '../people/people.rules.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { MessageCatalogue, type MessageDefinition, type Recipient } from '../platform/messages.js';
import { GIVE_UP_HOURS } from './message.rules.js';

const HOUR = 3_600_000;

/** Makes one message for each recipient of an event, in the transaction that handles the event. */
@Injectable()
export class NotificationsSubscriber implements OnApplicationBootstrap {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly bus: EventBus,
    private readonly people: PeopleQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** By now every capability has said what its messages are. */
  onApplicationBootstrap(): void {
    for (const definition of this.catalogue.all()) this.follow(definition);
  }

  follow(definition: MessageDefinition<EventName>): void {
    this.bus.follow(definition.on, (tx, payload, outboxId) => this.write(tx, definition, payload, outboxId));
  }

  private async write(
    tx: EntityManager, definition: MessageDefinition<EventName>, payload: Events[EventName], outboxId: string,
  ): Promise<void> {
    for (const recipient of await definition.recipients(payload)) {
      const contact = 'personId' in recipient ? await this.people.reach(recipient.personId) : recipient;
      if (contact) await this.insert(tx, definition.template, payload, outboxId, recipient, contact);
      else if ('personId' in recipient) await this.noteUnreachable(tx, recipient.personId, outboxId);
    }
  }

  private async insert(
    tx: EntityManager, template: string, payload: Events[EventName], outboxId: string, recipient: Recipient, contact: Contact,
  ): Promise<void> {
    const personId = 'personId' in recipient ? recipient.personId : null;
    const realNow = this.clock.realNow();
    await tx.query(
      `insert into message (id, dedupe_key, outbox_id, template, payload, person_id, channel, address, state,
         created_at, next_attempt_at, give_up_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $10, $11) on conflict (dedupe_key) do nothing`,
      [newId(), `${template}:${outboxId}:${personId ?? contact.value}`, outboxId, template, JSON.stringify(payload), personId,
        contact.kind === 'email' ? 'email' : 'text', contact.value,
        this.clock.now(), realNow, new Date(realNow.getTime() + GIVE_UP_HOURS * HOUR)],
    );
  }

  /** So that somebody calls or writes. The template stays out: it could tell what the message was about. */
  private async noteUnreachable(tx: EntityManager, personId: string, outboxId: string): Promise<void> {
    await this.audit.record(tx, null, 'message.unreachable', { type: 'person', id: personId }, { outboxId });
  }
}
