import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canAnswer, canBook, canCancel, canOfferSlots, neededAgainBy, panelIsComplete, timesOf } from './interview.rules.js';

const now = new Date('2027-01-20T10:00:00Z');

describe('a panel', () => {
  const lead = { roles: ['strategic_lead'] as const };
  const coDecider = { roles: ['co_decider'] as const };
  const member = { roles: ['panel_member'] as const };

  it('has staff and residents, two to four people', () => {
    expect(panelIsComplete([lead, coDecider], { least: 2, most: 4 })).toEqual({ ok: true });
    expect(panelIsComplete([lead, lead, member, coDecider], { least: 2, most: 4 })).toEqual({ ok: true });
    expect(panelIsComplete([lead, lead], { least: 2, most: 4 }).ok).toBe(false);
    expect(panelIsComplete([coDecider, member], { least: 2, most: 4 }).ok).toBe(false);
    expect(panelIsComplete([lead], { least: 2, most: 4 }).ok).toBe(false);
    expect(panelIsComplete([lead, coDecider, member, member, member], { least: 2, most: 4 })).toEqual({ ok: false, reason: 'Choose at most 4 people' });
  });

  it('does not count a lead as a resident', () => {
    expect(panelIsComplete([{ roles: ['strategic_lead', 'co_decider'] }, lead], { least: 2, most: 4 }).ok).toBe(false);
  });
});

describe('times in one go', () => {
  const series = { day: '2027-01-26', startTime: '14:00', length: 40, count: 3, gap: 15 };

  it('come one after another with a gap', () => {
    expect(timesOf(series)).toEqual({ ok: true, times: [
      { startsAt: new Date('2027-01-26T14:00:00Z'), endsAt: new Date('2027-01-26T14:40:00Z') },
      { startsAt: new Date('2027-01-26T14:55:00Z'), endsAt: new Date('2027-01-26T15:35:00Z') },
      { startsAt: new Date('2027-01-26T15:50:00Z'), endsAt: new Date('2027-01-26T16:30:00Z') },
    ] });
  });

  it('end on the same day, and begin at a time there is', () => {
    expect(timesOf({ ...series, startTime: '23:00' }).ok).toBe(false);
    const skipped = timesOf({ ...series, day: '2027-03-28', startTime: '01:30' });
    expect(skipped.ok || skipped.reason).toBe(
      '1:30am on Sunday 28 March 2027 does not exist, because the clocks go forward. Try 2:30am');
  });

  it('never overlap', () => {
    const minutes = { length: fc.integer({ min: 10, max: 60 }), count: fc.integer({ min: 1, max: 8 }), gap: fc.integer({ min: 0, max: 30 }) };
    fc.assert(fc.property(fc.record(minutes), (chosen) => {
      const outcome = timesOf({ ...series, startTime: '09:00', ...chosen });
      if (!outcome.ok) throw new Error(outcome.reason);
      outcome.times.slice(1).forEach((time, index) => {
        expect(time.startsAt.getTime()).toBeGreaterThanOrEqual(outcome.times[index]!.endsAt.getTime());
      });
    }));
  });

  it('are from the call’s first day on, and not on a day that is over', () => {
    const call = { state: 'published', fromOn: '2027-01-25' };
    expect(canOfferSlots(call, '2027-01-25', '2027-01-20')).toEqual({ ok: true });
    expect(canOfferSlots(call, '2027-02-15', '2027-02-15')).toEqual({ ok: true });
    expect(canOfferSlots(call, '2027-01-24', '2027-01-20')).toEqual({
      ok: false, reason: 'Interviews for this call start on Monday 25 January 2027. Choose that day or a later one',
    });
    expect(canOfferSlots(call, '2027-01-26', '2027-01-27')).toEqual({ ok: false, reason: 'That day is over. Choose today or a later day' });
    expect(canOfferSlots({ ...call, state: 'cancelled' }, '2027-01-25', '2027-01-20').ok).toBe(false);
  });
});

describe('choosing a time', () => {
  const slot = { startsAt: new Date('2027-01-26T14:00:00Z') };

  it('is for those who were told that they are shortlisted', () => {
    expect(canBook({ state: 'shortlisted', toldShortlisted: true }, slot, now)).toEqual({ ok: true });
    const refusal = { ok: false, reason: 'You can’t choose an interview time for this application now.' };
    expect(canBook({ state: 'shortlisted', toldShortlisted: false }, slot, now)).toEqual(refusal);
    expect(canBook({ state: 'submitted', toldShortlisted: false }, slot, now)).toEqual(refusal);
    expect(canBook({ state: 'not_selected', toldShortlisted: true }, slot, now)).toEqual(refusal);
    expect(canBook({ state: 'shortlisted', toldShortlisted: true }, { startsAt: now }, now).ok).toBe(false);
  });
});

describe('cancelling', () => {
  const booking = { startsAt: new Date('2027-01-20T11:00:00Z'), endsAt: new Date('2027-01-20T12:30:00Z'), attendance: 'expected' as const };
  const later = new Date('2027-01-20T12:00:00Z');

  it('is possible until it starts, for a lead until somebody came', () => {
    expect(canCancel(booking, false, now)).toEqual({ ok: true });
    expect(canCancel(booking, false, later).ok).toBe(false);
    expect(canCancel({ ...booking, attendance: 'absent' }, true, later)).toEqual({ ok: true });
    // Who did not come may choose another time.
    expect(canCancel({ ...booking, attendance: 'absent' }, false, later)).toEqual({ ok: true });
    expect(canCancel({ ...booking, attendance: 'attended' }, true, later).ok).toBe(false);
    // What is over stays as it was.
    expect(canCancel(booking, true, booking.endsAt).ok).toBe(false);
  });

  it('begins the search again from the first interview day, or today', () => {
    expect(neededAgainBy('2027-01-25', '2027-01-20')).toBe('2027-01-25');
    expect(neededAgainBy('2027-01-25', '2027-01-27')).toBe('2027-01-27');
  });
});

describe('answering somebody whom no time suits', () => {
  it('needs other times, and happens once', () => {
    expect(canAnswer({ answeredAt: null, newTimes: 1 })).toEqual({ ok: true });
    expect(canAnswer({ answeredAt: null, newTimes: 0 }).ok).toBe(false);
    expect(canAnswer({ answeredAt: now, newTimes: 1 }).ok).toBe(false);
  });
});
