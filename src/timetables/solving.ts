import type { Highs, Model } from 'highs';
import { faultsOf } from './checking.rules.js';
import { firstPlan, somePlan, timesFor, type OpenSitting } from './first-plan.rules.js';
import { sequence } from './sequence.rules.js';
import { compareCosts, costOf, formatIn, isFree, type Cost, type Plan, type Problem } from './timetable.rules.js';
import { reasonAlone, type Shortage, type Shortfall, type Waiting } from './shortage.rules.js';
import { SittingsModel } from './sittings.model.js';

/** What the search has to say, in the order it says it. */
export type Found =
  | { kind: 'plan'; plan: Plan; cost: Cost; proven: boolean }
  | { kind: 'shortage'; shortage: Shortage };

export interface Limits {
  /** Of the whole search. */
  seconds: number;
  /** Milliseconds of a clock that only goes forward. */
  elapsed: () => number;
}

/** Orders to try before the model is asked. */
const ORDERS = 60;
const FIRST_MILLISECONDS = 1_000;
/** A half-day that can't be put in order is forbidden and the model asked again, so often. */
const MOST_CUTS = 30;

/**
 * Looks for a timetable with everybody in it: the first one at once, then better ones until the best is proven or time is up.
 * Answers the last thing it told. When there is none, that is what is short; nobody is ever left out to make it fit.
 */
export function solve(highs: Highs, problem: Problem, limits: Limits, tell: (found: Found) => void): Found {
  return new Search(highs, problem, limits, tell).run();
}

const NOTHING_SHORT: Shortfall = { residents: 0, leads: 0, others: 0, arranged: 0, halfDays: 0 };

class Search {
  private best: { plan: Plan; cost: Cost } | null = null;
  /** People who have no place even by themselves. */
  private readonly alone: Waiting[];
  /** Of those who might. */
  private readonly problem: Problem;

  constructor(
    private readonly highs: Highs, whole: Problem, private readonly limits: Limits, private readonly tell: (found: Found) => void,
  ) {
    this.alone = whole.people.flatMap((person) => {
      const reason = reasonAlone(whole, person);
      return reason ? [{ personId: person.id, reason }] : [];
    });
    const isAlone = new Set(this.alone.map(({ personId }) => personId));
    this.problem = { ...whole, people: whole.people.filter(({ id }) => !isAlone.has(id)) };
  }

  run(): Found {
    const staying = this.alone.length === 0 ? stayingWhereTheyWere(this.problem) : null;
    const stay = staying && new Search(this.highs, staying, { ...this.limits, seconds: this.limits.seconds / 2 }, this.tell).planOrNull();
    return stay ?? this.search();
  }

  /** A timetable, or null when there is none, or none was found in time. */
  private planOrNull(): Found | null {
    if (this.alone.length > 0) return null;
    const first = firstPlan(this.problem, ORDERS, () => this.limits.elapsed() < FIRST_MILLISECONDS);
    if (first) this.offer(first);
    else this.shortage(0.5);
    return this.best && this.improve();
  }

  private search(): Found {
    const first = firstPlan(this.problem, 3) ?? firstPlan(this.problem, ORDERS, () => this.limits.elapsed() < 2 * FIRST_MILLISECONDS);
    if (this.alone.length > 0) return this.short(first ? { shortfall: NOTHING_SHORT, waiting: [], proven: true } : this.shortage(0.75));
    if (first) this.offer(first);
    const more = first && firstPlan(this.problem, ORDERS, () => this.limits.elapsed() < FIRST_MILLISECONDS);
    if (more) this.offer(more);
    if (this.best) return this.improve();
    const shortage = this.shortage(0.75);
    return this.best || isNothing(shortage.shortfall) ? this.improve() : this.short(shortage);
  }

  private short({ shortfall, waiting, proven }: Shortage): Found {
    const found: Found = { kind: 'shortage', shortage: { shortfall, waiting: [...this.alone, ...waiting], proven } };
    this.tell(found);
    return found;
  }

  /** What is short for everybody; of nothing when they could be placed after all. */
  private shortage(share: number): Shortage {
    const model = new SittingsModel(this.problem, true);
    const solution = this.minimise(model, model.shortfallCost(), this.left() * share, { from: somePlan(this.problem) });
    if (!solution) throw new Error('no answer in time');
    const shortfall = model.shortfall(solution.values);
    if (this.alone.length === 0 && isNothing(shortfall)) this.offer(this.timed(model.open(solution.values)));
    return { shortfall, waiting: model.waiting(solution.values), proven: solution.proven };
  }

