import { describe, expect, it } from '@jest/globals';
import { canPlan, canRecordAttendance } from './diary.rules.js';

const now = new Date('2026-03-02T10:00:00Z');
const at = (time: string) => new Date(`2026-03-10T${time}:00Z`);

describe('planning a time', () => {
  const time = { startsAt: at('10:00'), endsAt: at('10:40'), format: 'in_person' as const, roomId: 'room' };

  it('needs an end after the start, a start in the future, and a room for meeting in person', () => {
    expect(canPlan(time, now)).toEqual({ ok: true });
    expect(canPlan({ ...time, endsAt: at('10:00') }, now).ok).toBe(false);
    expect(canPlan({ ...time, endsAt: new Date('2026-03-12T10:00:00Z') }, now).ok).toBe(false);
    expect(canPlan(time, at('10:00')).ok).toBe(false);
    expect(canPlan({ ...time, roomId: null }, now).ok).toBe(false);
    expect(canPlan({ ...time, roomId: null, format: 'phone' }, now)).toEqual({ ok: true });
  });
});

describe('recording attendance', () => {
  it('waits until it has begun, and happens once', () => {
    const occasion = { startsAt: now, cancelledAt: null };
    expect(canRecordAttendance(occasion, 'expected', now)).toEqual({ ok: true });
    expect(canRecordAttendance(occasion, 'expected', new Date(now.getTime() - 1)).ok).toBe(false);
    expect(canRecordAttendance(occasion, 'attended', now).ok).toBe(false);
    expect(canRecordAttendance({ ...occasion, cancelledAt: now }, 'expected', now).ok).toBe(false);
  });
});
