/** What a rule answers: yes, or no with a reason a person can read. */
export type Outcome = { ok: true } | { ok: false; reason: string };

export const allowed: Outcome = { ok: true };

export function refused(reason: string): Outcome {
  return { ok: false, reason };
}
