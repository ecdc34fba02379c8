import { Injectable, Logger } from '@nestjs/common';
import { Clock } from './clock.js';
import { Database } from './database.js';
import { BackgroundWorker } from './worker.js';

/** Something that must always be so. */
export interface Invariant {
  /** As a sentence of what must be so: it is shown to administrators. */
  name: string;
  /** Gives the `id` of each row that breaks it; none when all is well. */
  sql: string;
}

export interface BrokenInvariant {
  name: string;
  broken: number;
  examples: string[];
  checkedAt: Date;
}

const EXAMPLES = 5;

const BROKEN = {
  name: 'invariants-broken',
  text: `select name, broken, examples, checked_at as "checkedAt" from invariant_check where broken > 0 order by name`,
};
const CHECKED = { name: 'invariants-checked', text: `select max(checked_at) as "checkedAt" from invariant_check` };

/**
 * Looks each hour for states that should be impossible. The database refuses most of them; this finds what a gap,
 * a migration or a hand in the database let through, before a person stumbles over it.
 */
@Injectable()
export class Invariants {
  private readonly log = new Logger('invariants');
  private readonly known = new Map<string, Invariant>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    worker: BackgroundWorker,
  ) {
    worker.registerHourly(() => this.check());
  }

  define(...invariants: Invariant[]): void {
    for (const invariant of invariants) {
      if (this.known.has(invariant.name)) throw new Error(`invariant "${invariant.name}" is defined twice`);
      this.known.set(invariant.name, invariant);
    }
  }

  /** Checks all of them now. One that can't be checked is logged and keeps its last result. */
  async check(): Promise<void> {
    for (const invariant of this.known.values()) {
      await this.checkOne(invariant).catch((error: unknown) =>
        this.log.error(`"${invariant.name}" was not checked: ${error instanceof Error ? error.name : 'unknown'}`));
    }
    await this.database.transaction((tx) => tx.query(`delete from invariant_check where name <> all($1)`, [[...this.known.keys()]]));
  }

  /** What the last check found; empty when nothing is broken. */
  async broken(): Promise<BrokenInvariant[]> {
    return this.database.rows<BrokenInvariant>(BROKEN);
  }

  async lastChecked(): Promise<Date | null> {
    return (await this.database.row<{ checkedAt: Date | null }>(CHECKED))!.checkedAt;
  }

  private async checkOne({ name, sql }: Invariant): Promise<void> {
    await this.database.transaction(async (tx) => {
      const rows = await tx.query<{ id: string }[]>(sql);
      if (rows.length > 0) this.log.error(`broken for ${rows.length}: ${name}`);
      await tx.query(
        `insert into invariant_check (name, checked_at, broken, examples) values ($1, $2, $3, $4)
         on conflict (name) do update set checked_at = $2, broken = $3, examples = $4`,
        [name, this.clock.now(), rows.length, rows.slice(0, EXAMPLES).map(({ id }) => id)],
      );
    });
  }
}
