import { Temporal } from 'temporal-polyfill';

/** Instants are `Date`s in UTC; people read and write Europe/London. Days are 'YYYY-MM-DD' strings. */
const LONDON = 'Europe/London';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June',
  'July', 'August', 'September', 'October', 'November', 'December'];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const MINUTE = 60_000;
const MOST_REMEMBERED = 2_000;

const londonMinute = remember((minute: number) => {
  const { year, month, day, hour, minute: past } = Temporal.Instant.fromEpochMilliseconds(minute * MINUTE).toZonedDateTimeISO(LONDON);
  return { day: Temporal.PlainDate.from({ year, month, day }).toString(), hour, minute: past };
});

function inLondon(instant: Date): { day: string; hour: number; minute: number } {
  return londonMinute(Math.floor(instant.getTime() / MINUTE));
}

/** The day it is in London at an instant. */
export function londonDay(instant: Date): string {
  return inLondon(instant).day;
}

/** "14:30" in London at an instant. */
export function londonTime(instant: Date): string {
  const { hour, minute } = inLondon(instant);
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

const [MORNING, EVENING] = ['09:00', '19:00'];

/** Nobody is woken by a reminder: from 9am to 7pm in London. */
export function isDaytime(now: Date): boolean {
  const time = londonTime(now);
  return time >= MORNING && time < EVENING;
}

export type InstantOutcome = { ok: true; instant: Date } | { ok: false; reason: string };

/**
 * The instant of a London day and time ("14:30").
 * An hour that the spring clock change skips is refused; one that comes twice in autumn is the first.
 */
export function londonInstant(day: string, time: string): InstantOutcome {
  const wanted = Temporal.PlainDateTime.from(`${day}T${time}`);
  const zoned = wanted.toZonedDateTime(LONDON, { disambiguation: 'earlier' });
  if (!zoned.toPlainDateTime().equals(wanted)) {
    const instead = wanted.toZonedDateTime(LONDON, { disambiguation: 'later' });
    return {
      ok: false,
      reason: `${formatClock(wanted)} on ${formatDay(day)} does not exist, because the clocks go forward. Try ${formatClock(instead)}`,
    };
  }
  return { ok: true, instant: new Date(zoned.epochMilliseconds) };
}

/** A day typed as three parts; null for one that is not in the calendar (30 February). */
export function dayFromParts(day: string, month: string, year: string): string | null {
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^\d{4}$/.test(year)) return null;
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(text) ? text : null;
}

/** Whether a text is a day in the calendar, as 'YYYY-MM-DD'. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

/** "14:30" from what people write: 14:30, 2.30pm, 2pm, midday, noon, midnight. Null when it is not a time. */
export function parseTime(text: string): string | null {
  const plain = text.trim().toLowerCase().replace(/\s+/g, '');
  if (plain === 'midday' || plain === 'noon' || plain === '12midday' || plain === '12noon') return '12:00';
  if (plain === 'midnight' || plain === '12midnight') return '00:00';
  const match = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$/.exec(plain);
  if (!match) return null;
  const [, hourText = '', minuteText, half] = match;
  if (minuteText === undefined && half === undefined) return null;
  let hour = Number(hourText);
  const minute = Number(minuteText ?? '0');
  if (half !== undefined && (hour < 1 || hour > 12)) return null;
  if (half !== undefined) hour = (hour % 12) + (half === 'pm' ? 12 : 0);
  if (hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

export function addDays(day: string, count: number): string {
  return Temporal.PlainDate.from(day).add({ days: count }).toString();
}

/** The same day some months later, or the last one of that month. */
export function addMonths(day: string, count: number): string {
  return Temporal.PlainDate.from(day).add({ months: count }).toString();
}

/** Days from one day to another; below zero when it was before. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;
}

/** Whole years of age on a day. */
export function ageOn(birthDay: string, day: string): number {
  return Temporal.PlainDate.from(birthDay).until(Temporal.PlainDate.from(day), { largestUnit: 'years' }).years;
}

/** Monday is 1, Sunday 7. */
export function weekday(day: string): number {
  return Temporal.PlainDate.from(day).dayOfWeek;
}

/** "Friday 28 February 2020". */
export const formatDay = remember((day: string): string => {
  const date = Temporal.PlainDate.from(day);
  return `${WEEKDAYS[date.dayOfWeek - 1]} ${date.day} ${MONTHS[date.month - 1]} ${date.year}`;
});

/** "2:30pm", "midday", "midnight". */
export function formatTime(instant: Date): string {
  return formatClock(inLondon(instant));
}

/** "Friday 28 February 2020, midday". */
export function formatInstant(instant: Date): string {
  return `${formatDay(londonDay(instant))}, ${formatTime(instant)}`;
}

/** "Tuesday 10 March 2020, 10am to 10:55am". */
export function formatSpan(from: Date, to: Date): string {
  return `${formatInstant(from)} to ${formatTime(to)}`;
}

function formatClock(time: { hour: number; minute: number }): string {
  if (time.minute === 0 && time.hour === 12) return 'midday';
  if (time.minute === 0 && time.hour === 0) return 'midnight';
  const hour = time.hour % 12 === 0 ? 12 : time.hour % 12;
  const minutes = time.minute === 0 ? '' : `:${String(time.minute).padStart(2, '0')}`;
  return `${hour}${minutes}${time.hour < 12 ? 'am' : 'pm'}`;
}

/** Pages show the same dates again and again, and asking the calendar takes most of a page's time. */
function remember<Key, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= MOST_REMEMBERED) known.clear();
    const value = work(key);
    known.set(key, value);
    return value;
  };
}
