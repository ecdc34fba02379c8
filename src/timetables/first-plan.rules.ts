import type { OccasionFormat } from '../diary/diary.rules.js';
import { isMet } from './checking.rules.js';
import { sequence, type Seated } from './sequence.rules.js';
import {
  blockFor, canInterpret, canSit, compareCosts, costOf, formatIn, isFree, isPreferred, type Applicant, type HalfDay, type Interpreter,
  type Panellist, type Place, type Plan, type Problem, type Sitting, type Skill,
} from './timetable.rules.js';

export interface OpenSitting {
  halfDay: HalfDay;
  place: Place;
  panel: Panellist[];
  interpreters: Interpreter[];
  seated: Seated[];
  used: number;
}

/** A number from 0 to 1, the same ones in the same order for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A complete plan by placing people one after another, whoever has the fewest half-days first; the best of several orders.
 * Null when none of them placed everybody, which does not mean that nobody could. `goOn` says whether there is time for another.
 */
export function firstPlan(problem: Problem, orders: number, goOn: () => boolean = () => true): Plan | null {
  const random = randomFrom(problem.people.length + 1);
  let best: Plan | null = null;
  for (let order = 0; order < orders && (order === 0 || goOn()); order += 1) {
    const plan = new Placing(problem, order === 0 ? () => 0 : random, order % 3 === 2).all();
    if (plan && (!best || compareCosts(costOf(problem, plan), costOf(problem, best)) < 0)) best = plan;
  }
  return best;
}

/** As many as one order places, to begin a search for what is short from. It is no timetable. */
export function somePlan(problem: Problem): Plan {
  return new Placing(problem, () => 0, true).some();
}

interface Option {
  person: Applicant;
  sitting: OpenSitting;
  isNew: boolean;
  format: OccasionFormat;
  interpreters: Interpreter[];
  score: number;
}

class Placing {
  private readonly sittings: OpenSitting[] = [];
  private readonly timesOn = new Map<string, number>();

  constructor(private readonly problem: Problem, private readonly random: () => number, private readonly packs: boolean) {}

  all(): Plan | null {
    for (const person of this.inOrder()) {
      const option = this.best(person);
      if (!option) return null;
      this.seat(option);
    }
    return this.plan();
  }

  some(): Plan {
    for (const person of this.inOrder()) {
      const option = this.best(person);
      if (option) this.seat(option);
    }
    return this.plan() ?? { sittings: [] };
  }

  /** Fixed times, then what was told, then whoever has the fewest half-days, then the longest. */
  private inOrder(): Applicant[] {
    const rank = (person: Applicant) => (person.current?.pinned ? 0 : person.current ? 1 : 2);
    const choices = new Map(this.problem.people.map((person) => {
      const places = this.problem.places.filter((place) => formatIn(place, person)).length;
      const free = this.problem.halfDays.filter((halfDay) => isFree(person, halfDay)).length;
      return [person.id, (free * places * (person.skills.length > 0 ? 0.5 : 1)) / person.minutes * (1 + this.random() * 0.6)];
    }));
    return [...this.problem.people].sort((one, other) => rank(one) - rank(other) || choices.get(one.id)! - choices.get(other.id)!);
  }

  private best(person: Applicant): Option | null {
    let best: Option | null = null;
    for (const halfDay of this.problem.halfDays) {
      if (!isFree(person, halfDay) || (person.current?.pinned && person.current.halfDay !== halfDay.id)) continue;
      for (const place of this.problem.places) {
        const score = this.scoreOf(person, halfDay, place);
        if (best && score >= best.score) continue;
        best = this.option(person, halfDay, place, score) ?? best;
      }
    }
    return best;
  }

  private scoreOf(person: Applicant, halfDay: HalfDay, place: Place): number {
    const stays = person.current?.halfDay === halfDay.id && person.current.place === place.id;
    const open = this.sittings.some((sitting) => sitting.halfDay === halfDay && sitting.place === place);
    return (isPreferred(person, halfDay.id) ? 0 : this.packs ? 5 : 30) + (open ? 0 : 10) - (stays ? 100 : 0)
      + (place.features.length - person.features.length) + this.random() * 6;
  }

  private option(person: Applicant, halfDay: HalfDay, place: Place, score: number): Option | null {
    const format = formatIn(place, person);
    if (!format || place.closed.includes(halfDay.id)) return null;
    if (person.current?.pinned && person.current.place !== place.id) return null;
    const open = this.sittings.find((sitting) => sitting.halfDay === halfDay && sitting.place === place);
    const sitting = open ?? this.newSitting(halfDay, place, person);
    if (!sitting || sitting.panel.some(({ id }) => person.conflicts.includes(id))) return null;
    const { rule } = this.problem;
    if (sitting.used + blockFor(person, format, rule) > halfDay.minutes + rule.breakMinutes) return null;
    const interpreters = this.interpretersFor(sitting, person);
    if (!interpreters) return null;
    const seated = [...sitting.seated, seat(person, format, sitting)];
    if (!sequence(seated, { halfDay, interpreters, rule })) return null;
    return { person, sitting, isNew: !open, format, interpreters, score };
  }

