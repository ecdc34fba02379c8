import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstTimers, seatGaps, shown, SMALLEST_SHOWN } from './composition.rules.js';

describe('the composition of a group', () => {
  it('says which seats are free in sentences', () => {
    expect(seatGaps([
      { kind: 'disabled_resident', places: 5, offered: 0, accepted: 0, applicants: 12 },
      { kind: 'councillor', places: 2, offered: 1, accepted: 0, applicants: 2 },
      { kind: 'officer', places: 1, offered: 0, accepted: 1, applicants: 1 },
    ])).toEqual([
      'The call has 5 Disabled residents. Nobody is offered one yet.',
      'The call has 2 councillors. 1 seat is free, and 1 offer waits for an answer.',
    ]);
  });

  it('shows no number below five, nor lets one be worked out', () => {
    expect([shown(0), shown(4), shown(5)]).toEqual(['fewer than 5', 'fewer than 5', '5']);
    fc.assert(fc.property(fc.nat(30), fc.nat(30), (one, other) => {
      const numbers = (firstTimers(one + other, one).match(/\d+/g) ?? []).map(Number);
      const [first, all] = numbers;
      if (first !== undefined && all !== undefined) expect(Math.min(first, all - first)).toBeGreaterThanOrEqual(SMALLEST_SHOWN);
      expect(numbers.every((number) => number >= SMALLEST_SHOWN)).toBe(true);
    }));
  });
});
