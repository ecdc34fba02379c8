import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applicationStates, canWithdraw, type ApplicationState } from '../applications/application.rules.js';
import { canDecide, canDiscard, canTell, canUndo, decisionStates, outcomes, type DecisionOutcome, type DecisionState } from './decision.rules.js';

interface Decided {
  outcome: DecisionOutcome;
  state: DecisionState;
  before: ApplicationState;
  tellingAt: Date | null;
}

/** What has become of one application, by the rules alone. */
class Life {
  state: ApplicationState = 'submitted';
  readonly decisions: Decided[] = [];
  readonly heard: DecisionOutcome[] = [];

  of(state: DecisionState): Decided | undefined {
    return this.decisions.find((decision) => decision.state === state);
  }

  go(state: ApplicationState): void {
    expect(applicationStates.can(this.state, state)).toBe(true);
    this.state = state;
  }

  turn(decision: Decided, state: DecisionState): void {
    expect(decisionStates.can(decision.state, state)).toBe(true);
    decision.state = state;
  }
}

/** What the service does where the rules allow it. `real` hears what is told. */
abstract class Step implements fc.Command<Life, string[]> {
  check(): boolean {
    return true;
  }

  run(life: Life, real: string[]): void {
    const final = applicationStates.isFinal(life.state);
    const before = life.state;
    this.take(life, real);
    if (final) expect(life.state).toBe(before);
    expect(life.decisions.filter(({ state }) => state === 'pending').length).toBeLessThanOrEqual(1);
    expect(life.decisions.filter(({ state }) => state === 'applied').length).toBeLessThanOrEqual(1);
    expect(real).toEqual(life.heard);
    expect(life.decisions.filter(({ state }) => state === 'told').map(({ outcome }) => outcome)).toEqual(real);
  }

  abstract take(life: Life, real: string[]): void;
  abstract toString(): string;
}

class Record extends Step {
  constructor(private readonly outcome: DecisionOutcome) {
    super();
  }

  take(life: Life): void {
    if (life.of('pending') || !decidable(life, this.outcome)) return;
    life.decisions.push({ outcome: this.outcome, state: 'pending', before: life.state, tellingAt: null });
  }

  toString = () => `record ${this.outcome}`;
}

class Apply extends Step {
  take(life: Life): void {
    const pending = life.of('pending');
    if (!pending || !decidable(life, pending.outcome)) return;
    pending.before = life.state;
    life.turn(pending, 'applied');
    life.go(pending.outcome);
  }

  toString = () => 'apply';
}

class Discard extends Step {
  take(life: Life): void {
    const pending = life.of('pending');
    if (pending && canDiscard(pending).ok) life.turn(pending, 'discarded');
  }

  toString = () => 'discard';
}

class Undo extends Step {
  take(life: Life): void {
    const applied = life.of('applied');
    if (!applied || !canUndo(applied).ok) return;
    life.turn(applied, 'undone');
    life.go(applied.before);
  }

  toString = () => 'undo';
}

class Tell extends Step {
  take(life: Life): void {
    const applied = life.of('applied');
    if (applied && canTell(applied).ok) applied.tellingAt = new Date(0);
  }

  toString = () => 'tell';
}

class Arrive extends Step {
  take(life: Life, real: string[]): void {
    const applied = life.of('applied');
    if (!applied?.tellingAt) return;
    life.turn(applied, 'told');
    life.heard.push(applied.outcome);
    real.push(applied.outcome);
  }

  toString = () => 'the message arrives';
}

class Withdraw extends Step {
  take(life: Life): void {
    if (!canWithdraw({ state: life.state, told: life.heard.at(-1) ?? null }).ok) return;
    life.go('withdrawn');
    const [pending, applied] = [life.of('pending'), life.of('applied')];
    if (pending) life.turn(pending, 'discarded');
    if (applied) life.turn(applied, 'undone');
  }

  toString = () => 'withdraw';
}

const decidable = (life: Life, outcome: DecisionOutcome) =>
  canDecide({ state: life.state, needsAgeCheck: false, ageChecked: false, untold: life.of('applied') !== undefined }, outcome).ok;

describe('any life of decisions', () => {
  it('goes from state to state as the tables say, and nobody hears of what was undone or discarded', () => {
    const commands = fc.commands([
      fc.constantFrom(...outcomes).map((outcome) => new Record(outcome)),
      fc.constant(new Apply()), fc.constant(new Apply()), fc.constant(new Discard()), fc.constant(new Undo()),
      fc.constant(new Tell()), fc.constant(new Arrive()), fc.constant(new Withdraw()),
    ], { maxCommands: 60, size: '+1' });
    fc.assert(fc.property(commands, (life) => fc.modelRun(() => ({ model: new Life(), real: [] }), life)), { numRuns: 200 });
  });
});
