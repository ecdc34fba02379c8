import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PeopleService } from '../../src/people/people.service.js';
import { Sessions } from '../../src/people/sessions.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { roles } from '../../src/platform/permissions.js';
import { RoutePolicies, type RoutePolicy } from '../../src/platform/web/route-policies.js';
import { startTestApp, type TestApp } from '../support/app.js';

const SEED = 20261123;
const API_REQUESTS = 300;
const FORM = 'application/x-www-form-urlencoded';
/** Looks at nothing that is sent, and ends the session. */
/** Whatever is sent with them, they end what there is and go on. */
const ENDINGS = ['/sign-out', '/helping/end', '/my/talent-pool/leaving', '/my/calendar/address/end'];

interface Sent {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

interface Answer {
  status: number;
  type: string;
  location: string | undefined;
  body: string;
  cookies: string[];
}

interface Operation {
  method: string;
  path: string;
  fields: string[];
}

describe('bad input', () => {
  let t: TestApp;
  let cookies: Record<'nobody' | 'resident' | 'staff', string>;
  let csrf: string;
  let bearer: string;
  let before: Record<string, number>;

  beforeAll(async () => {
    t = await startTestApp();
    const people = t.app.get(PeopleService);
    const signIns = t.app.get(SignInService);
    const form = await send({ method: 'GET', path: '/sign-in' });
    csrf = /name="_csrf" value="([^"]+)"/.exec(form.body)![1]!;
    const ours = form.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
    const { resident, staff, token } = await t.app.get(Database).transaction(async (tx) => {
      const resident = await people.create(tx, { name: 'Amina Yusuf' });
      await people.addContact(tx, resident, { kind: 'email', value: 'amina@home.example' });
      const staff = await people.create(tx, { name: 'Everybody at once' });
      for (const role of roles) await people.giveRole(tx, staff, role, '2020-01-01');
      return { resident, staff, token: await t.app.get(Sessions).issueApiToken(tx, resident, 'test') };
    });
    bearer = `Bearer ${token}`;
    cookies = {
      nobody: ours,
      resident: `${ours}; alongside=${await signIns.openFor(resident)}`,
      staff: `${ours}; alongside=${await signIns.openFor(staff)}`,
    };
    before = await rowCounts(t);
  });
  afterAll(() => t.close());

