import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { Clock } from './clock.js';
import { Database } from './database.js';
import { TooManyTries } from './errors.js';
import { BackgroundWorker } from './worker.js';

const LIMITS = {
  // A library or an office may stand behind one network address, so that one has room for many people.
  /** Asking for a sign-in message, by network address. */
  'sign-in-ask': { points: 60, duration: 600 },
  /** The same, by the address it goes to and the network address it was asked from. */
  'sign-in-address-from-here': { points: 5, duration: 3600 },
  /** The same, by the address it goes to alone: nobody's mailbox is flooded from many places. */
  'sign-in-address': { points: 20, duration: 3600 },
  /** Redeeming a code or link, by network address. Each code has its own five tries besides. */
  'sign-in-guess': { points: 60, duration: 300 },
  /** Saying who of a shared address one is, by the person chosen: nobody at home floods another's own phone. */
  'second-step': { points: 8, duration: 3600 },
  /** Asking to hear of new calls, counted in the same three ways. */
  'alert-ask': { points: 60, duration: 600 },
  'alert-address-from-here': { points: 5, duration: 3600 },
  'alert-address': { points: 20, duration: 3600 },
  /** Naming a supporter, by who names them: each is sent a message. */
  'supporter-ask': { points: 20, duration: 86_400 },
  /** Entering a code for more time, by person. */
  'late-code': { points: 10, duration: 600 },
} as const;

export type LimitName = keyof typeof LIMITS;

/** Counts in PostgreSQL, so that several processes share them. */
@Injectable()
export class RateLimits implements OnModuleInit {
  private readonly limiters: Record<LimitName, RateLimiterPostgres>;

  constructor(
    source: DataSource,
    private readonly database: Database,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {
    const pool = (source.driver as unknown as { master: unknown }).master;
    this.limiters = Object.fromEntries(
      Object.entries(LIMITS).map(([name, limit]) => [name, new RateLimiterPostgres({
        storeClient: pool, storeType: 'pool', tableName: 'rate_limit', tableCreated: true,
        keyPrefix: name, points: limit.points, duration: limit.duration, clearExpiredByTimeout: false,
      })]),
    ) as Record<LimitName, RateLimiterPostgres>;
  }

  onModuleInit(): void {
    this.worker.registerHourly(() => this.forgetExpired());
  }

  /** Counts one use of a limit; throws `TooManyTries` beyond it. */
  async use(name: LimitName, key: string): Promise<void> {
    try {
      await this.limiters[name].consume(key);
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) throw new TooManyTries(Math.ceil(refusal.msBeforeNext / 1000));
      throw refusal;
    }
  }

  private async forgetExpired(): Promise<void> {
    await this.database.transaction((tx) => tx.query(`delete from rate_limit where expire < $1`, [this.clock.realNow().getTime()]));
  }
}
