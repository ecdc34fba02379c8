import { formatDay } from '../shared/dates.js';
import type { OccasionFormat, RoomFeature } from '../diary/diary.rules.js';

export interface FitSlot {
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  /** What its room has; empty without a room. */
  features: readonly RoomFeature[];
  /** Of its round. */
  baseMinutes: number;
}

/** What the time and the place have to be like for somebody: never why. */
export interface FitNeeds {
  extraMinutes: number;
  features: readonly RoomFeature[];
  /** Empty when any will do. */
  formats: readonly OccasionFormat[];
}

export type Fit = { fits: true } | { fits: false; because: 'short' | 'place' | 'soon'; minutes: number; firstSafeDay: string | null };

/** Minutes of somebody's interview. */
export function minutesOf(needs: Pick<FitNeeds, 'extraMinutes'>, baseMinutes: number): number {
  return baseMinutes + needs.extraMinutes;
}

/** Whether a time is long enough, at a place that has what it must, and not before somebody's first safe day. */
export function fitOf(slot: FitSlot, needs: FitNeeds, firstSafeDay: string | null): Fit {
  const minutes = minutesOf(needs, slot.baseMinutes);
  const no = (because: 'short' | 'place' | 'soon'): Fit => ({ fits: false, because, minutes, firstSafeDay });
  const hasPlace = slot.format !== 'in_person' || needs.features.every((feature) => slot.features.includes(feature));
  if (!hasPlace || (needs.formats.length > 0 && !needs.formats.includes(slot.format))) return no('place');
  if ((slot.endsAt.getTime() - slot.startsAt.getTime()) / 60_000 < minutes) return no('short');
  return firstSafeDay === null ? { fits: true } : no('soon');
}

/** To the person themselves, who asked for it in an address of ours or took a time that was shown to somebody else. */
export function refusalFor(fit: Fit & { fits: false }): string {
  switch (fit.because) {
    case 'short': return 'This time is shorter than the one we plan for you. Choose another, or tell us that none of these work: we find one.';
    case 'place': return 'This place does not have all that we plan for you. Choose another time, or tell us that none of these work: we find one.';
    case 'soon': return `This time is too soon for us to get everything ready for you. Choose one from ${formatDay(fit.firstSafeDay!)} on, or tell us that none of these work.`;
  }
}

/** To whoever schedules: minutes and dates. */
export function fitWords(fit: Fit): string {
  if (fit.fits) return 'Fits';
  switch (fit.because) {
    case 'short': return `Too short: plan ${fit.minutes} minutes`;
    case 'place': return 'This place or way to meet does not fit';
    case 'soon': return `Too soon: first safe day ${formatDay(fit.firstSafeDay!)}`;
  }
}
