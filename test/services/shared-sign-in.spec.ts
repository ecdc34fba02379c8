import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ContactsService } from '../../src/people/contacts.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Sessions } from '../../src/people/sessions.service.js';
import { SharedSignIns } from '../../src/people/shared-sign-ins.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { SpokenCodes } from '../../src/people/spoken-codes.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { RoutePolicies } from '../../src/platform/web/route-policies.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { openCall, writeApplication, type OpenCall } from '../support/open-call.js';

describe('an address that several people read', () => {
  let t: TestApp;
  let signIns: SignInService;
  let shared: SharedSignIns;
  let contacts: ContactsService;
  let codes: SpokenCodes;
  let call: OpenCall;
  let priya: Actor;
  /** A family's mailbox, of this test alone. */
  let home: string;
  let amina: Actor;
  let homeContact: string;
  let ip = 0;

  beforeAll(async () => {
    t = await startTestApp();
    signIns = t.app.get(SignInService);
    shared = t.app.get(SharedSignIns);
    contacts = t.app.get(ContactsService);
    codes = t.app.get(SpokenCodes);
    call = await openCall(t);
    priya = actorFor(await person('Priya Shah'), 'access_coordinator');
  });
  afterAll(() => t.close());

  beforeEach(async () => {
    home = `home-${newId()}@family.example`;
    amina = actorFor(await person('Amina Yusuf', home));
    homeContact = await contactOf(amina, home);
  });

  async function person(name: string | null, ...emails: string[]): Promise<string> {
    const people = t.app.get(PeopleService);
    return t.app.get(Database).transaction(async (tx) => {
      const id = await people.create(tx, { name });
      for (const value of emails) await people.addContact(tx, id, { kind: 'email', value });
      return id;
    });
  }

  async function contactOf({ personId }: Actor, value: string): Promise<string> {
    const { rows } = await t.owner.query<{ id: string }>(`select id from contact_point where person_id = $1 and value = $2 and removed_at is null`, [personId, value]);
    return rows[0]!.id;
  }

  /** What the code that goes to an address opens. */
  async function redeem(value: string, addsTo: Actor | null = null) {
    const asked = await signIns.ask({ kind: 'email', value }, { ip: `ip-${ip += 1}`, nextPath: null, addsTo: addsTo?.personId ?? null });
    const outcome = await signIns.redeemCode(asked, signIns.codeOf(asked.signInId), { ip: `ip-${ip}`, actor: addsTo });
    if (!outcome.ok) throw new Error(outcome.reason);
    return outcome.signedIn;
  }

  async function atHome(): Promise<string> {
    const signedIn = await redeem(home);
    if (!('stepToken' in signedIn)) throw new Error('not shared');
    return signedIn.stepToken;
  }

  async function whoIs(sessionToken: string): Promise<string> {
    return (await t.app.get(Sessions).identify(sessionToken))!.personId;
  }

  async function messagesTo(address: string): Promise<{ subject: string | null; body: string }[]> {
    await t.work();
    return (await t.owner.query<{ subject: string | null; body: string }>(`select subject, body from demo_mailbox where address = $1 order by position`, [address])).rows;
  }

  const share = async () => contacts.share(amina, homeContact, null);
  const withOwn = async () => redeem(`amina-${newId()}@own.example`, amina);

  describe('before anybody shows who they are', () => {
    it('shows a first name and an initial of each, and opens no session', async () => {
      await share();
      const token = await atHome();
      expect(await shared.whoReads(token)).toEqual({ people: [{ id: amina.personId, shown: 'Amina Y.' }], chosen: false });
      expect((await t.owner.query(`select from session where person_id = $1`, [amina.personId])).rowCount).toBe(0);
    });

    it('is nobody on every page that is not public', async () => {
      await share();
      const token = await atHome();
      await shared.choose(token, amina.personId);
      const closed = t.app.get(RoutePolicies).all().filter(({ policy, method, path }) => policy !== 'public' && policy !== 'demo' && method === 'GET' && !path.startsWith('/api/'));
      expect(closed.length).toBeGreaterThan(40);
      for (const { path } of closed) {
        const response = await fetch(t.url + path.replace(/:\w+/g, newId()), { redirect: 'manual', headers: { cookie: `alongside_step=${token}; alongside=${token}` } });
        expect([path, response.status, response.headers.get('location')?.startsWith('/sign-in?next=')]).toEqual([path, 303, true]);
      }
    });

    it('chooses only somebody of this address', async () => {
      await share();
      const other = await person('Joan Fletcher', `joan-${newId()}@own.example`);
      await expect(shared.choose(await atHome(), other)).rejects.toThrow('could not find');
    });

    it('ends after fifteen minutes, and a made-up token is nothing', async () => {
      await share();
      const token = await atHome();
      t.clock.forward({ minutes: 15 });
      expect(await shared.whoReads(token)).toBeNull();
      await expect(shared.choose(token, amina.personId)).rejects.toThrow('Start again');
      expect(await shared.whoReads('made up')).toBeNull();
      await expect(shared.joinAs('made up', 'Mallory')).rejects.toThrow('could not find');
    });
  });

  describe('the second step', () => {
    it('is a code to an address of one’s own', async () => {
      await withOwn();
      await share();
      const { rows: [own] } = await t.owner.query<{ value: string }>(`select value from contact_point where person_id = $1 and not shared`, [amina.personId]);
      const token = await atHome();
      await shared.choose(token, amina.personId);
      const before = await messagesTo(home);
      const code = (await messagesTo(own!.value)).map(({ subject }) => /(\d{6}) is your second code/.exec(subject ?? '')?.[1]).find(Boolean)!;
      expect((await messagesTo(home)).length).toBe(before.length);
      const outcome = await shared.finish(token, code, 'ip-own');
      expect(outcome.ok && await whoIs(outcome.opened.sessionToken)).toBe(amina.personId);
      await expect(shared.finish(token, code, 'ip-own')).rejects.toThrow('Start again');
    });

    it('says the same to somebody without one, and no code lets them in', async () => {
      await share();
      const token = await atHome();
      await shared.choose(token, amina.personId);
      const { rows: [step] } = await t.owner.query<{ id: string }>(`select id from shared_sign_in where person_id = $1`, [amina.personId]);
      const reasons: string[] = [];
      for (let tries = 0; tries < 5; tries += 1) {
        const outcome = await shared.finish(token, codes.secondCodeOf(step!.id, amina.personId), 'ip-none');
        reasons.push(outcome.ok ? 'in' : outcome.reason);
      }
      expect(reasons[0]).toBe('That code is not right. You have 4 more tries.');
      expect(reasons[4]).toBe('That code is not right, and it was the last try. Start again.');
      await expect(shared.finish(token, '000000', 'ip-none')).rejects.toThrow('last try');
    });

    it('is not the code for another name', async () => {
      await withOwn();
      await share();
      const mary = actorFor(await person('Mary Yusuf', home));
      await redeem(`mary-${newId()}@own.example`, mary);
      const token = await atHome();
      await shared.choose(token, mary.personId);
      await t.work();
      const { rows: [step] } = await t.owner.query<{ id: string }>(`select id from shared_sign_in where person_id = $1 and used_at is null`, [mary.personId]);
      await shared.choose(token, amina.personId);
      expect((await shared.finish(token, codes.secondCodeOf(step!.id, mary.personId), 'ip-x')).ok).toBe(false);
      // Whoever holds Mary's code and chooses Mary is let in as Mary.
      await shared.choose(token, mary.personId);
      const outcome = await shared.finish(token, codes.secondCodeOf(step!.id, mary.personId), 'ip-x');
      expect(outcome.ok && await whoIs(outcome.opened.sessionToken)).toBe(mary.personId);
    });

    it('sends nobody more than a few codes an hour', async () => {
      await share();
      const token = await atHome();
      for (let i = 0; i < 8; i += 1) await shared.choose(token, amina.personId);
      await expect(shared.choose(token, amina.personId)).rejects.toThrow('too many tries');
    });
  });

  describe('a code that staff read out', () => {
    it('lets the person in, once, and they are told', async () => {
      await share();
      await codes.make(priya, amina.personId);
      const { code } = (await codes.current(priya, amina.personId))!;
      expect(await codes.current(actorFor(newId(), 'administrator'), amina.personId)).toBeNull();
      expect((await messagesTo(home)).at(-1)).toMatchObject({ subject: 'We gave you a code by phone' });
      const token = await atHome();
      await shared.choose(token, amina.personId);
      const outcome = await shared.finish(token, code, 'ip-spoken');
      expect(outcome.ok && await whoIs(outcome.opened.sessionToken)).toBe(amina.personId);
      const again = await atHome();
      await shared.choose(again, amina.personId);
      expect((await shared.finish(again, code, 'ip-spoken')).ok).toBe(false);
      const { rows } = await t.owner.query(`select actor_id, subject_id from audit_entry where action = 'sign-in-code.made' and subject_id = $1`, [amina.personId]);
      expect(rows).toEqual([{ actor_id: priya.personId, subject_id: amina.personId }]);
    });

    it('holds for fifteen minutes and five tries, and a new one ends it', async () => {
      await share();
      const tryIt = async (code: string) => {
        const token = await atHome();
        await shared.choose(token, amina.personId);
        return shared.finish(token, code, 'ip-tries');
      };
      await codes.make(priya, amina.personId);
      const first = (await codes.current(priya, amina.personId))!.code;
      await codes.make(priya, amina.personId);
      const second = (await codes.current(priya, amina.personId))!.code;
      expect((await tryIt(first)).ok).toBe(false);
      t.clock.forward({ minutes: 15 });
      expect(await codes.current(priya, amina.personId)).toBeNull();
      expect((await tryIt(second)).ok).toBe(false);
      await codes.make(priya, amina.personId);
      const third = (await codes.current(priya, amina.personId))!.code;
      const token = await atHome();
      await shared.choose(token, amina.personId);
      for (let i = 0; i < 5; i += 1) await shared.finish(token, third === '000000' ? '000001' : '000000', 'ip-tries');
      expect((await tryIt(third)).ok).toBe(false);
    });

    it('is for nobody who needs none, and for nobody’s self', async () => {
      await expect(codes.make(priya, amina.personId)).rejects.toThrow('They share no address');
      await share();
      await expect(codes.make(amina, amina.personId)).rejects.toThrow('Ask a colleague');
      await expect(codes.make(priya, newId())).rejects.toThrow('could not find');
    });
  });

  describe('somebody else at home', () => {
    it('becomes a person of their own, applies at once, and sees nothing of the others', async () => {
      const theirs = await t.app.get(ApplicationsService).start(amina, call.slug);
      await share();
      const { sessionToken } = await shared.joinAs(await atHome(), 'Tom Yusuf');
      const tom = actorFor(await whoIs(sessionToken));
      expect(tom.personId).not.toBe(amina.personId);
      const contactId = await contactOf(tom, home);
      const id = await writeApplication(t, call, { actor: tom, contactId, token: '', email: home });
      await t.app.get(ApplicationsService).submit(tom, id);
      const read = async (path: string) => (await fetch(t.url + path, { headers: { cookie: `alongside=${sessionToken}` } })).status;
      expect([await read(`/my/applications/${id}`), await read(`/my/applications/${theirs}/tasks`)]).toEqual([200, 404]);
      expect((await shared.whoReads(await atHome()))!.people.map(({ shown }) => shown)).toEqual([
        'Amina Y. (first to use this address)', 'Amina Y. (second to use this address)']);
    });

    it('is told that something waits, and not what', async () => {
      await share();
      const { sessionToken } = await shared.joinAs(await atHome(), 'Tom Yusuf');
      const tom = actorFor(await whoIs(sessionToken));
      const id = await writeApplication(t, call, { actor: tom, contactId: await contactOf(tom, home), token: '', email: home });
      await t.app.get(ApplicationsService).submit(tom, id);
      const { subject, body } = (await messagesTo(home)).at(-1)!;
      expect(subject).toBe('A message for Amina');
      expect(`${subject} ${body}`).not.toMatch(/Planning|application form|PLAN-|interview/i);
    });

    it('says “This isn’t me”, and the address is shared from then on', async () => {
      const signedIn = await redeem(home);
      if (!('sessionToken' in signedIn)) throw new Error('shared already');
      const identity = (await t.app.get(Sessions).identify(signedIn.sessionToken))!;
      const session = { ...amina, sessionId: identity.sessionId };
      const token = await contacts.notMe(session, 'Tom Yusuf');
      expect(await t.app.get(Sessions).identify(signedIn.sessionToken)).toBeNull();
      const tom = await whoIs(token);
      const { rows } = await t.owner.query(`select person_id, shared from contact_point where value = $1 order by created_at`, [home]);
      expect(rows).toEqual([{ person_id: amina.personId, shared: true }, { person_id: tom, shared: true }]);
      expect((await messagesTo(home)).some(({ subject }) => subject === 'An address of yours is shared now')).toBe(true);
      await expect(contacts.notMe({ ...session, sessionId: newId() }, 'Tom')).rejects.toThrow('Sign out');
    });

    it('adds the shared address to what they have, as shared', async () => {
      await share();
      const mary = actorFor(await person('Mary Yusuf', `mary-${newId()}@own.example`));
      await redeem(home, mary);
      const { rows } = await t.owner.query(`select shared, preferred from contact_point where person_id = $1 and value = $2`, [mary.personId, home]);
      expect(rows).toEqual([{ shared: true, preferred: false }]);
    });

    it('can’t take an address that is one person’s', async () => {
      const mary = actorFor(await person('Mary Yusuf', `mary-${newId()}@own.example`));
      await expect(redeem(home, mary)).rejects.toThrow('Somebody else uses this address already');
    });
  });

  describe('one’s own ways', () => {
    it('are marked, kept, preferred and removed by nobody else', async () => {
      const mary = actorFor(await person('Mary Okafor', `mary-${newId()}@own.example`));
      for (const attempt of [() => contacts.share(mary, homeContact, null), () => contacts.keepToMyself(mary, homeContact), () => contacts.prefer(mary, homeContact), () => contacts.remove(mary, homeContact)]) {
        await expect(attempt()).rejects.toThrow('could not find');
      }
    });

    it('keep the last one, and prefer the next when one goes', async () => {
      await expect(contacts.remove(amina, homeContact)).rejects.toThrow('the only way to reach you');
      await withOwn();
      const own = (await t.owner.query<{ id: string }>(`select id from contact_point where person_id = $1 and preferred`, [amina.personId])).rows[0]!.id;
      expect(own).not.toBe(homeContact);
      await contacts.remove(amina, own);
      expect((await t.owner.query(`select id from contact_point where person_id = $1 and preferred and removed_at is null`, [amina.personId])).rows).toEqual([{ id: homeContact }]);
    });

    it('are theirs alone again only while nobody else uses them', async () => {
      await share();
      await shared.joinAs(await atHome(), 'Tom Yusuf');
      await expect(contacts.keepToMyself(amina, homeContact)).rejects.toThrow('Somebody else uses this address too');
    });

    it('are marked by staff, for those who ask', async () => {
      await contacts.shareFor(priya, amina.personId, homeContact);
      expect((await t.owner.query(`select shared from contact_point where id = $1`, [homeContact])).rows).toEqual([{ shared: true }]);
    });
  });

  describe('the database', () => {
    it('refuses an address that is shared by one and another’s alone', async () => {
      const insert = (isShared: boolean) => t.asApplication.query(
        `insert into contact_point (id, person_id, kind, value, shared, verified_at, created_at) values ($1, $2, 'email', $3, $4, $5, $5)`,
        [newId(), priya.personId, home, isShared, t.clock.now()]);
      await expect(insert(true)).rejects.toMatchObject({ constraint: 'contact_point_shared_by_all' });
      await share();
      await expect(insert(false)).rejects.toMatchObject({ constraint: 'contact_point_shared_by_all' });
    });

    it('refuses a code for oneself, and a second open one', async () => {
      const make = (by: string) => t.asApplication.query(
        `insert into spoken_code (id, person_id, made_by, created_at, expires_at) values ($1, $2, $3, $4, $4)`, [newId(), amina.personId, by, t.clock.now()]);
      await expect(make(amina.personId)).rejects.toMatchObject({ constraint: 'spoken_code_by_somebody_else' });
      await make(priya.personId);
      await expect(make(priya.personId)).rejects.toMatchObject({ constraint: 'spoken_code_one_open' });
    });
  });
});
