import type { OccasionFormat } from '../diary/diary.rules.js';
import { LinearModel } from './linear-model.js';
import { staysIn, type OpenSitting } from './first-plan.rules.js';
import type { Shortfall, Waiting } from './shortage.rules.js';
import {
  blockFor, canInterpret, canSit, formatIn, isFree, isPreferred, type Applicant, type HalfDay, type Interpreter,
  type Panellist, type Place, type Plan, type Problem, type Skill,
} from './timetable.rules.js';

type Term = readonly [column: number, factor: number];

/** One place in one half-day, with the columns that stand for it. */
interface SittingColumns {
  halfDay: HalfDay;
  place: Place;
  open: number;
  people: Map<string, { column: number; person: Applicant; format: OccasionFormat }>;
  panel: Map<string, { column: number; member: Panellist }>;
  interpreters: Map<string, { column: number; interpreter: Interpreter }>;
  /** How many of each are not there, where a shortage is looked for. */
  lacks: { leads: number; residents: number; others: number; arranged: number } | null;
}

/** How dear each shortage is: what the council can find most easily comes first. */
const PRICE: Shortfall = { residents: 10, leads: 11, others: 6, arranged: 12, halfDays: 30 };

/**
 * Whole half-days, not minutes: who is in which place in which half-day, with whom. Everybody is placed exactly once, always;
 * where that can't be, `withShortage` lets half-days be short of somebody, and counts it.
 */
export class SittingsModel {
  readonly linear = new LinearModel();
  readonly sittings: SittingColumns[];
  /** Columns of `1` where somebody has no interpreter they prefer, or does not meet whom they were told. */
  private readonly misses: { column: number; goal: 'notPreferred' | 'moves'; holds: (plan: Plan) => boolean }[] = [];
  private readonly elsewhere = new Map<string, number>();
  private moreHalfDays: number | null = null;

  constructor(private readonly problem: Problem, private readonly withShortage = false) {
    this.sittings = problem.halfDays.flatMap((halfDay) => problem.places
      .filter((place) => !place.closed.includes(halfDay.id)).map((place) => this.columnsFor(halfDay, place)));
    if (withShortage) this.addElsewhere();
    this.placeEverybody();
    this.sittings.forEach((sitting) => this.ruleSitting(sitting));
    this.onceInAHalfDay();
    for (const member of problem.panel) {
      const terms = this.sittings.flatMap(({ panel }) => one(panel.get(member.id)?.column));
      if (terms.length > member.most) this.linear.row(terms, { atMost: member.most });
    }
    for (const person of problem.people) {
      for (const skill of person.skills) this.preferInterpreters(person, skill);
      this.keepPanel(person);
    }
  }

  /** Less is better. The three goals of `Cost`, so that no gain in a later one outweighs an earlier. */
  costs(): { notPreferred: Float64Array; halfDays: Float64Array; moves: Float64Array } {
    const [notPreferred, halfDays, moves] = [this.zeros(), this.zeros(), this.zeros()];
    for (const { halfDay, place, open, people, interpreters } of this.sittings) {
      halfDays[open] = 1;
      for (const { column } of interpreters.values()) halfDays[column] = 1;
      for (const { column, person } of people.values()) {
        if (!isPreferred(person, halfDay.id)) notPreferred[column] = 1;
        if (person.current && !staysIn(person, halfDay, place)) moves[column] = 1;
      }
    }
    const goals = { notPreferred, halfDays, moves };
    for (const { column, goal } of this.misses) goals[goal][column] = 1;
    return goals;
  }

  shortfallCost(): Float64Array {
    const cost = this.zeros();
    for (const { lacks } of this.sittings) {
      if (!lacks) continue;
      for (const key of ['leads', 'residents', 'others', 'arranged'] as const) cost[lacks[key]] = PRICE[key];
    }
    if (this.moreHalfDays !== null) cost[this.moreHalfDays] = PRICE.halfDays;
    // Of what costs the same, the fewest people wait for something.
    for (const column of this.elsewhere.values()) cost[column] = 0.001;
    return cost;
  }

