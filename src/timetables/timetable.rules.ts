import type { OccasionFormat } from '../diary/diary.rules.js';

/** What a timetable is made from, and what it is. Ids and minutes only: never why somebody needs them. */
export interface Problem {
  /** In order of time. */
  halfDays: readonly HalfDay[];
  /** Rooms, and "no room" for interviews by phone or video and at home. */
  places: readonly Place[];
  people: readonly Applicant[];
  panel: readonly Panellist[];
  interpreters: readonly Interpreter[];
  rule: PanelRule;
}

export interface HalfDay {
  /** "2026-12-14 morning". */
  id: string;
  day: string;
  minutes: number;
}

export interface Place {
  id: string;
  features: readonly string[];
  formats: readonly OccasionFormat[];
  /** Half-days in which it is taken. */
  closed: readonly string[];
}

export interface Skill {
  skill: string;
  preferred: readonly string[];
  refused: readonly string[];
}

/** What scheduling has to meet, for an applicant or somebody on the panel. */
interface Needs {
  features: readonly string[];
  skills: readonly Skill[];
  /** The first safe day; null when any day is. */
  notBefore: string | null;
  /** Half-days for which everything is under way already, however little time is left. */
  underWay?: readonly string[];
}

export interface Applicant extends Needs {
  id: string;
  /** Of the interview, with their own extra minutes, without the break. */
  minutes: number;
  formats: readonly OccasionFormat[];
  no: readonly string[];
  /** Half-days that suit them best; none means that all they did not refuse are as good. */
  prefer: readonly string[];
  /** Times within a half-day at which they are somewhere else. */
  busy: readonly Window[];
  /** On no panel that meets this person. */
  conflicts: readonly string[];
  /** What they were told, or what somebody placed by hand. */
  current: Current | null;
}

export interface Window {
  halfDay: string;
  /** Minutes after the half-day's start. */
  from: number;
  to: number;
}

export interface Current {
  halfDay: string;
  place: string;
  start: number;
  format: OccasionFormat;
  /** The panel they were told, and who is booked for them: with others it counts as a change. */
  with: readonly string[];
  /** Nothing may move it. */
  pinned: boolean;
}

export interface Panellist extends Needs {
  id: string;
  kind: 'lead' | 'resident' | 'other';
  no: readonly string[];
  prefer: readonly string[];
  /** Half-days at the most. */
  most: number;
}

export interface Interpreter {
  id: string;
  skills: readonly string[];
  windows: readonly Window[];
}

export interface PanelRule {
  least: number;
  most: number;
  breakMinutes: number;
  /** Either side of a home visit. */
  travelMinutes: number;
  /** One interpreter for one skill in a half-day. */
  interpreterMinutes: number;
}

export interface Plan {
  sittings: readonly Sitting[];
}

/** One panel in one place for one half-day. */
export interface Sitting {
  halfDay: string;
  place: string;
  panel: readonly string[];
  interpreters: readonly string[];
  placements: readonly Placement[];
}

export interface Placement {
  personId: string;
  /** Minutes after the half-day's start. */
  start: number;
  minutes: number;
  format: OccasionFormat;
}

/** How good a plan is, in the order that counts. Less is better. */
export interface Cost {
  /** People at a time that is possible but not what they prefer, or without an interpreter they prefer. */
  notPreferred: number;
  /** Interpreter half-days and sittings. */
  halfDays: number;
  /** People who were told another time, or to meet others. */
  moves: number;
}

/** How somebody is met in a place; null when they can't be. A room comes before the phone, a home visit last. */
export function formatIn(place: Place, person: Applicant): OccasionFormat | null {
  const possible = place.formats.filter((format) => person.formats.includes(format)
    && (format !== 'in_person' || person.features.every((feature) => place.features.includes(feature))));
  const current = person.current?.place === place.id ? person.current.format : null;
  if (current && possible.includes(current)) return current;
  return (['in_person', 'video', 'phone', 'home_visit'] as const).find((format) => possible.includes(format)) ?? null;
}

/** Minutes that a home visit needs before and after. */
export function travelFor(format: OccasionFormat, rule: PanelRule): number {
  return format === 'home_visit' ? rule.travelMinutes : 0;
}

/** From one interview to the next. */
export function blockFor(person: Applicant, format: OccasionFormat, rule: PanelRule): number {
  return person.minutes + rule.breakMinutes + 2 * travelFor(format, rule);
}

/** Whether somebody's own times and days allow a half-day. */
export function isFree(who: Pick<Applicant | Panellist, 'no' | 'notBefore' | 'underWay'>, halfDay: HalfDay): boolean {
  return !who.no.includes(halfDay.id) && (who.notBefore === null || halfDay.day >= who.notBefore || (who.underWay ?? []).includes(halfDay.id));
}

export function isPreferred(person: Pick<Applicant, 'prefer'>, halfDayId: string): boolean {
  return person.prefer.length === 0 || person.prefer.includes(halfDayId);
}

/** Whether somebody on the panel can sit in a place. */
export function canSit(member: Panellist, place: Place): boolean {
  return !place.formats.includes('in_person') || member.features.every((feature) => place.features.includes(feature));
}

export function canInterpret(interpreter: Interpreter, skill: Skill): boolean {
  return interpreter.skills.includes(skill.skill) && !skill.refused.includes(interpreter.id);
}

export function costOf(problem: Problem, plan: Plan): Cost {
  const people = new Map(problem.people.map((person) => [person.id, person]));
  let notPreferred = 0;
  let moves = 0;
  for (const sitting of plan.sittings) {
    for (const { personId, start, format } of sitting.placements) {
      const person = people.get(personId)!;
      if (!isPreferred(person, sitting.halfDay)) notPreferred += 1;
      notPreferred += person.skills.filter(({ preferred }) =>
        preferred.length > 0 && !preferred.some((id) => sitting.interpreters.includes(id))).length;
      if (isMoved(person.current, sitting, start, format)) moves += 1;
    }
  }
  const halfDays = plan.sittings.reduce((sum, sitting) => sum + 1 + sitting.interpreters.length, 0);
  return { notPreferred, halfDays, moves };
}

/** Whether somebody has to be told of a change. */
export function isMoved(current: Current | null, sitting: Sitting, start: number, format: OccasionFormat): boolean {
  return current !== null
    && !(current.halfDay === sitting.halfDay && current.place === sitting.place && current.start === start && current.format === format
      && current.with.every((id) => sitting.panel.includes(id) || sitting.interpreters.includes(id)));
}

/** Below zero when the first is better. */
export function compareCosts(one: Cost, other: Cost): number {
  return one.notPreferred - other.notPreferred || one.halfDays - other.halfDays || one.moves - other.moves;
}
