import { Injectable } from '@nestjs/common';
import { londonDay } from '../shared/dates.js';

/** The only place that asks the machine for the time. */
@Injectable()
export class Clock {
  private offsetMilliseconds = 0;

  /** The time of the service's affairs. The demo moves it forward. */
  now(): Date {
    return new Date(this.realNow().getTime() + this.offsetMilliseconds);
  }

  /** The machine's time, for sessions, codes, leases and retries. */
  realNow(): Date {
    return new Date();
  }

  /** The day it is in London. */
  today(): string {
    return londonDay(this.now());
  }

  /** Demo only: how far `now` is from the machine's time. */
  setOffset(milliseconds: number): void {
    this.offsetMilliseconds = milliseconds;
  }
}
