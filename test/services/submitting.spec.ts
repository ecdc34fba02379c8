import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationsQueries } from '../../src/applications/applications.queries.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import type { DecisionDto } from '../../src/choosing/choosing.dto.js';
import { seenState } from '../../src/applications/application-status.rules.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';

const TIMES = 20;

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

describe('an application', () => {
  let t: TestApp;
  let applications: ApplicationsService;
  let choosing: ChoosingService;
  let call: OpenCall;
  let amina: Applicant;
  beforeAll(async () => {
    t = await startTestApp();
    applications = t.app.get(ApplicationsService);
    choosing = t.app.get(ChoosingService);
  });
  beforeEach(async () => {
    t.clock.moveTo('2026-11-23T10:00:00Z');
    call = await openCall(t);
    amina = await applicant(t);
  });
  afterAll(() => t.close());

  async function api(method: string, path: string, { token }: Applicant, body: object, key?: string): Promise<Answer> {
    const response = await fetch(`${t.url}/api/v1/applications${path}`, {
      method, body: JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    });
    return { status: response.status, body: await response.json() as Record<string, unknown> };
  }

  const atOnce = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: TIMES }, work));

  const count = async (sql: string, values: unknown[]): Promise<number> =>
    Number((await t.owner.query<{ count: string }>(`select count(*) from ${sql}`, values)).rows[0]!.count);

  const rowOf = async (id: string) =>
    (await t.owner.query<{ state: string; reference: string; needs_age_check: boolean }>(
      `select state, reference, needs_age_check from application where id = $1`, [id])).rows[0]!;

  /** What Amina has got, after the worker ran. */
  async function letters(): Promise<string[]> {
    await t.work();
    return (await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = $1 order by position`, [amina.email])).rows.map(({ subject }) => subject);
  }

  async function writeAndSend(birthDate?: string): Promise<string> {
    const id = await writeApplication(t, call, amina, birthDate ? { birthDate } : {});
    await applications.submit(amina.actor, id);
    return id;
  }

  describe('sent many times at once', () => {
    it('through the API is one application, with one confirmation', async () => {
      const id = await writeApplication(t, call, amina);
      const { reference } = await rowOf(id);
      const answers = await atOnce(() => api('POST', `/${id}/submission`, amina, {}));
      expect(answers.map(({ status, body }) => [status, body['id'], body['reference'], body['status']]))
        .toEqual(Array.from({ length: TIMES }, () => [200, id, reference, 'Being considered']));
      expect(await count(`application where call_id = $1`, [call.id])).toBe(1);
      expect(await count(`outbox where event = 'application.submitted' and payload ->> 'applicationId' = $1`, [id])).toBe(1);
      expect(await count(`audit_entry where action = 'application.submitted' and subject_id = $1`, [id])).toBe(1);
      expect(await letters()).toEqual([`We have your application (${reference})`]);
    });

    it('through the form on the page is one application, with one confirmation', async () => {
      const id = await writeApplication(t, call, amina);
      const { reference } = await rowOf(id);
      const session = `alongside=${await t.app.get(SignInService).openFor(amina.actor.personId)}`;
      const page = await fetch(`${t.url}/my/applications/${id}/check`, { headers: { cookie: session } });
      const cookie = [session, ...page.headers.getSetCookie().map((line) => line.split(';')[0]!)].join('; ');
      const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())![1]!;
      const answers = await atOnce(() => fetch(`${t.url}/my/applications/${id}/submission`, {
        method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams({ _csrf: csrf }),
      }));
      expect(answers.map(({ status, headers }) => [status, headers.get('location')]))
        .toEqual(Array.from({ length: TIMES }, () => [303, `/my/applications/${id}`]));
      expect(await letters()).toEqual([`We have your application (${reference})`]);
    });

    it('with one Idempotency-Key does its work once, and says the same each time', async () => {
      const id = await writeApplication(t, call, amina);
      const body = { answers: [{ questionId: call.questionIds[0], text: 'A new answer.' }] };
      const answers = await atOnce(() => api('POST', `/${id}/submission`, amina, body, 'one'));
      expect(answers).toEqual(Array.from({ length: TIMES }, () => answers[0]));
      expect(answers[0]!.status).toBe(200);
      expect((await api('POST', `/${id}/submission`, amina, {}, 'one')).status).toBe(409);
    });
  });

  describe('started many times at once', () => {
    it('by many people waits for nobody', async () => {
      const people = await Promise.all(Array.from({ length: TIMES }, () => applicant(t)));
      const answers = await Promise.all(people.map((person) => api('POST', '', person, { callSlug: call.slug })));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: TIMES }, () => 201));
    });

    it('with one Idempotency-Key is one row, and identical answers', async () => {
      const answers = await atOnce(() => api('POST', '', amina, { callSlug: call.slug }, 'start'));
      expect(answers).toEqual(Array.from({ length: TIMES }, () => answers[0]));
      expect(answers[0]).toMatchObject({ status: 201, body: { callSlug: call.slug, status: 'Not sent yet' } });
      expect(await count(`application where call_id = $1`, [call.id])).toBe(1);
      expect(await count(`idempotency_key where actor_id = $1`, [amina.actor.personId])).toBe(1);
    });

    it('with one Idempotency-Key for something else is a conflict', async () => {
      await api('POST', '', amina, { callSlug: call.slug }, 'start');
      const other = await openCall(t);
      const answer = await api('POST', '', amina, { callSlug: other.slug }, 'start');
      expect(answer).toEqual({ status: 409, body: {
        type: 'about:blank', title: 'This has changed', status: 409, detail: 'This Idempotency-Key was used for a different request.',
      } });
      expect(await count(`application where call_id = $1`, [other.id])).toBe(0);
      expect((await api('POST', '', await applicant(t), { callSlug: other.slug }, 'start')).status).toBe(201);
    });

    it('without a key is one live application still', async () => {
      const answers = await atOnce(() => api('POST', '', amina, { callSlug: call.slug }));
      expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['id'])}`)).size).toBe(1);
      expect(await count(`application where call_id = $1`, [call.id])).toBe(1);
    });
  });

  describe('sent over a connection that is cut', () => {
    /** Writes the whole request and goes away before the answer, as a train in a tunnel does. */
    async function sendAndVanish(head: string, body: string): Promise<void> {
      const { hostname, port } = new URL(t.url);
      const socket = connect(Number(port), hostname);
      await new Promise<void>((resolve, reject) => {
        socket.on('error', reject);
        socket.write(`${head}\r\nhost: ${hostname}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, () => { socket.destroy(); resolve(); });
      });
    }

    it('and sent again from the same page is one application, and the second try leads to it', async () => {
      const id = await writeApplication(t, call, amina);
      const { reference } = await rowOf(id);
      const session = `alongside=${await t.app.get(SignInService).openFor(amina.actor.personId)}`;
      const page = await fetch(`${t.url}/my/applications/${id}/check`, { headers: { cookie: session } });
      const cookie = [session, ...page.headers.getSetCookie().map((line) => line.split(';')[0]!)].join('; ');
      const body = new URLSearchParams({ _csrf: /name="_csrf" value="([^"]+)"/.exec(await page.text())![1]! });
      const path = `/my/applications/${id}/submission`;
      await sendAndVanish(`POST ${path} HTTP/1.1\r\ncookie: ${cookie}\r\ncontent-type: application/x-www-form-urlencoded`, body.toString());
      const again = await fetch(t.url + path, { method: 'POST', redirect: 'manual', headers: { cookie }, body });
      expect([again.status, again.headers.get('location')]).toEqual([303, `/my/applications/${id}`]);
      const sent = await fetch(t.url + again.headers.get('location')!, { headers: { cookie } });
      expect(await sent.text()).toContain(`Your reference is <strong>${reference}</strong>`);
      expect(await letters()).toEqual([`We have your application (${reference})`]);
      expect(await count(`application where person_id = $1`, [amina.actor.personId])).toBe(1);
      expect(await count(`audit_entry where action = 'application.submitted' and subject_id = $1`, [id])).toBe(1);
    });

    it('and begun again is one draft', async () => {
      const session = `alongside=${await t.app.get(SignInService).openFor(amina.actor.personId)}`;
      const page = await fetch(`${t.url}/opportunities/${call.slug}/apply`, { headers: { cookie: session } });
      const cookie = [session, ...page.headers.getSetCookie().map((line) => line.split(';')[0]!)].join('; ');
      const body = new URLSearchParams({ _csrf: /name="_csrf" value="([^"]+)"/.exec(await page.text())![1]! });
      const path = `/opportunities/${call.slug}/applications`;
      await sendAndVanish(`POST ${path} HTTP/1.1\r\ncookie: ${cookie}\r\ncontent-type: application/x-www-form-urlencoded`, body.toString());
      const again = await fetch(t.url + path, { method: 'POST', redirect: 'manual', headers: { cookie }, body });
      expect(again.headers.get('location')).toMatch(/^\/my\/applications\/[^/]+\/tasks$/);
      expect(await count(`application where person_id = $1`, [amina.actor.personId])).toBe(1);
    });
  });

  it('asks nothing twice: a second one begins with what the first one told', async () => {
    await applications.submit(amina.actor, await writeApplication(t, call, amina, { birthDate: '1980-03-27', needs: [{ code: 'bsl-interpreter', ownWords: null }] }));
    const other = await openCall(t);
    const id = await applications.start(amina.actor, other.slug);
    const cookie = `alongside=${await t.app.get(SignInService).openFor(amina.actor.personId)}`;
    const page = async (part: string) => (await fetch(`${t.url}/my/applications/${id}/${part}`, { headers: { cookie } })).text();
    const about = await page('about');
    for (const known of ['value="Amina Yusuf"', 'value="W6 9JT"', 'value="27"', 'value="3"', 'value="1980"']) expect(about).toContain(known);
    expect(await page('access')).toMatch(/value="bsl-interpreter" checked/);
    expect(await page('contact')).toMatch(new RegExp(`value="${amina.contactId}" checked`));
  });

  it('is one for each person and call, in the database; a withdrawn one does not stand in the way', async () => {
    const id = await writeAndSend();
    const another = () => t.asApplication.query(
      `insert into application (id, reference, call_id, person_id, state, channel, created_at)
       select gen_random_uuid(), gen_random_uuid()::text, call_id, person_id, 'draft', channel, created_at from application where id = $1`, [id]);
    await expect(another()).rejects.toMatchObject({ code: '23505', constraint: 'application_one_live' });
    await applications.withdraw(amina.actor, id);
    await another();
    expect(await count(`application where person_id = $1`, [amina.actor.personId])).toBe(2);
  });

  it('is refused kindly from the closing instant on, and the draft is kept', async () => {
    const id = await writeApplication(t, call, amina);
    t.clock.moveTo('2026-12-04T12:00:00Z');
    const answer = await api('POST', `/${id}/submission`, amina, { answers: [{ questionId: call.questionIds[0], text: 'Too late.' }] });
    expect(answer).toEqual({ status: 422, body: {
      type: 'about:blank', title: 'That can’t be done', status: 422,
      detail: 'This has closed. We have kept what you wrote. Call or text us, and we will tell you what can still be done.',
    } });
    expect((await rowOf(id)).state).toBe('draft');
    const own = (await t.app.get(ApplicationsQueries).own(id, amina.actor.personId))!;
    expect(own.answers.map(({ text }) => text)).toEqual(['Steps at the door.', 'Steps at the door.']);
    expect(await letters()).toEqual([]);
  });

  it('is taken until the last moment before it closes', async () => {
    const id = await writeApplication(t, call, amina);
    t.clock.moveTo('2026-12-04T11:59:59.999Z');
    expect((await api('POST', `/${id}/submission`, amina, {})).status).toBe(200);
  });

  it('of somebody else is not found, whatever is asked of it', async () => {
    const id = await writeApplication(t, call, amina);
    const george = await applicant(t, 'George Ellis');
    const asked: [string, string, object][] = [
      ['POST', `/${id}/submission`, {}], ['POST', `/${id}/withdrawal`, {}],
      ['PUT', `/${id}/about`, { name: 'George Ellis', postcode: 'W6 9JT', eligibility: ['lives'], interest: 'no' }],
      ['PUT', `/${id}/answers`, { answers: [{ questionId: call.questionIds[0], text: 'Mine.' }] }],
      ['PUT', `/${id}/access`, { needs: [] }], ['PUT', `/${id}/contact`, { contactId: george.contactId }],
    ];
    for (const [method, path, body] of asked) expect([path, (await api(method, path, george, body)).status]).toEqual([path, 404]);
    const looked = await fetch(`${t.url}/api/v1/applications/${id}`, { headers: { authorization: `Bearer ${george.token}` } });
    expect(looked.status).toBe(404);
    expect((await rowOf(id)).state).toBe('draft');
  });

  describe('of somebody under 18', () => {
    const shortlist = (): DecisionDto => ({ outcome: 'shortlisted', reason: 'Knows the parks.', coDecidedBy: call.ruth.personId });

    it('is kept for a person, and not decided before they spoke', async () => {
      const id = await writeAndSend('2009-06-01');
      expect(await rowOf(id)).toMatchObject({ state: 'submitted', needs_age_check: true });
      await expect(choosing.decide(call.dana, id, shortlist())).rejects.toThrow('They are under 18. Speak with them, and with an adult who can agree, before you decide');
      await expect(t.asApplication.query(`update application set state = 'shortlisted' where id = $1`, [id]))
        .rejects.toMatchObject({ constraint: 'application_age_checked_by_a_person' });
      await choosing.recordAgeCheck(call.dana, id);
      await choosing.decide(call.dana, id, shortlist());
      expect((await rowOf(id)).state).toBe('shortlisted');
    });

    it('is told from one of an adult by the day: 18 today is an adult', async () => {
      expect((await rowOf(await writeAndSend('2008-11-23'))).needs_age_check).toBe(false);
    });
  });

  describe('decided', () => {
    const notThisTime = (): DecisionDto => ({ outcome: 'not_selected', reason: 'All places are taken.', coDecidedBy: call.ruth.personId });
    const seen = async (id: string) => seenState((await t.app.get(ApplicationsQueries).status(id, amina.actor.personId))!);

    it('is not told until the message has gone', async () => {
      const id = await writeAndSend();
      const { reference } = await rowOf(id);
      await choosing.decide(call.dana, id, notThisTime());
      expect(await letters()).toEqual([`We have your application (${reference})`]);
      expect(await seen(id)).toBe('waiting');
      await choosing.tell(call.dana, id);
      expect(await seen(id)).toBe('waiting');
      expect(await letters()).toEqual([`We have your application (${reference})`, `About your application (${reference})`]);
      expect(await seen(id)).toBe('not_selected');
    });

    it('and undone sends nothing, and is as it was', async () => {
      const id = await writeAndSend();
      const { reference } = await rowOf(id);
      await choosing.decide(call.dana, id, notThisTime());
      await choosing.undo(call.dana, id);
      await expect(choosing.tell(call.dana, id)).rejects.toThrow('There is nothing to tell or to undo');
      expect(await letters()).toEqual([`We have your application (${reference})`]);
      expect([(await rowOf(id)).state, await seen(id)]).toEqual(['submitted', 'waiting']);
    });

    it('and being told can’t be undone any more, by the service or in the database', async () => {
      const id = await writeAndSend();
      await choosing.decide(call.dana, id, notThisTime());
      await choosing.tell(call.dana, id);
      await expect(choosing.undo(call.dana, id)).rejects.toThrow('They are being told already');
      await expect(t.asApplication.query(`update decision set state = 'undone', undone_at = telling_at where application_id = $1`, [id]))
        .rejects.toMatchObject({ constraint: 'decision_undone_before_telling' });
    });

    it('alone, or by the co-decider about herself, is refused', async () => {
      const id = await writeAndSend();
      const alone = { ...notThisTime(), coDecidedBy: call.dana.personId };
      await expect(choosing.decide(call.dana, id, alone)).rejects.toThrow('Choose a Disabled resident who is a co-decider');
      await expect(t.asApplication.query(
        `insert into decision (id, application_id, outcome, state, state_before, reason, decided_by, co_decided_by, decided_at)
         select gen_random_uuid(), id, 'reserve', 'pending', 'submitted', '-', $2, $2, created_at from application where id = $1`,
        [id, call.dana.personId])).rejects.toMatchObject({ constraint: 'decision_made_together' });
    });
  });
});
