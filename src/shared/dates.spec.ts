import { describe, expect, it } from '@jest/globals';
import { ageOn, dayFromParts, formatInstant, formatSpan, isDay, londonDay, londonInstant, parseTime } from './dates.js';

describe('London time', () => {
  it('knows midday in winter and in summer', () => {
    expect(londonInstant('2020-02-28', '12:00')).toEqual({ ok: true, instant: new Date('2020-02-28T12:00:00Z') });
    expect(londonInstant('2020-07-28', '12:00')).toEqual({ ok: true, instant: new Date('2020-07-28T11:00:00Z') });
  });

  it('refuses an hour that the clock change skips, with a suggestion', () => {
    expect(londonInstant('2027-03-28', '01:30')).toEqual({
      ok: false,
      reason: '1:30am on Sunday 28 March 2027 does not exist, because the clocks go forward. Try 2:30am',
    });
  });

  it('takes the first of an hour that comes twice', () => {
    expect(londonInstant('2026-10-25', '01:30')).toEqual({ ok: true, instant: new Date('2026-10-25T00:30:00Z') });
  });

  it('says the day it is in London, not in UTC', () => {
    expect(londonDay(new Date('2026-06-30T23:30:00Z'))).toBe('2026-07-01');
  });

  it('writes times as people say them', () => {
    expect(formatInstant(new Date('2020-02-28T12:00:00Z'))).toBe('Friday 28 February 2020, midday');
    expect(formatSpan(new Date('2027-03-30T09:00:00Z'), new Date('2027-03-30T09:55:00Z')))
      .toBe('Tuesday 30 March 2027, 10am to 10:55am');
  });
});

describe('days and times that people type', () => {
  it('refuses days that are not in the calendar', () => {
    expect(dayFromParts('30', '2', '2020')).toBeNull();
    expect(dayFromParts('29', '2', '2020')).toBe('2020-02-29');
    expect(dayFromParts('1', '13', '2020')).toBeNull();
    expect(dayFromParts('1', '1', '20')).toBeNull();
    expect(isDay('2020-02-30')).toBe(false);
  });

  it.each([
    ['midday', '12:00'], ['Noon', '12:00'], ['2pm', '14:00'], ['2.30 pm', '14:30'], ['14:05', '14:05'],
    ['12am', '00:00'], ['12pm', '12:00'], ['9', null], ['25:00', null], ['13pm', null], ['soon', null],
  ])('reads %s', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });

  it('counts age in whole years', () => {
    expect(ageOn('2008-03-01', '2026-02-28')).toBe(17);
    expect(ageOn('2008-03-01', '2026-03-01')).toBe(18);
  });
});
