import {
  canInterpret, canSit, isFree, travelFor, type Applicant, type HalfDay, type Interpreter, type Panellist, type Place,
  type Placement, type Plan, type Problem, type Sitting, type Skill,
} from './timetable.rules.js';

/** One thing that is wrong with a plan, for whoever looks at it. It never says what somebody needs. */
export interface Fault {
  /** Whom it is about: an applicant, somebody on the panel, or nobody. */
  personId: string | null;
  what: string;
}

interface Known {
  halfDays: Map<string, HalfDay>;
  places: Map<string, Place>;
  people: Map<string, Applicant>;
  panel: Map<string, Panellist>;
  interpreters: Map<string, Interpreter>;
}

/** Every rule that no timetable may break. An empty list: it can be released. */
export function faultsOf(problem: Problem, plan: Plan): Fault[] {
  const known: Known = {
    halfDays: byId(problem.halfDays), places: byId(problem.places), people: byId(problem.people),
    panel: byId(problem.panel), interpreters: byId(problem.interpreters),
  };
  return [
    ...everybodyOnce(problem, plan),
    ...nobodyTwice(plan),
    ...problem.panel.flatMap((member) => tooOften(member, plan)),
    ...plan.sittings.flatMap((sitting) => sittingFaults(problem, known, sitting)),
  ];
}

function everybodyOnce(problem: Problem, plan: Plan): Fault[] {
  const times = new Map<string, number>();
  for (const { personId } of plan.sittings.flatMap(({ placements }) => placements)) times.set(personId, (times.get(personId) ?? 0) + 1);
  return problem.people.flatMap(({ id }) => {
    const count = times.get(id) ?? 0;
    return count === 1 ? [] : [{ personId: id, what: count === 0 ? 'has no time' : 'has more than one time' }];
  });
}

/** A place, a panel member and an interpreter are in one sitting of a half-day. */
function nobodyTwice(plan: Plan): Fault[] {
  const taken = new Set<string>();
  const twice = (halfDay: string, id: string) => {
    const key = `${halfDay} ${id}`;
    return taken.has(key) || !taken.add(key);
  };
  return plan.sittings.flatMap(({ halfDay, place, panel, interpreters }) => [
    ...(twice(halfDay, place) ? [fault(null, 'two panels are in one place')] : []),
    ...panel.filter((id) => twice(halfDay, id)).map((id) => fault(id, 'is in two places at once')),
    ...interpreters.filter((id) => twice(halfDay, id)).map(() => fault(null, 'somebody who was booked is in two places at once')),
  ]);
}

function tooOften({ id, most }: Panellist, plan: Plan): Fault[] {
  const count = plan.sittings.filter(({ panel }) => panel.includes(id)).length;
  return count > most ? [fault(id, `sits for ${count} half-days, more than the ${most} they can do`)] : [];
}

function sittingFaults(problem: Problem, known: Known, sitting: Sitting): Fault[] {
  const halfDay = known.halfDays.get(sitting.halfDay);
  const place = known.places.get(sitting.place);
  if (!halfDay || !place) return [fault(null, 'a time or a place is not part of this round')];
  const panel = sitting.panel.flatMap((id) => known.panel.get(id) ?? []);
  const interpreters = sitting.interpreters.flatMap((id) => known.interpreters.get(id) ?? []);
  return [
    ...(place.closed.includes(halfDay.id) ? [fault(null, 'the room is taken')] : []),
    ...panelFaults(problem, sitting, panel),
    ...panel.flatMap((member) => memberFaults(member, halfDay, place, interpreters)),
    ...(interpreters.some(({ windows }) => !windows.some((window) => window.halfDay === halfDay.id)) ? [fault(null, 'somebody who was booked is not there')] : []),
    ...sitting.placements.flatMap((placement) => {
      const person = known.people.get(placement.personId);
      if (!person) return [fault(placement.personId, 'is not part of this timetable')];
      return placementFaults(problem, { sitting, halfDay, place, interpreters }, person, placement);
    }),
    ...orderFaults(problem, sitting, halfDay),
    ...minutesFaults(problem, known, sitting, interpreters),
  ];
}

function panelFaults({ rule }: Problem, sitting: Sitting, panel: readonly Panellist[]): Fault[] {
  const has = (kind: Panellist['kind']) => panel.some((member) => member.kind === kind);
  return [
    ...(panel.length !== sitting.panel.length ? [fault(null, 'somebody on the panel is not part of this round')] : []),
    ...(panel.length < rule.least || panel.length > rule.most ? [fault(null, `a panel has ${rule.least} to ${rule.most} people`)] : []),
    ...(has('lead') ? [] : [fault(null, 'a panel has at least one lead')]),
    ...(has('resident') ? [] : [fault(null, 'a panel has at least one resident')]),
  ];
}

