import { allowed, refused, type Outcome } from '../shared/result.js';
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

/** Somebody spoke with everybody concerned, and they said yes to a date that leaves little time. */
export interface DateOverride {
  reason: string;
  /** The day they were spoken with. */
  spokeOn: string;
  /** Who said yes: everybody, not only those for whom it comes too soon, so that nobody can be told from it. */
  agreed: readonly string[];
}

export function canOverride({ reason, spokeOn, agreed }: DateOverride, concerned: readonly string[], today: string): Outcome {
  if (reason.trim() === '') return refused('Say why it can’t be later');
  if (spokeOn > today) return refused('The day you spoke with them can’t be in the future');
  if (concerned.some((id) => !agreed.includes(id))) return refused('Everybody has to agree to it first. Speak with each of them, then tick their names');
  return allowed;
}

function isHeld({ skill, refused }: NeedForSkill, heldAndFree: readonly FreeInterpreter[], howMany: number): boolean {
  return heldAndFree.filter(({ resourceId, skills }) => skills.includes(skill) && !refused.includes(resourceId)).length >= howMany;
}
