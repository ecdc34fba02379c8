import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { loadStories } from '../../seeds/demo/index.js';
import { projectRoot } from '../../src/platform/root.js';
import { BackgroundWorker } from '../../src/platform/worker.js';
import type { StateMachine } from '../../src/shared/state-machine.js';
import { startTestApp, type TestApp } from '../support/app.js';

const machines = await machinesInCode();

/** With the demo's stories, every machine has rows in several of its states. */
describe('what the database holds by itself', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startTestApp();
    await loadStories(t.app, '2026-11-23');
    await sealEverything();
  });
  afterAll(() => t.close());

  // A transaction anywhere in the cluster, of another test too, holds the seals of later entries back.
  async function sealEverything(): Promise<void> {
    for (let attempt = 1; attempt <= 100; attempt += 1) {
      await t.app.get(BackgroundWorker).sealAudit();
      const { rows } = await t.owner.query(`select from audit_entry where id not in (select entry_id from audit_seal) limit 1`);
      if (rows.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  describe('states', () => {
    it('are the same in the code and in the database, for every machine', async () => {
      const { rows } = await t.owner.query<Record<string, string>>(`select machine, from_state as "from", to_state as "to" from state_transition`);
      const sorted = (list: object[]) => list.map((row) => JSON.stringify(row)).sort();
      expect(sorted(rows)).toEqual(sorted(machines.flatMap((machine) => machine.rows())));
    });

    it('are watched over in every table that has them', async () => {
      const { rows } = await t.owner.query<{ table: string; machine: string | null }>(
        `select c.table_name as table, substring(pg_get_triggerdef(g.oid) from 'BEFORE INSERT OR UPDATE OF state ON .*enforce_state_step\\(''(.*)''\\)') as machine
         from information_schema.columns c
         left join pg_trigger g on g.tgrelid = format('%I.%I', c.table_schema, c.table_name)::regclass and g.tgname = c.table_name || '_state_step'
         where c.table_schema = 'public' and c.column_name = 'state'`);
      expect(rows.map(({ table, machine }) => [table, machine]).sort()).toEqual(machines.map(({ name }) => [name, name]).sort());
    });

    it.each(machines.map((machine) => [machine.name, machine] as const))(
      'of %s: the application’s role is refused every other step', async (name, machine) => {
        const { rows } = await t.owner.query<{ state: string }>(`select distinct state from ${name}`);
        expect(rows).not.toEqual([]);
        for (const { state } of rows) {
          for (const to of machine.states.filter((other) => other !== state && !machine.can(state, other))) {
            const refused = await refusal(() => t.asApplication.query(`update ${name} set state = $2 where state = $1`, [state, to]));
            // A claim follows its run, and that is looked at first.
            expect(refused.replace(/^claim \S+ is not in a run that is .*/, step(name, state, to))).toBe(step(name, state, to));
          }
        }
      });

    it.each(machines.map((machine) => [machine.name, machine] as const))(
      'of %s: nobody, not even the owner, begins in the middle', async (name, machine) => {
        for (const state of machine.states.filter((other) => other !== machine.initial)) {
          const begun = () => t.owner.query(`insert into ${name} select (jsonb_populate_record(r, jsonb_build_object('state', $1::text))).* from ${name} r limit 1`, [state]);
          expect(await refusal(begun)).toBe(step(name, '', state));
        }
      });

    const step = (machine: string, from: string, to: string) => `${machine} cannot go from "${from}" to "${to}"`;

    it('can’t be added to or changed as the application’s role', async () => {
      for (const sql of [`insert into state_transition values ('claim', 'drafted', 'paid')`, `update state_transition set to_state = 'paid'`, `delete from state_transition`]) {
        expect(await refusal(() => t.asApplication.query(sql))).toBe('permission denied for table state_transition');
      }
    });
  });

  describe('the audit', () => {
    const tables = ['audit_entry', 'audit_seal'];
    const changes = (table: string) => [`update ${table} set transaction = transaction`, `delete from ${table}`, `truncate ${table} cascade`];

    it('has an entry for everything the stories did, all sealed', async () => {
      const { rows } = await t.owner.query<{ entries: number; seals: number }>(
        `select (select count(*) from audit_entry)::int as entries, (select count(*) from audit_seal)::int as seals`);
      expect(rows[0]!.entries).toBeGreaterThan(100);
      expect(rows[0]!.seals).toBe(rows[0]!.entries);
      expect((await t.asApplication.query(`select * from verify_audit()`)).rows).toEqual([]);
    });

    it.each(tables)('%s can’t be changed, deleted or emptied as the application’s role', async (table) => {
      for (const sql of changes(table)) expect(await refusal(() => t.asApplication.query(sql))).toBe(`permission denied for table ${table}`);
    });

    it.each(tables)('%s can’t be changed, deleted or emptied by its owner', async (table) => {
      for (const sql of changes(table)) expect(await refusal(() => t.owner.query(sql))).toBe(`${table} is append-only`);
    });

    it.each([
      ['an entry that says something else', `update audit_entry set action = 'claim.paid' where id = (select entry_id from audit_seal where position = 40)`, 40, 'changed entry'],
      ['an entry of another time', `update audit_entry set at = at + interval '1 second' where id = (select entry_id from audit_seal where position = 7)`, 7, 'changed entry'],
      ['an entry by somebody else', `update audit_entry set actor_id = null where id = (select s.entry_id from audit_seal s join audit_entry e on e.id = s.entry_id where e.actor_id is not null order by s.position limit 1)`, null, 'changed entry'],
      ['a seal that is gone', `delete from audit_seal where position = 25`, 25, 'missing seal'],
      ['a seal of another hash', `update audit_seal set hash = sha256('x') where position = 30`, 30, 'changed entry'],
      ['an entry that is gone with its seal', `with s as (delete from audit_seal where position = 12 returning entry_id) delete from audit_entry using s where id = s.entry_id`, 12, 'missing seal'],
      ['a seal that is gone, and those after it moved up', `delete from audit_seal where position = 3; update audit_seal set position = -position where position > 3; update audit_seal set position = -position - 1 where position < 0`, 3, 'changed entry'],
    ])('is found to be wrong when somebody with all rights left %s', async (_what, sql, position, problem) => {
      await withoutTriggers(async (owner) => {
        await owner.query(sql);
        const { rows } = await owner.query<{ at_position: string; problem: string }>(`select * from verify_audit()`);
        expect(rows).toEqual([{ at_position: position === null ? expect.any(String) : String(position), problem }]);
      });
    });

    async function withoutTriggers(work: (owner: PoolClient) => Promise<void>): Promise<void> {
      const owner = await t.owner.connect();
      try {
        await owner.query('begin');
        for (const table of tables) await owner.query(`alter table ${table} disable trigger user`);
        await work(owner);
      } finally {
        await owner.query('rollback');
        owner.release();
      }
    }
  });
});

async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return 'done';
  } catch (error) {
    return (error as Error).message;
  }
}

/** What any *.rules.ts exports and looks like one. */
async function machinesInCode(): Promise<StateMachine<string>[]> {
  const source = join(projectRoot, 'src');
  const files = readdirSync(source, { recursive: true }).map(String).filter((file) => file.endsWith('.rules.ts'));
  const modules = await Promise.all(files.map((file) => import(join(source, file)) as Promise<Record<string, unknown>>));
  return modules.flatMap((module) => Object.values(module)).filter(isMachine);
}

function isMachine(value: unknown): value is StateMachine<string> {
  return typeof value === 'object' && value !== null && 'rows' in value && 'isFinal' in value;
}
