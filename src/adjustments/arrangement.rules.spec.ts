import { describe, expect, it } from '@jest/globals';
import {
  arrangementStates, bookedInVain, canStep, compareNeeds, nextSteps, openStates, reopens, sectionOf, stateAfterMove, staysForItsOutcome,
} from './arrangement.rules.js';

const today = '2026-11-23';

describe('steps of an arrangement', () => {
  it('go from asked to told, and say how it went from the day on', () => {
    expect(nextSteps({ state: 'asked', neededBy: '2026-12-01' }, today)).toEqual(['acknowledged']);
    expect(nextSteps({ state: 'acknowledged', neededBy: '2026-12-01' }, today)).toEqual(['arranging', 'booked']);
    expect(nextSteps({ state: 'alternative_offered', neededBy: '2026-12-01' }, today)).toEqual([]);
    expect(nextSteps({ state: 'declined', neededBy: '2026-12-01' }, today)).toEqual([]);
    expect(nextSteps({ state: 'told', neededBy: '2026-12-01' }, today)).toEqual(['arranging']);
    expect(nextSteps({ state: 'told', neededBy: today }, today)).toEqual(['delivered', 'partly', 'not_delivered', 'arranging']);
  });

  it('can say that it was never found, or was there all the same, but never that the person took it back', () => {
    expect(nextSteps({ state: 'arranging', neededBy: '2026-11-20' }, today)).toEqual(['booked', 'delivered', 'partly', 'not_delivered']);
    expect(canStep({ state: 'asked', neededBy: today }, 'withdrawn', today).ok).toBe(false);
    expect(canStep({ state: 'asked', neededBy: today }, 'booked', today)).toEqual({
      ok: false, reason: 'It is asked now, so this step is not possible',
    });
  });

  it('are open until it is over', () => {
    expect(openStates).toEqual(['asked', 'acknowledged', 'arranging', 'alternative_offered', 'booked', 'told', 'declined']);
    for (const state of openStates) expect(arrangementStates.can(state, 'withdrawn')).toBe(true);
    for (const state of ['delivered', 'partly', 'not_delivered'] as const) expect(arrangementStates.next(state)).toEqual(['feedback']);
  });
});

describe('another day', () => {
  const before = { occasionId: null, neededBy: '2026-12-01' };

  it('sends what was booked back to arranging', () => {
    expect(stateAfterMove('booked', before, { occasionId: 'a', neededBy: '2026-12-03' })).toBe('arranging');
    expect(stateAfterMove('told', { occasionId: 'a', neededBy: '2026-12-01' }, before)).toBe('arranging');
    expect(stateAfterMove('told', { occasionId: 'a', neededBy: '2026-12-01' }, { occasionId: 'b', neededBy: '2026-12-01' })).toBe('arranging');
  });

  it('leaves the rest as it is', () => {
    expect(stateAfterMove('booked', before, { occasionId: 'a', neededBy: '2026-12-01' })).toBe('booked');
    expect(stateAfterMove('asked', before, { occasionId: 'a', neededBy: '2026-12-03' })).toBe('asked');
  });
});

describe('what was booked', () => {
  it('falls back when it has to be arranged again, and not when it is over or not needed', () => {
    expect(reopens('told', 'arranging')).toBe(true);
    expect(reopens('booked', 'arranging')).toBe(true);
    expect(reopens('booked', 'told')).toBe(false);
    expect(reopens('told', 'not_delivered')).toBe(false);
    expect(reopens('told', 'withdrawn')).toBe(false);
    expect(reopens('acknowledged', 'arranging')).toBe(false);
  });
});

describe('what was booked and is not needed', () => {
  const booked = { state: 'told', neededBy: '2026-12-01', stillBookedFor: null } as const;

  it('is to be cancelled for its day, also when the day had moved before', () => {
    expect(bookedInVain(booked, 'withdrawn', today)).toBe('2026-12-01');
    expect(bookedInVain(booked, 'arranging', today)).toBe('2026-12-01');
    expect(bookedInVain({ state: 'arranging', neededBy: '2026-12-07', stillBookedFor: '2026-12-01' }, 'withdrawn', today)).toBe('2026-12-01');
  });

  it('is nothing when it was not booked, is booked again, or is past', () => {
    expect(bookedInVain({ ...booked, state: 'asked' }, 'withdrawn', today)).toBeNull();
    expect(bookedInVain({ ...booked, state: 'arranging', stillBookedFor: '2026-12-01' }, 'booked', today)).toBeNull();
    expect(bookedInVain({ ...booked, neededBy: '2026-11-20' }, 'arranging', today)).toBeNull();
  });

  it('waits for its outcome once the day is past', () => {
    expect(staysForItsOutcome({ state: 'told', neededBy: '2026-11-20' }, today)).toBe(true);
    expect(staysForItsOutcome({ state: 'told', neededBy: today }, today)).toBe(false);
    expect(staysForItsOutcome({ state: 'arranging', neededBy: '2026-11-20' }, today)).toBe(false);
  });
});

describe('a co-ordinator’s day', () => {
  const later = { neededBy: '2027-02-01', dueOn: '2027-01-04', answerBy: '2026-11-25' };

  it.each([
    ['later', { ...later, state: 'asked' }],
    ['overdue', { ...later, state: 'asked', answerBy: '2026-11-20' }],
    ['later', { ...later, state: 'arranging', answerBy: '2026-11-20' }],
    ['overdue', { ...later, state: 'arranging', dueOn: '2026-11-22' }],
    ['soon', { ...later, state: 'arranging', dueOn: today }],
    ['soon', { ...later, state: 'arranging', dueOn: '2026-11-30' }],
    ['later', { ...later, state: 'arranging', dueOn: '2026-12-01' }],
    ['waiting', { ...later, state: 'alternative_offered' }],
    ['overdue', { ...later, state: 'alternative_offered', dueOn: '2026-11-22' }],
    ['waiting', { ...later, state: 'declined', dueOn: '2026-11-22' }],
    ['booked', { ...later, state: 'told' }],
    ['over', { ...later, state: 'told', neededBy: today }],
  ] as const)('is %s', (section, arrangement) => {
    expect(sectionOf(arrangement, today)).toBe(section);
  });
});

describe('what somebody needs', () => {
  it('is compared with what they said before', () => {
    const known = [
      { id: '1', code: 'breaks', ownWords: null }, { id: '2', code: 'taxi', ownWords: null },
      { id: '3', code: 'something-else', ownWords: 'A window' },
    ];
    expect(compareNeeds(known, [
      { code: 'taxi', ownWords: null }, { code: 'braille', ownWords: null }, { code: 'something-else', ownWords: 'A door' },
    ])).toEqual({
      added: [{ code: 'braille', ownWords: null }],
      removed: [{ id: '1', code: 'breaks', ownWords: null }],
      reworded: [{ id: '3', code: 'something-else', ownWords: 'A door' }],
    });
  });

  it('is one thing, however often it is ticked', () => {
    const wanted = [{ code: 'taxi', ownWords: null }, { code: 'taxi', ownWords: null }];
    expect(compareNeeds([], wanted)).toEqual({ added: [wanted[0]], removed: [], reworded: [] });
  });
});
