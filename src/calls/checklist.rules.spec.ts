import { describe, expect, it } from '@jest/globals';
import { formatsArrive, interpretersAreHeld, leavesLeadTime, type ChecklistDates } from './checklist.rules.js';

const dates: ChecklistDates = {
  opensAt: new Date('2020-02-03T09:00:00Z'), closesAt: new Date('2020-02-28T12:00:00Z'), interviewsFrom: '2020-03-27',
  easyReadOn: '2020-01-31', bslOn: '2020-02-02',
};

describe('Easy Read and BSL', () => {
  it('arrive before the call opens; ordered is not enough', () => {
    expect(formatsArrive(dates)).toEqual({ ok: true });
    expect(formatsArrive({ ...dates, bslOn: '2020-02-03' })).toEqual({
      ok: false, reason: 'The BSL version comes on Monday 3 February 2020. That is not before it opens on Monday 3 February 2020. Let the call open later',
    });
    expect(formatsArrive({ ...dates, easyReadOn: '2020-03-02' }).ok).toBe(false);
    expect(formatsArrive({ ...dates, easyReadOn: null })).toEqual({ ok: false, reason: 'Say when the Easy Read version comes' });
  });

  it('are measured by the day it is in London', () => {
    // 23:30 UTC on 30 June is 1 July in London.
    expect(formatsArrive({ ...dates, opensAt: new Date('2020-06-30T23:30:00Z'), bslOn: '2020-06-30' })).toEqual({ ok: true });
  });
});

describe('time to arrange', () => {
  const lead = { what: 'British Sign Language (BSL) interpreter', days: 20 };

  it('is left between closing and the first interview', () => {
    expect(leavesLeadTime(dates, '2020-03-27', lead)).toEqual({ ok: true });
    expect(leavesLeadTime({ ...dates, interviewsFrom: '2020-03-26' }, '2020-03-27', lead)).toEqual({
      ok: false,
      reason: 'British Sign Language (BSL) interpreter: this takes 20 working days to arrange. The first safe day for interviews is Friday 27 March 2020. Change the dates of the call',
    });
  });
});

describe('interpreters', () => {
  it('are reserved, or there is a reason with a name', () => {
    expect(interpretersAreHeld(0, null).ok).toBe(false);
    expect(interpretersAreHeld(1, null)).toEqual({ ok: true });
    expect(interpretersAreHeld(0, 'none_to_be_had')).toEqual({ ok: true });
  });
});
