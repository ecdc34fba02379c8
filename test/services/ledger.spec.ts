import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commitmentStates } from '../../src/budgets/budget.rules.js';
import { BudgetQueries } from '../../src/budgets/budgets.queries.js';
import { BudgetsService } from '../../src/budgets/budgets.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Database } from '../../src/platform/database.js';
import { RuleViolation } from '../../src/platform/errors.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('the ledger', () => {
  let t: TestApp;
  let budgets: BudgetsService;
  let database: Database;
  let people: string[];
  beforeAll(async () => {
    t = await startTestApp();
    budgets = t.app.get(BudgetsService);
    database = t.app.get(Database);
    people = await database.transaction(async (tx) => {
      const made: string[] = [];
      for (let i = 0; i < 100; i += 1) made.push(await t.app.get(PeopleService).create(tx, { name: `Member ${i}` }));
      return made;
    });
  });
  afterAll(() => t.close());

  const newLine = (allocationPence: number) => database.transaction((tx) => budgets.createLine(tx, null, {
    name: 'Co-production', financialYear: '2020/21', funder: 'Adult social care', costCode: 'CP100', allocationPence,
  }));
  const newOccasion = async () => {
    const id = newId();
    await t.owner.query(
      `insert into occasion (id, kind, starts_at, ends_at, format, created_at)
       values ($1, 'meeting', '2026-12-01 10:00Z', '2026-12-01 12:00Z', 'phone', '2026-11-01Z')`, [id]);
    return id;
  };
  const line = async (id: string) => (await t.app.get(BudgetQueries).lines()).find((one) => one.id === id)!;

  it('moves money from allocated to committed to spent, and gives back what was not earned', async () => {
    const budgetLineId = await newLine(4_000_000);
    const [occasionId, personId] = [await newOccasion(), people[0]!];
    await database.transaction((tx) => budgets.commit(tx, null, { budgetLineId, personId, occasionId, pence: 6000 }));
    expect(await line(budgetLineId)).toMatchObject({ allocatedPence: 4_000_000, spentPence: 0, committedPence: 6000, leftPence: 3_994_000 });
    for (let i = 0; i < 2; i += 1) {
      await database.transaction((tx) => budgets.spend(tx, null, { budgetLineId, personId, occasionId, pence: 4500 }));
    }
    expect(await line(budgetLineId)).toMatchObject({ allocatedPence: 4_000_000, spentPence: 4500, committedPence: 0, leftPence: 3_995_500 });
    await database.transaction((tx) => budgets.release(tx, null, personId, occasionId));
    expect((await line(budgetLineId)).leftPence).toBe(3_995_500);
  });

  it('says how much is missing before the work, and pays beyond the budget after it', async () => {
    const budgetLineId = await newLine(10_000);
    const [first, second, personId] = [await newOccasion(), await newOccasion(), people[0]!];
    await database.transaction((tx) => budgets.commit(tx, null, { budgetLineId, personId, occasionId: first, pence: 9760 }));
    const more = database.transaction((tx) => budgets.commit(tx, null, { budgetLineId, personId, occasionId: second, pence: 4000 }));
    await expect(more).rejects.toThrow(new RuleViolation('The budget is £37.60 short'));
    await database.transaction((tx) => budgets.spend(tx, null, { budgetLineId, personId, occasionId: first, pence: 10_500 }));
    expect(await line(budgetLineId)).toMatchObject({ allocatedPence: 10_000, spentPence: 10_500, committedPence: 0, leftPence: -500 });
    const again = database.transaction((tx) => budgets.commit(tx, null, { budgetLineId, personId, occasionId: second, pence: 100 }));
    await expect(again).rejects.toThrow('The budget is £6 short');
  });

  it('lets 100 people ask for £500 of £40,000 at once, and 80 of them have it', async () => {
    const budgetLineId = await newLine(4_000_000);
    const occasionId = await newOccasion();
    const asked = people.map((personId) => database.transaction((tx) => budgets.commit(tx, null, { budgetLineId, personId, occasionId, pence: 50_000 })));
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => outcome.reason as Error);
    expect(refused.map(({ message }) => message)).toEqual(Array(20).fill('The budget is £500 short'));
    expect(await line(budgetLineId)).toMatchObject({ committedPence: 4_000_000, leftPence: 0 });
  });

  it('keeps its sum at zero and no account below it but the outside, whatever happens in whatever order', async () => {
    const pence = fc.integer({ min: 1, max: 30_000 });
    const step = fc.record({ act: fc.constantFrom('commit' as const, 'release' as const, 'spend' as const), who: fc.nat(3), pence });
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 60_000 }), fc.array(step, { maxLength: 15 }), async (allocationPence, steps) => {
      const budgetLineId = await newLine(allocationPence);
      const occasionId = await newOccasion();
      for (const { act, who, pence: amount } of steps) {
        const personId = people[who]!;
        await database.transaction((tx) => {
          if (act === 'release') return budgets.release(tx, null, personId, occasionId);
          return budgets[act](tx, null, { budgetLineId, personId, occasionId, pence: amount });
        }).catch((error: unknown) => { if (!(error instanceof RuleViolation)) throw error; });
        const { rows } = await t.owner.query<{ sum: string; least: string; open: string; committed: string }>(
          `select sum(balance_pence) as sum, min(balance_pence) filter (where kind <> 'external') as least,
             (select coalesce(sum(amount_pence), 0) from commitment where budget_line_id = $1 and state = 'open') as open,
             max(balance_pence) filter (where kind = 'commitment') as committed
           from account where budget_line_id = $1`, [budgetLineId]);
        expect({ sum: rows[0]!.sum, open: rows[0]!.open }).toEqual({ sum: '0', open: rows[0]!.committed });
        expect(Number(rows[0]!.least)).toBeGreaterThanOrEqual(0);
        const balance = await line(budgetLineId);
        expect(balance.allocatedPence).toBe(allocationPence);
        expect(balance.leftPence).toBe(balance.allocatedPence - balance.spentPence - balance.committedPence);
      }
    }), { numRuns: 25 });
  });

  it('has the same states as the database', async () => {
    const { rows } = await t.owner.query(
      `select machine, from_state as "from", to_state as "to" from state_transition where machine = 'commitment' order by 2, 3`);
    expect([...commitmentStates.rows()].sort((a, b) => `${a.from} ${a.to}`.localeCompare(`${b.from} ${b.to}`))).toEqual(rows);
  });

  it.each([
    ['a posting changed', `update posting set amount_pence = 1`, 'posting'],
    ['a posting deleted', `delete from posting`, 'posting'],
    ['a journal changed', `update journal set kind = 'spend'`, 'journal'],
    ['a balance changed', `update account set balance_pence = 1`, 'account'],
  ])('is refused by the database: %s', async (_, statement, table) => {
    await expect(t.asApplication.query(statement)).rejects.toThrow(`permission denied for table ${table}`);
  });

  it('is refused by the database even to its owner: a posting or a journal changed', async () => {
    await expect(t.owner.query(`update posting set amount_pence = 1`)).rejects.toThrow('posting is append-only');
    await expect(t.owner.query(`delete from journal`)).rejects.toThrow('journal is append-only');
  });

  it('is refused by the database: a journal that does not sum to zero', async () => {
    const client = await t.asApplication.connect();
    try {
      await client.query('begin');
      await client.query(`insert into journal (id, idempotency_key, kind, at) values ($1, 'lopsided', 'allocate', '2026-12-01Z')`, [newId()]);
      await client.query(
        `insert into posting (id, journal_id, account_id, amount_pence)
         select $1, (select id from journal where idempotency_key = 'lopsided'), id, 5 from account where kind = 'allocation' limit 1`, [newId()]);
      await expect(client.query('commit')).rejects.toMatchObject({ code: '23514', constraint: 'journal_sums_to_zero' });
    } finally {
      client.release(true);
    }
  });
});
