import { Injectable } from '@nestjs/common';
import { londonDay } from '../shared/dates.js';
import { SafeDates } from '../adjustments/safe-dates.js';
import { SchedulingQueries } from '../adjustments/scheduling.queries.js';
import { fitOf, type Fit, type FitSlot } from './slot-fit.rules.js';

/** Times, each with whether it fits one person. What they need stays here. */
@Injectable()
export class SlotFit {
  constructor(private readonly scheduling: SchedulingQueries, private readonly safeDates: SafeDates) {}

  /** In the order of the slots. `callId`: interpreters held for it need no time to be found. `occasionId`: the one they move from, whose interpreters come with them. */
  async of(personId: string, callId: string, slots: readonly FitSlot[], occasionId: string | null = null): Promise<Fit[]> {
    if (slots.length === 0) return [];
    const needs = (await this.scheduling.needsOf([personId])).get(personId)!;
    const safeDay = needs.leadDays > 0 ? await this.safeDates.firstSafeDay([personId]) : null;
    const fits: Fit[] = [];
    for (const slot of slots) {
      const before = safeDay !== null && londonDay(slot.startsAt) < safeDay;
      const [late] = before ? await this.safeDates.tooSoon({ personIds: [personId], startsAt: slot.startsAt, endsAt: slot.endsAt, holderId: callId, occasionId }) : [];
      fits.push(fitOf(slot, needs, late?.firstSafeDay ?? null));
    }
    return fits;
  }

  /** Those that fit. */
  async fitting<Slot extends FitSlot>(personId: string, callId: string, slots: readonly Slot[]): Promise<Slot[]> {
    const fits = await this.of(personId, callId, slots);
    return slots.filter((_, index) => fits[index]!.fits);
  }

  /** How long their interview is to be planned. */
  async extraMinutes(personId: string): Promise<number> {
    return (await this.scheduling.needsOf([personId])).get(personId)!.extraMinutes;
  }
}
