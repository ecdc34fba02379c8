import { allowed, refused, type Outcome } from '../shared/result.js';

export interface Scorable {
  live: boolean;
  started: boolean;
  came: boolean;
  onPanel: boolean;
  /** It is their own application. */
  own: boolean;
  conflict: boolean;
  revealed: boolean;
}

/** Whether somebody may score this interview now. */
export function canScore({ live, started, came, onPanel, own, conflict, revealed }: Scorable): Outcome {
  if (!onPanel || own) return refused('Only those on its panel score an interview.');
  if (conflict) return refused('You told us that you know this person, or gain something. So others score this interview.');
  if (!live || !came) return refused('This interview was not held, so there is nothing to score.');
  if (!started) return refused('You can score from when the interview starts.');
  return revealed ? refused('Everybody’s scores are shown now, so they stay as they are.') : allowed;
}

export interface PanelProgress {
  given: boolean;
  conflict: boolean;
}

/** Scores show together: once everybody who can score has given theirs. */
export function everybodyGave(panel: readonly PanelProgress[]): boolean {
  const scoring = panel.filter(({ conflict }) => !conflict);
  return scoring.length > 0 && scoring.every(({ given }) => given);
}

/** A lead shows them although somebody has not given theirs, and says why. */
export function canClose(panel: readonly PanelProgress[], { revealed, conflict }: { revealed: boolean; conflict: boolean }): Outcome {
  if (conflict) return refused('You told us that you know this person, or gain something. So somebody else does this.');
  if (revealed) return refused('The scores are shown already.');
  return panel.some(({ given }) => given) ? allowed : refused('Nobody has given scores yet.');
}

export interface Agreer {
  dutyId: string;
  conflict: boolean;
}

/** A lead writes down what the panel agreed, together with somebody who sat on it. */
export function canAgree(by: Agreer, partner: (Agreer & { given: boolean }) | null, revealed: boolean): Outcome {
  if (!revealed) return refused('First everybody on the panel gives their scores.');
  if (by.conflict) return refused('You told us that you know this person, or gain something. So somebody else writes it down.');
  if (!partner?.given || partner.conflict || partner.dutyId === by.dutyId) {
    return refused('Choose somebody else who scored this interview. People who share a job count as one');
  }
  return allowed;
}
