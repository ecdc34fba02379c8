import { formatDay, londonInstant } from '../shared/dates.js';
import type { HalfDay } from './timetable.rules.js';

export type Half = 'morning' | 'afternoon';
export type Answer = 'works' | 'prefer' | 'no';

export const halves: readonly Half[] = ['morning', 'afternoon'];

/** Minutes and London times. */
export interface HalfHours {
  half: Half;
  starts: string;
  ends: string;
}

/** A half-day of a round, with its times. */
export interface RoundHalfDay extends HalfDay {
  half: Half;
  startsAt: Date;
}

/** From the council's setting, whose names are for people. */
export function halfHours(setting: readonly { name: string; starts: string; ends: string }[]): HalfHours[] {
  return setting.flatMap(({ name, starts, ends }) => {
    const half = halves.find((one) => one === name.toLowerCase());
    return half ? [{ half, starts, ends }] : [];
  });
}

/** The half-days of some days, in order. */
export function halfDaysOf(days: readonly string[], hours: readonly HalfHours[]): RoundHalfDay[] {
  return days.flatMap((day) => hours.flatMap(({ half, starts, ends }) => {
    const [from, to] = [londonInstant(day, starts), londonInstant(day, ends)];
    if (!from.ok || !to.ok) return [];
    return [{ id: halfDayId(day, half), day, half, startsAt: from.instant, minutes: minutesBetween(from.instant, to.instant) }];
  }));
}

export function halfDayId(day: string, half: Half): string {
  return `${day} ${half}`;
}

/** "Tuesday 10 March 2026, morning". */
export function halfDayWords({ day, half }: { day: string; half: Half }): string {
  return `${formatDay(day)}, ${half}`;
}

export function minutesBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 60_000);
}

export function after(from: Date, minutes: number): Date {
  return new Date(from.getTime() + minutes * 60_000);
}
