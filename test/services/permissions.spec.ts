import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadStories } from '../../seeds/demo/index.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Sessions } from '../../src/people/sessions.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { permissions, roles, type Permission, type Role } from '../../src/platform/permissions.js';
import { RoutePolicies, type RoutePolicy } from '../../src/platform/web/route-policies.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { describePermissions } from '../support/permissions-doc.js';

const DOC = 'docs/permissions.md';
const PLACEHOLDER = /:\w+/g;

interface Answer {
  status: number;
  location: string | null;
}

/** Every route of the service, as the service itself lists them: a new one is covered, or this says what it needs. */
describe('who may do what', () => {
  let t: TestApp;
  let routes: RoutePolicy[];
  /** Cookies of people with one role each, and of somebody with none. */
  let cookies: Record<Role | 'resident', string>;
  let csrf: string;
  let csrfCookie: string;
  let token: string;
  let examples: Record<string, string>;

  beforeAll(async () => {
    t = await startTestApp();
    await loadStories(t.app, '2026-11-23');
    routes = t.app.get(RoutePolicies).all();
    cookies = Object.fromEntries(await Promise.all([...roles, 'resident' as const].map(async (role) => [role, await signIn(role)]))) as typeof cookies;
    const form = await fetch(`${t.url}/sign-in`);
    csrfCookie = form.headers.getSetCookie()[0]!.split(';')[0]!;
    csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!;
    examples = await findExamples(t);
  });
  afterAll(() => t.close());

  async function signIn(role: Role | 'resident'): Promise<string> {
    const people = t.app.get(PeopleService);
    const id = await t.app.get(Database).transaction(async (tx) => {
      const id = await people.create(tx, { name: `Only ${role}` });
      await people.addContact(tx, id, { kind: 'email', value: `${role}@only.example` });
      if (role !== 'resident') await people.giveRole(tx, id, role, '2026-01-01');
      if (role === 'resident') token = await t.app.get(Sessions).issueApiToken(tx, id, 'test');
      return id;
    });
    return `alongside=${await t.app.get(SignInService).openFor(id)}`;
  }

  async function visit(method: string, path: string, cookie = ''): Promise<Answer> {
    const response = await fetch(t.url + path, {
      method, redirect: 'manual', headers: { cookie: `${csrfCookie}; ${cookie}`, ...(method !== 'GET' && { 'csrf-token': csrf }) },
      ...(method === 'POST' && { body: new URLSearchParams({ _csrf: csrf }) }),
    });
    await response.arrayBuffer();
    return { status: response.status, location: response.headers.get('location') };
  }

  async function call(method: string, path: string, authorization: string | null, body: object = {}): Promise<Answer> {
    const response = await fetch(t.url + path, {
      method, headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      ...(method !== 'GET' && { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return { status: response.status, location: null };
  }

  const isApi = ({ path }: RoutePolicy) => path.startsWith('/api/');
  const permissionOf = ({ policy }: RoutePolicy): Permission | null => (typeof policy === 'object' ? policy.may : null);
  const withIds = (path: string, id = newId()) => path.replace(PLACEHOLDER, id);
  const named = async (wanted: RoutePolicy[], ask: (route: RoutePolicy) => Promise<unknown>): Promise<Record<string, unknown>> =>
    Object.fromEntries(await Promise.all(wanted.map(async (route) => [`${route.method} ${route.path}`, await ask(route)] as const)));
  const all = (wanted: RoutePolicy[], answer: unknown) => Object.fromEntries(wanted.map(({ method, path }) => [`${method} ${path}`, answer]));

  it('is what docs/permissions.md says', () => {
    const now = describePermissions(routes);
    if (process.env['WRITE_DOCS']) writeFileSync(DOC, now);
    expect(existsSync(DOC) ? readFileSync(DOC, 'utf8') : '').toBe(now);
  });

  it('lists every route there is', () => {
    const paths = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toEqual(expect.arrayContaining(['GET /', 'POST /sign-in', 'GET /my/applications/:id', 'POST /api/v1/slots/:id/booking', 'GET /staff/runs/:id/file']));
  });

  describe('signed out', () => {
    it('pages lead to signing in and back, forms and the API refuse', async () => {
      const closed = routes.filter(({ policy }) => policy !== 'public' && policy !== 'demo');
      const answers = await named(closed, async (route) => {
        const path = withIds(route.path);
        const { status, location } = isApi(route) ? await call(route.method, path, null) : await visit(route.method, path);
        return location === `/sign-in?next=${encodeURIComponent(path)}` ? 'asked to sign in' : status;
      });
      expect(answers).toEqual(Object.fromEntries(closed.map((route) =>
        [`${route.method} ${route.path}`, route.method === 'GET' && !isApi(route) ? 'asked to sign in' : 401])));
    });

    it('a wrong token, or a session without one, is nobody to the API', async () => {
      const closed = routes.filter((route) => isApi(route) && route.policy !== 'public');
      expect(closed.length).toBeGreaterThan(5);
      expect(await named(closed, async ({ method, path }) => (await call(method, withIds(path), 'Bearer wrong')).status)).toEqual(all(closed, 401));
      expect(await named(closed, async ({ method, path }) => {
        const response = await fetch(t.url + withIds(path), { method, headers: { cookie: cookies.resident } });
        return response.status;
      })).toEqual(all(closed, 401));
    });
  });

  describe.each([...roles, 'resident'] as const)('as %s', (who) => {
    const byRole = (allowed: boolean) => routes.filter((route) => {
      const permission = permissionOf(route);
      return permission !== null && (permissions[permission] as readonly string[]).includes(who) === allowed;
    });

    it('what others do is refused', async () => {
      const closed = byRole(false);
      const answers = await named(closed, async ({ method, path }) => (await visit(method, withIds(path), cookies[who])).status);
      expect(answers).toEqual(all(closed, 403));
    });

    it('one’s own work is there', async () => {
      const open = byRole(true);
      const pages = open.filter(({ method }) => method === 'GET');
      const answers = await named(pages, async ({ path }) => {
        const { status, location } = await visit('GET', exampleOf(path), cookies[who]);
        return status === 200 || location?.startsWith('/staff') ? 'there' : status;
      });
      expect(answers).toEqual(all(pages, 'there'));
      // Nothing is there to be changed under a made-up id, so what lets them in says 404, or that the form is empty.
      const forms = open.filter(({ method }) => method !== 'GET');
      const refusals = await named(forms, async ({ method, path }) => {
        const { status } = await visit(method, withIds(path), cookies[who]);
        return status === 404 || status === 422 || status === 400 ? 'looked at' : status;
      });
      expect(refusals).toEqual(all(forms, 'looked at'));
    });

    it('somebody else’s own is not found', async () => {
      const own = routes.filter(({ path, policy }) => policy === 'signed-in' && /^\/my\/.*:/.test(path));
      expect(own.length).toBeGreaterThan(15);
      const answers = await named(own, async ({ method, path }) => (await visit(method, exampleOf(path), cookies[who])).status);
      expect(answers).toEqual(all(own, 404));
    });
  });

  it('somebody else’s is not found by the API either', async () => {
    const own = routes.filter((route) => isApi(route) && route.policy === 'signed-in' && route.path.includes(':'));
    expect(own.length).toBeGreaterThan(7);
    const answers = await named(own, async ({ method, path }) => (await call(method, exampleOf(path), `Bearer ${token}`, bodyOf(method, path))).status);
    expect(answers).toEqual(all(own, 404));
  });

  it('without the demo there are no demo pages', async () => {
    const plain = await startTestApp({ ALONGSIDE_DEMO: 'off' });
    try {
      const demo = routes.filter(({ policy }) => policy === 'demo');
      expect(demo.length).toBeGreaterThan(5);
      const form = await fetch(`${plain.url}/sign-in`);
      const cookie = form.headers.getSetCookie()[0]!.split(';')[0]!;
      const body = new URLSearchParams({ _csrf: /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]! });
      expect(await named(demo, async ({ method, path }) =>
        (await fetch(plain.url + withIds(path), { method, headers: { cookie }, ...(method === 'POST' && { body }) })).status)).toEqual(all(demo, 404));
    } finally {
      await plain.close();
    }
  });

  /** The path with ids of things that are there, and are other people's. */
  function exampleOf(path: string): string {
    const known = Object.keys(examples).filter((prefix) => path.startsWith(prefix)).sort((a, b) => b.length - a.length)[0];
    if (path.includes(':') && !known) throw new Error(`no example for ${path}: add one to findExamples`);
    const ids = (known ? examples[known]! : '').split(' ');
    let next = 0;
    return path.replace(PLACEHOLDER, () => {
      const id = ids[next++];
      if (!id) throw new Error(`too few ids for ${path} in findExamples`);
      return id;
    });
  }

  function bodyOf(method: string, path: string): object {
    return method === 'GET' ? {} : BODIES(examples)[`${method} ${path}`] ?? {};
  }
});

const someId = '0199c3a0-0000-7000-8000-000000000000';

/** What the API reads before it looks whose something is. */
const BODIES = (examples: Record<string, string>): Record<string, object> => ({
  'PUT /api/v1/applications/:id/about': { name: 'Mallory', postcode: 'W6 9JT', eligibility: ['lives'], interest: 'no' },
  'PUT /api/v1/applications/:id/answers': { answers: [] },
  'PUT /api/v1/applications/:id/access': { needs: [] },
  'PUT /api/v1/applications/:id/contact': { contactId: someId },
  'POST /api/v1/bookings/:id/move': { slotId: someId },
  'PUT /api/v1/reviews/:key': { scores: [], give: false, version: 0 },
  'PUT /api/v1/reviews/:key/declaration': { answer: 'none' },
  'POST /api/v1/slots/:id/booking': { applicationId: examples['/my/applications/:'] },
});

/** Ids in the demo's stories, by how a path begins. */
async function findExamples(t: TestApp): Promise<Record<string, string>> {
  const one = async (sql: string): Promise<string> => {
    const { rows } = await t.owner.query<{ found: string }>(sql);
    if (!rows[0]) throw new Error(`the stories have no example: ${sql}`);
    return rows[0].found;
  };
  const application = await one(`select id as found from application where state = 'shortlisted' limit 1`);
  const claim = await one(`select id as found from claim where state = 'drafted' limit 1`);
  const booking = await one(`select id as found from booking where state = 'live' limit 1`);
  const freeSlot = await one(`select s.id as found from slot s where not exists (select from booking b where b.slot_id = s.id) limit 1`);
  const version = await one(`select call_id || ' ' || id as found from call_version where file_id is not null limit 1`);
  const recording = await one(`select application_id || ' ' || id as found from recording limit 1`);
  const call = await one(`select id as found from call where short_name = 'Access Group'`);
  const review = await one(`select id as found from review_phase where state = 'open' limit 1`);
  const reviewKey = await one(`select id as found from phase_application where phase_id = '${review}' limit 1`);
  // Whoever scores sees the reviews they score in, and no others.
  await t.owner.query(
    `insert into reviewer (phase_id, person_id, duty_id, kind, added_by, added_at)
     select $1, p.id, p.id, 'resident', p.id, $2 from person p where p.name like 'Only %'`, [review, t.clock.now()]);
  // And interviews on whose panel they sit.
  await t.owner.query(`insert into slot_panel (slot_id, person_id) select b.slot_id, p.id from booking b, person p where b.id = $1 and p.name like 'Only %'`, [booking]);
  const apology = newId();
  await t.owner.query(
    `insert into apology (id, arrangement_id, due_on, raised_at) select $1, a.id, a.needed_by, $2 from arrangement a order by a.id limit 1`, [apology, t.clock.now()]);
  const draft = newId();
  const upload = newId();
  await t.owner.query(
    `insert into application (id, reference, call_id, person_id, state, channel, created_at)
     select $1, 'TEST-1', c.id, p.id, 'draft', 'web', $2 from call c, person p where c.short_name = 'Planning Group' and p.name = 'Amina Yusuf'`,
    [draft, t.clock.now()]);
  await t.owner.query(
    `insert into stored_file (id, purpose, sent_by, state, name, created_at)
     select $1, 'recording', p.id, 'uploading', 'a.part', $2 from person p where p.name = 'Amina Yusuf'`, [upload, t.clock.now()]);
  return {
    '/my/uploads/:': upload,
    '/my/access/needs/:': 'taxi',
    // There is no such part, so it is nobody's.
    '/my/access/parts/:': 'diagnosis',
    '/my/access/checks/:': await one(`select id as found from access_check limit 1`),
    '/my/access/alternatives/:': someId,
    '/my/access/refusals/:': someId,
    '/staff/arrangements/people/:': await one(`select person_id as found from arrangement limit 1`),
    '/staff/arrangements/refusals/:': someId,
    '/staff/arrangements/apologies/:': apology,
    '/my/applications/:': application,
    '/my/applications/:id/recordings/:': recording, '/staff/applications/:id/recordings/:': recording, '/staff/applications/:id/scans/:': recording,
    '/my/applications/:id/tasks': draft, '/my/applications/:id/about': draft, '/my/applications/:id/answers': draft,
    '/my/applications/:id/access': draft, '/my/applications/:id/contact': draft, '/my/applications/:id/check': draft,
    '/my/applications/:id/submission': draft,
    '/my/payments/claims/:': claim,
    '/my/contacts/:': await one(`select id as found from contact_point where value = 'mary@home.example'`),
    '/staff/people/duplicates/:': await one(`select string_agg(id::text, ' ') as found from person where name in ('Mary Okafor', 'Amina Yusuf')`),
    '/staff/people/:': await one(`select id as found from person where name = 'Mary Okafor'`),
    '/my/supporters/:': await one(`select id as found from supporter limit 1`),
    '/staff/calls/:id/interpreters/:': await one(`select holder_id || ' ' || id as found from reservation where occasion_id is null limit 1`),
    '/staff/arrangements/suppliers-told/:': await one(`select id as found from supplier_booking limit 1`),
    '/staff/arrangements/:': await one(`select id as found from arrangement limit 1`),
    '/staff/arrangements/:id/bookings/:': await one(`select arrangement_id || ' ' || id as found from supplier_booking limit 1`),
    '/staff/arrangements/:id/notes/:': await one(`select arrangement_id || ' ' || id as found from arrangement_note limit 1`),
    '/my/dates/:': await one(`select id as found from occasion limit 1`),
    '/staff/suppliers/:': await one(`select id as found from supplier limit 1`),
    '/my/interviews/:': booking,
    '/staff/availability/:': await one(`select round_id as found from timetable where state = 'proposed' limit 1`),
    '/staff/timetables/:': await one(`select timetable_id || ' ' || application_id as found from timetable_placement limit 1`),
    '/staff/replies/:': someId,
    '/my/meetings/:': await one(`select occasion_id as found from meeting limit 1`),
    '/my/helping/:': await one(`select id as found from supporter limit 1`),
    '/staff/people/:id/supporters/:': await one(`select person_id || ' ' || id as found from supporter where ended_at is null limit 1`),
    '/staff/messages/to-do/:': await one(`select id || ' 18' as found from message where state = 'pending' and channel = 'call' limit 1`),
    '/api/v1/applications/:': application,
    '/api/v1/bookings/:': booking,
    '/api/v1/slots/:': freeSlot,
    '/staff/calls/:': call,
    '/staff/calls/:id/channels/:': await one(
      `select l.call_id || ' ' || l.id as found from channel_link l join call c on c.id = l.call_id where c.short_name = 'Access Group' limit 1`),
    '/staff/calls/:id/checklist/:': `${call} money`,
    '/staff/calls/:id/questions/:': await one(`select call_id || ' ' || id as found from question where call_id = '${call}' limit 1`),
    '/staff/applications/:': application,
    '/staff/talent-pool/:': someId,
    '/staff/equality/:': await one(`select id as found from call where short_name = 'Access Group'`),
    '/staff/calls/:id/review/phases/:': `${call} ${review}`,
    '/staff/calls/:id/review/answers/:': `${call} ${application}`,
    '/staff/calls/:id/review/dashboard/:': `${call} ${reviewKey}`,
    '/staff/reviews/:': review,
    '/staff/reviews/applications/:': reviewKey,
    '/api/v1/reviews/:': reviewKey,
    '/staff/interviews/:': booking,
    '/staff/interviews/day/:': '2026-12-14 18',
    '/staff/rounds/:': await one(`select id as found from interview_round limit 1`),
    '/my/applications/:applicationId/interview/questions/pdf/:': `${application} 18`,
    '/staff/calls/:id/versions/:': version,
    '/staff/groups/:slug': 'disabled-residents-team',
    '/staff/groups/:slug/meetings/:': await one(
      `select g.slug || ' ' || a.occasion_id || ' ' || a.person_id as found from attendance a join meeting m on m.occasion_id = a.occasion_id
       join involvement_group g on g.id = m.group_id where a.state = 'expected' limit 1`),
    '/staff/claims/:': claim,
    '/staff/runs/:': await one(`select id as found from payment_run where file_sha256 is not null limit 1`),
  };
}