  shortfall(values: Float64Array): Shortfall {
    const sum = (key: 'leads' | 'residents' | 'others' | 'arranged') =>
      this.sittings.reduce((total, { lacks }) => total + (lacks ? Math.round(values[lacks[key]]!) : 0), 0);
    return {
      leads: sum('leads'), residents: sum('residents'), others: sum('others'), arranged: sum('arranged'),
      halfDays: this.moreHalfDays === null ? 0 : Math.round(values[this.moreHalfDays]!),
    };
  }

  /** Who is in a half-day that is short of somebody, and who is in none of the half-days there are. */
  waiting(values: Float64Array): Waiting[] {
    const inShort = this.sittings.flatMap(({ halfDay, lacks, people }) => {
      const missing = lacks ? (['residents', 'leads', 'others', 'arranged'] as const).filter((key) => values[lacks[key]]! > 0.5) : [];
      if (missing.length === 0) return [];
      const there = [...people.values()].filter(({ column, person }) => values[column]! > 0.5
        && (missing.some((key) => key !== 'arranged') || person.skills.length > 0));
      return there.map(({ person }): Waiting => ({ personId: person.id, reason: { why: 'lacks', halfDay: halfDay.id, lacks: [...missing] } }));
    });
    const elsewhere = [...this.elsewhere].filter(([, column]) => values[column]! > 0.5)
      .map(([personId]): Waiting => ({ personId, reason: { why: 'full' } }));
    return [...inShort, ...elsewhere];
  }

  /** The sittings of a solution, without times yet. */
  open(values: Float64Array): OpenSitting[] {
    const isOn = (column: number) => values[column]! > 0.5;
    return this.sittings.filter(({ people }) => [...people.values()].some(({ column }) => isOn(column))).map((sitting) => {
      const seated = [...sitting.people.values()].filter(({ column }) => isOn(column))
        .map(({ person, format }) => ({ person, format, stays: staysIn(person, sitting.halfDay, sitting.place) }));
      return {
        halfDay: sitting.halfDay, place: sitting.place, used: 0, seated,
        panel: [...sitting.panel.values()].filter(({ column }) => isOn(column)).map(({ member }) => member),
        interpreters: [...sitting.interpreters.values()].filter(({ column }) => isOn(column)).map(({ interpreter }) => interpreter),
      };
    });
  }

  /** A plan as a solution to begin from; whoever it leaves out is in more half-days than there are. */
  values(plan: Plan): Float64Array {
    const values = this.zeros();
    for (const sitting of plan.sittings) {
      const columns = this.sittings.find(({ halfDay, place }) => halfDay.id === sitting.halfDay && place.id === sitting.place);
      if (!columns) continue;
      values[columns.open] = 1;
      for (const { personId } of sitting.placements) set(values, columns.people.get(personId)?.column);
      for (const id of sitting.panel) set(values, columns.panel.get(id)?.column);
      for (const id of sitting.interpreters) set(values, columns.interpreters.get(id)?.column);
    }
    for (const { column, holds } of this.misses) if (holds(plan)) values[column] = 1;
    const placed = new Set(plan.sittings.flatMap(({ placements }) => placements.map(({ personId }) => personId)));
    const left = [...this.elsewhere].filter(([personId]) => !placed.has(personId));
    for (const [, column] of left) values[column] = 1;
    if (this.moreHalfDays !== null) values[this.moreHalfDays] = left.length;
    return values;
  }

  /** These people can't follow one another in this half-day and place. */
  forbid({ halfDay, place, seated }: OpenSitting): void {
    const columns = this.sittings.find((sitting) => sitting.halfDay === halfDay && sitting.place === place)!;
    const terms = seated.map(({ person }): Term => [columns.people.get(person.id)!.column, 1]);
    this.linear.row(terms, { atMost: terms.length - 1 });
  }

