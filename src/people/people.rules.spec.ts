import { describe, expect, it } from '@jest/globals';
import { ownPath } from '../shared/own-path.js';
import { canRedeem, maskContact, readContact, readPostcode } from './people.rules.js';

describe('contacts', () => {
  it('reads emails and mobile numbers as people type them', () => {
    expect(readContact(' Amina@Home.Example ', true)).toEqual({ kind: 'email', value: 'amina@home.example' });
    expect(readContact('07700 900123', true)).toEqual({ kind: 'phone', value: '+447700900123' });
    expect(readContact('+44 7400 123456', false)).toEqual({ kind: 'phone', value: '+447400123456' });
  });

  it('refuses what is neither, and drama numbers in production', () => {
    expect(readContact('amina', true)).toBeNull();
    expect(readContact('amina@home', true)).toBeNull();
    expect(readContact('a@b.example\r\nBcc: c@d.example', true)).toBeNull();
    expect(readContact('07700 900123', false)).toBeNull();
    expect(readContact('020 7946 0000', true)).toBeNull();
  });

  it('masks them so that only their owner knows them', () => {
    expect(maskContact({ kind: 'email', value: 'amina@home.example' })).toBe('a•••@home.example');
    expect(maskContact({ kind: 'phone', value: '+447700900123' })).toBe('the number ending 123');
  });
});

describe('signing in', () => {
  const now = new Date('2026-03-02T10:00:00Z');
  const fresh = { addsTo: null, usedAt: null, expiresAt: new Date('2026-03-02T10:05:00Z'), tries: 0 };

  it('works once, for ten minutes, five tries', () => {
    expect(canRedeem(fresh, null, now)).toEqual({ ok: true });
    expect(canRedeem({ ...fresh, usedAt: now }, null, now).ok).toBe(false);
    expect(canRedeem({ ...fresh, expiresAt: now }, null, now).ok).toBe(false);
    expect(canRedeem({ ...fresh, tries: 4 }, null, now).ok).toBe(true);
    expect(canRedeem({ ...fresh, tries: 5 }, null, now).ok).toBe(false);
  });

  it('adds an address only where its person is signed in', () => {
    const adding = { ...fresh, addsTo: 'amina' };
    expect(canRedeem(adding, 'amina', now)).toEqual({ ok: true });
    for (const signedInAs of ['george', null]) {
      expect(canRedeem(adding, signedInAs, now)).toEqual({
        ok: false, reason: 'Use the code or link in the browser where you asked for it. If you did not ask for it, leave it.',
      });
    }
  });

  it('goes on only to our own pages', () => {
    expect(ownPath('/my/applications?x=1')).toBe('/my/applications?x=1');
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a b', '/\u2603', '/a\r\nb', '/a\u0001', undefined, 7]) {
      expect(ownPath(path)).toBeNull();
    }
  });
});

describe('postcodes', () => {
  it.each([['w6 9jt', 'W6 9JT'], ['SW61AA', 'SW6 1AA'], ['W12', null], ['nonsense', null]])('reads %s', (typed, read) => {
    expect(readPostcode(typed)).toBe(read);
  });
});
