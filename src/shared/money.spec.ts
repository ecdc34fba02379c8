import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fee, formatExactMoney, formatMinutes, formatMoney } from './money.js';

describe('fee', () => {
  const twentyAnHour = { pence: 2000, unit: 'hour' } as const;

  it('counts an hourly rate in started quarter hours', () => {
    expect(fee(twentyAnHour, 130)).toBe(4500);
    expect(fee(twentyAnHour, 120)).toBe(4000);
    expect(fee(twentyAnHour, 121)).toBe(4500);
    expect(fee(twentyAnHour, 1)).toBe(500);
  });

  it('pays a session whole, however long', () => {
    expect(fee({ pence: 7500, unit: 'session' }, 10)).toBe(7500);
  });

  it('refuses time that was not worked', () => {
    expect(() => fee(twentyAnHour, 0)).toThrow(RangeError);
    expect(() => fee(twentyAnHour, 1.5)).toThrow(RangeError);
  });

  it('never pays less for more time', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1440 }), fc.integer({ min: 0, max: 20_000 }), (minutes, pence) => {
      expect(fee({ pence, unit: 'hour' }, minutes + 1)).toBeGreaterThanOrEqual(fee({ pence, unit: 'hour' }, minutes));
    }));
  });
});

describe('words for money and time', () => {
  it('leaves out pence that are nought, unless they are asked for', () => {
    expect(formatMoney(2000)).toBe('£20');
    expect(formatMoney(123_456)).toBe('£1,234.56');
    expect(formatExactMoney(4500)).toBe('£45.00');
    expect(formatMoney(-150)).toBe('−£1.50');
  });

  it('says minutes as people do', () => {
    expect(formatMinutes(130)).toBe('2 hours 10 minutes');
    expect(formatMinutes(60)).toBe('1 hour');
    expect(formatMinutes(45)).toBe('45 minutes');
  });
});
