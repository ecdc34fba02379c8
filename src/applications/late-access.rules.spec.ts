import { describe, expect, it } from '@jest/globals';
import { canApply, type CallDates } from '../calls/call.rules.js';
import { canGive, canUse, checkContact, checkDeadline, deadlineAfterContact } from './late-access.rules.js';

const call: CallDates = {
  state: 'published', opensAt: new Date('2026-11-02T10:00:00Z'), closesAt: new Date('2026-12-04T23:59:00Z'), closedEarlyAt: null,
  interviewsFrom: '2027-01-11', interviewsTo: '2027-01-15', firstMeetingOn: '2027-02-01',
};
const before = new Date('2026-11-23T10:00:00Z');
const after = new Date('2026-12-05T00:01:00Z');

describe('more time', () => {
  it('opens a closed call until its own deadline, and no other call', () => {
    const moreTime = { deadline: new Date('2026-12-11T17:00:00Z') };
    expect(canApply(call, after).ok).toBe(false);
    expect(canApply(call, after, moreTime)).toEqual({ ok: true });
    expect(canApply(call, new Date('2026-12-11T16:59:59.999Z'), moreTime)).toEqual({ ok: true });
    expect(canApply(call, moreTime.deadline, moreTime).ok).toBe(false);
    expect(canApply({ ...call, closedEarlyAt: before }, after, moreTime)).toEqual({ ok: true });
    expect(canApply({ ...call, state: 'cancelled' }, after, moreTime).ok).toBe(false);
    expect(canApply({ ...call, opensAt: new Date('2027-01-01T00:00:00Z') }, before, moreTime).ok).toBe(false);
  });

  it('is given for published calls, before their interviews', () => {
    expect(canGive(call, after)).toEqual({ ok: true });
    expect(canGive({ ...call, state: 'draft' }, before).ok).toBe(false);
    expect(canGive(call, new Date('2027-01-11T00:00:00Z')).ok).toBe(false);
  });

  it('ends after the close, in the future, before the interviews', () => {
    expect(checkDeadline(call, new Date('2026-12-11T17:00:00Z'), before)).toEqual({ ok: true });
    expect(checkDeadline(call, call.closesAt, before)).toEqual({ ok: false, reason: 'It must be after the call closes, on Friday 4 December 2026, 11:59pm' });
    expect(checkDeadline({ ...call, closedEarlyAt: new Date('2026-11-20T10:00:00Z') }, new Date('2026-11-22T10:00:00Z'), before))
      .toEqual({ ok: false, reason: 'It must be in the future' });
    expect(checkDeadline(call, new Date('2027-01-11T00:00:00Z'), before))
      .toEqual({ ok: false, reason: 'It must be before the interviews, which start on Monday 11 January 2027' });
    expect(checkDeadline(call, new Date('2027-01-10T23:59:00Z'), before)).toEqual({ ok: true });
  });

  it('comes from getting in touch while the call was open', () => {
    expect(checkContact(call, new Date('2026-11-27T15:00:00Z'), after)).toEqual({ ok: true });
    expect(checkContact(call, new Date('2026-12-04T23:58:59Z'), after)).toEqual({ ok: true });
    expect(checkContact(call, call.closesAt, after)).toEqual({ ok: false, reason: 'The call closed on Friday 4 December 2026, 11:59pm. Only contact before that counts' });
    expect(checkContact(call, new Date('2026-11-27T15:00:00Z'), before)).toEqual({ ok: false, reason: 'It must be in the past' });
    expect(checkContact(call, new Date('2026-11-02T09:59:00Z'), before).ok).toBe(false);
  });

  it('then ends at the end of its last day, the day before the interviews at the latest', () => {
    expect(deadlineAfterContact(call, '2026-12-11')).toEqual(new Date('2026-12-11T23:59:00Z'));
    expect(deadlineAfterContact({ ...call, interviewsFrom: '2026-12-08' }, '2026-12-11')).toEqual(new Date('2026-12-07T23:59:00Z'));
    expect(deadlineAfterContact({ ...call, interviewsFrom: '2026-12-05' }, '2026-12-11')).toBeNull();
  });

  it('is used by whom it was given to, as often as it was given, in time', () => {
    const permission = { deadline: new Date('2026-12-11T17:00:00Z'), usesAllowed: 2, personId: null, usedByOthers: 1 };
    expect(canUse(permission, 'mary', after)).toEqual({ ok: true });
    expect(canUse({ ...permission, usedByOthers: 2 }, 'mary', after).ok).toBe(false);
    expect(canUse({ ...permission, personId: 'tom' }, 'mary', after).ok).toBe(false);
    expect(canUse({ ...permission, personId: 'mary' }, 'mary', after)).toEqual({ ok: true });
    expect(canUse(permission, 'mary', permission.deadline)).toEqual({
      ok: false, reason: 'The time of this code ended on Friday 11 December 2026, 5pm. Call or text us, and we will tell you what can still be done',
    });
  });
});
