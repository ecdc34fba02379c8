import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Client } from 'pg';
import { Config } from './config.js';
import { Database } from './database.js';

/** Tables whose rows stand on public pages have the trigger `notify_public_change`, which says this name. */
export const PUBLIC_CHANGE = 'public_change';

const BEAT_MILLISECONDS = 2_000;
const CONNECT_MILLISECONDS = 5_000;
const TRY_AGAIN_MILLISECONDS = 1_000;
/** After a pause of the whole process its clocks ring first; the answer may lie there already. */
const GRACE_MILLISECONDS = 200;

/**
 * Hears of every committed change of what the public can read, from all processes. A connection of its own listens;
 * the connections of our own transactions listen too, because PostgreSQL tells them of their commit before it answers that.
 */
@Injectable()
export class PublicChanges implements OnModuleDestroy {
  private readonly log = new Logger('public-changes');
  private readonly listeners: (() => void)[] = [];
  private listener: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private counted = 0;
  private heard = false;
  private stopped = false;

  constructor(private readonly config: Config, private readonly database: Database) {}

  /** Counts up with each change, and whenever one may have been missed. */
  get count(): number {
    return this.counted;
  }

  /** Whether we would hear of a change. While not, nothing may be taken from memory. */
  get listening(): boolean {
    return this.heard;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Begins to listen; where the database can't be reached it goes on trying. */
  async open(): Promise<void> {
    this.database.onNotice(PUBLIC_CHANGE, () => this.changed());
    await this.connect();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.lose(this.listener);
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.config.databaseUrl, options: '-c role=alongside_app', keepAlive: true,
      connectionTimeoutMillis: CONNECT_MILLISECONDS, application_name: 'alongside public changes',
    });
    client.on('error', () => void this.lose(client));
    client.on('end', () => void this.lose(client));
    client.on('notification', () => this.changed());
    this.listener = client;
    try {
      await client.connect();
      await inTime(client.query(`listen ${PUBLIC_CHANGE}`));
      if (this.listener !== client) return;
      // What happened before we listened is not known.
      this.changed();
      this.heard = true;
      this.after(BEAT_MILLISECONDS, () => this.beat(client));
    } catch {
      await this.lose(client);
    }
  }

  /** An answer says that all notices before it have come; a silent connection is no connection. */
  private async beat(client: Client): Promise<void> {
    try {
      await inTime(client.query('select 1'));
      if (this.listener === client) this.after(BEAT_MILLISECONDS, () => this.beat(client));
    } catch {
      await this.lose(client);
    }
  }

  private async lose(client: Client | null): Promise<void> {
    if (!client || this.listener !== client) return;
    this.listener = null;
    if (this.heard && !this.stopped) this.log.warn('not listening: public pages are made anew for each reader');
    this.heard = false;
    this.changed();
    if (!this.stopped) this.after(TRY_AGAIN_MILLISECONDS, () => this.connect());
    await client.end().catch(() => undefined);
  }

  private changed(): void {
    this.counted += 1;
    this.listeners.forEach((listener) => listener());
  }

  private after(milliseconds: number, action: () => Promise<void>): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void action(), milliseconds);
    this.timer.unref();
  }
}

/** Throws where an answer takes longer than a beat. */
async function inTime(answer: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      timer = setTimeout(() => reject(new Error('no answer in time')), GRACE_MILLISECONDS);
    }, BEAT_MILLISECONDS);
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined);
  }
}
