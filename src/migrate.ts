import { pathToFileURL } from 'node:url';
import { runMigrations } from 'bullmq';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from '../migrations/index.js';
import { loadReference } from '../seeds/reference/index.js';
import { QUEUE_SCHEMA } from './platform/queue.js';

/** Brings a database up to date, as its owner: tables, BullMQ's tables, reference data. */
export async function migrate(ownerUrl: string, report: (line: string) => void = () => undefined): Promise<void> {
  const source = new DataSource({ type: 'postgres', url: ownerUrl, migrations, migrationsTableName: 'migration' });
  await source.initialize();
  try {
    const run = await source.runMigrations({ transaction: 'each' });
    report(run.length === 0 ? 'nothing to migrate' : `ran ${run.length} migrations`);
    await source.transaction(loadReference);
    await source.query(`grant select on migration to alongside_app`);
    await migrateQueue(ownerUrl);
  } finally {
    await source.destroy();
  }
}

async function migrateQueue(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await runMigrations(client, QUEUE_SCHEMA);
    await client.query(`grant usage on schema ${QUEUE_SCHEMA} to alongside_app`);
    await client.query(`grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to alongside_app`);
    await client.query(`grant usage on all sequences in schema ${QUEUE_SCHEMA} to alongside_app`);
    await client.query(`grant execute on all functions in schema ${QUEUE_SCHEMA} to alongside_app`);
  } finally {
    await client.end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const url = process.env['DATABASE_OWNER_URL'] ?? process.env['DATABASE_URL'];
  if (!url) throw new Error('Set DATABASE_OWNER_URL, or DATABASE_URL.');
  await migrate(url, (line) => process.stdout.write(`${line}\n`));
}
