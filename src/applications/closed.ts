import { RuleViolation } from '../platform/errors.js';
import type { Outcome } from '../shared/result.js';

/** The call takes nothing now: it has closed, is not open yet, or is cancelled. What was written is kept. */
export class NotOpen extends RuleViolation {}

export function refuseUnlessOpen(outcome: Outcome): void {
  if (!outcome.ok) throw new NotOpen(outcome.reason);
}
