import { addDays } from '../shared/dates.js';

export type SupplierKind = 'agency' | 'person';
export type SupplierUnit = 'hour' | 'half_day' | 'day';

export const supplierKindNames: Record<SupplierKind, string> = { agency: 'An agency or a firm', person: 'One person' };
export const supplierUnitNames: Record<SupplierUnit, string> = { hour: 'an hour', half_day: 'a half-day', day: 'a day' };
export const supplierUnits = Object.keys(supplierUnitNames) as SupplierUnit[];

export interface SupplierRate {
  /** It holds from this day on, until the next one. */
  fromOn: string;
  pence: number;
  unit: SupplierUnit;
}

/** Cancelled `partDays` days before or later, `partPercent` is due; `fullDays` before or later, all of it. */
export interface CancellationTerms {
  partPercent: number;
  partDays: number;
  fullDays: number;
}

const MINUTES: Record<SupplierUnit, number> = { hour: 60, half_day: 4 * 60, day: 24 * 60 };

/** The rate of a day; null before the first one. */
export function rateOn(rates: readonly SupplierRate[], day: string): SupplierRate | null {
  return [...rates].filter(({ fromOn }) => fromOn <= day).sort((a, b) => (a.fromOn < b.fromOn ? 1 : -1))[0] ?? null;
}

/** In pence: each hour, half-day or day that is begun. */
export function costOf({ pence, unit }: SupplierRate, minutes: number): number {
  return pence * Math.max(1, Math.ceil(minutes / MINUTES[unit]));
}

/** What is due of the price when somebody is told today that they are not needed on a day. Calendar days, as agencies count. */
export function feePercent(terms: CancellationTerms, day: string, today: string): number {
  if (today >= addDays(day, -terms.fullDays)) return 100;
  return today >= addDays(day, -terms.partDays) ? terms.partPercent : 0;
}

export interface FeeStep {
  percent: number;
  /** The last day it stays so; null when it gets no more. */
  until: string | null;
  then: number | null;
}

/** Today's fee, how long it stays so, and what comes after. */
export function feeStep(terms: CancellationTerms, day: string, today: string): FeeStep {
  const percent = feePercent(terms, day, today);
  const changes = [addDays(day, -terms.partDays), addDays(day, -terms.fullDays)];
  const next = changes.find((change) => change > today && feePercent(terms, day, change) > percent);
  return next ? { percent, until: addDays(next, -1), then: feePercent(terms, day, next) } : { percent, until: null, then: null };
}

/** In pence, rounded to the nearest. */
export function feeOf(pence: number, percent: number): number {
  return Math.round((pence * percent) / 100);
}
