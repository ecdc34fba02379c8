import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { EventBus } from '../platform/event-bus.js';
import { BackgroundWorker } from '../platform/worker.js';

const OPENED = {
  name: 'calls-opened-unannounced',
  text: `select c.id from call c
         where c.state = 'published' and c.closed_early_at is null and c.opens_at <= $1 and c.closes_at > $1
           and not exists (select from call_announcement a where a.call_id = c.id)
         order by c.opens_at, c.id`,
};

/**
 * Says once of each call that it has opened. Time opens a call and nobody is there to say so, so each round of the worker
 * looks for those that nobody has announced: an hour without a worker loses none, two workers say none twice.
 */
@Injectable()
export class OpeningsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.register(() => this.announce());
  }

  async announce(): Promise<void> {
    for (const { id } of await this.database.rows<{ id: string }>(OPENED, [this.clock.now()])) await this.announceOne(id);
  }

  private async announceOne(callId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [made] = await tx.query<{ callId: string }[]>(
        `insert into call_announcement (call_id, at) values ($1, $2) on conflict do nothing returning call_id as "callId"`,
        [callId, this.clock.now()],
      );
      if (made) await this.bus.emit(tx, 'call.opened', { callId });
    });
  }
}
