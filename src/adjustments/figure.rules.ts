/** Below this, a number could lead to somebody. */
export const SMALLEST = 5;

export interface Counted {
  /** What was wanted on the day. */
  wanted: number;
  /** All of it was there. */
  met: number;
  /** It was there, and booked by the day it was due. */
  onTime: number;
}

/** A share as people read it: per cent, or only that few were not; null when nothing may be said. */
export interface Share {
  words: string;
}

/** Neither the part nor the rest may be a small number. */
export function share(part: number, whole: number): Share | null {
  if (whole < SMALLEST) return null;
  const rest = whole - part;
  if (rest > 0 && rest < SMALLEST) return { words: 'All but a few' };
  if (part > 0 && part < SMALLEST) return { words: 'Only a few' };
  return { words: `${Math.round((part / whole) * 100)} in 100` };
}

/** A count that leads to nobody. */
export function countWords(count: number): string {
  return count < SMALLEST ? `Fewer than ${SMALLEST}` : String(count);
}

/** The first day of its quarter. */
export function quarterOf(day: string): string {
  const month = Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 1;
  return `${day.slice(0, 4)}-${String(month).padStart(2, '0')}-01`;
}

/** "January to March 2027", from the first day of the quarter. */
export function quarterWords(firstDay: string): string {
  const [year = '', month = ''] = firstDay.split('-');
  const names = ['January to March', 'April to June', 'July to September', 'October to December'];
  return `${names[Math.floor((Number(month) - 1) / 3)]} ${year}`;
}
