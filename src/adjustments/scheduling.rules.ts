import type { OccasionFormat, RoomFeature } from '../diary/diary.rules.js';

/** What the way to meet has to allow: at a distance, or seeing each other. */
export type FormatNeed = 'remote' | 'in_sight';

const ALLOWS: Record<FormatNeed, readonly OccasionFormat[]> = {
  remote: ['video', 'phone'],
  in_sight: ['in_person', 'video'],
};

/** One need, as whoever makes timetables may know it: no kind, no words. */
export interface SchedulingRow {
  extraMinutes: number;
  feature: RoomFeature | null;
  format: FormatNeed | null;
  skill: string | null;
  leadDays: number;
  preferred: string[];
  refused: string[];
}

/** Minutes, days and what the place must have: never a reason. Only code that makes timetables reads it. */
export interface SchedulingNeeds {
  personId: string;
  /** Besides the interview's own length. */
  extraMinutes: number;
  features: RoomFeature[];
  /** The ways it can be held; empty when any will do. */
  formats: OccasionFormat[];
  /** Who has to come; `preferred` and `refused` are resources' ids. */
  skills: { skill: string; leadDays: number; preferred: string[]; refused: string[] }[];
  /** The longest, in working days. */
  leadDays: number;
  /** The longest of all but those who have to come. */
  otherLeadDays: number;
}

/** All of somebody's needs taken together. */
export function schedulingNeeds(personId: string, rows: readonly SchedulingRow[]): SchedulingNeeds {
  return {
    personId,
    extraMinutes: rows.reduce((sum, { extraMinutes }) => sum + extraMinutes, 0),
    features: [...new Set(rows.flatMap(({ feature }) => feature ?? []))].sort(),
    formats: formatsThatFit(rows.flatMap(({ format }) => format ?? [])),
    skills: rows.flatMap(({ skill, leadDays, preferred, refused }) => skill ? [{ skill, leadDays, preferred, refused }] : []),
    leadDays: longest(rows),
    otherLeadDays: longest(rows.filter(({ skill }) => skill === null)),
  };
}

function longest(rows: readonly SchedulingRow[]): number {
  return Math.max(0, ...rows.map(({ leadDays }) => leadDays));
}

function formatsThatFit(needs: readonly FormatNeed[]): OccasionFormat[] {
  const [first, ...others] = needs.map((need) => ALLOWS[need]);
  return (first ?? []).filter((format) => others.every((formats) => formats.includes(format)));
}
