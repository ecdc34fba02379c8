import type { OccasionFormat } from '../diary/diary.rules.js';
import { canInterpret, isMoved, type Applicant, type Interpreter, type Plan, type Problem, type Sitting } from './timetable.rules.js';

/** What releasing a plan means for somebody. */
export interface Change {
  applicationId: string;
  kind: 'new' | 'moved' | 'same';
  sitting: Sitting;
  /** Minutes after the half-day's start. */
  start: number;
  minutes: number;
  format: OccasionFormat;
}

/** Compared with what people were told: only who is new or moved hears of it. */
export function changesOf(problem: Problem, plan: Plan): Change[] {
  const people = new Map(problem.people.map((person) => [person.id, person]));
  return plan.sittings.flatMap((sitting) => sitting.placements.map(({ personId, start, minutes, format }) => {
    const current = people.get(personId)?.current ?? null;
    const kind = current === null ? 'new' : isMoved(current, sitting, start, format) ? 'moved' : 'same';
    return { applicationId: personId, kind, sitting, start, minutes, format };
  }));
}

/** Who of those in a sitting comes for which skill of one person, each once; the ones they prefer first. */
export function interpretersFor(person: Applicant, there: readonly Interpreter[]): { skill: string; resourceId: string }[] {
  const [skill, ...others] = person.skills;
  if (!skill) return [];
  const able = there.filter((interpreter) => canInterpret(interpreter, skill))
    .sort((one, other) => Number(skill.preferred.includes(other.id)) - Number(skill.preferred.includes(one.id)));
  for (const interpreter of able) {
    const rest = interpretersFor({ ...person, skills: others }, there.filter((other) => other !== interpreter));
    if (rest.length === others.length) return [{ skill: skill.skill, resourceId: interpreter.id }, ...rest];
  }
  return [];
}
