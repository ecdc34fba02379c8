import { describe, expect, it } from '@jest/globals';
import { isDaytime } from '../shared/dates.js';
import { nudgeDue, type UnsentDraft } from './nudge.rules.js';

const days = { afterDays: 7, beforeClosingDays: 2 };
const draft: UnsentDraft = {
  touchedAt: new Date('2026-11-10T10:00:00Z'), opensAt: new Date('2026-11-02T10:00:00Z'), closesAt: new Date('2026-12-04T12:00:00Z'), nudges: [],
};
const due = (at: string, more: Partial<UnsentDraft> = {}) => nudgeDue({ ...draft, ...more }, new Date(at), days);

describe('a reminder of a draft', () => {
  it('is due 7 days after it was last touched, however late we look', () => {
    expect(due('2026-11-17T09:59:59Z')).toBeNull();
    expect(due('2026-11-17T10:00:00Z')).toBe('unfinished');
    expect(due('2026-11-25T15:00:00Z')).toBe('unfinished');
    expect(due('2026-11-25T15:00:00Z', { touchedAt: new Date('2026-11-20T10:00:00Z') })).toBeNull();
  });

  it('is due 2 days before closing, once each', () => {
    const nudges = [{ kind: 'unfinished' as const, at: new Date('2026-11-17T10:00:00Z') }];
    expect(due('2026-11-30T12:00:00Z', { nudges })).toBeNull();
    expect(due('2026-12-02T11:59:59Z', { nudges })).toBeNull();
    expect(due('2026-12-02T12:00:00Z', { nudges })).toBe('closing');
    expect(due('2026-12-02T12:00:00Z')).toBe('closing');
    expect(due('2026-12-04T09:00:00Z', { nudges: [...nudges, { kind: 'closing', at: new Date('2026-12-02T12:00:00Z') }] })).toBeNull();
  });

  it('is not due within a day of the other, nor soon after somebody wrote', () => {
    const nudges = [{ kind: 'unfinished' as const, at: new Date('2026-12-01T18:00:00Z') }];
    expect(due('2026-12-02T17:59:00Z', { nudges })).toBeNull();
    expect(due('2026-12-02T18:00:00Z', { nudges })).toBe('closing');
    expect(due('2026-12-03T12:59:00Z', { touchedAt: new Date('2026-12-03T10:00:00Z') })).toBeNull();
    expect(due('2026-12-03T13:00:00Z', { touchedAt: new Date('2026-12-03T10:00:00Z') })).toBe('closing');
  });

  it('is never due after closing, before opening, or from 7pm to 9am in London', () => {
    expect(due('2026-12-04T12:00:00Z')).toBeNull();
    expect(due('2026-11-02T09:59:00Z')).toBeNull();
    expect(['08:59', '09:00', '18:59', '19:00', '23:00', '03:00'].map((time) => isDaytime(new Date(`2026-11-20T${time}:00Z`)))).toEqual([false, true, true, false, false, false]);
    expect(isDaytime(new Date('2026-07-01T08:00:00Z'))).toBe(true);
    expect(due('2026-11-20T19:00:00Z')).toBeNull();
  });
});
