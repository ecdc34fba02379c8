import type { OccasionFormat } from '../diary/diary.rules.js';
import { isMet } from './checking.rules.js';
import {
  travelFor, type Applicant, type HalfDay, type Interpreter, type PanelRule, type Placement,
} from './timetable.rules.js';

/** Somebody who is in a half-day, and how they are met there. */
export interface Seated {
  person: Applicant;
  format: OccasionFormat;
  /** Whether they were told this half-day and place, so that they keep their time if they can. */
  stays: boolean;
}

interface Room {
  halfDay: HalfDay;
  interpreters: readonly Interpreter[];
  rule: PanelRule;
}

/** Above this many an exact order takes too long to look for; nobody meets so many in half a day. */
const MOST_EXACT = 14;

/**
 * Times for everybody in one half-day, or null when they can't follow one another in any order.
 * Who was told a time keeps it, unless that leaves somebody out.
 */
export function sequence(seated: readonly Seated[], room: Room): Placement[] | null {
  if (seated.length > MOST_EXACT) return null;
  const told = seated.filter(({ stays, person }) => stays && !person.current!.pinned).map(({ person }) => person.id);
  for (const free of [[], ...told.map((id) => [id]), ...(told.length > 1 ? [told] : [])]) {
    const inOrder = ordered(seated, new Set(free), room);
    if (inOrder) return inOrder;
  }
  return null;
}

/** The earliest end for each set of people: whoever ends earlier leaves more room for the rest. */
function ordered(seated: readonly Seated[], free: ReadonlySet<string>, room: Room): Placement[] | null {
  const all = (1 << seated.length) - 1;
  const ends = new Map<number, { end: number; last: number; start: number }>([[0, { end: 0, last: -1, start: 0 }]]);
  for (let done = 0; done < all; done += 1) {
    const before = ends.get(done);
    if (!before) continue;
    seated.forEach((one, index) => {
      const next = done | (1 << index);
      if (next === done) return;
      const start = earliest(one, before.end, free, room);
      if (start === null) return;
      const end = start + one.person.minutes + travelFor(one.format, room.rule) + room.rule.breakMinutes;
      const known = ends.get(next);
      if (!known || end < known.end) ends.set(next, { end, last: index, start });
    });
  }
  if (!ends.has(all)) return null;
  const placements: Placement[] = [];
  for (let set = all; set > 0;) {
    const { last, start } = ends.get(set)!;
    const { person, format } = seated[last]!;
    placements.unshift({ personId: person.id, start, minutes: person.minutes, format });
    set &= ~(1 << last);
  }
  return placements;
}

/** The first minute from `from` on at which somebody can begin. */
function earliest({ person, format, stays }: Seated, from: number, free: ReadonlySet<string>, { halfDay, interpreters, rule }: Room): number | null {
  const travel = travelFor(format, rule);
  const fixed = stays && !free.has(person.id) ? [person.current!.start] : null;
  const busy = person.busy.filter((window) => window.halfDay === halfDay.id);
  const there = person.skills.length === 0 ? [] : interpreters.flatMap(({ windows }) => windows).filter((window) => window.halfDay === halfDay.id);
  const candidates = fixed ?? [from + travel, ...busy.map(({ to }) => to + travel), ...there.map((window) => window.from)].sort((one, other) => one - other);
  return candidates.find((start) => {
    const [begin, end] = [start - travel, start + person.minutes + travel];
    return begin >= from && end <= halfDay.minutes
      && !busy.some((window) => window.from < end && window.to > begin)
      && isMet(person.skills, interpreters.filter(({ windows }) =>
        windows.some((window) => window.halfDay === halfDay.id && window.from <= start && window.to >= start + person.minutes)));
  }) ?? null;
}
