import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applicationStates } from '../applications/application.rules.js';
import { canDecide, canUndo, outcomes, possibleOutcomes } from './decision.rules.js';

describe('deciding', () => {
  const submitted = { state: 'submitted' as const, needsAgeCheck: false, ageChecked: false, untold: false };

  it('offers what the states allow', () => {
    expect(possibleOutcomes('submitted')).toEqual(['shortlisted', 'reserve', 'not_selected']);
    expect(possibleOutcomes('interviewing')).toEqual(['reserve', 'not_selected', 'offered']);
    expect(possibleOutcomes('reserve')).toEqual(['offered']);
    expect(possibleOutcomes('withdrawn')).toEqual([]);
    expect(possibleOutcomes('draft')).toEqual([]);
  });

  it('waits for the last decision to be told, and for the age check', () => {
    expect(canDecide(submitted, 'shortlisted')).toEqual({ ok: true });
    expect(canDecide({ ...submitted, untold: true }, 'shortlisted').ok).toBe(false);
    expect(canDecide({ ...submitted, needsAgeCheck: true }, 'shortlisted').ok).toBe(false);
    expect(canDecide({ ...submitted, needsAgeCheck: true, ageChecked: true }, 'shortlisted').ok).toBe(true);
    expect(canDecide(submitted, 'offered').ok).toBe(false);
  });

  it('can be undone until they are being told', () => {
    expect(canUndo({ state: 'applied', tellingAt: null }).ok).toBe(true);
    expect(canUndo({ state: 'applied', tellingAt: new Date(0) }).ok).toBe(false);
    expect(canUndo({ state: 'told', tellingAt: new Date(0) }).ok).toBe(false);
  });

  it('only ever leads to a state the machine knows', () => {
    fc.assert(fc.property(fc.constantFrom(...applicationStates.states), fc.constantFrom(...outcomes), (state, outcome) => {
      const decided = canDecide({ state, needsAgeCheck: false, ageChecked: false, untold: false }, outcome);
      if (decided.ok) expect(applicationStates.can(state, outcome)).toBe(true);
    }));
  });
});
