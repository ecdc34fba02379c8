import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from './database.js';
import { NudgeQueue } from './queue.js';

/** Something that looks for due work and does it until none is left. */
export type Task = () => Promise<unknown>;

const SWEEP_MILLISECONDS = 5_000;
const SEAL_MILLISECONDS = 1_000;

/**
 * Runs what was registered, in order, whenever it is nudged and every few seconds anyway, so that
 * nothing a crash left behind waits long. Rounds never overlap.
 */
@Injectable()
export class BackgroundWorker implements OnApplicationShutdown {
  private readonly log = new Logger('worker');
  private readonly tasks: Task[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private round: Promise<void> | null = null;
  private again = false;

  constructor(private readonly queue: NudgeQueue, private readonly database: Database) {}

  register(task: Task): void {
    this.tasks.push(task);
  }

  start(): void {
    this.queue.work(() => this.wake());
    this.every(SWEEP_MILLISECONDS, () => this.wake());
    this.every(SEAL_MILLISECONDS, () => this.sealAudit());
    void this.wake();
  }

  /** One round now; if one is running, another follows it. */
  async wake(): Promise<void> {
    if (this.round) {
      this.again = true;
      return this.round;
    }
    this.round = this.rounds();
    try {
      await this.round;
    } finally {
      this.round = null;
    }
  }

  async sealAudit(): Promise<void> {
    await this.database.transaction((tx) => tx.query('select seal_audit()'));
  }

  async onApplicationShutdown(): Promise<void> {
    this.timers.forEach((timer) => clearInterval(timer));
    await this.round?.catch(() => undefined);
  }

  private async rounds(): Promise<void> {
    do {
      this.again = false;
      for (const task of this.tasks) {
        await task().catch((error: unknown) => this.log.error(`a task failed: ${describe(error)}`));
      }
    } while (this.again);
  }

  private every(milliseconds: number, action: () => Promise<void>): void {
    const timer = setInterval(() => {
      action().catch((error: unknown) => this.log.error(describe(error)));
    }, milliseconds);
    timer.unref();
    this.timers.push(timer);
  }
}

/** Names only: an error's message may hold somebody's words. */
function describe(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
