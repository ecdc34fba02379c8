import { addDays, formatDay, formatTime, weekday } from '../shared/dates.js';
import { BadRequest } from '../platform/errors.js';
import type { Form } from '../platform/web/form.js';
import type { HalfDayAnswer } from './availability.service.js';
import { after, halfDayWords, halves, type Answer, type RoundHalfDay } from './half-day.rules.js';

const ANSWERS: readonly Answer[] = ['works', 'prefer', 'no'];

export interface SaidTimes {
  answers: HalfDayAnswer[];
  /** Half-days at the most; null for as many as there are. */
  most: number | null;
}

/** "Monday 14 December 2026, morning", with the field that asks about it; by weeks, so that nobody has to read many at once. */
export function timeWeeks(halfDays: readonly RoundHalfDay[], { values }: Form<unknown>) {
  const weeks = new Map<string, RoundHalfDay[]>();
  for (const halfDay of halfDays) {
    const monday = addDays(halfDay.day, 1 - weekday(halfDay.day));
    weeks.set(monday, [...weeks.get(monday) ?? [], halfDay]);
  }
  return [...weeks.values()].map((week, index) => {
    const said = week.filter((halfDay) => (values[fieldOf(halfDay)] ?? 'works') !== 'works').length;
    return {
      words: `${formatDay(week[0]!.day)} to ${formatDay(week.at(-1)!.day)}`, said, isOpen: index === 0 || said > 0,
      fields: week.map((halfDay) => ({
        name: fieldOf(halfDay), words: halfDayWords(halfDay),
      })),
    };
  });
}

/** "A morning is 9am to 1pm." As it is on the first of these days. */
export function halvesWords(halfDays: readonly RoundHalfDay[]): string[] {
  return halves.flatMap((half) => halfDays.filter((one) => one.half === half).slice(0, 1).map(({ startsAt, minutes }) =>
    `${half === 'morning' ? 'A morning' : 'An afternoon'} is ${formatTime(startsAt)} to ${formatTime(after(startsAt, minutes))}.`));
}

/** What somebody said before, as the form shows it. */
export function timesForm(said: readonly HalfDayAnswer[], most: number | null): Form<never> {
  const values: Record<string, unknown> = Object.fromEntries(said.map((one) => [fieldOf(one), one.answer]));
  if (said.length > 0) values['all'] = said.every(({ answer }) => answer === 'works') ? 'yes' : 'some';
  return { values: { ...values, most: most === null ? '' : String(most) }, errors: [], dto: null };
}

/** A half-day that nothing was said of works. */
export function readTimes(body: unknown, halfDays: readonly RoundHalfDay[]): Form<SaidTimes> {
  const values = { ...(typeof body === 'object' && body !== null && !Array.isArray(body) ? body as Record<string, unknown> : {}) };
  delete values['_csrf'];
  const known = new Set(['all', 'most', ...halfDays.map(fieldOf)]);
  if (Object.entries(values).some(([name, value]) => !known.has(name) || typeof value !== 'string')) throw new BadRequest();
  const errors: Form<SaidTimes>['errors'] = [];
  if (values['all'] !== 'yes' && values['all'] !== 'some') errors.push({ field: 'all', message: 'Say whether all of these work, or only some' });
  const most = (values['most'] as string | undefined)?.trim() ?? '';
  if (most !== '' && !(/^\d{1,2}$/.test(most) && Number(most) >= 1 && Number(most) <= 60)) {
    errors.push({ field: 'most', message: 'Enter how many half-days you can do at most, from 1 to 60, or leave it empty' });
  }
  const answers = halfDays.map((halfDay): HalfDayAnswer => {
    const answer = values['all'] === 'yes' ? 'works' : values[fieldOf(halfDay)] ?? 'works';
    if (!ANSWERS.some((one) => one === answer)) throw new BadRequest();
    return { day: halfDay.day, half: halfDay.half, answer: answer as Answer };
  });
  if (errors.length > 0) return { values, errors, dto: null };
  return { values, errors, dto: { answers, most: most === '' ? null : Number(most) } };
}

function fieldOf({ day, half }: Pick<HalfDayAnswer, 'day' | 'half'>): string {
  return `t-${day}-${half}`;
}
