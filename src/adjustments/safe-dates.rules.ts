import { addWorkingDays, type BankHolidays } from '../shared/working-days.js';

/** Somebody who can do a thing, and who is held and free at the time in question. */
export interface FreeInterpreter {
  resourceId: string;
  skills: readonly string[];
}

export interface NeedForSkill {
  skill: string;
  leadDays: number;
  refused: readonly string[];
}

/** What decides how early somebody must know of a date. */
export interface LeadTimes {
  /** Working days, of everything but people who help with communication. */
  otherLeadDays: number;
  skills: readonly NeedForSkill[];
}

/** The working days somebody needs to hear before; what is held and free then takes none. */
export function leadDaysOf(needs: LeadTimes, heldAndFree: readonly FreeInterpreter[], howMany: number): number {
  const open = needs.skills.filter((need) => !isHeld(need, heldAndFree, howMany));
  return Math.max(needs.otherLeadDays, ...open.map(({ leadDays }) => leadDays), 0);
}

/** The first day that leaves so many working days from today, over England's bank holidays. */
export function firstSafeDay(today: string, leadDays: number, holidays: BankHolidays): string {
  return addWorkingDays(today, leadDays, holidays);
}

/** Two beyond so many minutes: nobody interprets well for longer alone. */
export function interpretersFor(minutes: number, aloneMinutes: number): number {
  return minutes > aloneMinutes ? 2 : 1;
}

function isHeld({ skill, refused }: NeedForSkill, heldAndFree: readonly FreeInterpreter[], howMany: number): boolean {
  return heldAndFree.filter(({ resourceId, skills }) => skills.includes(skill) && !refused.includes(resourceId)).length >= howMany;
}
