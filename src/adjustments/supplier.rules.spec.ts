import { describe, expect, it } from '@jest/globals';
import { costOf, feeOf, feePercent, feeStep, rateOn } from './supplier.rules.js';

const terms = { partPercent: 50, partDays: 14, fullDays: 7 };

describe('what a supplier costs', () => {
  const rates = [{ fromOn: '2026-04-01', pence: 4_500, unit: 'hour' as const }, { fromOn: '2027-04-01', pence: 19_000, unit: 'half_day' as const }];

  it('is the rate of the day', () => {
    expect(rateOn(rates, '2026-03-31')).toBeNull();
    expect(rateOn(rates, '2027-03-31')?.pence).toBe(4_500);
    expect(rateOn(rates, '2027-04-01')?.pence).toBe(19_000);
  });

  it('counts what is begun', () => {
    expect(costOf(rates[0]!, 61)).toBe(9_000);
    expect(costOf(rates[1]!, 45)).toBe(19_000);
    expect(costOf(rates[1]!, 241)).toBe(38_000);
    expect(costOf({ fromOn: '2026-04-01', pence: 30_000, unit: 'day' }, 300)).toBe(30_000);
  });
});

describe('what cancelling costs', () => {
  it('is half at 8 to 14 days, all within 7, and nothing before', () => {
    const day = '2027-01-29';
    expect(feePercent(terms, day, '2027-01-14')).toBe(0);
    expect(feePercent(terms, day, '2027-01-15')).toBe(50);
    expect(feePercent(terms, day, '2027-01-21')).toBe(50);
    expect(feePercent(terms, day, '2027-01-22')).toBe(100);
    expect(feeOf(19_001, 50)).toBe(9_501);
  });

  it('is counted down', () => {
    expect(feeStep(terms, '2027-01-29', '2027-01-10')).toEqual({ percent: 0, until: '2027-01-14', then: 50 });
    expect(feeStep(terms, '2027-01-29', '2027-01-15')).toEqual({ percent: 50, until: '2027-01-21', then: 100 });
    expect(feeStep(terms, '2027-01-29', '2027-01-25')).toEqual({ percent: 100, until: null, then: null });
    expect(feeStep({ partPercent: 0, partDays: 7, fullDays: 2 }, '2027-01-29', '2027-01-25')).toEqual({ percent: 0, until: '2027-01-26', then: 100 });
  });
});
