import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { OutboxRelay } from '../platform/outbox.relay.js';
import { NudgeQueue } from '../platform/queue.js';
import { BackgroundWorker } from '../platform/worker.js';
import { Dispatcher } from './dispatcher.service.js';

/** What the worker does when it is nudged: events become messages, messages are sent. */
@Injectable()
export class NotificationsProcessor implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly queue: NudgeQueue,
    private readonly worker: BackgroundWorker,
    private readonly relay: OutboxRelay,
    private readonly dispatcher: Dispatcher,
  ) {}

  onApplicationBootstrap(): void {
    this.database.onOutboxCommit(() => this.queue.nudge());
    this.worker.register(() => this.drain());
  }

  /** Again while there is something: a message that was sent can be an event itself. */
  private async drain(): Promise<void> {
    let done: number;
    do {
      done = await this.relay.drain() + await this.dispatcher.drain();
    } while (done > 0);
  }
}
