import { describe, expect, it } from '@jest/globals';
import { applicationStates, canBeBorn, canSubmit, canWithdraw, needsAgeCheck, tasks, type ApplicationState, type Draft } from './application.rules.js';
import { eligibilityProblem } from './eligibility.rules.js';
import { seenState, whatHappensWhen, type Told } from './application-status.rules.js';

const complete: Draft = {
  name: 'Amina Yusuf', postcode: 'W6 9JT', accessAnswered: true, contactAnswered: true, eligibility: ['lives'], interestDeclared: false,
  questions: [
    { id: 'why', text: 'Why?', kind: 'long_text', options: [], wordLimit: 10, required: true, freezeAfter: null },
    { id: 'more', text: 'More?', kind: 'yes_no', options: [], wordLimit: null, required: false, freezeAfter: null },
  ],
  answers: new Map([['why', 'I use a wheelchair.']]),
};

describe('writing an application', () => {
  it('knows what is done and what is left', () => {
    expect(tasks(complete)).toEqual({ about: 'done', answers: 'done', access: 'done', contact: 'done' });
    expect(tasks({ ...complete, postcode: null, answers: new Map([['more', 'x']]), accessAnswered: false }))
      .toEqual({ about: 'started', answers: 'started', access: 'todo', contact: 'done' });
  });

  it('asks how they belong to the borough and whether they have an interest; no answer to it ends anything', () => {
    expect(tasks({ ...complete, eligibility: [] }).about).toBe('started');
    expect(tasks({ ...complete, interestDeclared: null }).about).toBe('started');
    expect(canSubmit({ ...complete, eligibility: ['none'], interestDeclared: true })).toEqual({ ok: true });
    expect(eligibilityProblem([])).toBe('Tick at least one');
    expect(eligibilityProblem(['none', 'lives'])).toBe('Tick “None of these” alone, or leave it out');
    expect(eligibilityProblem(['works', 'lives'])).toBeNull();
  });

  it('can be sent when nothing is left and no answer is too long', () => {
    expect(canSubmit(complete)).toEqual({ ok: true });
    expect(canSubmit({ ...complete, name: null, contactAnswered: false })).toEqual({
      ok: false, reason: 'Before you send it: Tell us about you; Say how to reach you.',
    });
    expect(canSubmit({ ...complete, answers: new Map([['why', 'word '.repeat(11)]]) })).toEqual({
      ok: false, reason: 'Your answer to “Why?” must have 10 words or fewer. It has 11.',
    });
  });

  it('keeps under-18s for a person to handle; no birth date is no reason to', () => {
    expect(needsAgeCheck('2008-12-01', '2026-11-23', 18)).toBe(true);
    expect(needsAgeCheck('2008-11-23', '2026-11-23', 18)).toBe(false);
    expect(needsAgeCheck(null, '2026-11-23', 18)).toBe(false);
  });

  it('takes no birthday that cannot be', () => {
    expect(canBeBorn('1980-03-27', '2026-11-23')).toBe(true);
    expect(canBeBorn('2026-11-24', '2026-11-23')).toBe(false);
    expect(canBeBorn('1905-11-23', '2026-11-23')).toBe(false);
  });
});

describe('ending', () => {
  it('ends nowhere but where a person ended it', () => {
    const final = applicationStates.states.filter((state) => applicationStates.isFinal(state));
    expect(final).toEqual(['accepted', 'declined', 'lapsed', 'withdrawn']);
    expect(canWithdraw({ state: 'accepted', told: 'offered' }).ok).toBe(false);
    expect(canWithdraw({ state: 'interviewing', told: 'shortlisted' }).ok).toBe(true);
  });

  it('takes nothing from somebody who has not been told', () => {
    expect(canWithdraw({ state: 'not_selected', told: null }).ok).toBe(true);
    expect(canWithdraw({ state: 'not_selected', told: 'shortlisted' }).ok).toBe(true);
    expect(canWithdraw({ state: 'not_selected', told: 'not_selected' }).ok).toBe(false);
  });
});

describe('what a resident sees', () => {
  const told: Told = {
    state: 'submitted', submittedAt: new Date('2020-02-10T09:00:00Z'), reference: 'PLAN-7K3QX',
    outcome: null, toldAt: null, shortlistedAt: null, interviewAt: null, interviewHeld: false,
  };
  const call = { interviewsFrom: '2020-03-09', interviewsTo: '2020-03-13', firstMeetingOn: '2020-03-31', closesAt: new Date('2020-02-28T12:00:00Z'), resultDays: 10 };

  it('is the same for every decision until the message about it has gone', () => {
    const hidden: ApplicationState[] = ['submitted', 'shortlisted', 'interviewing', 'reserve', 'not_selected', 'offered'];
    for (const state of hidden) expect(seenState({ ...told, state })).toBe('waiting');
    const pages = new Set(hidden.map((state) => JSON.stringify(whatHappensWhen({ ...told, state }, call, '2020-03-02'))));
    expect(pages.size).toBe(1);
  });

  it('follows what they were told', () => {
    const shortlisted = { ...told, state: 'shortlisted' as const, outcome: 'shortlisted' as const, toldAt: new Date('2020-03-02T09:00:00Z') };
    expect(seenState(shortlisted)).toBe('choose_time');
    expect(seenState({ ...shortlisted, interviewAt: new Date('2020-03-10T10:00:00Z') })).toBe('interview');
    expect(seenState({ ...shortlisted, state: 'not_selected' })).toBe('choose_time');
    expect(seenState({ ...told, state: 'offered', outcome: 'offered' })).toBe('offer');
  });

  it('says what happens when', () => {
    const steps = whatHappensWhen({ ...told, outcome: 'shortlisted', shortlistedAt: new Date('2020-03-02T09:00:00Z') }, call, '2020-03-02');
    expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'now', 'later', 'later', 'later']);
    expect(steps[0]!.text).toBe('Monday 10 February 2020, reference PLAN-7K3QX');
    expect(steps[1]!.text).toBe('We told you on Monday 2 March 2020');
  });

  it('tells no interview that was not, and no meeting to somebody who said no', () => {
    const offered = { ...told, state: 'offered' as const, outcome: 'offered' as const, toldAt: new Date('2020-03-16T09:00:00Z'), shortlistedAt: new Date('2020-03-02T09:00:00Z') };
    const held = { ...offered, interviewAt: new Date('2020-03-10T10:00:00Z'), interviewHeld: true };
    const headings = (one: Told) => whatHappensWhen(one, call, '2020-03-16').map(({ state, heading }) => `${state} ${heading}`);
    expect(headings(held)).toEqual([
      'done You applied', 'done You were shortlisted', 'done Choose your interview time', 'done Interview', 'now We offered you a place', 'later First meeting',
    ]);
    expect(headings(offered)).toEqual(['done You applied', 'done You were shortlisted', 'now We offered you a place', 'later First meeting']);
    expect(headings({ ...offered, state: 'declined' })).toEqual(['done You applied', 'done You were shortlisted', 'done We offered you a place', 'done You said no to the place']);
    expect(headings({ ...offered, outcome: 'reserve', state: 'reserve', shortlistedAt: null })).toEqual(['done You applied', 'done We read all applications', 'now You are on the reserve list']);
  });
});
