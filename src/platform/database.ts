import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Pool, PoolClient } from 'pg';

/** A read by name, prepared once on each connection. */
export interface NamedQuery {
  name: string;
  text: string;
}

/** Whoever may see a part of what people need to take part, each through views of their own. */
export type Audience = 'scheduler' | 'panel' | 'venue' | 'payer';

const TRIES = 4;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

@Injectable()
export class Database {
  private readonly afterCommit: (() => void)[] = [];
  private readonly notices = new Map<string, () => void>();
  private readonly listening = new WeakSet<PoolClient>();
  /** The connection of the transaction we are in, if we are in one. */
  private readonly current = new AsyncLocalStorage<PoolClient>();

  constructor(private readonly source: DataSource) {}

  /** One transaction; tried again from the start when PostgreSQL asks for it. */
  async transaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    if (this.current.getStore()) throw new Error('a transaction inside a transaction');
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        const code = postgresCode(error);
        if (attempt === TRIES || (code !== SERIALIZATION_FAILURE && code !== DEADLOCK)) throw error;
      }
    }
  }

  /** A transaction that acts as the finance role, the only one that reads bank details. */
  async asFinance<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.transaction(async (tx) => {
      await tx.query('set local role alongside_finance');
      return work(tx);
    });
  }

  /**
   * A read with the rights of one audience and no others: PostgreSQL refuses it every other table, column and row.
   * Inside a transaction it reads there, and gives the transaction its own rights back.
   */
  async rowsAs<Row>(audience: Audience, query: NamedQuery, values: unknown[] = []): Promise<Row[]> {
    const read = async (connection: PoolClient) => (await connection.query({ name: query.name, text: query.text, values })).rows as Row[];
    const current = this.current.getStore();
    if (current) {
      const { rows: [before] } = await current.query<{ role: string }>(`select current_setting('role') as role, set_config('role', $1, true)`, [roleOf(audience)]);
      const rows = await read(current);
      await current.query(`select set_config('role', $1, true)`, [before!.role]);
      return rows;
    }
    const connection = await this.pool.connect();
    try {
      await connection.query(`begin; set local role ${roleOf(audience)}`);
      const rows = await read(connection);
      await connection.query('commit');
      return rows;
    } catch (error) {
      await connection.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      connection.release();
    }
  }

  /** Inside a transaction it reads there: waiting for a second connection, transactions could wait for each other. */
  async rows<Row>(query: NamedQuery, values: unknown[] = []): Promise<Row[]> {
    const result = await (this.current.getStore() ?? this.pool).query({ name: query.name, text: query.text, values });
    return result.rows as Row[];
  }

  async row<Row>(query: NamedQuery, values: unknown[] = []): Promise<Row | null> {
    return (await this.rows<Row>(query, values))[0] ?? null;
  }

  /** Called after each commit that put something in the outbox. */
  onOutboxCommit(listener: () => void): void {
    this.afterCommit.push(listener);
  }

  /**
   * Called when one of our own transactions has given this notice, before its commit is answered:
   * PostgreSQL tells the connection that commits first. Others' are heard elsewhere.
   */
  onNotice(channel: string, listener: () => void): void {
    this.notices.set(channel, listener);
  }

  private get pool(): Pool {
    return (this.source.driver as unknown as { master: Pool }).master;
  }

  private async once<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      const connection = await runner.connect() as PoolClient;
      if (this.notices.size > 0 && !this.listening.has(connection)) await this.listen(connection);
      await runner.startTransaction();
      try {
        const result = await this.current.run(connection, () => work(runner.manager));
        await runner.commitTransaction();
        if (hasOutbox(runner.manager)) this.afterCommit.forEach((listener) => listener());
        return result;
      } catch (error) {
        await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  private async listen(connection: PoolClient): Promise<void> {
    connection.on('notification', ({ channel }) => this.notices.get(channel)?.());
    await connection.query([...this.notices.keys()].map((channel) => `listen ${channel}`).join('; '));
    this.listening.add(connection);
  }
}

function roleOf(audience: Audience): string {
  return `alongside_${audience}`;
}

/** Marks a transaction as having put something in the outbox. */
export function noteOutbox(tx: EntityManager): void {
  tx.queryRunner!.data['outbox'] = true;
}

function hasOutbox(tx: EntityManager): boolean {
  return tx.queryRunner?.data['outbox'] === true;
}

/** PostgreSQL's error code, such as '23505', when the error came from there. */
export function postgresCode(error: unknown): string | undefined {
  return driverError(error).code;
}

/** The constraint an error broke, when it broke one. */
export function brokenConstraint(error: unknown): string | undefined {
  return driverError(error).constraint;
}

/** No connection was free for so long that whoever asked was sent away. Nothing was done. */
export function waitedTooLong(error: unknown): boolean {
  const { message } = driverError(error) as { message?: string };
  return message === 'timeout exceeded when trying to connect';
}

function driverError(error: unknown): { code?: string; constraint?: string } {
  const wrapped = error as { driverError?: object; code?: string; constraint?: string } | null;
  return wrapped?.driverError ?? wrapped ?? {};
}
