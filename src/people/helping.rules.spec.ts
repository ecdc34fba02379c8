import { describe, expect, it } from '@jest/globals';
import { actingScopes, canConsent } from './helping.rules.js';
import { readTelephone, readWay } from './people.rules.js';

describe('helping somebody', () => {
  it('lets staff do all there is while they have the role, and nothing after', () => {
    expect(actingScopes('phone', true, [])).toEqual(['apply', 'interviews', 'offer']);
    expect(actingScopes('post', false, ['apply'])).toEqual([]);
  });

  it('lets a supporter do what was agreed, whatever role they have', () => {
    expect(actingScopes('web', true, ['interviews', 'messages'])).toEqual(['interviews']);
    expect(actingScopes('web', true, [])).toEqual([]);
  });

  it('needs another person, and ends within a year', () => {
    const consent = { personId: 'mary', supporterId: 'tom', endsOn: '2027-11-23', already: 0 };
    expect(canConsent(consent, '2026-11-23', 12)).toEqual({ ok: true });
    expect(canConsent({ ...consent, endsOn: '2027-11-24' }, '2026-11-23', 12).ok).toBe(false);
    expect(canConsent({ ...consent, endsOn: '2026-11-22' }, '2026-11-23', 12).ok).toBe(false);
    expect(canConsent({ ...consent, supporterId: 'mary' }, '2026-11-23', 12).ok).toBe(false);
    expect(canConsent({ ...consent, already: 5 }, '2026-11-23', 12).ok).toBe(false);
  });
});

describe('ways to reach somebody', () => {
  it('are read by what they are for', () => {
    expect(readTelephone('020 7946 0123')).toBe('+442079460123');
    expect(readTelephone('07700 900123')).toBe('+447700900123');
    expect(readTelephone('12')).toBeNull();
    expect(readWay('phone', '020 7946 0123', true)).toBeNull();
    expect(readWay('email', '07700 900123', true)).toBeNull();
    expect(readWay('post', ' 2 King Street\nLondon W6 9JU ', true)).toBe('2 King Street\nLondon W6 9JU');
  });
});
