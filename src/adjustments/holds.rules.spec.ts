import { describe, expect, it } from '@jest/globals';
import { halfDaysOf } from './holds.rules.js';

const halves = [{ name: 'Morning', starts: '09:00', ends: '13:00' }, { name: 'Afternoon', starts: '13:00', ends: '17:00' }];

describe('half-days', () => {
  it('are those of working days, in London', () => {
    // Easter Monday is 29 March 2027; the clocks went forward the day before.
    const days = halfDaysOf('2027-03-25', '2027-03-30', halves, new Set(['2027-03-26', '2027-03-29']));
    expect(days.map(({ key }) => key)).toEqual(['2027-03-25/0', '2027-03-25/1', '2027-03-30/0', '2027-03-30/1']);
    expect(days[0]).toMatchObject({ name: 'Morning', startsAt: new Date('2027-03-25T09:00:00Z'), endsAt: new Date('2027-03-25T13:00:00Z') });
    expect(days[3]).toMatchObject({ startsAt: new Date('2027-03-30T12:00:00Z'), endsAt: new Date('2027-03-30T16:00:00Z') });
    expect(halfDaysOf('2027-03-30', '2027-03-25', halves, new Set())).toEqual([]);
  });
});
