import { describe, expect, it } from '@jest/globals';
import { canCancel, canMove, canRecordFor, keepsItsMoney, minutesPresent } from './group.rules.js';

describe('the time somebody took part', () => {
  it('is as planned, as counted, or from when to when', () => {
    expect(minutesPresent('whole', 120, {})).toEqual({ ok: true, minutes: 120 });
    expect(minutesPresent('other', 120, { minutes: 130 })).toEqual({ ok: true, minutes: 130 });
    expect(minutesPresent('other', 120, { from: '14:00', to: '16:10' })).toEqual({ ok: true, minutes: 130 });
    expect(minutesPresent('none', 120, { minutes: 130 })).toEqual({ ok: true, minutes: null });
  });

  it('needs both ends, in order', () => {
    expect(minutesPresent('other', 120, {})).toMatchObject({ ok: false, field: 'minutes' });
    expect(minutesPresent('other', 120, { from: '14:00' })).toMatchObject({ ok: false, field: 'to' });
    expect(minutesPresent('other', 120, { to: '14:00' })).toMatchObject({ ok: false, field: 'from' });
    expect(minutesPresent('other', 120, { from: '14:00', to: '14:00' })).toMatchObject({ ok: false, field: 'to' });
    expect(minutesPresent('other', 120, { minutes: 30, from: '14:00', to: '16:10' })).toMatchObject({ ok: false, field: 'minutes' });
  });
});

describe('recording who came', () => {
  it('is for somebody else where it decides a payment', () => {
    expect(canRecordFor('dana', 'amina', true)).toEqual({ ok: true });
    expect(canRecordFor('dana', 'dana', true).ok).toBe(false);
    expect(canRecordFor('dana', 'dana', false)).toEqual({ ok: true });
  });
});

describe('cancelling', () => {
  const now = new Date('2026-03-02T10:00:00Z');

  it('is possible once, until the meeting starts', () => {
    expect(canCancel({ startsAt: new Date('2026-03-02T10:00:01Z'), cancelledAt: null }, now)).toEqual({ ok: true });
    expect(canCancel({ startsAt: now, cancelledAt: null }, now).ok).toBe(false);
    expect(canCancel({ startsAt: new Date('2026-04-02T10:00:01Z'), cancelledAt: now }, now).ok).toBe(false);
  });
});

describe('moving a meeting', () => {
  const startsAt = new Date('2027-01-12T14:00:00Z');

  it('is possible before it starts, unless it was cancelled', () => {
    expect(canMove({ startsAt, cancelledAt: null }, new Date('2027-01-12T13:59:00Z'))).toEqual({ ok: true });
    expect(canMove({ startsAt, cancelledAt: null }, startsAt).ok).toBe(false);
    expect(canMove({ startsAt, cancelledAt: startsAt }, new Date('2027-01-01T00:00:00Z')).ok).toBe(false);
  });

  it('keeps the money that was set aside for its length', () => {
    expect(keepsItsMoney(120, 121, true).ok).toBe(false);
    expect(keepsItsMoney(120, 90, true)).toEqual({ ok: true });
    expect(keepsItsMoney(120, 180, false)).toEqual({ ok: true });
  });
});
