import { isDaytime } from '../shared/dates.js';

/** A draft that was left alone, and one whose call closes soon. */
export type NudgeKind = 'unfinished' | 'closing';

export interface UnsentDraft {
  /** When it was begun or last written in. */
  touchedAt: Date;
  opensAt: Date;
  closesAt: Date;
  nudges: readonly { kind: NudgeKind; at: Date }[];
}

export interface NudgeDays {
  afterDays: number;
  beforeClosingDays: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Whoever wrote in it within these hours knows of it. */
const RESTING_HOURS = 3;

/**
 * Which reminder is due now, if any: each once, none after closing, in the night or within a day of the other.
 * It asks for what is past due, not for an hour: one that a stopped worker missed goes when it is back.
 */
export function nudgeDue(draft: UnsentDraft, now: Date, { afterDays, beforeClosingDays }: NudgeDays): NudgeKind | null {
  const { touchedAt, opensAt, closesAt, nudges } = draft;
  const ago = (instant: Date) => now.getTime() - instant.getTime();
  if (now < opensAt || now >= closesAt || !isDaytime(now) || ago(touchedAt) < RESTING_HOURS * HOUR) return null;
  if (nudges.some(({ at }) => ago(at) < DAY)) return null;
  const had = (kind: NudgeKind) => nudges.some((nudge) => nudge.kind === kind);
  if (-ago(closesAt) <= beforeClosingDays * DAY) return had('closing') ? null : 'closing';
  return ago(touchedAt) >= afterDays * DAY && !had('unfinished') ? 'unfinished' : null;
}
