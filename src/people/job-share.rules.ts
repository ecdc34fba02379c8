import { addDays, weekday } from '../shared/dates.js';

export interface RoleHolder {
  id: string;
  name: string | null;
  jobShareId: string | null;
  /** Monday is 1; null is every working day. */
  workingDays: readonly number[] | null;
}

function works({ workingDays }: RoleHolder, day: string): boolean {
  return workingDays === null || workingDays.includes(weekday(day));
}

/** Who works that day: of partners in a job those who do, and both when neither does. Whoever shares no job is always asked. */
export function whoIsOnDuty(holders: readonly RoleHolder[], day: string): RoleHolder[] {
  return holders.filter((holder) => {
    if (!holder.jobShareId || works(holder, day)) return true;
    const partners = holders.filter(({ jobShareId }) => jobShareId === holder.jobShareId);
    return !partners.some((partner) => works(partner, day));
  });
}

const FAR = 14;

/** The next of their days after this one; null when they have none soon. */
export function backOn(holder: RoleHolder, day: string): string | null {
  for (let ahead = 1; ahead <= FAR; ahead += 1) {
    const other = addDays(day, ahead);
    if (weekday(other) <= 5 && works(holder, other)) return other;
  }
  return null;
}
