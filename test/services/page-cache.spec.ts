import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CallsService } from '../../src/calls/calls.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { Database } from '../../src/platform/database.js';
import { PublicChanges } from '../../src/platform/public-changes.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { openCall, type OpenCall } from '../support/open-call.js';

/** Pages read from the database, not from memory. */
function readsOf(app: TestApp): { count: number; stop(): void } {
  const database = app.app.get(Database);
  const rows = database.rows.bind(database);
  const reads = { count: 0, stop: () => { database.rows = rows; } };
  database.rows = (query, values) => {
    if (query.name.startsWith('call')) reads.count += 1;
    return rows(query, values);
  };
  return reads;
}

describe('public pages in memory', () => {
  let t: TestApp;
  let other: TestApp;
  let call: OpenCall;
  let reads: { count: number; stop(): void };

  beforeAll(async () => {
    t = await startTestApp({ ALONGSIDE_DEMO: 'off' });
    call = await openCall(t);
    // Another process with the same database.
    other = await startTestApp({ ALONGSIDE_DEMO: 'off', DATABASE_URL: t.asApplication.options.connectionString });
    reads = readsOf(t);
  });
  afterEach(() => {
    reads.count = 0;
  });
  afterAll(async () => {
    reads.stop();
    await other.close();
    await t.close();
  });

  const get = async (path: string, headers: Record<string, string> = {}, from = t) => {
    const response = await fetch(from.url + path, { headers, redirect: 'manual' });
    return { status: response.status, headers: response.headers, body: await response.text() };
  };

  /** Changes as another process sees them. */
  const eventually = async (look: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 100; tries += 1) {
      if (await look()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('not within two seconds');
  };

  const rename = (title: string) => t.app.get(Database).transaction((tx) => tx.query(`update call set title = $2 where id = $1`, [call.id, title]));

  it('gives the same answer with the same security headers, without asking the database', async () => {
    for (const path of ['/', '/opportunities', `/opportunities/${call.slug}`, `/opportunities/${call.slug}/text`, `/opportunities/${call.slug}/pdf/18`,
      '/opportunities.atom', '/opportunities.json', '/opportunities.ics', `/opportunities/${call.slug}/calendar`, '/api/v1/calls', `/api/v1/calls/${call.slug}`]) {
      const first = await get(path);
      expect({ path, status: first.status }).toEqual({ path, status: 200 });
      reads.count = 0;
      const second = await get(path);
      expect({ path, reads: reads.count }).toEqual({ path, reads: 0 });
      expect(second.body).toBe(first.body);
      const without = (headers: Headers) => [...headers].filter(([name]) => name !== 'date').sort();
      expect(without(second.headers)).toEqual(without(first.headers));
      expect(second.headers.get('cache-control')).toBe('private, no-cache');
      expect(second.headers.get('content-security-policy')).toContain(`default-src 'self'`);
    }
  });

  it('says that a browser’s copy still holds', async () => {
    const path = `/opportunities/${call.slug}`;
    const { headers } = await get(path);
    const again = await get(path, { 'if-none-match': headers.get('etag')! });
    expect({ status: again.status, body: again.body, csp: again.headers.has('content-security-policy') }).toEqual({ status: 304, body: '', csp: true });
    expect((await get(path, { 'if-none-match': '"another"' })).status).toBe(200);
    expect((await get(`${path}?from=poster`, { 'if-none-match': headers.get('etag')! })).status).toBe(200);
  });

  it('carries the channel of each reader, and keeps one page for all', async () => {
    const path = `/opportunities/${call.slug}`;
    const applyLink = (html: string) => /href="([^"]*\/apply[^"]*)"/.exec(html)?.[1];
    for (const [query, end] of [
      ['', ''], ['?from=library-poster', '?from=library-poster'], ['?fbclid=abc&from=fb', '?from=fb'], ['?from=%22onclick', ''], ['?from=A', ''],
      ['?from=-', ''], [`?from=${'a'.repeat(25)}`, ''],
    ] as const) {
      const { body } = await get(path + query);
      expect({ query, link: applyLink(body) }).toEqual({ query, link: `${path}/apply${end}` });
      expect(body).not.toContain('<channel>');
    }
    await rename('Planning Group');
    expect(applyLink((await get(`${path}?from=first`)).body)).toBe(`${path}/apply?from=first`);
    expect(applyLink((await get(path)).body)).toBe(`${path}/apply`);
  });

  it('is new after a change, in this process at once and in another within the notice', async () => {
    const path = `/opportunities/${call.slug}`;
    for (const app of [t, other]) expect((await get(path, {}, app)).body).toContain('<h1 class="govuk-heading-xl">Planning Group</h1>');
    for (let round = 1; round <= 20; round += 1) {
      const title = `Planning Group, ${round}`;
      await rename(title);
      expect((await get(path)).body).toContain(`${title}</h1>`);
      expect((await get('/opportunities')).body).toContain(title);
    }
    await eventually(async () => (await get(path, {}, other)).body.includes('Planning Group, 20</h1>'));
    await rename('Planning Group');
  });

  it('does not keep what was read before a change and came after it', async () => {
    const path = `/opportunities/${call.slug}`;
    const database = t.app.get(Database);
    const rows = database.rows;
    await rename('Before');
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => { release = resolve; });
    let reached = () => undefined as void;
    const reading = new Promise<void>((resolve) => { reached = resolve; });
    database.rows = async <Row>(query: { name: string; text: string }, values?: unknown[]) => {
      const read = await rows.call(database, query, values) as Row[];
      if (query.name === 'call-public') {
        reached();
        await held;
      }
      return read;
    };
    const slow = get(path);
    await reading;
    database.rows = rows;
    await rename('After');
    release();
    expect((await slow).body).toContain('Before</h1>');
    expect((await get(path)).body).toContain('After</h1>');
    await rename('Planning Group');
  });

  it('hears of each table that stands on public pages, and of no applicant', async () => {
    const changes = t.app.get(PublicChanges);
    const heard = async (sql: string, values: unknown[]) => {
      // What came before is heard by the other connections a little later.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const before = changes.count;
      await t.app.get(Database).transaction((tx) => tx.query(sql, values));
      return changes.count > before;
    };
    expect({
      call: await heard(`update call set summary = summary where id = $1`, [call.id]),
      seat: await heard(`update call_seat set places = 4 where call_id = $1`, [call.id]),
      question: await heard(`update question set position = position where call_id = $1`, [call.id]),
      setting: await heard(`update setting set value = value where key = $1`, ['organisation']),
      coDecider: await heard(`update person set name = 'Ruth A.' where id = $1`, [call.ruth.personId]),
      sameName: await heard(`update person set name = name where id = $1`, [call.ruth.personId]),
      applicant: await heard(`update person set name = 'X' where not exists (select from role_assignment r where r.person_id = person.id) and $1 = 1`, [1]),
      channel: await heard(`update channel_link set name = name where call_id = $1`, [call.id]),
    }).toEqual({ call: true, seat: true, question: true, setting: true, coDecider: true, sameName: false, applicant: false, channel: false });
    expect((await get(`/opportunities/${call.slug}`)).body).toContain('Ruth A., a Disabled resident');
  });

  it('ends at the next instant at which a call opens, closes or leaves the list, and at midnight', async () => {
    const path = `/opportunities/${call.slug}`;
    const apply = async (app = t) => (await get(path, {}, app)).body.includes('Apply now');
    const steps: [string, boolean][] = [
      ['2026-12-04T11:59:59.999Z', true], ['2026-12-04T12:00:00Z', false], ['2026-11-02T09:59:59.999Z', false], ['2026-11-02T10:00:00Z', true],
    ];
    for (const [instant, open] of steps) {
      t.clock.moveTo(instant);
      expect({ instant, open: await apply() }).toEqual({ instant, open });
    }
    // Nobody writes anything between two readers.
    t.clock.moveTo('2027-01-10T23:59:59Z');
    const steps2 = async () => /al-steps__item--now[^]*?Interviews/.test((await get(path)).body);
    expect(await steps2()).toBe(false);
    t.clock.moveTo('2027-01-11T00:00:00Z');
    expect(await steps2()).toBe(true);
    t.clock.moveTo('2026-11-23T10:00:00Z');
  });

  it('is never for somebody signed in, nor for somebody with news, and never from theirs', async () => {
    const path = `/opportunities/${call.slug}`;
    await rename('Planning Group');
    const cookie = `alongside=${await t.app.get(SignInService).openFor(call.dana.personId)}`;
    const own = await get(path, { cookie });
    expect(own.body).toContain('Signed in as Dana');
    expect({ control: own.headers.get('cache-control'), etag: own.headers.get('etag') }).toEqual({ control: 'no-store', etag: null });
    const anonymous = await get(path);
    expect(anonymous.body).not.toContain('Signed in as');
    expect((await get(path, { cookie })).body).toContain('Signed in as Dana');
    expect((await get(path, { cookie, 'if-none-match': anonymous.headers.get('etag')! })).status).toBe(200);

    const news = await get(path, { cookie: 'alongside_flash=You%20are%20signed%20out.' });
    expect(news.body).toContain('You are signed out.');
    expect(news.headers.get('set-cookie')).toContain('alongside_flash=;');
    expect((await get(path)).body).not.toContain('You are signed out.');

    const api = await get('/api/v1/calls', { authorization: 'Bearer wrong' });
    expect(api.headers.get('etag')).toBeNull();
  });

  it('keeps no page that is not there, no form, and no other spelling of an address', async () => {
    expect((await get('/opportunities/nothing')).status).toBe(404);
    expect((await get('/opportunities/nothing')).headers.get('etag')).toBeNull();
    expect((await get('/opportunities/alerts')).headers.get('etag')).toBeNull();
    await rename('Planning Group');
    reads.count = 0;
    const odd = `/opportunities/%70lanning-group`;
    await get(odd);
    await get(odd);
    expect(reads.count).toBeGreaterThan(1);
  });

  it('is not used while nobody would hear of a change, and is empty afterwards', async () => {
    const path = `/opportunities/${call.slug}`;
    const changes = other.app.get(PublicChanges);
    const otherReads = readsOf(other);
    await get(path, {}, other);
    await get(path, {}, other);
    const before = changes.count;
    await endListeners(t);
    await eventually(async () => !changes.listening || changes.count > before + 1);
    if (!changes.listening) {
      await t.owner.query(`update call set title = 'Changed while deaf' where id = $1`, [call.id]);
      expect((await get(path, {}, other)).body).toContain('Changed while deaf</h1>');
      expect((await get(path, {}, other)).headers.get('etag')).toBeNull();
    }
    await eventually(async () => changes.listening);
    otherReads.count = 0;
    await get(path, {}, other);
    expect(otherReads.count).toBeGreaterThan(0);
    otherReads.count = 0;
    await get(path, {}, other);
    expect(otherReads.count).toBe(0);
    await t.owner.query(`update call set title = 'Heard again' where id = $1`, [call.id]);
    await eventually(async () => (await get(path, {}, other)).body.includes('Heard again</h1>'));
    otherReads.stop();
  });

  it('a lead’s command shows at once', async () => {
    const path = `/opportunities/${call.slug}`;
    await get(path);
    await t.app.get(CallsService).closeEarly(call.dana, call.id);
    expect((await get(path)).body).not.toContain('Apply now');
    await get('/opportunities');
    await t.app.get(CallsService).cancel(call.dana, call.id, 'The money was not there.');
    expect((await get(path)).body).toContain('The money was not there.');
    expect((await get('/opportunities')).body).not.toContain('Heard again');
  });
});

/** As the database's own administrator: the owner may not end the application's connections. */
async function endListeners(t: TestApp): Promise<void> {
  const root = new pg.Client({ connectionString: process.env['TEST_SUPER_URL'] });
  await root.connect();
  const name = new URL(t.asApplication.options.connectionString!).pathname.slice(1);
  await root.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'alongside public changes'`, [name]);
  await root.end();
}
