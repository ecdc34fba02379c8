import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocating, canCommit, committing, overspend, releasing, spending, type Movement } from './budget.rules.js';

const sum = (movement: Movement) => Object.values(movement).reduce((total, pence) => total + pence, 0);
const pence = fc.integer({ min: 1, max: 10_000_000 });

describe('journals', () => {
  it('sum to zero, whatever the amounts', () => {
    fc.assert(fc.property(pence, pence, (amount, committed) => {
      expect([allocating(amount), committing(amount), releasing(amount), spending(amount, committed)].map(sum)).toEqual([0, 0, 0, 0]);
    }));
  });

  it('give back what was committed and not earned', () => {
    expect(spending(4500, 6000)).toEqual({ commitment: -6000, allocation: 1500, actual: 4500 });
    expect(spending(4500, 4000)).toEqual({ commitment: -4000, allocation: -500, actual: 4500 });
  });
});

describe('money', () => {
  it('is refused before the work, with how much is missing', () => {
    expect(canCommit(4500, 4500)).toEqual({ ok: true });
    expect(canCommit(240, 4000)).toEqual({ ok: false, reason: 'The budget is £37.60 short' });
    expect(canCommit(-100, 4000)).toEqual({ ok: false, reason: 'The budget is £41 short' });
  });

  it('is paid after the work, beyond the allocation if it must', () => {
    expect(overspend(0, 4500, 6000)).toBe(0);
    expect(overspend(500, 4500, 4000)).toBe(0);
    expect(overspend(200, 4500, 4000)).toBe(300);
  });
});
