/**
 * Whole numbers all the way: points are weight times score, and a percentage is rounded once, at the end.
 * The dashboard does the same for all applications at once in SQL; test/services/reviews-dashboard.spec.ts holds the two equal.
 */
export const HIGHEST_SCORE = 4;

export interface Weighted {
  id: string;
  weight: number;
}

/** The most points an application can have. */
export function possiblePoints(criteria: readonly Weighted[]): number {
  return criteria.reduce((sum, { weight }) => sum + weight * HIGHEST_SCORE, 0);
}

export function points(criteria: readonly Weighted[], scores: ReadonlyMap<string, number>): number {
  return criteria.reduce((sum, { id, weight }) => sum + weight * (scores.get(id) ?? 0), 0);
}

/** Twice the median, so that it is whole for an even number of values too; null without values. */
export function medianTwice(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? 2 * sorted[middle]! : sorted[middle - 1]! + sorted[middle]!;
}

/** `part` of `whole` in per cent, halves up. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((200 * part + whole) / (2 * whole));
}

export interface Summary {
  given: number;
  /** Of the possible points, in per cent. */
  median: number | null;
  lowest: number | null;
  highest: number | null;
  /** From the lowest to the highest, in per cent of the possible points. */
  spread: number | null;
  /** Reviewers are further apart than the council wants without a talk. */
  farApart: boolean;
}

/** What several reviewers' points come to. `farApartPercent`: from this spread on, they talk. */
export function summarise(all: readonly number[], possible: number, farApartPercent: number): Summary {
  const twice = medianTwice(all);
  if (twice === null) return { given: 0, median: null, lowest: null, highest: null, spread: null, farApart: false };
  const lowest = Math.min(...all);
  const highest = Math.max(...all);
  return {
    given: all.length,
    median: percent(twice, 2 * possible),
    lowest: percent(lowest, possible),
    highest: percent(highest, possible),
    spread: percent(highest - lowest, possible),
    farApart: all.length > 1 && (highest - lowest) * 100 >= farApartPercent * possible,
  };
}

/** An essential criterion is low when the median of its scores is 0 or 1. */
export function isLow(scores: readonly number[]): boolean {
  const twice = medianTwice(scores);
  return twice !== null && twice <= 2;
}
