import { allowed, refused, type Outcome } from '../shared/result.js';

/** How much of a meeting somebody took part in. */
export type Presence = 'whole' | 'other' | 'none';

export type TimeOutcome = { ok: true; minutes: number | null } | { ok: false; field: 'minutes' | 'from' | 'to'; reason: string };

const MINUTES_A_DAY = 24 * 60;

/** Minutes somebody took part: as planned, as counted, or between two clock times ("14:00"); null when they did not come. */
export function minutesPresent(
  presence: Presence, plannedMinutes: number, other: { minutes?: number; from?: string; to?: string },
): TimeOutcome {
  if (presence === 'none') return { ok: true, minutes: null };
  if (presence === 'whole') return { ok: true, minutes: plannedMinutes };
  if (other.minutes !== undefined && (other.from !== undefined || other.to !== undefined)) {
    return { ok: false, field: 'minutes', reason: 'Fill in the minutes or the times, not both' };
  }
  if (other.minutes !== undefined) return { ok: true, minutes: other.minutes };
  if (other.from === undefined && other.to === undefined) {
    return { ok: false, field: 'minutes', reason: 'Enter how many minutes they took part, or from when to when' };
  }
  if (other.from === undefined) return { ok: false, field: 'from', reason: 'Enter when they started' };
  if (other.to === undefined) return { ok: false, field: 'to', reason: 'Enter when they stopped' };
  const minutes = minutesOfDay(other.to) - minutesOfDay(other.from);
  if (minutes <= 0) return { ok: false, field: 'to', reason: 'They must have stopped after they started' };
  return { ok: true, minutes };
}

/** Attendance decides what somebody is paid, so another person writes it down. Job-share partners count as one. */
export function canRecordFor(recorderDuty: string, memberDuty: string, isPaid: boolean): Outcome {
  if (isPaid && recorderDuty === memberDuty) {
    return refused('You can’t record this yourself, because it decides what you or your job-share partner are paid. Ask a colleague');
  }
  return allowed;
}

export function canCancel(meeting: { startsAt: Date; cancelledAt: Date | null }, now: Date): Outcome {
  if (meeting.cancelledAt) return refused('This meeting was cancelled already');
  if (meeting.startsAt <= now) return refused('This meeting has started. Record who came');
  return allowed;
}

export function canMove(meeting: { startsAt: Date; cancelledAt: Date | null }, now: Date): Outcome {
  if (meeting.cancelledAt) return refused('This meeting was cancelled. Plan a new one');
  if (meeting.startsAt <= now) return refused('This meeting has started, so it can’t be moved');
  return allowed;
}

/** What was set aside for a meeting is for its length. */
export function keepsItsMoney(minutesBefore: number, minutesNow: number, hasMoney: boolean): Outcome {
  if (!hasMoney || minutesNow <= minutesBefore) return allowed;
  return refused('The money set aside is for the time it has now, so it can’t become longer. Cancel it and plan a new one');
}

export function wholeMinutes(from: Date, to: Date): number {
  return Math.min(MINUTES_A_DAY, Math.round((to.getTime() - from.getTime()) / 60_000));
}

function minutesOfDay(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
