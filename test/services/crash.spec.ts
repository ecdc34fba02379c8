import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { crash } from '../support/crash.mjs';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const KILLS = 3;
const APPLICATIONS = 60;

/** More of the same: npm run prove -- crash. */
describe('the service, killed while people apply', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('keeps what it said it has, once, with one confirmation, and nothing half', async () => {
    const report = await crash({ ...database, kills: KILLS, applications: APPLICATIONS, waitForLeases: false });
    expect(report.problems).toEqual([]);
    expect(report.acknowledged + report.gaveUp).toBe(APPLICATIONS);
    expect(report.acknowledged).toBeGreaterThan(APPLICATIONS * 0.75);
    expect(report.interrupted).toBeGreaterThan(0);
  });
});
