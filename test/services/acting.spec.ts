import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AdjustmentsQueries } from '../../src/adjustments/adjustments.queries.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { DirectoryService } from '../../src/people/directory.service.js';
import { HelpingService } from '../../src/people/helping.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Sessions } from '../../src/people/sessions.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { SupportersService } from '../../src/people/supporters.service.js';
import type { SupporterScope } from '../../src/people/helping.rules.js';
import { TellingService } from '../../src/notifications/telling.service.js';
import { TellingQueries } from '../../src/notifications/telling.queries.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { RoutePolicies } from '../../src/platform/web/route-policies.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';

interface Session {
  actor: Actor;
  cookie: string;
}

describe('helping somebody', () => {
  let t: TestApp;
  let call: OpenCall;
  let supporting: SupportersService;
  let helping: HelpingService;
  let mary: Applicant;
  let tom: Applicant;
  let dana: Session;

  beforeAll(async () => {
    t = await startTestApp();
    call = await openCall(t);
    supporting = t.app.get(SupportersService);
    helping = t.app.get(HelpingService);
  });
  beforeEach(async () => {
    t.clock.moveTo('2026-11-23T10:00:00Z');
    mary = await applicant(t, 'Mary Okafor');
    tom = await applicant(t, 'Tom Price');
    dana = await session(call.dana);
  });
  afterAll(() => t.close());

  async function session(actor: Actor): Promise<Session> {
    const token = await t.app.get(SignInService).openFor(actor.personId);
    const identity = (await t.app.get(Sessions).identify(token))!;
    return { actor: { ...actor, sessionId: identity.sessionId }, cookie: `alongside=${token}` };
  }

  /** Mary's, under her own name. */
  async function write(more: { needs?: { code: string; ownWords: null }[] } = {}): Promise<string> {
    const id = await writeApplication(t, call, mary, more);
    await t.app.get(ApplicationsService).saveAbout(mary.actor, id, { name: 'Mary Okafor', postcode: 'W6 9JT', eligibility: ['lives'], interest: 'no' });
    return id;
  }

  async function supporter(scope: SupporterScope[], endsOn = '2027-05-23'): Promise<string> {
    const id = newId();
    await supporting.add(mary.actor, { id, name: 'Tom', email: tom.email, scope, endsOn });
    return id;
  }

  async function helps(scope: SupporterScope[]): Promise<Session & { id: string }> {
    const id = await supporter(scope);
    const own = await session(tom.actor);
    await helping.support(own.actor, id);
    return { ...own, id };
  }

  const look = async (path: string, { cookie }: Session) => {
    const response = await fetch(t.url + path, { headers: { cookie }, redirect: 'manual' });
    const html = await response.text();
    return { status: response.status, title: /<h1[^>]*>([^<]*)/.exec(html)?.[1] ?? null, location: response.headers.get('location'), html };
  };

  describe('opens only what it is for', () => {
    const ALLOWED = [
      'GET /home', 'POST /helping/end',
      'GET /my/applications', 'GET /my/applications/:id',
      'GET /opportunities/:slug/apply', 'POST /opportunities/:slug/applications',
      ...['tasks', 'check', 'withdrawal'].map((part) => `GET /my/applications/:id/${part}`),
      ...['about', 'answers', 'access', 'contact'].flatMap((part) => [`GET /my/applications/:id/${part}`, `POST /my/applications/:id/${part}`]),
      'POST /my/applications/:id/submission', 'POST /my/applications/:id/withdrawal', 'POST /my/applications/:id/offer',
      'GET /my/applications/:applicationId/interview', 'POST /my/applications/:applicationId/interview',
      'GET /my/applications/:applicationId/interview/cancellation', 'POST /my/applications/:applicationId/interview/cancellation',
      ...['questions', 'questions/pdf/:points', 'questions/text', 'times'].map((part) => `GET /my/applications/:applicationId/interview/${part}`),
      ...['agreement', 'lateness', 'times'].map((part) => `POST /my/applications/:applicationId/interview/${part}`), 'GET /my/interviews/:id/calendar',
      ...['', '/new', '/:recordingId/file', '/:recordingId/transcript-check'].map((part) => `GET /my/applications/:id/recordings${part}`),
      ...['', '/:recordingId/removal', '/:recordingId/transcript-check'].map((part) => `POST /my/applications/:id/recordings${part}`),
      'POST /my/uploads', ...['HEAD', 'PATCH', 'DELETE'].map((method) => `${method} /my/uploads/:id`),
      'GET /my/applications/:id/kept', 'GET /my/applications/:id/kept/text', 'GET /opportunities/:slug/more-time', 'POST /opportunities/:slug/more-time',
    ];

    it('and everything else says that only the person can, whatever role the helper has', async () => {
      const routes = t.app.get(RoutePolicies).all().filter(({ path }) => !path.startsWith('/api/'));
      const open = routes.filter(({ acting }) => [acting].flat().length > 0).map(({ method, path }) => `${method} ${path}`);
      expect(open.sort()).toEqual(ALLOWED.sort());
      await helping.enterFor(dana.actor, mary.actor.personId, 'phone');
      const closed = routes.filter(({ policy, acting }) => policy !== 'public' && policy !== 'demo' && [acting].flat().length === 0);
      expect(closed.length).toBeGreaterThan(80);
      const page = await look('/opportunities', dana);
      const csrfCookie = (await fetch(`${t.url}/opportunities`, { headers: { cookie: dana.cookie } })).headers.getSetCookie()[0]!.split(';')[0]!;
      expect(page.status).toBe(200);
      const form = await fetch(`${t.url}/opportunities`, { headers: { cookie: `${dana.cookie}; ${csrfCookie}` } });
      const csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!;
      for (const { method, path } of closed) {
        const response = await fetch(t.url + path.replace(/:\w+/g, newId()), {
          method, redirect: 'manual', headers: { cookie: `${dana.cookie}; ${csrfCookie}` },
          ...(method === 'POST' && { body: new URLSearchParams({ _csrf: csrf }) }),
        });
        const html = await response.text();
        expect([path, response.status, /<h1[^>]*>([^<]*)/.exec(html)?.[1]]).toEqual([path, 403, 'Only Mary Okafor can do this']);
      }
      await helping.end({ ...dana.actor, onBehalfOf: mary.actor.personId });
      expect((await look('/staff', dana)).status).toBe(200);
    });

    it('and with an interview alone no application can be written', async () => {
      const id = await write();
      const helper = await helps(['interviews', 'messages']);
      expect((await look(`/my/applications/${id}/about`, helper)).status).toBe(403);
      expect((await look('/my/applications', helper)).status).toBe(200);
    });

    it('and somebody else’s application is not found', async () => {
      const id = await writeApplication(t, call, await applicant(t, 'Amina Yusuf'));
      const helper = await helps(['apply']);
      expect((await look(`/my/applications/${id}/about`, helper)).status).toBe(404);
      expect((await look(`/my/applications/${id}`, helper)).status).toBe(404);
    });
  });

  describe('as a supporter', () => {
    it('shows the person’s pages, with a banner, and not how they are reached', async () => {
      const id = await write({ needs: [{ code: 'extra-time', ownWords: null }] });
      const helper = await helps(['apply']);
      const check = await look(`/my/applications/${id}/check`, helper);
      expect(check.html).toContain('You are helping Mary Okafor.');
      expect(check.html).toContain('Steps at the door.');
      for (const hidden of [mary.email, 'Extra time']) expect(check.html).not.toContain(hidden);
      expect((await look(`/my/applications/${id}/contact`, helper)).html).not.toContain(mary.email);
      expect((await look(`/my/applications/${id}/access`, helper)).html).not.toContain(' checked');
    });

    it('ends at once when the person removes them', async () => {
      const id = await write();
      const helper = await helps(['apply']);
      expect((await look(`/my/applications/${id}/about`, helper)).status).toBe(200);
      await supporting.remove(mary.actor, mary.actor.personId, helper.id);
      expect(await look(`/my/applications/${id}/about`, helper)).toMatchObject({ status: 403, title: 'You can’t help Mary Okafor any more' });
      await expect(helping.support((await session(tom.actor)).actor, helper.id)).rejects.toThrow('could not find');
    });

    it('ends by itself on its last day', async () => {
      const helper = await helps(['apply']);
      await t.owner.query(`update supporter set from_on = '2026-11-01', ends_on = '2026-11-22' where id = $1`, [helper.id]);
      expect((await look('/my/applications', helper)).status).toBe(403);
      await supporter(['messages']);
      const { rows } = await t.owner.query(`select count(*)::int as all, count(*) filter (where ended_at is null)::int as live from supporter where person_id = $1`, [mary.actor.personId]);
      expect(rows).toEqual([{ all: 2, live: 1 }]);
    });

    it('is somebody else, once, for a year at most', async () => {
      const add = (email: string, endsOn: string) => supporting.add(mary.actor, { id: newId(), name: 'Tom', email, scope: ['apply'], endsOn });
      await expect(add(mary.email, '2027-05-23')).rejects.toThrow('your own supporter');
      await expect(add(tom.email, '2027-11-24')).rejects.toThrow('in the next 12 months');
      await expect(add(tom.email, '2026-11-22')).rejects.toThrow('still to come');
      await add(tom.email, '2027-11-23');
      await expect(add(tom.email, '2027-05-23')).rejects.toThrow('They help you already');
      const again = (person: string) => t.asApplication.query(
        `insert into supporter (id, person_id, supporter_id, name, scope, consented_at, consent_channel, consent_recorded_by, from_on, ends_on)
         values ($1, $2, $3, 'T', '{apply}', '2026-11-23', 'web', $2, '2026-11-23', '2027-01-01')`, [newId(), mary.actor.personId, person]);
      await expect(again(tom.actor.personId)).rejects.toMatchObject({ constraint: 'supporter_one_live' });
      await expect(again(mary.actor.personId)).rejects.toMatchObject({ code: '23514' });
    });

    it('is known by their address when they come for the first time', async () => {
      const email = `${newId()}@new.example`;
      const id = newId();
      await supporting.add(mary.actor, { id, name: 'Joe', email, scope: ['apply'], endsOn: '2027-01-01' });
      const found = await t.app.get(Database).transaction((tx) => t.app.get(PeopleService).findOrCreate(tx, { kind: 'email', value: email }));
      expect((await look('/my', await session(actorFor(found)))).html).toContain('People you help');
      await t.work();
      const { rows } = await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = $1`, [email]);
      expect(rows).toEqual([{ subject: 'Mary Okafor asks you to help them' }]);
    });

    it('gets a copy once the person was told, and none about what they need', async () => {
      await supporter(['messages']);
      const id = await write();
      await t.app.get(ApplicationsService).submit(mary.actor, id);
      await t.work();
      const letters = async () => (await t.owner.query<{ subject: string }>(
        `select subject from demo_mailbox where address = $1 order by position`, [tom.email])).rows.map(({ subject }) => subject.replace(/\(.*\)/, '(…)'));
      expect(await letters()).toEqual(['Mary Okafor asks you to help them', 'A copy for you: We have your application (…)']);
    });
  });

  describe('as staff', () => {
    const speaking = (): Actor => ({ ...call.dana, roles: [], channel: 'phone', onBehalfOf: mary.actor.personId });

    it('only adds to what is needed, and reads it back before it is sent', async () => {
      const applications = t.app.get(ApplicationsService);
      const id = await write({ needs: [{ code: 'extra-time', ownWords: null }] });
      await applications.saveAccess(speaking(), id, [{ code: 'breaks', ownWords: null }], true);
      const codes = (await t.app.get(AdjustmentsQueries).needsOf(mary.actor.personId)).map(({ code }) => code);
      expect(codes.sort()).toEqual(['breaks', 'extra-time']);
      await expect(applications.submit(speaking(), id)).rejects.toThrow('Read it back to them first');
      await expect(applications.submit({ ...speaking(), channel: 'post' }, id, [], { readBack: false, receivedOn: '2026-11-24' })).rejects.toThrow('after today');
      await expect(t.asApplication.query(`update application set state = 'submitted', submitted_at = created_at, channel = 'phone' where id = $1`, [id]))
        .rejects.toMatchObject({ constraint: 'application_read_back_when_entered' });
      await applications.submit(speaking(), id, [], { readBack: true, receivedOn: null });
      const { rows } = await t.owner.query(
        `select channel, actor_id as actor, on_behalf_of_id as "for" from audit_entry where action = 'application.submitted' and subject_id = $1`, [id]);
      expect(rows).toEqual([{ channel: 'phone', actor: call.dana.personId, for: mary.actor.personId }]);
    });

    it('ends when the role ends', async () => {
      const lead = await t.app.get(Database).transaction(async (tx) => {
        const id = await t.app.get(PeopleService).create(tx, { name: 'Marcus Osei' });
        await t.app.get(PeopleService).giveRole(tx, id, 'strategic_lead', '2026-01-01');
        return id;
      });
      const marcus = await session(actorFor(lead, 'strategic_lead'));
      await helping.enterFor(marcus.actor, mary.actor.personId, 'in_person');
      expect((await look('/my/applications', marcus)).status).toBe(200);
      await t.owner.query(`update role_assignment set to_on = '2026-11-22' where person_id = $1`, [lead]);
      expect((await look('/my/applications', marcus)).status).toBe(403);
    });

    it('adds no way to sign in to somebody with a role; a number to call is none', async () => {
      const directory = t.app.get(DirectoryService);
      await expect(directory.addContacts(dana.actor, call.ruth.personId, { email: 'dana.else@home.example', readBack: 'yes' })).rejects.toMatchObject({ errors: [{ field: 'email' }] });
      await directory.addContacts(dana.actor, call.ruth.personId, { call: '020 7946 0123', readBack: 'yes' });
      await directory.addContacts(dana.actor, mary.actor.personId, { email: `${newId()}@home.example`, readBack: 'yes' });
    });

    it('is nothing for somebody without the role, or for oneself', async () => {
      const own = await session(tom.actor);
      await expect(helping.enterFor(own.actor, mary.actor.personId, 'phone')).rejects.toThrow('another role');
      await expect(helping.enterFor(dana.actor, call.dana.personId, 'phone')).rejects.toThrow('your own pages');
      await expect(t.asApplication.query(`update session set acting_for = person_id, acting_channel = 'web', acting_since = created_at where id = $1`, [own.actor.sessionId]))
        .rejects.toMatchObject({ constraint: 'session_acting_for_another' });
    });
  });

  describe('a call or a letter', () => {
    it('waits for a person; what tells of an adjustment waits for an access co-ordinator alone', async () => {
      await t.app.get(Database).transaction((tx) => t.app.get(PeopleService).addContact(tx, mary.actor.personId, { kind: 'call', value: '+442079460123' }));
      await t.owner.query(`update contact_point set preferred = kind = 'call' where person_id = $1`, [mary.actor.personId]);
      const [outbox] = (await t.owner.query<{ id: string }>(`select id from outbox limit 1`)).rows;
      const message = newId();
      await t.owner.query(
        `insert into message (id, dedupe_key, outbox_id, template, payload, person_id, channel, address, state, created_at, next_attempt_at, give_up_at)
         values ($1::uuid, $1::text, $2, 'arrangement-booked', jsonb_build_object('arrangementId', $1::text, 'personId', $3::text), $3::uuid, 'call', '+442079460123', 'pending', $4::timestamptz, $4, $4)`,
        [message, outbox!.id, mary.actor.personId, t.clock.now()]);
      await t.work();
      const queries = t.app.get(TellingQueries);
      expect((await queries.list(false)).map(({ id }) => id)).not.toContain(message);
      expect((await queries.list(true)).map(({ id }) => id)).toContain(message);
      const telling = t.app.get(TellingService);
      await expect(telling.recordTold(call.dana, message)).rejects.toThrow('could not find');
      const priya = actorFor(tom.actor.personId, 'access_coordinator');
      await telling.recordAttempt(priya, message);
      await telling.recordTold(priya, message);
      await telling.recordTold(priya, message);
      const { rows } = await t.owner.query(`select state, attempts, last_tried_at as tried from message where id = $1`, [message]);
      expect(rows).toEqual([{ state: 'sent', attempts: 1, tried: t.clock.now() }]);
    });
  });
});
