import pg from 'pg';

export interface TestDatabase {
  /** As the application connects. */
  appUrl: string;
  /** As the migrations connect. */
  ownerUrl: string;
  drop(): Promise<void>;
}

const ATTEMPTS = 20;
const IN_USE = '55006';
let created = 0;

/** A migrated database of one's own, cloned from the template that `npm test` made. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${process.pid}_${process.env.JEST_WORKER_ID ?? 0}_${++created}`;
  await cloneTemplate(name);
  return {
    appUrl: urlOf('TEST_APP_URL', name),
    ownerUrl: urlOf('TEST_OWNER_URL', name),
    drop: () => asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

// PostgreSQL refuses while another session uses the template, if only to clone it.
async function cloneTemplate(name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await asSuperuser(`CREATE DATABASE ${name} TEMPLATE ${setting('TEST_TEMPLATE')} OWNER alongside_owner`);
    } catch (error) {
      if ((error as { code?: string }).code !== IN_USE || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25 * attempt));
    }
  }
}

async function asSuperuser(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: setting('TEST_SUPER_URL') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function urlOf(role: string, database: string): string {
  const url = new URL(setting(role));
  url.pathname = `/${database}`;
  return url.href;
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: run the tests with npm test, which starts their database.`);
  return value;
}
