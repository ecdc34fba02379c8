import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Sessions } from '../../src/people/sessions.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication } from '../support/open-call.js';

describe('signing in', () => {
  let t: TestApp;
  let signIns: SignInService;
  let sessions: Sessions;
  beforeAll(async () => {
    t = await startTestApp();
    signIns = t.app.get(SignInService);
    sessions = t.app.get(Sessions);
  });
  afterAll(() => t.close());

  const ask = (value: string) => signIns.ask({ kind: 'email', value }, { ip: value, nextPath: null, addsTo: null });
  const from = (ip: string, actor: Actor | null = null) => ({ ip, actor });
  const wrong = (code: string) => (code === '000000' ? '000001' : '000000');

  it('makes a person of a new address, and knows them the next time', async () => {
    for (const name of ['first', 'second']) {
      const asked = await ask('amina@home.example');
      expect(await signIns.redeemCode(asked, signIns.codeOf(asked.signInId), from(name))).toMatchObject({ ok: true });
    }
    const { rows } = await t.owner.query(`select count(distinct person_id)::int as people, count(*)::int as sessions from session`);
    expect(rows).toEqual([{ people: 1, sessions: 2 }]);
  });

  it('burns code and link together, after one use', async () => {
    const asked = await ask('george@home.example');
    await signIns.redeemLink(asked.signInId, signIns.linkTokenOf(asked.signInId), from('ip-1'));
    expect(await signIns.redeemCode(asked, signIns.codeOf(asked.signInId), from('ip-1'))).toEqual({
      ok: false, reason: 'This link or code has been used already. Ask for a new one.',
    });
    await expect(signIns.redeemLink(asked.signInId, signIns.linkTokenOf(asked.signInId), from('ip-1'))).rejects.toThrow('used already');
  });

  it('allows five tries, of which the last counts, and not the right code after them', async () => {
    const asked = await ask('mary@home.example');
    const code = signIns.codeOf(asked.signInId);
    const reasons: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const outcome = await signIns.redeemCode(asked, wrong(code), from('ip-2'));
      reasons.push(outcome.ok ? 'ok' : outcome.reason);
    }
    expect(reasons[0]).toBe('That code is not right. You have 4 more tries.');
    expect(reasons[4]).toBe('That code is not right, and it was the last try. Ask for a new one.');
    expect((await signIns.redeemCode(asked, code, from('ip-2'))).ok).toBe(false);
  });

  it('lasts ten minutes', async () => {
    const asked = await ask('tom@home.example');
    t.clock.forward({ minutes: 10 });
    expect((await signIns.redeemCode(asked, signIns.codeOf(asked.signInId), from('ip-3'))).ok).toBe(false);
  });

  it('takes a code only in the browser that asked', async () => {
    const asked = await ask('sunita@home.example');
    await expect(signIns.redeemCode({ ...asked, browserToken: 'another' }, signIns.codeOf(asked.signInId), from('ip-4'))).rejects.toThrow();
  });

  it('adds an address for its person alone, and never draws its owner into their account', async () => {
    const attacker = actorFor(await t.app.get(Database).transaction((tx) => t.app.get(PeopleService).create(tx, { name: 'Mallory' })));
    const value = 'joan@home.example';
    const asked = await signIns.ask({ kind: 'email', value }, { ip: value, nextPath: null, addsTo: attacker.personId });
    const link = signIns.linkTokenOf(asked.signInId);
    await expect(signIns.redeemLink(asked.signInId, link, from('ip-6'))).rejects.toThrow('in the browser where you asked');
    await expect(signIns.redeemLink(asked.signInId, link, from('ip-6', actorFor(crypto.randomUUID())))).rejects.toThrow('in the browser where you asked');
    expect((await signIns.redeemCode(asked, signIns.codeOf(asked.signInId), from('ip-6'))).ok).toBe(false);
    expect((await t.owner.query(`select from contact_point where value = $1`, [value])).rowCount).toBe(0);

    await signIns.redeemLink(asked.signInId, link, from('ip-6', attacker));
    expect((await t.owner.query(`select person_id from contact_point where value = $1`, [value])).rows).toEqual([{ person_id: attacker.personId }]);
  });

  it('ends the session it is done in, so that a new one takes its place', async () => {
    const signIn = async (actor: Actor | null) => {
      const asked = await ask('kofi@home.example');
      const outcome = await signIns.redeemCode(asked, signIns.codeOf(asked.signInId), from('ip-7', actor));
      if (!outcome.ok) throw new Error(outcome.reason);
      if (!('sessionToken' in outcome.signedIn)) throw new Error('a shared address');
      return (await sessions.identify(outcome.signedIn.sessionToken))!;
    };
    const first = await signIn(null);
    const second = await signIn({ ...actorFor(first.personId), sessionId: first.sessionId });
    const { rows } = await t.owner.query(`select id from session where person_id = $1`, [first.personId]);
    expect(rows).toEqual([{ id: second.sessionId }]);
  });

  it('limits guesses by where they come from, and messages to one address', async () => {
    for (let i = 0; i < 60; i += 1) await signIns.redeemLink(crypto.randomUUID(), 'x', from('ip-5')).catch(() => undefined);
    await expect(signIns.redeemLink(crypto.randomUUID(), 'x', from('ip-5'))).rejects.toThrow('too many tries');
    for (let i = 0; i < 5; i += 1) await ask('flood@home.example');
    await expect(ask('flood@home.example')).rejects.toThrow('too many tries');
    const fromElsewhere = (ip: string) => signIns.ask({ kind: 'email', value: 'flood@home.example' }, { ip, nextPath: null, addsTo: null });
    await fromElsewhere('the owner, at home');
    for (let i = 0; i < 14; i += 1) await fromElsewhere(`elsewhere-${i}`);
    await expect(fromElsewhere('anywhere')).rejects.toThrow('too many tries');
  });

  it('sends a code before everything else that waits', async () => {
    const call = await openCall(t);
    const amina = await applicant(t);
    await t.app.get(ApplicationsService).submit(amina.actor, await writeApplication(t, call, amina));
    await ask('waiting@home.example');
    await t.work();
    const { rows } = await t.owner.query<{ address: string }>(
      `select address from demo_mailbox where address in ('waiting@home.example', $1) order by position`, [amina.email]);
    expect(rows.map(({ address }) => address)).toEqual(['waiting@home.example', amina.email]);
  });
});
