import { addDays, londonInstant } from '../shared/dates.js';
import { isWorkingDay, type BankHolidays } from '../shared/working-days.js';

/** As the council set it, in London times. */
export interface HalfDaySetting {
  name: string;
  starts: string;
  ends: string;
}

export interface HalfDay {
  /** "2027-01-11/0": the day, and which half of it. */
  key: string;
  day: string;
  name: string;
  startsAt: Date;
  endsAt: Date;
}

const MOST_DAYS = 60;

/** Every half-day of the working days in a window, both ends in it. */
export function halfDaysOf(from: string, to: string, halves: readonly HalfDaySetting[], holidays: BankHolidays): HalfDay[] {
  const days: HalfDay[] = [];
  let day = from;
  for (let count = 0; day <= to && count < MOST_DAYS; count += 1, day = addDays(day, 1)) {
    if (!isWorkingDay(day, holidays)) continue;
    for (const [index, { name, starts, ends }] of halves.entries()) {
      const [startsAt, endsAt] = [londonInstant(day, starts), londonInstant(day, ends)];
      if (startsAt.ok && endsAt.ok) days.push({ key: `${day}/${index}`, day, name, startsAt: startsAt.instant, endsAt: endsAt.instant });
    }
  }
  return days;
}
