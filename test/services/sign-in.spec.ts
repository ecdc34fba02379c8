import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignInService } from '../../src/people/sign-in.service.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('signing in', () => {
  let t: TestApp;
  let signIns: SignInService;
  beforeAll(async () => {
    t = await startTestApp();
    signIns = t.app.get(SignInService);
  });
  afterAll(() => t.close());

  const ask = (value: string) => signIns.ask({ kind: 'email', value }, { ip: value, nextPath: null, addsTo: null });
  const wrong = (code: string) => (code === '000000' ? '000001' : '000000');

  it('makes a person of a new address, and knows them the next time', async () => {
    for (const name of ['first', 'second']) {
      const asked = await ask('amina@home.example');
      expect(await signIns.redeemCode(asked, signIns.codeOf(asked.signInId), name)).toMatchObject({ ok: true });
    }
    const { rows } = await t.owner.query(`select count(distinct person_id)::int as people, count(*)::int as sessions from session`);
    expect(rows).toEqual([{ people: 1, sessions: 2 }]);
  });

  it('burns code and link together, after one use', async () => {
    const asked = await ask('george@home.example');
    await signIns.redeemLink(asked.signInId, signIns.linkTokenOf(asked.signInId), 'ip-1');
    expect(await signIns.redeemCode(asked, signIns.codeOf(asked.signInId), 'ip-1')).toEqual({
      ok: false, reason: 'This link or code has been used already. Ask for a new one.',
    });
    await expect(signIns.redeemLink(asked.signInId, signIns.linkTokenOf(asked.signInId), 'ip-1')).rejects.toThrow('used already');
  });

  it('allows five tries, of which the last counts, and not the right code after them', async () => {
    const asked = await ask('mary@home.example');
    const code = signIns.codeOf(asked.signInId);
    const reasons: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const outcome = await signIns.redeemCode(asked, wrong(code), 'ip-2');
      reasons.push(outcome.ok ? 'ok' : outcome.reason);
    }
    expect(reasons[0]).toBe('That code is not right. You have 4 more tries.');
    expect(reasons[4]).toBe('That code is not right, and it was the last try. Ask for a new one.');
    expect((await signIns.redeemCode(asked, code, 'ip-2')).ok).toBe(false);
  });

  it('lasts ten minutes', async () => {
    const asked = await ask('tom@home.example');
    t.clock.forward({ minutes: 10 });
    expect((await signIns.redeemCode(asked, signIns.codeOf(asked.signInId), 'ip-3')).ok).toBe(false);
  });

  it('takes a code only in the browser that asked', async () => {
    const asked = await ask('sunita@home.example');
    await expect(signIns.redeemCode({ ...asked, browserToken: 'another' }, signIns.codeOf(asked.signInId), 'ip-4')).rejects.toThrow();
  });

  it('limits guesses by where they come from, and messages to one address', async () => {
    for (let i = 0; i < 10; i += 1) await signIns.redeemLink(crypto.randomUUID(), 'x', 'ip-5').catch(() => undefined);
    await expect(signIns.redeemLink(crypto.randomUUID(), 'x', 'ip-5')).rejects.toThrow('too many tries');
    for (let i = 0; i < 5; i += 1) await ask('flood@home.example');
    await expect(ask('flood@home.example')).rejects.toThrow('too many tries');
  });
});
