import { formatDay } from '../shared/dates.js';
import { list } from '../shared/words.js';
import { isMet } from './checking.rules.js';
import { sequence } from './sequence.rules.js';
import {
  blockFor, canSit, formatIn, isFree, type Applicant, type HalfDay, type Panellist, type Place, type Problem,
} from './timetable.rules.js';

/** What more it would take to place everybody. */
export interface Shortfall {
  /** Half-days that have all but a resident, a lead, or one more on the panel. */
  residents: number;
  leads: number;
  others: number;
  /** Somebody booked for a half-day. */
  arranged: number;
  /** Half-days with a room and a panel. */
  halfDays: number;
}

/** Why somebody has no place, in terms of times and minutes. It never says what they need. */
export type Reason =
  | { why: 'no-times' | 'no-room' | 'no-panel' | 'no-lead' | 'no-resident' | 'arranged' | 'full' }
  | { why: 'safe-day'; day: string }
  | { why: 'too-long'; minutes: number }
  | { why: 'lacks'; halfDay: string; lacks: (keyof Shortfall)[] };

export interface Waiting {
  personId: string;
  reason: Reason;
}

export interface Shortage {
  shortfall: Shortfall;
  waiting: Waiting[];
  /** Whether it is certain that less would not do. */
  proven: boolean;
}

/** Why somebody could not be placed even if they were the only one; null when they could. */
export function reasonAlone(problem: Problem, person: Applicant): Reason | null {
  const { halfDays, places, rule } = problem;
  const theirs = halfDays.filter(({ id }) => !person.no.includes(id));
  if (theirs.length === 0) return { why: 'no-times' };
  const safe = theirs.filter((halfDay) => isFree(person, halfDay));
  if (safe.length === 0) return { why: 'safe-day', day: person.notBefore! };
  const somewhere = safe.flatMap((halfDay) => places.flatMap((place) => {
    const format = place.closed.includes(halfDay.id) || isFixedElsewhere(person, halfDay, place) ? null : formatIn(place, person);
    return format ? [{ halfDay, place, format }] : [];
  }));
  if (somewhere.length === 0) return { why: 'no-room' };
  const longEnough = somewhere.filter(({ halfDay, format }) => blockFor(person, format, rule) - rule.breakMinutes <= halfDay.minutes);
  if (longEnough.length === 0) return { why: 'too-long', minutes: person.minutes };
  const free = longEnough.filter(({ halfDay, format }) =>
    sequence([{ person: { ...person, skills: [] }, format, stays: false }], { halfDay, interpreters: [], rule }));
  if (free.length === 0) return { why: 'no-times' };
  const panels = free.map(({ halfDay, place }) => problem.panel.filter((member) =>
    isFree(member, halfDay) && canSit(member, place) && !person.conflicts.includes(member.id)));
  const has = (kind: Panellist['kind']) => (panel: readonly Panellist[]) => panel.some((member) => member.kind === kind);
  if (!panels.some(has('lead'))) return { why: 'no-lead' };
  if (!panels.some(has('resident'))) return { why: 'no-resident' };
  const withPanel = free.filter((_, index) => has('lead')(panels[index]!) && has('resident')(panels[index]!) && panels[index]!.length >= rule.least);
  if (withPanel.length === 0) return { why: 'no-panel' };
  const arranged = withPanel.some(({ halfDay, format }) => {
    const there = problem.interpreters.filter(({ windows }) => windows.some((window) => window.halfDay === halfDay.id));
    return isMet(person.skills, there) && sequence([{ person, format, stays: false }], { halfDay, interpreters: there, rule });
  });
  return arranged ? null : { why: 'arranged' };
}

function isFixedElsewhere({ current }: Applicant, halfDay: HalfDay, place: Place): boolean {
  return current !== null && current.pinned && !(current.halfDay === halfDay.id && current.place === place.id);
}

const PARTS: readonly [keyof Shortfall, string][] = [
  ['residents', 'with a resident panel member'],
  ['leads', 'with a lead'],
  ['others', 'with one more person on the panel'],
  ['arranged', 'that the access co-ordinator arranges'],
  ['halfDays', 'with a room and a panel'],
];

/** "Two more half-days with a resident panel member would place everyone." */
export function shortageSentence({ shortfall, waiting, proven }: Shortage): string {
  const parts = PARTS.filter(([key]) => shortfall[key] > 0)
    .map(([key, what]) => `${numberWord(shortfall[key])} more half-${shortfall[key] === 1 ? 'day' : 'days'} ${what}`);
  const alone = waiting.filter(({ reason }) => reason.why !== 'lacks' && reason.why !== 'full').length;
  const people = `${numberWord(alone)} ${alone === 1 ? 'person' : 'people'}`;
  if (parts.length === 0) return `${capital(people)} can’t be placed in this round as it is. Below is why.`;
  const more = capital(list(parts));
  const everyone = alone === 0 ? 'everyone' : `everyone but ${people}, and below is why`;
  return `${more} would place ${everyone}.${proven ? '' : ' Fewer may be enough: we stopped looking when the time was up.'}`;
}

const LACKING: Record<keyof Shortfall, string> = {
  residents: 'a resident panel member', leads: 'a lead', others: 'one more person on the panel',
  arranged: 'what the access co-ordinator arranges', halfDays: 'a room and a panel',
};

/** One or two sentences for whoever schedules. */
export function reasonSentence(reason: Reason): string {
  switch (reason.why) {
    case 'no-times': return 'None of the half-days work for them. Ask them about other days.';
    case 'safe-day': return `Everything can be ready for them from ${formatDay(reason.day)}. The round has no half-day for them from then on.`;
    case 'no-room': return 'No room that fits is free when they are.';
    case 'too-long': return `Their interview takes ${reason.minutes} minutes. No half-day is that long.`;
    case 'no-lead': return 'No lead is free when they are.';
    case 'no-resident': return 'No resident on the panel is free when they are.';
    case 'no-panel': return 'Too few people on the panel are free when they are.';
    case 'arranged': return 'What is arranged is not there when they are free. Ask the access co-ordinator.';
    case 'full': return 'All half-days that work for them are full.';
    case 'lacks': return `They fit on ${halfDayName(reason.halfDay)}, once ${list(reason.lacks.map((key) => LACKING[key]))} is there.`;
  }
}

/** "Tuesday 10 March 2026, morning" from "2026-03-10 morning". */
export function halfDayName(id: string): string {
  const [day = '', half = ''] = id.split(' ');
  return `${formatDay(day)}, ${half}`;
}

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

function numberWord(count: number): string {
  return WORDS[count] ?? String(count);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
