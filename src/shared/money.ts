/** Money is whole pence everywhere. */
export type RateUnit = 'hour' | 'session';

export interface Rate {
  pence: number;
  unit: RateUnit;
}

const QUARTER_HOUR = 15;

/** The fee in pence for some minutes of work. An hourly rate counts in started quarter hours. */
export function fee(rate: Rate, minutes: number): number {
  if (!Number.isInteger(minutes) || minutes <= 0) throw new RangeError('minutes must be a whole number above 0');
  if (rate.unit === 'session') return rate.pence;
  const quarters = Math.ceil(minutes / QUARTER_HOUR);
  return Math.round((quarters * rate.pence) / 4);
}

/** "£20", "£45.50", "£1,250". */
export function formatMoney(pence: number): string {
  const sign = pence < 0 ? '−' : '';
  const pounds = Math.floor(Math.abs(pence) / 100).toLocaleString('en-GB');
  const rest = Math.abs(pence) % 100;
  return `${sign}£${pounds}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`;
}

/** "£45.00": always with pence, for claims, statements and files people compare. */
export function formatExactMoney(pence: number): string {
  const whole = formatMoney(pence);
  return whole.includes('.') ? whole : `${whole}.00`;
}

/** "£20 an hour". */
export function formatRate(rate: Rate): string {
  return `${formatMoney(rate.pence)} ${rate.unit === 'hour' ? 'an hour' : 'a session'}`;
}

/** "2 hours 10 minutes". */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const words = [
    hours > 0 ? `${hours} ${hours === 1 ? 'hour' : 'hours'}` : '',
    rest > 0 ? `${rest} ${rest === 1 ? 'minute' : 'minutes'}` : '',
  ];
  return words.filter(Boolean).join(' ') || '0 minutes';
}
