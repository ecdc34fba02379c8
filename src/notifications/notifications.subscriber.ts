import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventName, Events } from '../events/events.js';
import { EventBus } from '../platform/event-bus.js';
import { MessageCatalogue, type MessageDefinition } from '../platform/messages.js';
import { WritingService } from './writing.service.js';

/** Makes one message for each recipient of an event, in the transaction that handles the event. */
@Injectable()
export class NotificationsSubscriber implements OnApplicationBootstrap {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly bus: EventBus,
    private readonly writing: WritingService,
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
      await this.writing.write(tx, { template: definition.template, payload, outboxId, copyFor: null }, recipient);
    }
  }
}
