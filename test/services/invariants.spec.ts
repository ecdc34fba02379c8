import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadStories } from '../../seeds/demo/index.js';
import { Invariants } from '../../src/platform/invariants.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('the hourly check of impossible states', () => {
  let t: TestApp;
  let invariants: Invariants;

  beforeAll(async () => {
    t = await startTestApp();
    await loadStories(t.app, '2026-11-23');
    t.clock.setOffset(0);
    invariants = t.app.get(Invariants);
  });
  afterAll(() => t.close());

  it('finds nothing in the demo stories, and says when it looked', async () => {
    await invariants.check();
    expect(await invariants.broken()).toEqual([]);
    expect(await invariants.lastChecked()).toEqual(new Date('2026-11-23T10:00:00Z'));
    const { rows } = await t.owner.query<{ checks: number }>(`select count(*)::int as checks from invariant_check`);
    expect(rows[0]!.checks).toBeGreaterThanOrEqual(14);
  });

  it.each([
    ['Whoever is between shortlist and result has an interview booked', 'application',
      `update booking set state = 'cancelled', cancelled_at = booked_at where state = 'live' returning application_id as id`],
    ['An account’s balance is the sum of its postings', 'account',
      `update account set balance_pence = balance_pence + 1 where kind = 'actual' returning id`],
    ['A decision stands behind every outcome', 'application', `update application set state = 'not_selected' where id in (
      select a.id from application a where a.state = 'submitted' limit 1) returning id`],
    ['A timetable with everybody in it has a time for each of them', 'timetable_placement',
      `delete from timetable_placement where application_id in (
         select application_id from timetable_placement limit 1) returning timetable_id as id`],
    ['A claim is where its run is', 'claim', `update claim set state = 'released' where state = 'paid' and id in (select claim_id from payment_run_line limit 1) returning id`],
  ])('finds a hand in the database: %s', async (name, table, hand) => {
    await t.owner.query(`alter table ${table} disable trigger user`);
    const { rows } = await t.owner.query<{ id: string }>(hand);
    await invariants.check();
    expect((await invariants.broken()).find((one) => one.name === name)).toMatchObject({ broken: rows.length, examples: rows.map(({ id }) => id) });
    expect(rows.length).toBeGreaterThan(0);
  });
});
