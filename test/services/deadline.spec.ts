import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import type { FirstContactDto, LateCodeDto } from '../../src/applications/late-access.dto.js';
import { LateAccessQueries } from '../../src/applications/late-access.queries.js';
import { LateAccess } from '../../src/applications/late-access.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';

const CLOSED = 'This has closed. We have kept what you wrote. Call or text us, and we will tell you what can still be done.';

/** A call that closes at 23:59 in London. */
describe('the closing time', () => {
  let t: TestApp;
  let applications: ApplicationsService;
  let late: LateAccess;
  let call: OpenCall;
  let amina: Applicant;
  beforeAll(async () => {
    t = await startTestApp();
    applications = t.app.get(ApplicationsService);
    late = t.app.get(LateAccess);
  });
  beforeEach(async () => {
    t.clock.moveTo('2026-11-23T10:00:00Z');
    call = await openCall(t);
    await t.owner.query(`update call set closes_at = '2026-12-04T23:59:00Z' where id = $1`, [call.id]);
    amina = await applicant(t);
  });
  afterAll(() => t.close());

  const rowOf = async (id: string) => (await t.owner.query<{ state: string; late: string | null }>(
    `select state, late_permission_id as late from application where id = $1`, [id])).rows[0]!;

  const api = async (method: string, path: string, { token }: Applicant, body: object) => {
    const response = await fetch(`${t.url}/api/v1/applications${path}`, {
      method, body: JSON.stringify(body), headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    return { status: response.status, body: await response.json() as Record<string, unknown> };
  };

  const mainOf = (html: string) => (html.includes('<main') ? html.slice(html.indexOf('<main'), html.indexOf('</main')) : html);

  /** A browser with a form open. */
  async function browser(actor: Actor) {
    const session = `alongside=${await t.app.get(SignInService).openFor(actor.personId)}`;
    const get = async (path: string) => {
      const response = await fetch(t.url + path, { headers: { cookie: session }, redirect: 'manual' });
      return { status: response.status, location: response.headers.get('location'), html: mainOf(await response.text()) };
    };
    const form = await fetch(`${t.url}/sign-in`);
    const cookie = `${session}; ${form.headers.getSetCookie()[0]!.split(';')[0]!}`;
    const csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!;
    const post = async (path: string, fields: Record<string, string> = {}) => {
      const response = await fetch(t.url + path, { method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams({ _csrf: csrf, ...fields }) });
      return { status: response.status, location: response.headers.get('location'), html: await response.text() };
    };
    return { get, post };
  }

  async function giveCode(more: Partial<LateCodeDto> = {}): Promise<{ id: string; code: string }> {
    const id = newId();
    await late.giveCode(call.dana, { id, callId: call.id, uses: 1, day: '2026-12-11', time: '17:00', ...more });
    return { id, code: (await codes()).find((given) => given.id === id)!.code };
  }
  const codes = () => t.app.get(LateAccessQueries).given(null);
  const mistake = (work: Promise<unknown>) => work.then(() => 'done', (error: { errors?: { field: string; message: string }[]; message: string }) =>
    error.errors?.map(({ field, message }) => `${field}: ${message}`).join('; ') ?? error.message);

  describe('passes while somebody sends', () => {
    /** Begun at 23:58; the database is busy with their application until 00:01. */
    async function sendAcrossMidnight<T>(id: string, send: () => Promise<T>): Promise<T> {
      t.clock.moveTo('2026-12-04T23:58:00Z');
      const busy = await t.owner.connect();
      try {
        await busy.query('begin');
        await busy.query(`select from application where id = $1 for update`, [id]);
        const sent = send();
        for (let tries = 0, waiting = 0; waiting === 0 && tries < 200; tries += 1) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          waiting = (await t.owner.query(`select from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`)).rowCount!;
        }
        t.clock.moveTo('2026-12-05T00:01:00Z');
        await busy.query('commit');
        return await sent;
      } finally {
        busy.release();
      }
    }

    it('and is refused kindly, on a page that says what can still be done, with the draft kept', async () => {
      const id = await writeApplication(t, call, amina);
      t.clock.moveTo('2026-12-04T23:57:00Z');
      const { post, get } = await browser(amina.actor);
      const { status, html } = await sendAcrossMidnight(id, () => post(`/my/applications/${id}/submission`));
      expect(status).toBe(422);
      for (const words of ['We have kept what you wrote', 'This came a little too late, so it was not sent.', 'Friday 4 December 2026, 11:59pm', 'Talk to us.',
        'Enter your code for more time', 'Steps at the door.']) expect(html).toContain(words);
      expect(await rowOf(id)).toEqual({ state: 'draft', late: null });
      const text = await get(`/my/applications/${id}/kept/text`);
      expect(text.html).toContain('WHICH BARRIERS DO YOU MEET?\n\nSteps at the door.');
    });

    it('and is refused by the API as a problem', async () => {
      const id = await writeApplication(t, call, amina);
      const answer = await sendAcrossMidnight(id, () => api('POST', `/${id}/submission`, amina, {}));
      expect(answer).toEqual({ status: 422, body: { type: 'about:blank', title: 'That can’t be done', status: 422, detail: CLOSED } });
      expect((await rowOf(id)).state).toBe('draft');
    });

    it('and with a late code it succeeds, on the page and through the API', async () => {
      const [forPage, forApi] = [await giveCode(), await giveCode()];
      const id = await writeApplication(t, call, amina);
      await late.use(amina.actor, call.slug, forPage.code);
      t.clock.moveTo('2026-12-04T23:57:00Z');
      const { post } = await browser(amina.actor);
      const { status, location } = await sendAcrossMidnight(id, () => post(`/my/applications/${id}/submission`));
      expect([status, location]).toEqual([303, `/my/applications/${id}`]);
      expect(await rowOf(id)).toEqual({ state: 'submitted', late: forPage.id });

      t.clock.moveTo('2026-11-23T10:00:00Z');
      const george = await applicant(t, 'George Ellis');
      const other = await writeApplication(t, call, george);
      expect((await api('POST', '', george, { callSlug: call.slug, moreTimeCode: forApi.code })).body['id']).toBe(other);
      expect((await sendAcrossMidnight(other, () => api('POST', `/${other}/submission`, george, {}))).status).toBe(200);
      expect(await rowOf(other)).toEqual({ state: 'submitted', late: forApi.id });
    });
  });

  it('ends saving too: what is typed then is given back to copy', async () => {
    const id = await writeApplication(t, call, amina);
    t.clock.moveTo('2026-12-05T00:01:00Z');
    const { get, post } = await browser(amina.actor);
    const saved = await post(`/my/applications/${id}/answers`, { [`answer-${call.questionIds[0]!}`]: 'A ramp that ends at a step.' });
    expect(saved.status).toBe(422);
    for (const words of ['so it was not saved', 'What you wrote just now', 'A ramp that ends at a step.', 'Steps at the door.']) expect(saved.html).toContain(words);
    for (const part of ['tasks', 'about', 'answers', 'access', 'contact', 'check']) {
      expect(await get(`/my/applications/${id}/${part}`)).toMatchObject({ status: 303, location: `/my/applications/${id}/kept` });
    }
    expect((await api('PUT', `/${id}/answers`, amina, { answers: [] })).body['detail']).toBe(CLOSED);
    expect((await api('POST', '', await applicant(t), { callSlug: call.slug })).body['detail']).toBe(CLOSED);
    expect((await post(`/my/applications/${id}/withdrawal`)).status).toBe(303);
  });

  describe('with a code', () => {
    it('somebody starts, writes and sends after it, until the code’s own deadline', async () => {
      const { code } = await giveCode();
      t.clock.moveTo('2026-12-07T10:00:00Z');
      const { post, get } = await browser(amina.actor);
      expect((await get(`/opportunities/${call.slug}/more-time?code=${code}`)).html).toContain(`value="${code}"`);
      const { location } = await post(`/opportunities/${call.slug}/more-time`, { code: code.toLowerCase().replace('-', ' ') });
      const id = /applications\/([^/]+)\/tasks/.exec(location!)![1]!;
      expect((await get(location!)).html).toContain('before Friday 11 December 2026, 5pm');
      expect(await writeApplication(t, call, amina)).toBe(id);
      t.clock.moveTo('2026-12-11T17:00:00Z');
      await expect(applications.submit(amina.actor, id)).rejects.toThrow(CLOSED);
      t.clock.moveTo('2026-12-11T16:59:59Z');
      await applications.submit(amina.actor, id);
      expect((await rowOf(id)).state).toBe('submitted');
    });

    it('a wrong, a taken back and another call’s one are all simply not right; guessing ends', async () => {
      const { code, id } = await giveCode();
      const elsewhere = await openCall(t);
      const { post } = await browser(amina.actor);
      const tryIt = async (slug: string, typed: string) => {
        const { status, html } = await post(`/opportunities/${slug}/more-time`, { code: typed });
        return [status, html.includes('That code is not right for this.')];
      };
      expect(await tryIt(elsewhere.slug, code)).toEqual([422, true]);
      expect(await tryIt(call.slug, 'AAAA')).toEqual([422, true]);
      await late.revoke(call.dana, id, false);
      expect(await tryIt(call.slug, code)).toEqual([422, true]);
      for (let again = 0; again < 7; again += 1) await tryIt(call.slug, '7777-7777');
      expect(await tryIt(call.slug, code)).toEqual([429, false]);
    });

    it('taken back, what was not sent is not sent any more', async () => {
      const { code, id } = await giveCode();
      const application = await writeApplication(t, call, amina);
      await late.use(amina.actor, call.slug, code);
      await late.revoke(call.dana, id, false);
      t.clock.moveTo('2026-12-05T10:00:00Z');
      await expect(applications.submit(amina.actor, application)).rejects.toThrow(CLOSED);
      expect(await mistake(late.revoke(amina.actor, id, false))).toBe('We could not find what you asked for.');
    });

    it('twenty who enter the last use at once are one; the same person may again', async () => {
      const { code, id } = await giveCode({ uses: 2 });
      await late.use(amina.actor, call.slug, code);
      t.clock.moveTo('2026-12-05T10:00:00Z');
      const people = await Promise.all(Array.from({ length: 20 }, () => applicant(t)));
      const results = await Promise.allSettled(people.map(({ actor }) => late.use(actor, call.slug, code)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(new Set(results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []))))
        .toEqual(new Set(['This code has been used already. Call or text us, and we will help']));
      await applications.withdraw(amina.actor, await late.use(amina.actor, call.slug, code));
      await late.use(amina.actor, call.slug, code);
      expect((await codes()).find((given) => given.id === id)!.used).toBe(2);
    });

    it('that was used up, taken back or is somebody else’s, the database refuses too, and changes nothing that was given', async () => {
      const { id, code } = await giveCode();
      const other = await giveCode();
      await late.use((await applicant(t)).actor, call.slug, code);
      const application = await writeApplication(t, call, amina);
      const attach = (permission: string) => t.asApplication.query(`update application set late_permission_id = $2 where id = $1`, [application, permission]);
      await expect(attach(id)).rejects.toMatchObject({ constraint: 'late_permission_used_up' });
      await late.revoke(call.dana, other.id, false);
      await expect(attach(other.id)).rejects.toMatchObject({ constraint: 'late_permission_revoked' });
      await expect(t.asApplication.query(`update late_permission set uses_allowed = 5 where id = $1`, [id])).rejects.toMatchObject({ code: '42501' });
      await expect(t.asApplication.query(`delete from late_permission where id = $1`, [id])).rejects.toMatchObject({ code: '42501' });
      const elsewhere = await openCall(t);
      await t.owner.query(`update application set late_permission_id = null where late_permission_id = $1`, [id]);
      await expect(t.owner.query(`update application set call_id = $2, late_permission_id = $3 where id = $1`, [application, elsewhere.id, id]))
        .rejects.toMatchObject({ constraint: 'application_late_permission' });
    });

    it('is refused with a deadline that can’t be, is made once, and is not readable in the database', async () => {
      expect(await mistake(giveCode({ day: '2026-12-04', time: '23:59' }))).toBe('day: It must be after the call closes, on Friday 4 December 2026, 11:59pm');
      expect(await mistake(giveCode({ day: '2027-01-11' }))).toBe('day: It must be before the interviews, which start on Monday 11 January 2027');
      const { id, code } = await giveCode();
      await late.giveCode(call.dana, { id, callId: call.id, uses: 3, day: '2026-12-10', time: '12:00' });
      expect((await codes()).filter((given) => given.id === id)).toMatchObject([{ code, usesAllowed: 1 }]);
      const { rows } = await t.owner.query<{ row: string }>(`select l::text as row from late_permission l where id = $1`, [id]);
      expect(rows[0]!.row).not.toContain(code);
      const { rows: audit } = await t.owner.query(`select action, details from audit_entry where subject_id = $1`, [id]);
      expect(audit).toEqual([{ action: 'late-access.given', details: { kind: 'code', callId: call.id } }]);
    });
  });

  describe('after first contact', () => {
    const rang = (more: Partial<FirstContactDto> = {}): FirstContactDto =>
      ({ id: newId(), callId: call.id, forWhom: 'Mary', channel: 'phone', day: '2026-11-27', time: '15:00', ...more });

    it('somebody whose address we know applies for five working days, without a code', async () => {
      t.clock.moveTo('2026-12-07T10:00:00Z');
      const mary = await applicant(t, 'Mary Okafor');
      await expect(applications.start(mary.actor, call.slug)).rejects.toThrow(CLOSED);
      const dto = rang({ contact: mary.email.toUpperCase() });
      await late.recordContact(call.dana, dto);
      const { get } = await browser(mary.actor);
      expect((await get(`/opportunities/${call.slug}/apply`)).html).toContain('Send it before Friday 11 December 2026, 11:59pm.');
      const id = await writeApplication(t, call, mary);
      await applications.submit(mary.actor, id);
      expect(await rowOf(id)).toEqual({ state: 'submitted', late: dto.id });
      const [given] = (await codes()).filter((one) => one.id === dto.id);
      expect(given).toMatchObject({ isKnown: true, used: 1, deadline: new Date('2026-12-11T23:59:00Z') });
      await expect(late.use(amina.actor, call.slug, given!.code)).rejects.toThrow('This code was given to somebody else.');
    });

    it('a draft begun before is sent after, and keeps what let it', async () => {
      const id = await writeApplication(t, call, amina);
      t.clock.moveTo('2026-12-07T10:00:00Z');
      const dto = rang({ contact: amina.email });
      await late.recordContact(call.dana, dto);
      await applications.submit(amina.actor, id);
      expect(await rowOf(id)).toEqual({ state: 'submitted', late: dto.id });
    });

    it('somebody we don’t know, or one of several at one address, gets a code for one', async () => {
      t.clock.moveTo('2026-12-07T10:00:00Z');
      const dto = rang({ contact: '07700 900321' });
      await late.recordContact(call.dana, dto);
      const [given] = (await codes()).filter((one) => one.id === dto.id);
      expect(given).toMatchObject({ isKnown: false, usesAllowed: 1 });
      await late.use(amina.actor, call.slug, given!.code);
    });

    it('counts before the close alone, and not before the call, nor for ever', async () => {
      t.clock.moveTo('2026-12-07T10:00:00Z');
      const refused = (more: Partial<FirstContactDto>) => mistake(late.recordContact(call.dana, rang(more)));
      expect(await refused({ day: '2026-12-04', time: '23:59' })).toBe('day: The call closed on Friday 4 December 2026, 11:59pm. Only contact before that counts');
      expect(await refused({ day: '2026-10-27' })).toBe('day: The call opened on Monday 2 November 2026, 10am. It must be after that');
      expect(await refused({ contact: 'Mary' })).toBe('contact: Enter an email address or a mobile number, or leave it empty');
      t.clock.moveTo('2026-12-12T10:00:00Z');
      expect(await refused({})).toBe('callId: The time to apply after getting in touch is over for this call');
      await expect(t.asApplication.query(
        `insert into late_permission (id, kind, call_id, code_sealed, uses_allowed, deadline, given_by, given_at)
         select gen_random_uuid(), 'first_contact', id, 'x', 1, closes_at, $2, closes_at from call where id = $1`, [call.id, call.dana.personId]))
        .rejects.toMatchObject({ code: '23514' });
    });
  });

  describe('while choosing', () => {
    it('nobody can tell who had more time', async () => {
      const early = await applicant(t, 'Amina Yusuf');
      const withTime = await applicant(t, 'Amina Yusuf');
      const { code } = await giveCode();
      const ids = [await writeApplication(t, call, early)];
      await applications.submit(early.actor, ids[0]!);
      t.clock.moveTo('2026-12-08T10:00:00Z');
      await late.use(withTime.actor, call.slug, code);
      ids.push(await writeApplication(t, call, withTime));
      await applications.submit(withTime.actor, ids[1]!);
      const dana = await browser(call.dana);
      const { rows } = await t.owner.query<{ reference: string; email: string }>(
        `select a.reference, k.value as email from application a join contact_point k on k.person_id = a.person_id where a.id = any($1) order by array_position($1, a.id)`, [ids]);
      const plain = async (path: string, at: number) => (await dana.get(path)).html.replaceAll(ids[at]!, 'ID').replaceAll(rows[at]!.reference, 'REF').replaceAll(rows[at]!.email, 'EMAIL')
        .replace(/name="(_csrf|sittingId)" value="[^"]+"/g, '');
      expect(await plain(`/staff/applications/${ids[1]!}`, 1)).toBe(await plain(`/staff/applications/${ids[0]!}`, 0));
      // A v7 id begins with the time it was made at.
      expect(ids.map((id) => id[14])).toEqual(['4', '4']);
      const byReference = [...rows].map(({ reference }) => reference).sort();
      for (const order of ['name', 'reference', 'submitted']) {
        const { html } = await dana.get(`/staff/applications?call=${call.id}&sort=${order}`);
        expect([...new Set([...html.matchAll(/PLAN-\w+/g)].map(([reference]) => reference))]).toEqual(byReference);
        expect(html).not.toMatch(/8 December|more time|late|Sent/);
      }
      expect((await dana.get('/staff')).html).not.toMatch(/8 December|23 November/);
      expect((await dana.get('/staff/more-time')).html).not.toContain('Used by');
    });
  });
});
