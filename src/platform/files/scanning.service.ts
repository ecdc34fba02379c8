import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Audit } from '../audit.js';
import { Clock } from '../clock.js';
import { Database } from '../database.js';
import { BackgroundWorker } from '../worker.js';
import { FileChunks } from './chunks.js';
import { scanAgainInMinutes } from './file.rules.js';
import { Scanner, type Verdict } from './scanner.js';

const LEASE_MINUTES = 10;
const MINUTE_MILLISECONDS = 60_000;
/** A long look must not hold up messages: the worker goes on without it. */
const WAIT_MILLISECONDS = 2_000;

/** Has files looked at for viruses; whatever could not be looked at is tried again, and not given out meanwhile. */
@Injectable()
export class Scanning implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger('scanning');
  private underWay: Promise<void> | null = null;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly chunks: FileChunks,
    private readonly scanner: Scanner,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly worker: BackgroundWorker,
  ) {}

  onModuleInit(): void {
    if (!this.scanner.name) return;
    this.worker.register(() => this.scanDue());
    this.worker.registerHourly(() => this.lookAtUnscanned());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.underWay;
  }

  private async scanDue(): Promise<void> {
    this.underWay ??= this.scanAll().finally(() => (this.underWay = null));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.underWay, new Promise((resolve) => (timer = setTimeout(resolve, WAIT_MILLISECONDS)))]);
    clearTimeout(timer);
  }

  private async scanAll(): Promise<void> {
    for (let next = await this.lease(); next && !this.stopped; next = await this.lease()) {
      const { id, size, attempts } = next;
      try {
        await this.keep(id, await this.scanner.scan(this.chunks.read(id, 0, size - 1)));
      } catch (error) {
        this.log.warn(`a file could not be scanned: ${error instanceof Error ? error.message : 'unknown'}`);
        const again = new Date(this.clock.realNow().getTime() + scanAgainInMinutes(attempts) * MINUTE_MILLISECONDS);
        await this.database.transaction((tx) => tx.query(`update stored_file set next_scan_at = $2 where id = $1 and state = 'scanning'`, [id, again]));
      }
    }
  }

  /** The next one due; nobody else takes it for a while. */
  private async lease(): Promise<{ id: string; size: number; attempts: number } | null> {
    const now = this.clock.realNow();
    const until = new Date(now.getTime() + LEASE_MINUTES * MINUTE_MILLISECONDS);
    const [rows] = await this.database.transaction((tx) => tx.query<[{ id: string; size: number; attempts: number }[], number]>(
      `update stored_file set next_scan_at = $2, scan_attempts = scan_attempts + 1
       where id = (select id from stored_file where state = 'scanning' and next_scan_at <= $1 order by next_scan_at limit 1 for update skip locked)
       returning id, size::float8 as size, scan_attempts as attempts`, [now, until]));
    return rows[0] ?? null;
  }

  private async keep(id: string, verdict: Verdict): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<unknown[]>(`select 1 from stored_file where id = $1 and state = 'scanning' for update`, [id]);
      if (!row) return;
      await tx.query(
        `update stored_file set state = $2, refusal = $3, scanned_by = $4, scanned_at = $5, next_scan_at = null where id = $1`,
        [id, verdict.clean ? 'clean' : 'refused', verdict.clean ? null : `Virus: ${verdict.found}`, this.scanner.name, this.clock.realNow()]);
      if (!verdict.clean) await this.chunks.remove(tx, id);
      await this.audit.record(tx, null, verdict.clean ? 'file.scanned' : 'file.refused', { type: 'stored_file', id }, verdict.clean ? {} : { why: 'virus' });
    });
  }

  /** Those from the time before there was a scanner. */
  private async lookAtUnscanned(): Promise<void> {
    await this.database.transaction((tx) => tx.query(
      `update stored_file set state = 'scanning', next_scan_at = $1 where state = 'unscanned'`, [this.clock.realNow()]));
  }
}