  private improve(): Found {
    const model = new SittingsModel(this.problem);
    const goals = model.costs();
    let proven = true;
    for (const [index, goal] of (['notPreferred', 'halfDays', 'moves'] as const).entries()) {
      if (goal === 'moves' && !this.problem.people.some(({ current }) => current)) continue;
      const reached = this.inOrder(model, goals[goal], goal, this.left() / (index === 0 ? 2 : 1));
      proven &&= reached;
      if (!this.best || this.left() <= 0.5) break;
      model.hold(goals[goal], this.best.cost[goal]);
    }
    if (!this.best) throw new Error('no answer in time');
    const found: Found = { kind: 'plan', ...this.best, proven: proven && this.left() > 0 };
    this.tell(found);
    return found;
  }

  /** One goal as low as it goes; whether that is proven. Solved again where a half-day can't be put in order. */
  private inOrder(model: SittingsModel, cost: Float64Array, goal: keyof Cost, seconds: number): boolean {
    if (this.best && this.best.cost[goal] === 0) return true;
    const until = this.limits.elapsed() / 1000 + seconds;
    for (let cuts = 0; cuts <= MOST_CUTS; cuts += 1) {
      const solution = this.minimise(model, cost, until - this.limits.elapsed() / 1000, {
        from: this.best?.plan ?? null, improving: (values) => this.offer(this.timed(model.open(values))),
      });
      if (!solution) return false;
      const open = model.open(solution.values);
      const plan = this.timed(open);
      if (plan) {
        this.offer(plan);
        return solution.proven;
      }
      for (const sitting of open) if (!this.isOrdered(sitting)) model.forbid(sitting);
    }
    return false;
  }

  private minimise(
    model: SittingsModel, cost: Float64Array, seconds: number,
    { from, improving = () => undefined }: { from: Plan | null; improving?: (values: Float64Array) => void },
  ): { values: Float64Array; proven: boolean } | null {
    if (seconds <= 0.1) return null;
    const { modelStatus, callbackType } = this.highs.constants;
    const solver: Model = model.linear.create(this.highs, cost);
    try {
      solver.options.set({ output_flag: false, time_limit: seconds, mip_rel_gap: 0, mip_abs_gap: 0.999 * smallestStep(cost), random_seed: 1 });
      if (from) solver.setSolution({ colValue: model.values(from) });
      solver.run({
        [callbackType.mipImprovingSolution]: (event: { data: { mip_solution?: Float64Array } }) => {
          if (event.data.mip_solution) improving(event.data.mip_solution);
          return undefined;
        },
      });
      const status = solver.getModelStatus();
      if (status === modelStatus.infeasible) return null;
      const values = Float64Array.from(solver.getSolution().colValue);
      const isAnswer = solver.info.get('primal_solution_status') === 2;
      return isAnswer ? { values, proven: status === modelStatus.optimal } : null;
    } finally {
      solver.dispose();
    }
  }

  private timed(open: readonly OpenSitting[]): Plan | null {
    return timesFor(open, this.problem);
  }

  private isOrdered({ seated, halfDay, interpreters }: OpenSitting): boolean {
    return sequence(seated, { halfDay, interpreters, rule: this.problem.rule }) !== null;
  }

  /** Tells a plan that is better than the last one, and only one that breaks no rule. */
  private offer(plan: Plan | null): void {
    if (!plan) return;
    const cost = costOf(this.problem, plan);
    if (this.best && compareCosts(cost, this.best.cost) >= 0) return;
    if (faultsOf(this.problem, plan).length > 0) return;
    this.best = { plan, cost };
    this.tell({ kind: 'plan', plan, cost, proven: false });
  }

  private left(): number {
    return this.limits.seconds - this.limits.elapsed() / 1000;
  }
}

/** Whoever was told a time keeps it, where it still fits; null when nobody was. Only if that leaves somebody out is anybody moved. */
function stayingWhereTheyWere(problem: Problem): Problem | null {
  const people = problem.people.map((person) => {
    const { current } = person;
    const halfDay = problem.halfDays.find(({ id }) => id === current?.halfDay);
    const place = problem.places.find(({ id }) => id === current?.place);
    const isPossible = current && halfDay && place && isFree(person, halfDay) && !place.closed.includes(halfDay.id) && formatIn(place, person) === current.format
      && current.with.every((id) => problem.panel.some((member) => member.id === id && isFree(member, halfDay))
        || problem.interpreters.some((interpreter) => interpreter.id === id && interpreter.windows.some((window) => window.halfDay === halfDay.id)));
    return isPossible ? { ...person, current: { ...current, pinned: true } } : person;
  });
  return people.some((person, index) => person !== problem.people[index]) ? { ...problem, people } : null;
}

function isNothing(shortfall: Shortfall): boolean {
  return Object.values(shortfall).every((count) => count === 0);
}

/** Costs are whole numbers, or whole numbers with a thousandth to tell equals apart. */
function smallestStep(cost: Float64Array): number {
  return cost.some((value) => value > 0 && value < 1) ? 0.001 : 1;
}