  /** Holds an earlier goal at what was reached. */
  hold(cost: Float64Array, atMost: number): void {
    const terms = [...cost].flatMap((factor, column): Term[] => (factor === 0 ? [] : [[column, factor]]));
    this.linear.row(terms, { atMost });
  }

  private columnsFor(halfDay: HalfDay, place: Place): SittingColumns {
    const { people, panel, interpreters } = this.problem;
    const fits = (person: Applicant) => isFree(person, halfDay)
      && (!person.current?.pinned || (person.current.halfDay === halfDay.id && person.current.place === place.id));
    return {
      halfDay, place, open: this.linear.add(),
      people: new Map(people.filter(fits).flatMap((person) => {
        const format = formatIn(place, person);
        return format ? [[person.id, { column: this.linear.add(), person, format }]] : [];
      })),
      panel: new Map(panel.filter((member) => isFree(member, halfDay) && canSit(member, place))
        .map((member) => [member.id, { column: this.linear.add(), member }])),
      interpreters: new Map(interpreters.filter(({ windows }) => windows.some((window) => window.halfDay === halfDay.id))
        .map((interpreter) => [interpreter.id, { column: this.linear.add(), interpreter }])),
      lacks: this.withShortage
        ? { leads: this.linear.add(), residents: this.linear.add(), others: this.linear.add(this.problem.rule.most), arranged: this.linear.add(4) }
        : null,
    };
  }

  /** Half-days that there are not: with a place that fits, a panel and whatever is arranged. */
  private addElsewhere(): void {
    const { people, rule, halfDays } = this.problem;
    this.moreHalfDays = this.linear.add(people.length);
    for (const { id } of people) this.elsewhere.set(id, this.linear.add());
    const length = Math.max(...halfDays.map(({ minutes }) => minutes), 1) + rule.breakMinutes;
    this.linear.row([
      ...people.map((person): Term => [this.elsewhere.get(person.id)!, Math.min(blockFor(person, person.formats[0] ?? 'phone', rule), length)]),
      [this.moreHalfDays, -length],
    ], { atMost: 0 });
  }

  private placeEverybody(): void {
    for (const { id } of this.problem.people) {
      const terms = this.sittings.flatMap(({ people }) => one(people.get(id)?.column));
      this.linear.row([...terms, ...one(this.elsewhere.get(id))], { atLeast: 1, atMost: 1 });
    }
  }

  private ruleSitting(sitting: SittingColumns): void {
    const { halfDay, open, people, panel, interpreters, lacks } = sitting;
    const { rule } = this.problem;
    this.linear.row([
      ...[...people.values()].map(({ column, person, format }): Term => [column, blockFor(person, format, rule)]),
      [open, -(halfDay.minutes + rule.breakMinutes)],
    ], { atMost: 0 });
    const members = [...panel.values()];
    const ofKind = (kind: Panellist['kind']) => members.filter(({ member }) => member.kind === kind).flatMap(({ column }) => one(column));
    this.linear.row([...ofKind('lead'), [open, -1], ...one(lacks?.leads)], { atLeast: 0 });
    this.linear.row([...ofKind('resident'), [open, -1], ...one(lacks?.residents)], { atLeast: 0 });
    const all = [...members.flatMap(({ column }) => one(column)), ...one(lacks?.leads), ...one(lacks?.residents), ...one(lacks?.others)];
    this.linear.row([...all, [open, -rule.least]], { atLeast: 0 });
    this.linear.row([...members.flatMap(({ column }) => one(column)), [open, -rule.most]], { atMost: 0 });
    for (const { column, person } of people.values()) {
      for (const id of person.conflicts) {
        const member = panel.get(id);
        if (member) this.linear.row([[column, 1], [member.column, 1]], { atMost: 1 });
      }
      this.needInterpreters(sitting, column, person.skills);
    }
    for (const { column, member } of members) this.needInterpreters(sitting, column, member.skills);
    for (const skill of new Set([...people.values()].flatMap(({ person }) => person.skills.map((one) => one.skill)))) {
      const asked = [...people.values()].filter(({ person }) => person.skills.some((one) => one.skill === skill));
      const there = [...interpreters.values()].filter(({ interpreter }) => interpreter.skills.includes(skill));
      this.linear.row([
        ...asked.map(({ column, person }): Term => [column, person.minutes]),
        ...[...there.map(({ column }) => column), ...(lacks ? [lacks.arranged] : [])].map((column): Term => [column, -rule.interpreterMinutes]),
      ], { atMost: 0 });
    }
  }

