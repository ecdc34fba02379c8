import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { createPostgresBackend, withBackend } from 'bullmq';
import * as bullmq from 'bullmq';
import { Config } from './config.js';
import { newId } from './ids.js';

const QUEUE = 'nudges';
export const QUEUE_SCHEMA = 'bullmq';

/**
 * BullMQ only wakes the worker; the outbox is the truth. Its store may be wiped without losing anything,
 * because a sweeper looks for what is due. On PostgreSQL, or on Redis when REDIS_URL is set.
 */
@Injectable()
export class NudgeQueue implements OnModuleDestroy, OnApplicationShutdown {
  private readonly log = new Logger('queue');
  private readonly store: QueueStore;
  private readonly queue: bullmq.Queue;
  private worker: bullmq.Worker | null = null;
  private wanted = false;
  private onItsWay = false;

  constructor(config: Config) {
    this.store = queueStore(config);
    this.queue = this.store.newQueue();
    this.queue.on('error', (error) => this.log.warn(`queue: ${error.name}`));
  }

  /** Wakes the worker, as soon as may be; many at once share one nudge. Never throws: the sweeper is behind it. */
  nudge(): void {
    this.wanted = true;
    if (!this.onItsWay) void this.send();
  }

  /** Calls `wake` for each nudge. */
  work(wake: () => Promise<void>): void {
    this.worker = this.store.newWorker(wake);
    this.worker.on('error', (error) => this.log.warn(`worker: ${error.name}`));
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker?.close();
  }

  /** Last: requests that are still being answered may nudge. */
  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }

  private async send(): Promise<void> {
    this.onItsWay = true;
    while (this.wanted) {
      this.wanted = false;
      await this.queue
        .add('nudge', {}, { jobId: `o-${newId()}`, removeOnComplete: true, removeOnFail: true })
        .catch((error: unknown) => this.log.warn(`a nudge was lost: ${error instanceof Error ? error.name : 'unknown'}`));
    }
    this.onItsWay = false;
  }
}

interface QueueStore {
  newQueue(): bullmq.Queue;
  newWorker(wake: () => Promise<void>): bullmq.Worker;
}

function queueStore(config: Config): QueueStore {
  if (config.redisUrl) {
    const connection = { url: config.redisUrl, maxRetriesPerRequest: null };
    return {
      newQueue: () => new bullmq.Queue(QUEUE, { connection }),
      newWorker: (wake) => new bullmq.Worker(QUEUE, wake, { connection }),
    };
  }
  const postgres = withBackend(createPostgresBackend);
  const connection = { connectionString: config.databaseUrl, options: '-c role=alongside_app', schema: QUEUE_SCHEMA, max: 2 };
  return {
    newQueue: () => new postgres.Queue(QUEUE, { connection }) as unknown as bullmq.Queue,
    newWorker: (wake) => new postgres.Worker(QUEUE, wake, { connection }) as unknown as bullmq.Worker,
  };
}