  private seat({ person, sitting, isNew, format, interpreters }: Option): void {
    if (isNew) {
      this.sittings.push(sitting);
      for (const { id } of sitting.panel) this.timesOn.set(id, (this.timesOn.get(id) ?? 0) + 1);
    }
    sitting.interpreters = interpreters;
    sitting.seated.push(seat(person, format, sitting));
    sitting.used += blockFor(person, format, this.problem.rule);
  }

  private newSitting(halfDay: HalfDay, place: Place, person: Applicant): OpenSitting | null {
    const staying = this.problem.people.filter((other) => staysIn(other, halfDay, place));
    const told = new Set(staying.flatMap(({ current }) => current!.with));
    const free = this.problem.panel.filter((member) =>
      isFree(member, halfDay) && canSit(member, place) && !person.conflicts.includes(member.id) && this.left(member) > 0
      && !this.sittings.some((sitting) => sitting.halfDay === halfDay && sitting.panel.includes(member)));
    // Whom people were told they meet; then whoever can still sit most often, so that nobody runs out early.
    const byLeft = free.sort((one, other) => Number(told.has(other.id)) - Number(told.has(one.id)) || this.left(other) - this.left(one) || Number(isPreferred(other, halfDay.id)) - Number(isPreferred(one, halfDay.id)));
    const lead = byLeft.find(({ kind }) => kind === 'lead');
    const resident = byLeft.find(({ kind }) => kind === 'resident');
    if (!lead || !resident) return null;
    const rest = byLeft.filter((member) => member !== lead && member !== resident);
    const spare = (kind: Panellist['kind']) => rest.filter((member) => member.kind === kind);
    const [fewer, more] = spare('lead').length < spare('resident').length ? ['lead', 'resident'] as const : ['resident', 'lead'] as const;
    const kept = rest.filter(({ id }) => told.has(id)).slice(0, this.problem.rule.most - 2);
    const others = [...spare('other'), ...spare(more), ...spare(fewer)].filter((member) => !kept.includes(member));
    const panel = [lead, resident, ...kept, ...others.slice(0, Math.max(0, this.problem.rule.least - 2 - kept.length))];
    if (panel.length < this.problem.rule.least) return null;
    const sitting: OpenSitting = { halfDay, place, panel, interpreters: [], seated: [], used: 0 };
    const booked = this.freeInterpreters(sitting, []).filter(({ id }) => told.has(id));
    const interpreters = this.enough({ ...sitting, interpreters: booked }, panel.flatMap((member) => member.skills));
    return interpreters && { ...sitting, interpreters };
  }

  private left(member: Panellist): number {
    return member.most - (this.timesOn.get(member.id) ?? 0);
  }

  private interpretersFor(sitting: OpenSitting, person: Applicant): Interpreter[] | null {
    const interpreters = this.enough(sitting, person.skills);
    if (!interpreters) return null;
    const asked = (code: string) => [...sitting.seated.map((one) => one.person), person]
      .filter(({ skills }) => skills.some(({ skill }) => skill === code)).reduce((sum, { minutes }) => sum + minutes, 0);
    let there = interpreters;
    for (const { skill } of person.skills) {
      while (asked(skill) > there.filter(({ skills }) => skills.includes(skill)).length * this.problem.rule.interpreterMinutes) {
        const another = this.freeInterpreters(sitting, there).find(({ skills }) => skills.includes(skill));
        if (!another) return null;
        there = [...there, another];
      }
    }
    return there;
  }

  /** Those who are there, and as few others as everybody's skills need. */
  private enough(sitting: OpenSitting, skills: readonly Skill[]): Interpreter[] | null {
    let there = sitting.interpreters;
    for (const skill of skills) {
      if (isMet(skills, there)) break;
      if (there.some((one) => canInterpret(one, skill)) && skills.length === 1) break;
      const free = this.freeInterpreters(sitting, there).filter((one) => canInterpret(one, skill));
      const another = free.find(({ id }) => skill.preferred.includes(id)) ?? free[0];
      if (another) there = [...there, another];
    }
    return isMet(skills, there) ? there : null;
  }

  private freeInterpreters({ halfDay }: OpenSitting, besides: readonly Interpreter[]): Interpreter[] {
    return this.problem.interpreters.filter((one) => !besides.includes(one) && one.windows.some((window) => window.halfDay === halfDay.id)
      && !this.sittings.some((sitting) => sitting.halfDay === halfDay && sitting.interpreters.includes(one)));
  }

  private plan(): Plan | null {
    return timesFor(this.sittings, this.problem);
  }
}

function seat(person: Applicant, format: OccasionFormat, { halfDay, place }: Pick<OpenSitting, 'halfDay' | 'place'>): Seated {
  return { person, format, stays: staysIn(person, halfDay, place) };
}

export function staysIn({ current }: Applicant, halfDay: HalfDay, place: Place): boolean {
  return current !== null && current.halfDay === halfDay.id && current.place === place.id;
}

/** The plan with times in each half-day; null when one of them can't be put in order. */
export function timesFor(sittings: readonly OpenSitting[], { rule }: Problem): Plan | null {
  const timed: Sitting[] = [];
  for (const { halfDay, place, panel, interpreters, seated } of sittings) {
    const placements = sequence(seated, { halfDay, interpreters, rule });
    if (!placements) return null;
    timed.push({ halfDay: halfDay.id, place: place.id, panel: panel.map(({ id }) => id), interpreters: interpreters.map(({ id }) => id), placements });
  }
  return { sittings: timed };
}
