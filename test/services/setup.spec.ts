import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { setUp } from '../../src/setup.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testPool } from '../support/pool.js';

describe('setting up a council from its file', () => {
  let database: TestDatabase;
  let owner: pg.Pool;
  const before = { ...process.env };

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = testPool(database.ownerUrl);
    Object.assign(process.env, {
      DATABASE_URL: database.appUrl, SESSION_SECRET: 's'.repeat(32), ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
    });
  });
  afterAll(async () => {
    process.env = before;
    await owner.end();
    await database.drop();
  });

  it('adds everything once, from the example of the docs', async () => {
    const added = await setUp('docs/how-to/council.example.json');
    expect(added).toHaveLength(11);
    expect(await setUp('docs/how-to/council.example.json')).toEqual([]);
    const { rows } = await owner.query(`
      select (select count(*)::int from person) as people, (select count(distinct job_share_id)::int from role_assignment) as shares,
        (select count(*)::int from seat) as seats, (select sum(balance_pence)::int from account where kind = 'allocation') as pence`);
    expect(rows).toEqual([{ people: 8, shares: 1, seats: 7, pence: 4_000_000 }]);
  });
});
