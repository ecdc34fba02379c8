import { describe, expect, it } from '@jest/globals';
import { canAnswer, canApprove, claimStates } from './claim.rules.js';

describe('a claim', () => {
  const claim = { state: 'claimed' as const, claimant: 'amina', recorder: 'the leads', approver: null };

  it('is answered once, by accepting or declining', () => {
    expect(claimStates.next('drafted')).toEqual(['claimed', 'declined']);
    expect(claimStates.states.filter((state) => canAnswer(state).ok)).toEqual(['drafted']);
  });

  it('is approved by somebody else than the claimant and the recorder', () => {
    expect(canApprove(claim, 'bola')).toEqual({ ok: true });
    expect(canApprove(claim, 'amina')).toEqual({
      ok: false, reason: 'This claim is your own or your job-share partner’s. Ask another budget holder to approve it',
    });
    expect(canApprove(claim, 'the leads').ok).toBe(false);
  });

  it('is approved only once somebody claimed it', () => {
    for (const state of claimStates.states) expect(canApprove({ ...claim, state }, 'bola').ok).toBe(state === 'claimed');
  });

  it('is paid by one way only', () => {
    expect(claimStates.states.filter((state) => claimStates.can(state, 'paid'))).toEqual(['exported']);
    expect(claimStates.states.filter((state) => claimStates.isFinal(state))).toEqual(['declined', 'paid']);
  });
});
