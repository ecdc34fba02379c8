/** States and the steps between them, as data: code, buttons and the database's trigger read the same table. */
export interface StateMachine<S extends string> {
  readonly name: string;
  readonly initial: S;
  readonly states: readonly S[];
  can(from: S, to: S): boolean;
  next(from: S): readonly S[];
  isFinal(state: S): boolean;
  /** As rows of the database's `state_transition`; '' comes before the first state. */
  rows(): { machine: string; from: string; to: string }[];
}

export function stateMachine<S extends string>(
  name: string,
  initial: S,
  steps: Readonly<Record<S, readonly S[]>>,
): StateMachine<S> {
  const states = Object.keys(steps) as S[];
  return {
    name,
    initial,
    states,
    can: (from, to) => steps[from].includes(to),
    next: (from) => steps[from],
    isFinal: (state) => steps[state].length === 0,
    rows: () => [
      { machine: name, from: '', to: initial },
      ...states.flatMap((from) => steps[from].map((to) => ({ machine: name, from, to }))),
    ],
  };
}
