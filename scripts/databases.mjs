// A migrated template on a throw-away cluster, and databases cloned from it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { ROOT, Refusal, run } from './run.mjs';

export const TEMPLATE = 'alongside_template';

/** Migrates a template once, as its owner and with the command a deployment runs. */
export async function createTemplate({ superUrl, urlFor }, signal) {
  await sql(superUrl, `CREATE DATABASE ${TEMPLATE} OWNER alongside_owner`);
  await migrate(urlFor('alongside_owner', TEMPLATE), signal);
  // Nobody may connect to it any more: a connection would make every clone fail.
  await sql(superUrl, `ALTER DATABASE ${TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
}

async function migrate(ownerUrl, signal) {
  const program = join(ROOT, 'dist', 'src', 'migrate.js');
  if (!existsSync(program)) throw new Refusal('dist/src/migrate.js is missing: run npm run build first.');
  const { code, output } = await run(process.execPath, [program], { env: { DATABASE_OWNER_URL: ownerUrl }, signal });
  if (code !== 0) throw new Refusal(`The migrations failed:\n\n${output.trim()}`);
}

/** Answers `freshDatabase()`, which clones the template: `{ appUrl, ownerUrl, drop }`. */
export function cloner({ superUrl, urlFor }) {
  let count = 0;
  return async function freshDatabase() {
    const name = `alongside_${process.pid}_${++count}`;
    await sql(superUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} OWNER alongside_owner`);
    return {
      appUrl: urlFor('alongside_app', name),
      ownerUrl: urlFor('alongside_owner', name),
      drop: () => sql(superUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    };
  };
}

export async function sql(url, text) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}
