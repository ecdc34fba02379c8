import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyTries } from './errors.js';

const LIMITS = {
  /** Asking for a sign-in message, by network address. */
  'sign-in-ask': { points: 30, duration: 600 },
  /** Asking for a sign-in message, by the address it goes to. */
  'sign-in-address': { points: 5, duration: 3600 },
  /** Guessing a code, by network address. */
  'sign-in-guess': { points: 10, duration: 300 },
} as const;

export type LimitName = keyof typeof LIMITS;

/** Counts in PostgreSQL, so that several processes share them. */
@Injectable()
export class RateLimits {
  private readonly limiters: Record<LimitName, RateLimiterPostgres>;

  constructor(source: DataSource) {
    const pool = (source.driver as unknown as { master: unknown }).master;
    this.limiters = Object.fromEntries(
      Object.entries(LIMITS).map(([name, limit]) => [name, new RateLimiterPostgres({
        storeClient: pool, storeType: 'pool', tableName: 'rate_limit', tableCreated: true,
        keyPrefix: name, points: limit.points, duration: limit.duration, clearExpiredByTimeout: false,
      })]),
    ) as Record<LimitName, RateLimiterPostgres>;
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
}
