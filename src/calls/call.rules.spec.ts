import { describe, expect, it } from '@jest/globals';
import { canApply, canApprove, canEdit, canMakeReady, canMendQuestion, canSendBack, checkDates, slugOf, stageOf, timeline, type CallDates } from './call.rules.js';

/** The Disability Forum Planning Group's call of February 2020. */
const call: CallDates = {
  state: 'published',
  opensAt: new Date('2020-02-03T09:00:00Z'),
  closesAt: new Date('2020-02-28T12:00:00Z'),
  closedEarlyAt: null,
  interviewsFrom: '2020-03-09',
  interviewsTo: '2020-03-13',
  firstMeetingOn: '2020-03-31',
};
const at = (instant: string) => new Date(instant);

describe('the stage of a call', () => {
  it('is open until midday, and closed at midday', () => {
    expect(stageOf(call, at('2020-02-03T08:59:59Z'))).toBe('coming');
    expect(stageOf(call, at('2020-02-03T09:00:00Z'))).toBe('open');
    expect(stageOf(call, at('2020-02-28T11:59:59.999Z'))).toBe('open');
    expect(stageOf(call, at('2020-02-28T12:00:00Z'))).toBe('closed');
  });

  it('is closed from when it was closed early, and stays a draft or cancelled whatever the date', () => {
    const now = at('2020-02-10T12:00:00Z');
    expect(stageOf({ ...call, closedEarlyAt: now }, now)).toBe('closed');
    expect(stageOf({ ...call, state: 'draft' }, now)).toBe('draft');
    expect(stageOf({ ...call, state: 'cancelled' }, now)).toBe('cancelled');
  });
});

describe('applying', () => {
  it('says when it opens, and is kind when it has closed', () => {
    expect(canApply(call, at('2020-02-10T12:00:00Z'))).toEqual({ ok: true });
    expect(canApply(call, at('2020-02-01T12:00:00Z'))).toEqual({
      ok: false, reason: 'This opens on Monday 3 February 2020, 9am. You can apply from then.',
    });
    const late = canApply(call, at('2020-02-28T12:00:00Z'));
    expect(late.ok ? '' : late.reason).toContain('We have kept what you wrote');
  });
});

describe('publishing', () => {
  const draft = { ...call, state: 'draft' as const, questions: 2, places: 5, gatesLeft: 0 };
  const now = at('2020-02-01T12:00:00Z');

  it('needs questions, places, a closing date to come and the whole checklist before a second person looks', () => {
    expect(canMakeReady(draft, now)).toEqual({ ok: true });
    expect(canMakeReady({ ...draft, questions: 0 }, now).ok).toBe(false);
    expect(canMakeReady({ ...draft, places: 0 }, now).ok).toBe(false);
    expect(canMakeReady({ ...draft, gatesLeft: 1 }, now)).toEqual({ ok: false, reason: 'Finish the checklist first: 1 question is left' });
    expect(canMakeReady({ ...draft, state: 'published' }, now).ok).toBe(false);
    expect(canMakeReady(draft, at('2020-02-28T12:00:00Z')).ok).toBe(false);
  });

  it('needs somebody who had no hand in writing it; job-share partners count as one', () => {
    const ready = { ...draft, state: 'ready' as const, makers: ['the leads’ job', 'ruth'], approver: 'helen' };
    expect(canApprove(ready, now)).toEqual({ ok: true });
    expect(canApprove({ ...ready, approver: 'the leads’ job' }, now).ok).toBe(false);
    expect(canApprove({ ...ready, approver: 'ruth' }, now).ok).toBe(false);
    expect(canApprove({ ...ready, state: 'draft' }, now)).toEqual({ ok: false, reason: 'It is not ready for approval' });
    expect(canApprove({ ...ready, gatesLeft: 2 }, now).ok).toBe(false);
  });

  it('is changed only as a draft; what waits is sent back first; what is public gets better words at most', () => {
    expect([draft, { ...draft, state: 'ready' as const }, call].map((one) => canEdit(one).ok)).toEqual([true, false, false]);
    expect([draft, { ...draft, state: 'ready' as const }, call].map((one) => canSendBack(one).ok)).toEqual([false, true, false]);
    expect([draft, call].map((one) => canMendQuestion(one, now).ok)).toEqual([false, true]);
    expect(canMendQuestion(call, at('2020-02-28T12:00:00Z')).ok).toBe(false);
  });

  it('needs dates in the order things happen', () => {
    expect(checkDates(call)).toEqual([]);
    expect(checkDates({ ...call, interviewsFrom: '2020-02-27', firstMeetingOn: '2020-03-01' })).toEqual([
      { field: 'interviewsFrom', message: 'Interviews must start after it closes' },
      { field: 'firstMeetingOn', message: 'The first meeting must be after the interviews' },
    ]);
  });
});

describe('words', () => {
  it('shows what happens when', () => {
    expect(timeline(call, at('2020-03-10T12:00:00Z')).map(({ state }) => state)).toEqual(['done', 'done', 'now', 'later']);
    expect(timeline({ ...call, state: 'draft' }, at('2020-02-01T12:00:00Z')).map(({ state }) => state)).toEqual(['later', 'later', 'later', 'later']);
  });

  it('makes addresses from titles', () => {
    expect(slugOf('Disability Forum: Planning Group!')).toBe('disability-forum-planning-group');
    expect(slugOf('Zoë’s')).toBe('zoe-s');
    expect(slugOf('???')).toBe('call');
  });
});
