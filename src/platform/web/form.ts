import { plainToInstance, Transform, type ClassConstructor } from 'class-transformer';
import { ValidateBy, validate, type ValidationError, type ValidationOptions } from 'class-validator';
import { dayFromParts, isDay, parseTime } from '../../shared/dates.js';
import { BadRequest, type FieldError } from '../errors.js';
import { isId } from '../ids.js';

/** A form as it was typed, with what is wrong with it. `dto` is there when nothing is. */
export interface Form<T> {
  values: Record<string, unknown>;
  errors: FieldError[];
  dto: T | null;
}

/** Rules for every body, from a form or as JSON: what is not known is refused. */
export const validationRules = { whitelist: true, forbidNonWhitelisted: true } as const;

const OWN_FIELDS = new Set(['_csrf']);

/** A form nobody has filled in yet, with what we know already. */
export function emptyForm(values: object = {}): Form<never> {
  return { values: { ...values }, errors: [], dto: null };
}

/** Reads a posted form into a DTO. Unknown fields are a `BadRequest`; wrong values are errors on the form. */
export async function readForm<T extends object>(type: ClassConstructor<T>, body: unknown): Promise<Form<T>> {
  const values = withoutOwnFields(body);
  const dto = plainToInstance(type, withWholeDates(values));
  const errors = await validate(dto, validationRules);
  if (errors.some((error) => error.constraints?.['whitelistValidation'])) throw new BadRequest();
  return errors.length > 0 ? { values, errors: fieldErrors(errors), dto: null } : { values, errors: [], dto };
}

/** The same form with an error of a rule that only the service could check. */
export function withError<T>(form: Form<T>, field: string, message: string): Form<T> {
  return { ...form, errors: [...form.errors, { field, message }], dto: null };
}

export function fieldErrors(errors: readonly ValidationError[], prefix = ''): FieldError[] {
  return errors.flatMap((error) => {
    const field = `${prefix}${error.property}`;
    // Decorators run from the last to the first, and the first one written says what matters most.
    const own = Object.values(error.constraints ?? {}).slice(-1).map((message) => ({ field, message }));
    return [...own, ...fieldErrors(error.children ?? [], `${field}.`)];
  });
}

function withoutOwnFields(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new BadRequest();
  return Object.fromEntries(Object.entries(body).filter(([name]) => !OWN_FIELDS.has(name)));
}

/** Three boxes, `x-day`, `x-month` and `x-year`, become one `x`: a day, what was typed, or nothing. */
function withWholeDates(values: Record<string, unknown>): Record<string, unknown> {
  const whole = { ...values };
  for (const name of Object.keys(values)) {
    const field = /^(.+)-day$/.exec(name)?.[1];
    if (field === undefined) continue;
    const parts = ['day', 'month', 'year'].map((part) => {
      const text = values[`${field}-${part}`];
      delete whole[`${field}-${part}`];
      return typeof text === 'string' ? text.trim() : '';
    });
    const [day = '', month = '', year = ''] = parts;
    whole[field] = parts.every((part) => part === '') ? undefined : dayFromParts(day, month, year) ?? parts.join('/');
  }
  return whole;
}

/** The other way: a day as the three boxes of a date field. */
export function dayParts(field: string, day: string | null): Record<string, string> {
  const [year = '', month = '', date = ''] = day?.split('-') ?? [];
  const plain = (digits: string) => digits.replace(/^0/, '');
  return { [`${field}-day`]: plain(date), [`${field}-month`]: plain(month), [`${field}-year`]: year };
}

// Decorators for DTOs. Messages say what to do, in plain words.

/** White space around is not meant; an empty text is nothing. */
export const Trimmed = () => Transform(({ value }: { value: unknown }) => {
  if (typeof value !== 'string') return value;
  const text = value.replace(/\r\n/g, '\n').trim();
  return text === '' ? undefined : text;
});

/** One checkbox posts a text, several post a list. */
export const OneOrMany = () => Transform(({ value }: { value: unknown }): unknown[] =>
  value === undefined || value === '' ? [] : Array.isArray(value) ? value as unknown[] : [value]);

/** Lines of a text box become a list, without empty ones; an empty text is nothing. */
export const Lines = () => Transform(({ value }: { value: unknown }) => {
  if (typeof value !== 'string') return value;
  const lines = value.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return lines.length > 0 ? lines : undefined;
});

/** "£20", "20", "20.50" in pounds become pence; anything else stays as it is, to be refused. */
export const PoundsToPence = () => Transform(({ value }: { value: unknown }) => {
  const match = typeof value === 'string' ? /^£?\s*(\d{1,6})(?:\.(\d{2}))?$/.exec(value.trim().replace(/,/g, '')) : null;
  return match ? Number(match[1]) * 100 + Number(match[2] ?? 0) : value;
});

/** A text of digits becomes a number; an empty text is nothing. */
export const Digits = () => Transform(({ value }: { value: unknown }) => {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (text === '') return undefined;
  return /^\d{1,9}$/.test(text) ? Number(text) : value;
});

/** "2pm", "midday" or "14:00" become "14:00". */
export const ClockTime = () => Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? parseTime(value) ?? value : value);

function rule(name: string, check: (value: unknown) => boolean, options: ValidationOptions): PropertyDecorator {
  return ValidateBy({ name, validator: { validate: check } }, options);
}

export const IsRealDay = (options: ValidationOptions) => rule('isRealDay', isDay, options);

export const IsClockTime = (options: ValidationOptions) =>
  rule('isClockTime', (value) => typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value), options);

export const IsRowId = (options: ValidationOptions = { message: 'Choose one of the options' }) => rule('isRowId', isId, options);
