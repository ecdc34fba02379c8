import { stateNames, type ArrangementState } from './arrangement.rules.js';

const ACTIONS: Record<string, string> = {
  'arrangement.asked': 'Asked for',
  'arrangement.assigned': 'Owner, day or notes changed',
  'arrangement.at-risk': 'At risk: not booked in time',
  'arrangement.booking-cancelled': 'The booking was cancelled with the supplier',
  'arrangement.cost-recorded': 'What it cost was written down',
  'arrangement.escalated': 'Still at risk: whoever stands in was told',
  'arrangement.let-go': 'A supplier was let go',
  'arrangement.note-done': 'A note was picked up',
  'arrangement.note-left': 'A note was left',
  'arrangement.reserved': 'A supplier was booked',
};

/** What happened to it, in a co-ordinator's words. */
export function historyWords({ action, to }: { action: string; to: string | null }): string {
  if (to !== null && to in stateNames) return stateNames[to as ArrangementState];
  return ACTIONS[action] ?? 'Changed';
}
