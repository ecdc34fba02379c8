/** How a state is shown. The words carry the meaning, the tone only helps. */
export type Tone = 'done' | 'now' | 'waiting' | 'neutral' | 'risk';

export interface StateWords {
  text: string;
  tone: Tone;
}

/** One line of "what happens when". */
export interface Step {
  state: 'done' | 'now' | 'later';
  heading: string;
  text: string;
}
