import { addDays } from '../shared/dates.js';
import { isWorkingDay, type BankHolidays } from '../shared/working-days.js';

/** Somebody who was told that they are shortlisted, and the day of their interview. */
export interface Wait {
  toldOn: string;
  heldOn: string;
  /** Something was arranged for them. */
  withAdjustments: boolean;
}

export interface WaitFigure {
  people: number;
  /** Working days; the middle one of all. */
  median: number;
}

/** Fewer than this could lead to somebody. */
export const FEWEST_SHOWN = 5;

/** Working days after the first, up to and with the second. */
export function workingDaysBetween(from: string, to: string, holidays: BankHolidays): number {
  let count = 0;
  for (let day = addDays(from, 1); day <= to; day = addDays(day, 1)) if (isWorkingDay(day, holidays)) count += 1;
  return count;
}

/** For those with and those without; null for both where either is too few to show, so that one can't be told from the other. */
export function waitFigures(waits: readonly Wait[], holidays: BankHolidays): { withAdjustments: WaitFigure; without: WaitFigure } | null {
  const days = (wanted: boolean) => waits.filter(({ withAdjustments }) => withAdjustments === wanted)
    .map(({ toldOn, heldOn }) => workingDaysBetween(toldOn, heldOn, holidays)).sort((a, b) => a - b);
  const [withAdjustments, without] = [days(true), days(false)];
  if (withAdjustments.length < FEWEST_SHOWN || without.length < FEWEST_SHOWN) return null;
  return { withAdjustments: figure(withAdjustments), without: figure(without) };
}

function figure(sorted: readonly number[]): WaitFigure {
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { people: sorted.length, median };
}
