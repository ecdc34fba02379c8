import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { experiences, firstTimers, seatGaps, shown, SMALLEST_SHOWN, targetGaps } from './composition.rules.js';

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

  it('says what is missing of what the call hopes for, by the hope alone', () => {
    const hopes = (people: number) => [
      { what: 'barrier' as const, option: 'Steps', atLeast: 1, people }, { what: 'barrier' as const, option: 'Noise', atLeast: 2, people },
      { what: 'first_time' as const, option: null, atLeast: 3, people },
    ];
    expect(targetGaps(hopes(0), 8)).toEqual([
      'Nobody shortlisted so far says they have experience of “Steps”. The call hopes for at least 1.',
      'Fewer than 2 people shortlisted so far say they have experience of “Noise”. The call hopes for at least 2.',
      'Fewer than 3 people shortlisted so far take part for the first time. The call hopes for at least 3.',
    ]);
    // One or none: the sentence of a hope for two is the same.
    expect(targetGaps(hopes(1), 8)).toEqual(targetGaps(hopes(0), 8).slice(1));
    expect(targetGaps(hopes(3), 8)).toEqual([]);
    expect(targetGaps(hopes(0), 4)).toEqual(['There are too few people on the shortlist to say how they meet what the call hopes for.']);
    expect(targetGaps(hopes(0), 0)).toEqual(['Nobody is shortlisted yet, so nothing can be said of what the call hopes for.']);
    expect(targetGaps([], 0)).toEqual([]);
  });

  it('shows the experience of the whole, and no small number by subtraction', () => {
    const asked = (onlyOne: boolean, ...people: number[]) =>
      experiences(people.map((count, index) => ({ questionId: 'q', question: 'Which?', onlyOne, option: `${index}`, people: count })), 20)
        .flatMap(({ rows }) => rows.map((row) => row.shown));
    expect(asked(false, 12, 4, 0, 17)).toEqual(['12', 'fewer than 5', 'fewer than 5', 'most people']);
    expect(asked(true, 12, 6, 2)).toEqual(['5 or more', '5 or more', 'fewer than 5']);
    expect(asked(true, 8, 7, 5)).toEqual(['8', '7', '5']);
    expect(experiences([], 20)).toEqual([]);
  });
});
