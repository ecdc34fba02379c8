import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import highs from 'highs';
import { madeUpProblem } from '../../test/support/timetable-problem.mjs';
import { faultsOf } from './checking.rules.js';
import { firstPlan } from './first-plan.rules.js';
import { shortageSentence } from './shortage.rules.js';
import { solve, type Found } from './solving.js';
import { compareCosts, costOf, type Applicant, type Plan, type Problem } from './timetable.rules.js';

const loadHighs = highs as unknown as typeof highs.default;

async function solveAll(problem: Problem, seconds = 20): Promise<{ told: Found[]; last: Found }> {
  const began = performance.now();
  const told: Found[] = [];
  const last = solve(await loadHighs(), problem, { seconds, elapsed: () => performance.now() - began }, (found) => told.push(found));
  return { told, last };
}

const planOf = (found: Found): Plan => {
  if (found.kind !== 'plan') throw new Error(shortageSentence(found.shortage));
  return found.plan;
};

/** Everybody keeps what the plan said. */
function told(problem: Problem, plan: Plan): Applicant[] {
  return problem.people.map((person) => {
    const sitting = plan.sittings.find(({ placements }) => placements.some(({ personId }) => personId === person.id))!;
    const { start, format } = sitting.placements.find(({ personId }) => personId === person.id)!;
    return { ...person, current: { halfDay: sitting.halfDay, place: sitting.place, start, format, pinned: false, with: sitting.panel } };
  });
}

describe('looking for a timetable', () => {
  it('tells a first one, then better ones, and never one that breaks a rule', async () => {
    await fc.assert(fc.asyncProperty(
      fc.record({ applicants: fc.integer({ min: 1, max: 14 }), days: fc.integer({ min: 2, max: 4 }), seed: fc.nat(), residents: fc.integer({ min: 1, max: 4 }) }),
      async (wanted) => {
        const problem = madeUpProblem(wanted);
        const { told: answers, last } = await solveAll(problem, 5);
        const plans = answers.flatMap((found) => (found.kind === 'plan' ? [found.plan] : []));
        for (const plan of plans) expect(faultsOf(problem, plan)).toEqual([]);
        plans.slice(1).forEach((plan, index) =>
          expect(compareCosts(costOf(problem, plan), costOf(problem, plans[index]!))).toBeLessThanOrEqual(0));
        // Either everybody or the shortage, never some of them.
        if (last.kind === 'shortage') expect(last.shortage.waiting.length).toBeGreaterThan(0);
        else expect(last.plan.sittings.flatMap(({ placements }) => placements)).toHaveLength(problem.people.length);
      },
    ), { numRuns: 25 });
  });

  it('finds what placing one after another misses', async () => {
    const problem = madeUpProblem({ applicants: 20, days: 5, seed: 2 });
    const { last } = await solveAll(problem);
    expect(last).toMatchObject({ kind: 'plan', cost: { notPreferred: 1, halfDays: 7, moves: 0 } });
    expect(faultsOf(problem, planOf(last))).toEqual([]);
  });

  it('leaves who was told a time where they are, when somebody new comes', async () => {
    const before = madeUpProblem({ applicants: 20, days: 6, seed: 4 });
    const { last: first } = await solveAll(before, 8);
    const people = told(before, planOf(first));
    const newcomer = { ...people[0]!, id: 'newcomer', current: null };
    const problem = { ...before, people: [...people, newcomer] };
    const quick = firstPlan(problem, 1);
    expect(quick && costOf(problem, quick).moves).toBe(0);
    const { last } = await solveAll(problem, 8);
    expect(planOf(last)).toBeDefined();
    expect(last.kind === 'plan' && last.cost.moves).toBeLessThanOrEqual(2);
  });

  it('says what is short when not everybody fits, and drops nobody: eighty people, a quarter with more time', async () => {
    const { last, told: answers } = await solveAll(madeUpProblem({ applicants: 80, days: 10, seed: 1, scarce: true }), 40);
    expect(answers.filter(({ kind }) => kind === 'plan')).toEqual([]);
    expect(last.kind === 'shortage' && shortageSentence(last.shortage)).toBe('Four more half-days with a resident panel member would place everyone.');
  });
});