  function send({ method, path, headers = {}, body }: Sent): Promise<Answer> {
    const { hostname, port } = new URL(t.url);
    return new Promise((resolve, reject) => {
      const request = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('error', reject).on('end', () => resolve({
          status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', location: response.headers.location,
          body: text, cookies: response.headers['set-cookie'] ?? [],
        }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  const form = (path: string, fields: Record<string, string>, who: keyof typeof cookies = 'nobody', token = csrf) => send({
    method: 'POST', path, headers: { cookie: cookies[who], 'content-type': FORM }, body: new URLSearchParams({ _csrf: token, ...fields }).toString(),
  });

  const api = (method: string, path: string, body: string, headers: Record<string, string> = {}) =>
    send({ method, path, body, headers: { authorization: bearer, 'content-type': 'application/json', ...headers } });

  async function nothingChanged(): Promise<void> {
    expect(await rowCounts(t)).toEqual(before);
  }

  describe('that we thought of', () => {
    it.each<[string, number, Sent]>([
      ['malformed JSON', 400, { method: 'POST', path: '/sign-in', headers: { 'content-type': 'application/json' }, body: '{"contact":' }],
      ['a poisoned key in JSON', 400, { method: 'POST', path: '/sign-in', headers: { 'content-type': 'application/json' }, body: '{"__proto__":{"a":1}}' }],
      ['a body that is too large', 413, { method: 'POST', path: '/sign-in', headers: { 'content-type': FORM }, body: 'x'.repeat(600 * 1024) }],
      ['a kind of content we can’t read', 415, { method: 'POST', path: '/sign-in', headers: { 'content-type': 'application/xml' }, body: '<a/>' }],
      ['a form without a token', 403, { method: 'POST', path: '/sign-in', headers: { 'content-type': FORM }, body: 'contact=a' }],
      ['a wrong method', 403, { method: 'DELETE', path: '/sign-in' }],
      ['a method for looking around', 404, { method: 'OPTIONS', path: '/sign-in' }],
      ['an address that is not one', 404, { method: 'GET', path: '/%zz' }],
      ['a broken letter', 404, { method: 'GET', path: '/opportunities/%E0%A4%A' }],
      ['a zero byte', 404, { method: 'GET', path: '/opportunities/%00' }],
      ['a very long part', 404, { method: 'GET', path: `/opportunities/${'a'.repeat(5000)}` }],
      ['a way out of the folder', 403, { method: 'GET', path: '/assets/../../package.json' }],
      ['a hidden way out of the folder', 404, { method: 'GET', path: '/assets/%2e%2e%2f%2e%2e%2fpackage.json' }],
      ['somebody’s guess', 404, { method: 'GET', path: '/wp-admin/setup.php' }],
    ])('%s is a page with %i', async (_what, status, sent) => {
      const answer = await send(sent);
      expect(answer.status).toBe(status);
      expectRefusal(sent, answer);
    });

    it.each([['no cookie at all', '', ''], ['a token of another browser', '_csrf=AAAAAAAAAAAAAAAAAAAAAAAA', 'x']])(
      'a form with %s is a page with 403', async (_what, cookie, token) => {
        const sent = { method: 'POST', path: '/sign-in', headers: { cookie, 'content-type': FORM }, body: `_csrf=${token || csrf}&contact=amina@home.example` };
        const answer = await send(sent);
        expect(answer.status).toBe(403);
        expectRefusal(sent, answer);
        expect(answer.body).toContain('This form was open for too long, or came from another site.');
      });

    it.each(['cross-site', 'same-site'])('a form from another site (%s) is a page with 403, even with the token', async (site) => {
      const sent = {
        method: 'POST', path: '/sign-in', headers: { cookie: cookies.nobody, 'content-type': FORM, 'sec-fetch-site': site },
        body: new URLSearchParams({ _csrf: csrf, contact: 'amina@home.example' }).toString(),
      };
      const answer = await send(sent);
      expect(answer.status).toBe(403);
      expectRefusal(sent, answer);
    });

    it('an id of nothing is a page with 400', async () => {
      const id = newId();
      const day = (field: string, year: string) => ({ [`${field}-day`]: '1', [`${field}-month`]: '3', [`${field}-year`]: year });
      const fields = {
        id, groupId: newId(), title: 'A call', shortName: 'A call', referencePrefix: 'CALL', summary: 'x', whatYouWouldDo: 'x', whoWeAreLookingFor: 'x',
        timeCommitment: 'x', rate: '20', rateUnit: 'hour', opensTime: '9am', closesTime: 'midday', residentPlaces: '1',
        ...day('opensOn', '2027'), ...day('closesOn', '2028'), ...day('interviewsFrom', '2029'), ...day('interviewsTo', '2030'), ...day('firstMeetingOn', '2031'),
      };
      expect((await form('/staff/calls', fields, 'staff')).status).toBe(400);
    });

    it('an unknown field is a page with 400, a wrong value the form again with 422', async () => {
      expect((await form('/sign-in', { contact: 'amina@home.example', admin: 'yes' })).status).toBe(400);
      for (const contact of ['', 'amina', 'a@b.example\r\nBcc: eve@home.example', '\0', 'x'.repeat(5000)]) {
        const answer = await form('/sign-in', { contact });
        expect([contact.slice(0, 20), answer.status]).toEqual([contact.slice(0, 20), 422]);
        expect(answer.body).toContain('There is a problem');
      }
    });

    it('a header that is too long is refused before anybody reads it', async () => {
      const answer = await send({ method: 'GET', path: `/${'a'.repeat(20_000)}` });
      expect(answer.status).toBe(431);
    });

    it.each(['', 'alongside=expired', 'alongside=%E0%A4%A', `alongside=${'x'.repeat(3000)}`])(
      'a session that is over or never was goes to sign-in, or is a page with 401 (%s)', async (cookie) => {
        const looked = await send({ method: 'GET', path: '/my/contacts/new', headers: { cookie } });
        expect([looked.status, looked.location]).toEqual([303, '/sign-in?next=%2Fmy%2Fcontacts%2Fnew']);
        const sent = { method: 'POST', path: '/my/contacts', headers: { cookie: `${cookies.nobody}; ${cookie}`, 'content-type': FORM }, body: `_csrf=${csrf}&contact=x@home.example` };
        const answer = await send(sent);
        expect(answer.status).toBe(401);
        expectRefusal(sent, answer);
      });

    it('HEAD says what GET would, without its body', async () => {
      for (const path of ['/sign-in', '/nowhere', '/health/live']) {
        const [head, get] = [await send({ method: 'HEAD', path }), await send({ method: 'GET', path })];
        expect([path, head.status, head.type, head.body]).toEqual([path, get.status, get.type, '']);
      }
    });

    it.each<[string, number, Sent]>([
      ['an address that is not one', 404, { method: 'GET', path: '/api/v1/%zz' }],
      ['nothing of ours', 404, { method: 'GET', path: '/api/v1/nothing' }],
      ['malformed JSON', 400, { method: 'POST', path: '/api/v1/nothing', headers: { 'content-type': 'application/json' }, body: '[' }],
      ['a body that is too large', 413, { method: 'POST', path: '/api/v1/nothing', headers: { 'content-type': 'application/json' }, body: `"${'x'.repeat(600 * 1024)}"` }],
    ])('to the API, %s is a problem with %i', async (_what, status, sent) => {
      const answer = await send(sent);
      expect(answer.status).toBe(status);
      expectRefusal(sent, answer);
    });

    it('left nothing behind', nothingChanged);
  });

  describe('that nobody thought of', () => {
    const odd = fc.oneof(
      fc.uuid(), fc.string({ unit: 'binary' }), fc.webPath(), fc.constantFrom('0', '-1', 'null', 'undefined', '%00', '..', "' or 1=1 --", '🦉', 'x'.repeat(3000)),
    );

    it('to any operation of the API is a problem', async () => {
      const operations = await apiOperations();
      expect(operations.length).toBeGreaterThan(0);
      const requests = fc.record({
        parts: fc.array(odd, { minLength: 4, maxLength: 4 }), body: fc.jsonValue({ maxDepth: 3 }),
        values: fc.array(fc.jsonValue({ maxDepth: 2 }), { minLength: 12, maxLength: 12 }), shape: fc.constantFrom('fields', 'anything', 'text'),
        known: fc.boolean(), key: fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 250 })),
      });
      for (const [index, { parts, body, values, shape, known, key }] of fc.sample(requests, { seed: SEED, numRuns: API_REQUESTS }).entries()) {
        const operation = operations[index % operations.length]!;
        const path = fill(operation.path, parts);
        const named = Object.fromEntries(operation.fields.map((field, i) => [field, values[i % values.length]]));
        // Whatever else is right by chance, this field never is.
        const text = shape === 'text' ? parts[0]! : JSON.stringify(shape === 'fields' || isObject(body) ? { ...named, 'not-a-field': 1 } : body);
        const headers = { ...(known ? {} : { authorization: 'Bearer wrong' }), ...(key === null ? {} : { 'idempotency-key': key }) };
        const answer = await api(operation.method, path, operation.method === 'GET' ? '' : text, headers);
        if (operation.method !== 'GET' || answer.status >= 400) expectRefusal({ method: operation.method, path }, answer);
      }
      await nothingChanged();
    });

    it.each(['nobody', 'resident', 'staff'] as const)('to any page, from %s, is a page', async (who) => {
      const routes = pageRoutes(t);
      expect(routes.length).toBeGreaterThan(0);
      const requests = fc.record({
        parts: fc.array(odd, { minLength: 4, maxLength: 4 }),
        query: fc.dictionary(fc.constantFrom('page', 'q', 'to', 'next', 'state', 'sort', 'call', 'x'), odd, { maxKeys: 3 }),
        fields: fc.dictionary(fc.constantFrom('id', 'name', 'day-day', 'day-month', 'day-year', 'contact', 'reason', 'by', 'x'), odd, { minKeys: 1, maxKeys: 5 }),
      });
      for (const [index, { parts, query, fields }] of fc.sample(requests, { seed: SEED, numRuns: 2 * routes.length }).entries()) {
        const route = routes[index % routes.length]!;
        const path = fill(route.path, parts);
        const answer = route.method === 'POST'
          ? await form(path, { ...fields, 'not-a-field': '1' }, who)
          : await send({ method: route.method, path: `${path}?${new URLSearchParams(query).toString()}`, headers: { cookie: cookies[who] } });
        if (route.method !== 'GET' || answer.status >= 400) expectRefusal({ method: route.method, path }, answer);
      }
      await nothingChanged();
    });
  });

  async function apiOperations(): Promise<Operation[]> {
    const { body } = await send({ method: 'GET', path: '/api/openapi.json' });
    const description = JSON.parse(body) as OpenApi;
    return Object.entries(description.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => {
      const name = operation.requestBody?.content?.['application/json']?.schema?.$ref?.split('/').at(-1);
      return { method: method.toUpperCase(), path: path.replace(/\{(\w+)\}/g, ':$1'), fields: Object.keys(description.components.schemas[name ?? '']?.properties ?? {}) };
    }));
  }
});

