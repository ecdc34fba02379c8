import { addDays, weekday } from './dates.js';

/** Bank holidays of England, as 'YYYY-MM-DD'. */
export type BankHolidays = ReadonlySet<string>;

export function isWorkingDay(day: string, holidays: BankHolidays): boolean {
  return weekday(day) <= 5 && !holidays.has(day);
}

/** The day a number of working days after (or, below zero, before) a day. Zero gives the day itself. */
export function addWorkingDays(day: string, count: number, holidays: BankHolidays): string {
  const step = count < 0 ? -1 : 1;
  let left = Math.abs(count);
  let current = day;
  while (left > 0) {
    current = addDays(current, step);
    if (isWorkingDay(current, holidays)) left -= 1;
  }
  return current;
}
