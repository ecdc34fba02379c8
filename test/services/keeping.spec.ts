import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { requireMigrated } from '../../src/migrated.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { Audit } from '../../src/platform/audit.js';
import { Config } from '../../src/platform/config.js';
import { Database } from '../../src/platform/database.js';
import { Idempotency } from '../../src/platform/idempotency.js';
import { newId } from '../../src/platform/ids.js';
import { SettingsReader } from '../../src/platform/settings.js';
import { BackgroundWorker } from '../../src/platform/worker.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { applicant } from '../support/open-call.js';

/** What is kept whole, what is not kept, and what a start needs to find. */
describe('keeping', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startTestApp();
  });
  afterAll(() => t.close());

  describe('the audit', () => {
    it('has seals that the application can’t make', async () => {
      await expect(t.asApplication.query(
        `insert into audit_seal (position, entry_id, transaction, sequence, hash) values (1, $1, '1', 1, '\\x00')`, [newId()],
      )).rejects.toThrow('permission denied for table audit_seal');
    });

    it('tells who did it from whom it was done for', async () => {
      const { rows: [row] } = await t.owner.query<{ same: boolean }>(
        `select audit_hash('', e) = audit_hash('', f) as same
         from (select row('00000000-0000-7000-8000-000000000001', 1, '1', '2026-01-01', $1, null, 'web', 'x', 'y', '00000000-0000-7000-8000-000000000002', '{}')::audit_entry as e,
                      row('00000000-0000-7000-8000-000000000001', 1, '1', '2026-01-01', null, $1, 'web', 'x', 'y', '00000000-0000-7000-8000-000000000002', '{}')::audit_entry as f) pair`,
        [newId()]);
      expect(row).toEqual({ same: false });
    });

    it('finds an entry that was slipped in among the sealed ones', async () => {
      const audit = t.app.get(Audit);
      for (const action of ['first', 'second']) {
        await t.app.get(Database).transaction((tx) => audit.record(tx, null, action, { type: 'test', id: newId() }));
      }
      await sealed(2);
      expect((await t.owner.query(`select * from verify_audit()`)).rows).toEqual([]);
      const client = await t.owner.connect();
      try {
        await client.query('begin');
        await client.query(
          `insert into audit_entry (id, transaction, at, channel, action, subject_type, subject_id)
           select $1, min(transaction), $2, 'web', 'forged', 'test', $1 from audit_entry`, [newId(), t.clock.now()]);
        expect((await client.query<{ problem: string }>(`select problem from verify_audit()`)).rows).toEqual([{ problem: 'entry slipped in' }]);
      } finally {
        await client.query('rollback');
        client.release();
      }
    });

    // A transaction of another test holds the seals of later entries back.
    async function sealed(least: number): Promise<void> {
      for (let attempt = 1; attempt <= 100; attempt += 1) {
        await t.app.get(BackgroundWorker).sealAudit();
        const { rows } = await t.owner.query<{ count: number }>(`select count(*)::int as count from audit_seal`);
        if (rows[0]!.count >= least) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  });

  it('forgets each hour what is of no use any more: sessions, requests to sign in, tries, and old keys', async () => {
    const who = await applicant(t);
    const signIns = t.app.get(SignInService);
    const all = async () => (await t.owner.query<{ rows: number }>(
      `select ((select count(*) from session) + (select count(*) from sign_in) + (select count(*) from rate_limit) + (select count(*) from idempotency_key))::int as rows`,
    )).rows[0]!.rows;
    await signIns.ask({ kind: 'email', value: who.email }, { ip: '203.0.113.7', nextPath: null, addsTo: null });
    await signIns.openFor(who.actor.personId);
    await t.app.get(Idempotency).once(actorFor(who.actor.personId), 'a key', {}, async () => ({ status: 200, resourceId: null }));
    // The limits go by the machine's own clock, not by the one that stands still here.
    const until = (time: number) => t.owner.query(`update rate_limit set expire = $1`, [time]);
    await until(t.clock.realNow().getTime() + 1000);
    const before = await all();
    expect(before).toBe(6);

    await t.app.get(BackgroundWorker).tidy();
    expect(await all()).toBe(before);
    t.clock.forward({ days: 8 });
    await t.app.get(BackgroundWorker).tidy();
    expect(await all()).toBe(0);
  });

  it('says on a page that the database is away, with what it still knows, or plainly', async () => {
    const database = t.app.get(Database);
    const page = async () => {
      const response = await fetch(`${t.url}/opportunities`);
      return { status: response.status, html: await response.text() };
    };
    await page();
    const rows = database.rows.bind(database);
    database.rows = () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
    try {
      t.clock.forward({ minutes: 5 });
      const known = await page();
      expect(known.status).toBe(503);
      expect(known.html).toContain('Help in the way that suits you');
      Object.assign(t.app.get(SettingsReader), { cached: null });
      const plain = await page();
      expect(plain).toEqual({
        status: 503,
        html: expect.stringContaining('<h1>The service is not available just now</h1><p>Nothing was lost.'),
      });
    } finally {
      database.rows = rows;
    }
    expect((await page()).status).toBe(200);
  });

  it('starts only on a database that has every migration', async () => {
    const config = (databaseUrl: string) =>
      new Config({ DATABASE_URL: databaseUrl, SESSION_SECRET: 'x'.repeat(32), ENCRYPTION_KEYS: 'k1:AAAA' });
    const ours = t.asApplication.options.connectionString!;
    await expect(requireMigrated(config(ours))).resolves.toBeUndefined();
    await t.owner.query(`update migration set name = 'of another version' where name like 'Notifications%'`);
    await expect(requireMigrated(config(ours))).rejects.toThrow('the database is not up to date; run node dist/src/migrate.js first');

    const name = `test_empty_${process.pid}`;
    const root = new pg.Client({ connectionString: process.env['TEST_SUPER_URL'] });
    await root.connect();
    await root.query(`create database ${name}`);
    const empty = new URL(ours);
    empty.pathname = `/${name}`;
    await expect(requireMigrated(config(empty.href))).rejects.toThrow('not up to date');
    await root.query(`drop database ${name} with (force)`);
    await root.end();
  });
});
