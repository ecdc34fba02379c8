import { describe, expect, it } from '@jest/globals';
import { canOverride, firstSafeDay, interpretersFor, leadDaysOf } from './safe-dates.rules.js';

const christmas = new Set(['2026-12-25', '2026-12-28', '2027-01-01']);
const bsl = { skill: 'bsl-interpreter', leadDays: 20, refused: [] as string[] };

describe('how many working days somebody needs to hear before', () => {
  const needs = { otherLeadDays: 3, skills: [bsl] };

  it('is the longest of what they need', () => {
    expect(leadDaysOf(needs, [], 1)).toBe(20);
    expect(leadDaysOf({ otherLeadDays: 30, skills: [bsl] }, [], 1)).toBe(30);
    expect(leadDaysOf({ otherLeadDays: 0, skills: [] }, [], 1)).toBe(0);
  });

  it('leaves out an interpreter who is held and free, can do it, and is not refused', () => {
    const free = [{ resourceId: 'meera', skills: ['bsl-interpreter'] }];
    expect(leadDaysOf(needs, free, 1)).toBe(3);
    expect(leadDaysOf(needs, [{ resourceId: 'meera', skills: ['lipspeaker'] }], 1)).toBe(20);
    expect(leadDaysOf({ ...needs, skills: [{ ...bsl, refused: ['meera'] }] }, free, 1)).toBe(20);
    expect(leadDaysOf(needs, free, 2)).toBe(20);
  });
});

describe('the first safe day', () => {
  it('counts working days over bank holidays', () => {
    // From Monday 23 November: 20 working days without one, and three bank holidays further on.
    expect(firstSafeDay('2026-11-23', 20, christmas)).toBe('2026-12-21');
    expect(firstSafeDay('2026-12-07', 20, christmas)).toBe('2027-01-07');
    expect(firstSafeDay('2026-12-07', 0, christmas)).toBe('2026-12-07');
  });
});

describe('how many interpreters', () => {
  it('is two beyond two hours', () => {
    expect(interpretersFor(120, 120)).toBe(1);
    expect(interpretersFor(121, 120)).toBe(2);
  });
});

describe('a date that leaves little time', () => {
  const override = { reason: 'The inspector comes that day', spokeOn: '2026-11-20', agreed: ['amina', 'tom'] };

  it('needs a reason, and the yes of everybody concerned', () => {
    expect(canOverride(override, ['amina', 'tom'], '2026-11-23')).toEqual({ ok: true });
    expect(canOverride(override, ['amina', 'tom', 'ruth'], '2026-11-23').ok).toBe(false);
    expect(canOverride({ ...override, reason: ' ' }, ['amina'], '2026-11-23').ok).toBe(false);
    expect(canOverride({ ...override, spokeOn: '2026-11-24' }, ['amina'], '2026-11-23').ok).toBe(false);
  });
});
