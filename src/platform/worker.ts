import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Database } from './database.js';
import { NudgeQueue } from './queue.js';

/** Something that looks for due work and does it until none is left. */
export type Task = () => Promise<unknown>;

const SWEEP_MILLISECONDS = 5_000;
const SEAL_MILLISECONDS = 1_000;
const HOUR_MILLISECONDS = 3_600_000;

/**
 * Runs what was registered, in order, whenever it is nudged and every few seconds anyway, so that
 * nothing a crash left behind waits long. Rounds never overlap.
 */
@Injectable()
export class BackgroundWorker implements OnModuleDestroy {
  private readonly log = new Logger('worker');
  private readonly tasks: Task[] = [];
  private readonly hourly: Task[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private round: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(private readonly queue: NudgeQueue, private readonly database: Database) {}

  register(task: Task): void {
    this.tasks.push(task);
  }

  /** Done when the worker starts and each hour after: what is of no use any more is deleted. */
  registerHourly(task: Task): void {
    this.hourly.push(task);
  }

  start(): void {
    this.queue.work(() => this.wake());
    this.every(SWEEP_MILLISECONDS, () => this.wake());
    this.every(SEAL_MILLISECONDS, () => this.sealAudit());
    this.every(HOUR_MILLISECONDS, () => this.tidy());
    void this.wake();
    void this.tidy();
  }

  /** One round now; if one is running, another follows it. */
  async wake(): Promise<void> {
    if (this.stopped) return;
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

  async tidy(): Promise<void> {
    await this.runAll(this.hourly);
  }

  async sealAudit(): Promise<void> {
    await this.database.transaction((tx) => tx.query('select seal_audit()'));
  }

  /** First of all that stops: the database must outlive what is under way. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.timers.forEach((timer) => clearInterval(timer));
    await Promise.all([this.round?.catch(() => undefined), ...this.underWay]);
  }

  private async rounds(): Promise<void> {
    do {
      this.again = false;
      await this.runAll(this.tasks);
    } while (this.again && !this.stopped);
  }

  private async runAll(tasks: readonly Task[]): Promise<void> {
    for (const task of tasks) {
      await task().catch((error: unknown) => this.log.error(`a task failed: ${describe(error)}`));
    }
  }

  private every(milliseconds: number, action: () => Promise<void>): void {
    const timer = setInterval(() => {
      const run = action()
        .catch((error: unknown) => this.log.error(describe(error)))
        .finally(() => this.underWay.delete(run));
      this.underWay.add(run);
    }, milliseconds);
    timer.unref();
    this.timers.push(timer);
  }
}

/** Names only: an error's message may hold somebody's words. */
function describe(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
