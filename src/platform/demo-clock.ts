import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { refused, allowed, type Outcome } from '../shared/result.js';
import { Clock } from './clock.js';
import { Config } from './config.js';
import { Database } from './database.js';
import { NotFound } from './errors.js';
import { BackgroundWorker } from './worker.js';

const KEY = 'demo.clock-offset-ms';
const REREAD_MILLISECONDS = 1_000;
const FURTHEST_YEARS = 5;

const READ = {
  name: 'demo-clock-read',
  text: `select (value #>> '{}')::float8 as offset from setting where key = $1`,
};

/**
 * Moves the service's time forward, so that a story of months can be lived in an afternoon.
 * Kept in the database: every process reads it again each second. There is none where the demo is off.
 */
@Injectable()
export class DemoClock implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('demo-clock');
  private timer: NodeJS.Timeout | null = null;
  private known = 0;

  constructor(
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly worker: BackgroundWorker,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.demo) return;
    await this.reread();
    this.timer = setInterval(() => {
      this.reread().catch((error: unknown) => this.log.warn(`not read: ${error instanceof Error ? error.name : 'unknown'}`));
    }, REREAD_MILLISECONDS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  async moveBy(milliseconds: number): Promise<Outcome> {
    return this.moveTo(new Date(this.clock.now().getTime() + milliseconds));
  }

  /** Only ever forward. What falls due on the way is done before this comes back. */
  async moveTo(instant: Date): Promise<Outcome> {
    if (!this.config.demo) throw new NotFound();
    const possible = this.canMoveTo(instant);
    if (!possible.ok) return possible;
    const offset = instant.getTime() - this.clock.realNow().getTime();
    await this.database.transaction((tx) => tx.query(
      `insert into setting (key, effective_from, value) values ($1, '2000-01-01', to_jsonb($2::float8))
       on conflict (key, effective_from) do update set value = excluded.value
       where (setting.value #>> '{}')::float8 < (excluded.value #>> '{}')::float8`,
      [KEY, offset],
    ));
    await this.reread();
    await this.worker.wake();
    return allowed;
  }

  private canMoveTo(instant: Date): Outcome {
    if (instant <= this.clock.now()) return refused('The clock only goes forward. Choose a later time');
    const furthest = this.clock.realNow();
    furthest.setUTCFullYear(furthest.getUTCFullYear() + FURTHEST_YEARS);
    if (instant > furthest) return refused(`The clock goes ${FURTHEST_YEARS} years ahead at most. Choose an earlier time`);
    return allowed;
  }

  private async reread(): Promise<void> {
    const offset = (await this.database.row<{ offset: number }>(READ, [KEY]))?.offset ?? 0;
    if (offset === this.known) return;
    this.known = offset;
    this.clock.setOffset(offset);
  }
}
