import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HIGHEST_SCORE, isLow, medianTwice, percent, points, possiblePoints, summarise } from './score.rules.js';

const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 });
const score = fc.integer({ min: 0, max: HIGHEST_SCORE });
const criteriaOf = (all: number[]) => all.map((weight, index) => ({ id: `c${index}`, weight }));

describe('points', () => {
  it('are weight times score, of weight times four', () => {
    const criteria = [{ id: 'a', weight: 3 }, { id: 'b', weight: 1 }];
    expect(possiblePoints(criteria)).toBe(16);
    expect(points(criteria, new Map([['a', 4], ['b', 1]]))).toBe(13);
  });

  it('lie between nothing and everything, and the highest scores give everything', () => {
    fc.assert(fc.property(weights.chain((all) => fc.tuple(fc.constant(criteriaOf(all)), fc.array(score, { minLength: all.length, maxLength: all.length }))), ([criteria, scores]) => {
      const given = points(criteria, new Map(criteria.map(({ id }, index) => [id, scores[index]!])));
      expect(given).toBeGreaterThanOrEqual(0);
      expect(given).toBeLessThanOrEqual(possiblePoints(criteria));
      expect(points(criteria, new Map(criteria.map(({ id }) => [id, HIGHEST_SCORE])))).toBe(possiblePoints(criteria));
    }));
  });

  it('grow by the weight with each step of a score', () => {
    fc.assert(fc.property(weights, fc.nat(7), fc.integer({ min: 0, max: 3 }), (all, at, from) => {
      const criteria = criteriaOf(all);
      const { id, weight } = criteria[at % criteria.length]!;
      expect(points(criteria, new Map([[id, from + 1]])) - points(criteria, new Map([[id, from]]))).toBe(weight);
    }));
  });
});

describe('a percentage', () => {
  it('is rounded once, halves up', () => {
    expect([percent(1, 8), percent(1, 16), percent(1, 3), percent(2, 3), percent(1, 200), percent(0, 7), percent(7, 7), percent(3, 0)])
      .toEqual([13, 6, 33, 67, 1, 0, 100, 0]);
  });

  it('is the nearest whole number, computed without fractions', () => {
    fc.assert(fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), (part, whole) => {
      const whole100 = BigInt(part) * 100n;
      const down = whole100 / BigInt(whole);
      const rest = whole100 % BigInt(whole);
      expect(BigInt(percent(part, whole))).toBe(rest * 2n >= BigInt(whole) ? down + 1n : down);
    }));
  });
});

describe('a median', () => {
  it('is the middle one, or between the two middle ones', () => {
    expect([medianTwice([]), medianTwice([3]), medianTwice([9, 1, 2]), medianTwice([4, 1, 2, 9])]).toEqual([null, 6, 4, 6]);
  });

  it('has as many values below as above, and does not depend on their order', () => {
    fc.assert(fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 30 }), (values) => {
      const twice = medianTwice(values)!;
      expect(values.filter((value) => 2 * value < twice).length).toBeLessThanOrEqual(values.length / 2);
      expect(values.filter((value) => 2 * value > twice).length).toBeLessThanOrEqual(values.length / 2);
      expect(medianTwice([...values].reverse())).toBe(twice);
      expect(Number.isInteger(twice)).toBe(true);
    }));
  });
});

describe('what several reviews come to', () => {
  it('says median, lowest, highest, spread, and whether to talk', () => {
    expect(summarise([12, 4, 10], 16, 30)).toEqual({ given: 3, median: 63, lowest: 25, highest: 75, spread: 50, farApart: true });
    expect(summarise([10, 11], 16, 30)).toEqual({ given: 2, median: 66, lowest: 63, highest: 69, spread: 6, farApart: false });
    expect(summarise([16], 16, 0)).toEqual({ given: 1, median: 100, lowest: 100, highest: 100, spread: 0, farApart: false });
    expect(summarise([], 16, 30)).toEqual({ given: 0, median: null, lowest: null, highest: null, spread: null, farApart: false });
  });

  it('keeps to the order lowest, median, highest; more weight for all changes nothing', () => {
    fc.assert(fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 5 }), (all, factor) => {
      const summary = summarise(all, 100, 30);
      expect(summary.lowest!).toBeLessThanOrEqual(summary.median!);
      expect(summary.median!).toBeLessThanOrEqual(summary.highest!);
      expect(summarise(all.map((value) => value * factor), 100 * factor, 30)).toEqual(summary);
    }));
  });

  it('compares the spread exactly, not after rounding', () => {
    expect(summarise([0, 59], 200, 30).farApart).toBe(false);
    expect(summarise([0, 60], 200, 30).farApart).toBe(true);
  });
});

it('an essential criterion is low at a median of 0 or 1', () => {
  expect([isLow([]), isLow([1]), isLow([0, 2]), isLow([1, 2]), isLow([0, 1, 4]), isLow([2, 2, 0])]).toEqual([false, true, true, false, true, false]);
});