function memberFaults(member: Panellist, halfDay: HalfDay, place: Place, interpreters: readonly Interpreter[]): Fault[] {
  if (!isFree(member, halfDay)) return [fault(member.id, 'can’t be there then')];
  return canSit(member, place) && isMet(member.skills, interpreters) ? [] : [fault(member.id, 'can’t be met there then')];
}

interface Where {
  sitting: Sitting;
  halfDay: HalfDay;
  place: Place;
  interpreters: readonly Interpreter[];
}

function placementFaults({ rule }: Problem, where: Where, person: Applicant, { start, minutes, format }: Placement): Fault[] {
  const { sitting, halfDay, place } = where;
  const travel = travelFor(format, rule);
  const windows = [start - travel, start + minutes + travel] as const;
  const fits = place.formats.includes(format) && person.formats.includes(format)
    && (format !== 'in_person' || person.features.every((feature) => place.features.includes(feature)));
  const pinned = person.current?.pinned ? person.current : null;
  return [
    ...(minutes < person.minutes ? [fault(person.id, `needs ${person.minutes} minutes`)] : []),
    ...(isFree(person, halfDay) ? [] : [fault(person.id, 'can’t be there then')]),
    ...(person.busy.some((busy) => busy.halfDay === halfDay.id && busy.from < windows[1] && busy.to > windows[0]) ? [fault(person.id, 'is somewhere else then')] : []),
    ...(fits ? [] : [fault(person.id, 'can’t be met there')]),
    ...(windows[0] < 0 || windows[1] > halfDay.minutes ? [fault(person.id, 'does not fit into the half-day')] : []),
    ...(sitting.panel.some((id) => person.conflicts.includes(id)) ? [fault(person.id, 'knows somebody on the panel too well')] : []),
    ...(isMet(person.skills, presentAt(where, start, start + minutes)) ? [] : [fault(person.id, 'has nothing arranged for then')]),
    ...(pinned && (pinned.halfDay !== halfDay.id || pinned.place !== place.id || pinned.start !== start) ? [fault(person.id, 'has a time that is fixed')] : []),
  ];
}

function presentAt({ interpreters, halfDay }: Where, from: number, to: number): Interpreter[] {
  return interpreters.filter(({ windows }) => windows.some((window) => window.halfDay === halfDay.id && window.from <= from && window.to >= to));
}

/** Each skill by somebody of their own who was not refused. */
export function isMet(skills: readonly Skill[], interpreters: readonly Interpreter[]): boolean {
  const [skill, ...others] = skills;
  if (!skill) return true;
  return interpreters.some((interpreter) => canInterpret(interpreter, skill) && isMet(others, interpreters.filter((other) => other !== interpreter)));
}

/** One after another, each with a break, and the way to a home and back. */
function orderFaults({ rule }: Problem, sitting: Sitting, halfDay: HalfDay): Fault[] {
  const inOrder = [...sitting.placements].sort((one, other) => one.start - other.start);
  return inOrder.slice(1).flatMap((placement, index) => {
    const before = inOrder[index]!;
    const freeFrom = before.start + before.minutes + travelFor(before.format, rule) + rule.breakMinutes;
    return placement.start - travelFor(placement.format, rule) < freeFrom ? [fault(placement.personId, `has no break before them on ${halfDay.day}`)] : [];
  });
}

function minutesFaults({ rule }: Problem, { people }: Known, sitting: Sitting, interpreters: readonly Interpreter[]): Fault[] {
  const asked = new Map<string, number>();
  for (const { personId, minutes } of sitting.placements) {
    for (const { skill } of people.get(personId)?.skills ?? []) asked.set(skill, (asked.get(skill) ?? 0) + minutes);
  }
  return [...asked].flatMap(([skill, minutes]) => {
    const there = interpreters.filter(({ skills }) => skills.includes(skill)).length;
    return minutes > there * rule.interpreterMinutes ? [fault(null, 'what is arranged for the half-day is not enough')] : [];
  });
}

function fault(personId: string | null, what: string): Fault {
  return { personId, what };
}

function byId<T extends { id: string }>(list: readonly T[]): Map<string, T> {
  return new Map(list.map((item) => [item.id, item]));
}