  private needInterpreters({ interpreters, lacks }: SittingColumns, column: number, skills: readonly Skill[]): void {
    const fitting = (skill: Skill) => [...interpreters.values()].filter(({ interpreter }) => canInterpret(interpreter, skill)).map((each) => each.column);
    for (const skill of skills) {
      this.linear.row([[column, 1], ...fitting(skill).map((each): Term => [each, -1]), ...one(lacks?.arranged, -1)], { atMost: 0 });
    }
    if (skills.length > 1) {
      const anyOf = [...new Set(skills.flatMap(fitting))];
      this.linear.row([[column, skills.length], ...anyOf.map((each): Term => [each, -1]), ...one(lacks?.arranged, -skills.length)], { atMost: 0 });
    }
  }

  private onceInAHalfDay(): void {
    for (const halfDay of this.problem.halfDays) {
      const here = this.sittings.filter((sitting) => sitting.halfDay === halfDay);
      for (const { id } of this.problem.panel) this.atMostOnce(here.flatMap(({ panel }) => one(panel.get(id)?.column)));
      for (const { id } of this.problem.interpreters) this.atMostOnce(here.flatMap(({ interpreters }) => one(interpreters.get(id)?.column)));
    }
  }

  private atMostOnce(terms: readonly Term[]): void {
    if (terms.length > 1) this.linear.row(terms, { atMost: 1 });
  }

  private preferInterpreters(person: Applicant, { preferred }: Skill): void {
    if (preferred.length === 0) return;
    const column = this.linear.add();
    this.misses.push({
      column, goal: 'notPreferred',
      holds: ({ sittings }) => sittings.some(({ placements, interpreters }) =>
        placements.some(({ personId }) => personId === person.id) && !preferred.some((id) => interpreters.includes(id))),
    });
    for (const { people, interpreters } of this.sittings) {
      const placed = people.get(person.id);
      if (!placed) continue;
      this.linear.row([[placed.column, 1], ...preferred.flatMap((id) => one(interpreters.get(id)?.column, -1)), [column, -1]], { atMost: 0 });
    }
  }

  /** Who stays also meets the same people. */
  private keepPanel(person: Applicant): void {
    const { current } = person;
    const sitting = current && this.sittings.find(({ halfDay, place }) => halfDay.id === current.halfDay && place.id === current.place);
    const placed = sitting?.people.get(person.id);
    if (!sitting || !placed || current.with.length === 0) return;
    const others = current.with.flatMap((id) => sitting.panel.get(id)?.column ?? sitting.interpreters.get(id)?.column ?? []);
    if (current.pinned) {
      for (const other of others) this.linear.row([[placed.column, 1], [other, -1]], { atMost: 0 });
      return;
    }
    const column = this.linear.add();
    this.misses.push({
      column, goal: 'moves',
      holds: ({ sittings }) => sittings.some(({ halfDay, place, panel, interpreters }) => halfDay === current.halfDay && place === current.place
        && !current.with.every((id) => panel.includes(id) || interpreters.includes(id))),
    });
    for (const id of current.with) {
      const other = sitting.panel.get(id)?.column ?? sitting.interpreters.get(id)?.column;
      this.linear.row([[placed.column, 1], ...one(other, -1), [column, -1]], { atMost: 0 });
    }
  }

  private zeros(): Float64Array {
    return new Float64Array(this.linear.columns);
  }
}

function one(column: number | undefined, factor = 1): Term[] {
  return column === undefined ? [] : [[column, factor]];
}

function set(values: Float64Array, column: number | undefined): void {
  if (column !== undefined) values[column] = 1;
}
