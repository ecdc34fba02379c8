import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { channelIn } from '../shared/channel.js';
import { PageViews } from '../platform/web/page-views.js';
import { BackgroundWorker } from '../platform/worker.js';

interface Count {
  slug: string;
  code: string;
  day: string;
  visits: number;
}

/** Somebody who makes up codes fills no memory with them. */
const MOST_PENDING = 1_000;

/**
 * Counts how often a call's page was opened by each of its channels: a number a day, of nobody in particular.
 * Counted in memory after the answer, and written every few seconds; a crash loses those few.
 */
@Injectable()
export class ChannelVisits implements OnModuleInit, BeforeApplicationShutdown {
  private pending = new Map<string, Count>();

  constructor(
    private readonly database: Database,
    private readonly views: PageViews,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.views.of('/opportunities/:slug', ({ params, url }) => this.note(params['slug']!, channelIn(url)));
    this.worker.register(() => this.write());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.write().catch(() => undefined);
  }

  /** One visit of a call's page by a channel, now. */
  note(slug: string, code: string | null): void {
    if (code) this.add({ slug, code, day: this.clock.today(), visits: 1 });
  }

  /** Writes down what was counted. Codes that no channel of the call has are dropped. */
  async write(): Promise<void> {
    if (this.pending.size === 0) return;
    const counts = [...this.pending.values()];
    this.pending = new Map();
    try {
      await this.save(counts);
    } catch (error) {
      counts.forEach((count) => this.add(count));
      throw error;
    }
  }

  private add(count: Count): void {
    const key = `${count.day} ${count.slug} ${count.code}`;
    const known = this.pending.get(key);
    if (known) known.visits += count.visits;
    else if (this.pending.size < MOST_PENDING) this.pending.set(key, { ...count });
  }

  private async save(counts: readonly Count[]): Promise<void> {
    await this.database.transaction((tx) => tx.query(
      `insert into channel_visit (channel_link_id, day, visits)
       select l.id, w.day, w.visits
       from unnest($1::text[], $2::text[], $3::date[], $4::int[]) as w (slug, code, day, visits)
       join call c on c.slug = w.slug join channel_link l on l.call_id = c.id and l.code = w.code
       where l.removed_at is null order by l.id, w.day
       on conflict (channel_link_id, day) do update set visits = channel_visit.visits + excluded.visits`,
      [counts.map(({ slug }) => slug), counts.map(({ code }) => code), counts.map(({ day }) => day), counts.map(({ visits }) => visits)],
    ));
  }
}
