import { Injectable, Logger } from '@nestjs/common';
import type { EventName, Events } from '../events/events.js';
import { Clock } from './clock.js';
import { Database } from './database.js';
import { EventBus } from './event-bus.js';

interface OutboxRow {
  id: string;
  event: EventName;
  payload: Events[EventName];
}

const FIRST_RETRY_SECONDS = 5;
const LONGEST_RETRY_SECONDS = 3600;

/** Hands committed events to those who follow them, each once, oldest first. */
@Injectable()
export class OutboxRelay {
  private readonly log = new Logger('outbox');

  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Works until nothing is due; says how many rows it handled. */
  async drain(): Promise<number> {
    for (let handled = 0; ; handled += 1) {
      if (!(await this.handleOne())) return handled;
    }
  }

  private async handleOne(): Promise<boolean> {
    let row: OutboxRow | undefined;
    try {
      await this.database.transaction(async (tx) => {
        [row] = await tx.query<OutboxRow[]>(
          `select id, event, payload from outbox
           where handled_at is null and next_attempt_at <= $1
           order by id limit 1 for update skip locked`,
          [this.clock.realNow()],
        );
        if (!row) return;
        await this.bus.deliver(tx, row.event, row.payload, row.id);
        await tx.query(`update outbox set handled_at = $2 where id = $1`, [row.id, this.clock.now()]);
      });
    } catch (error) {
      if (!row) throw error;
      await this.postpone(row, error);
    }
    return row !== undefined;
  }

  private async postpone(row: OutboxRow, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.name : 'unknown';
    this.log.error(`event ${row.event} ${row.id} failed: ${reason}`);
    await this.database.transaction((tx) => tx.query(
      `update outbox set attempts = attempts + 1, last_error = $2,
         next_attempt_at = $3::timestamptz + least($4 * power(2, attempts), $5) * interval '1 second'
       where id = $1`,
      [row.id, reason, this.clock.realNow(), FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS],
    ));
  }
}
