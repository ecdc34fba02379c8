import { Client } from 'pg';
import { migrations } from '../migrations/index.js';
import { Config, ConfigProblem } from './platform/config.js';

const NO_SUCH_TABLE = '42P01';
const CONNECT_MILLISECONDS = 5_000;

/** Throws `ConfigProblem` where the database lacks a migration of this version. */
export async function requireMigrated(config: Config): Promise<void> {
  const done = await namesDone(config.databaseUrl);
  if (!done || migrations.every(({ name }) => done.has(name))) return;
  throw new ConfigProblem(['the database is not up to date; run node dist/src/migrate.js first']);
}

/** Null while the database can't be reached: the pool tries again, and says so. */
async function namesDone(databaseUrl: string): Promise<Set<string> | null> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_MILLISECONDS });
  try {
    await client.connect();
  } catch {
    return null;
  }
  try {
    const { rows } = await client.query<{ name: string }>('select name from migration');
    return new Set(rows.map(({ name }) => name));
  } catch (error) {
    if ((error as { code?: string }).code === NO_SUCH_TABLE) return new Set();
    throw error;
  } finally {
    await client.end();
  }
}