interface OpenApi {
  paths: Record<string, Record<string, { requestBody?: { content?: Record<string, { schema?: { $ref?: string } }> } }>>;
  components: { schemas: Record<string, { properties?: object }> };
}

/** A clear answer: whose fault it is, as a page or as a problem, and nothing of our inside. */
function expectRefusal({ method, path }: Pick<Sent, 'method' | 'path'>, { status, type, body }: Answer): void {
  const seen = {
    what: `${method} ${path.slice(0, 100)}`,
    refused: status >= 400 && status < 500 ? true : status,
    type,
    tellsInside: /\n\s+at |node_modules|file:\/\/|\.(ts|js):\d+|QueryFailedError|syntax error/.exec(body)?.[0] ?? false,
  };
  const isApi = path.startsWith('/api/');
  expect(seen).toEqual({ what: seen.what, refused: true, type: isApi ? 'application/problem+json; charset=utf-8' : 'text/html; charset=utf-8', tellsInside: false });
  if (isApi) expect(JSON.parse(body)).toMatchObject({ type: expect.any(String), title: expect.any(String), status, detail: expect.any(String) });
  else expect(body).toMatch(/<h1[^>]*>[^<]+/);
}

/** Every route that gives pages. Uploads in pieces are asked for by a script, which reads the status. */
function pageRoutes(t: TestApp): RoutePolicy[] {
  return t.app.get(RoutePolicies).all().filter(({ path }) => !/^\/(api|health|my\/uploads)\b/.test(path) && !ENDINGS.includes(path));
}

function fill(path: string, parts: readonly string[]): string {
  let next = 0;
  return path.replace(/:\w+/g, () => {
    const part = parts[next++ % parts.length]!;
    return part === '%00' ? part : encodeURIComponent(part || 'empty');
  });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of every table but the one that counts tries. */
async function rowCounts(t: TestApp): Promise<Record<string, number>> {
  const { rows: tables } = await t.owner.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('rate_limit', 'migration') order by 1`);
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await t.owner.query<{ count: number }>(`select count(*)::int as count from "${name}"`);
    counts[name] = rows[0]!.count;
  }
  return counts;
}
