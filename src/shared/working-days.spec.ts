import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from './dates.js';
import { addWorkingDays, isWorkingDay } from './working-days.js';

// Easter 2027 and the early May bank holiday.
const holidays = new Set(['2027-03-26', '2027-03-29', '2027-05-03']);

describe('working days', () => {
  it('steps over weekends and bank holidays, both ways', () => {
    expect(addWorkingDays('2027-03-25', 1, holidays)).toBe('2027-03-30');
    expect(addWorkingDays('2027-03-30', -1, holidays)).toBe('2027-03-25');
    expect(addWorkingDays('2027-03-25', 0, holidays)).toBe('2027-03-25');
  });

  it('twenty days before a Tuesday after Easter starts in early March', () => {
    expect(addWorkingDays('2027-04-06', -20, holidays)).toBe('2027-03-05');
  });

  it('always lands on a working day, and comes back to where it began', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 365 }), fc.integer({ min: 1, max: 60 }), (offset, count) => {
      const start = addWorkingDays(addDays('2027-01-01', offset), 1, holidays);
      const later = addWorkingDays(start, count, holidays);
      expect(isWorkingDay(later, holidays)).toBe(true);
      expect(addWorkingDays(later, -count, holidays)).toBe(start);
    }));
  });
});
