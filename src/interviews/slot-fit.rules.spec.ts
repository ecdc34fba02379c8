import { describe, expect, it } from '@jest/globals';
import { fitOf, fitWords, refusalFor, type FitSlot } from './slot-fit.rules.js';

const slot: FitSlot = {
  startsAt: new Date('2027-01-12T10:00:00Z'), endsAt: new Date('2027-01-12T10:40:00Z'), format: 'in_person', features: ['step-free', 'loop'], baseMinutes: 40,
};
const nothing = { extraMinutes: 0, features: [], formats: [] } as const;

describe('whether a time fits somebody', () => {
  it('is as long as the round says for whoever needs nothing more of it', () => {
    expect(fitOf(slot, nothing, null)).toEqual({ fits: true });
    expect(fitOf({ ...slot, endsAt: new Date('2027-01-12T10:30:00Z') }, nothing, null)).toMatchObject({ because: 'short', minutes: 40 });
  });

  it('is long enough for the base and their own minutes', () => {
    const fit = fitOf(slot, { ...nothing, extraMinutes: 15 }, null);
    expect(fit).toEqual({ fits: false, because: 'short', minutes: 55, firstSafeDay: null });
    expect(fitWords(fit)).toBe('Too short: plan 55 minutes');
    expect(fitOf({ ...slot, endsAt: new Date('2027-01-12T10:55:00Z') }, { ...nothing, extraMinutes: 15 }, null)).toEqual({ fits: true });
  });

  it('has the room’s features when they come in, and not when they do not', () => {
    expect(fitOf(slot, { ...nothing, features: ['loop'] }, null).fits).toBe(true);
    expect(fitOf(slot, { ...nothing, features: ['quiet'] }, null)).toMatchObject({ because: 'place' });
    expect(fitOf({ ...slot, format: 'video', features: [] }, { ...nothing, features: ['quiet'] }, null).fits).toBe(true);
    expect(fitOf(slot, { ...nothing, formats: ['video', 'phone'] }, null)).toMatchObject({ because: 'place' });
  });

  it('is not before the first safe day, and says which that is but never why', () => {
    const fit = fitOf(slot, nothing, '2027-01-25');
    expect(fit).toMatchObject({ because: 'soon' });
    expect(fitWords(fit)).toBe('Too soon: first safe day Monday 25 January 2027');
    expect(refusalFor(fit as never)).toBe(
      'This time is too soon for us to get everything ready for you. Choose one from Monday 25 January 2027 on, or tell us that none of these work.');
  });
});
