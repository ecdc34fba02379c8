import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canClosePhase, canModerate, canOpenPhase, canRemoveReviewer, canReviewAs, canScore, missingScores, reviewPhaseStates, reviewStates, seeOthers, showsOthers,
  type Openable, type PanelMember,
} from './review.rules.js';

const resident: PanelMember = { kind: 'resident', dutyId: 'ruth', decides: true };
const lead: PanelMember = { kind: 'lead', dutyId: 'leads', decides: true };
const openable: Openable = { state: 'planned', callStage: 'closed', anotherOpen: false, criteria: 2, applications: 3, panel: [resident, lead] };

describe('opening a review', () => {
  it('needs a closed call, criteria, applications, and residents who score and decide', () => {
    expect(canOpenPhase(openable)).toEqual({ ok: true });
    const refusals: [Partial<Openable>, string][] = [
      [{ state: 'open' }, 'It was opened already'],
      [{ state: 'closed' }, 'It was opened already'],
      [{ callStage: 'open' }, 'It can open once the call has closed'],
      [{ callStage: 'cancelled' }, 'It can open once the call has closed'],
      [{ anotherOpen: true }, 'Another review of this call is open. Close that one first'],
      [{ criteria: 0 }, 'The call has no criteria to score. Add them to the call first'],
      [{ applications: 0 }, 'There is nothing to review: nobody’s application is waiting'],
      [{ panel: [lead] }, 'Add at least one resident who scores'],
      [{ panel: [resident, { ...resident, dutyId: 'iqbal' }] }, 'Add at least one strategic lead or officer who scores'],
      [{ panel: [resident, { ...lead, dutyId: 'ruth' }] }, 'Add a second person. People who share a job count as one'],
      [{ panel: [{ ...resident, decides: false }, lead] }, 'Say which resident decides with the council'],
    ];
    for (const [change, reason] of refusals) expect(canOpenPhase({ ...openable, ...change })).toEqual({ ok: false, reason });
    expect(canOpenPhase({ ...openable, panel: [resident, { kind: 'officer', dutyId: 'olu', decides: false }] }).ok).toBe(true);
  });

  it('is done once, and closing once', () => {
    expect(reviewPhaseStates.states.filter((state) => canClosePhase({ state }).ok)).toEqual(['open']);
  });
});

describe('who scores', () => {
  it('has the role for it', () => {
    expect(canReviewAs(['strategic_lead'], 'lead').ok).toBe(true);
    expect(canReviewAs(['panel_member'], 'lead').ok).toBe(false);
    expect(canReviewAs(['strategic_lead', 'panel_member'], 'resident').ok).toBe(false);
    expect(canReviewAs(['co_decider'], 'resident').ok).toBe(true);
    expect(canReviewAs(['co_decider'], 'officer').ok).toBe(false);
    expect(canReviewAs(['panel_member'], 'councillor').ok).toBe(true);
    expect(canReviewAs(['finance_officer'], 'resident').ok).toBe(false);
  });

  it('stays once they have scored, and so does the only resident', () => {
    expect(canRemoveReviewer({ state: 'open', reviews: 0, kind: 'resident', othersOfKind: 1 }).ok).toBe(true);
    expect(canRemoveReviewer({ state: 'open', reviews: 0, kind: 'resident', othersOfKind: 0 }).ok).toBe(false);
    expect(canRemoveReviewer({ state: 'planned', reviews: 0, kind: 'resident', othersOfKind: 0 }).ok).toBe(true);
    expect(canRemoveReviewer({ state: 'open', reviews: 1, kind: 'lead', othersOfKind: 3 }).ok).toBe(false);
    expect(canRemoveReviewer({ state: 'closed', reviews: 0, kind: 'lead', othersOfKind: 3 }).ok).toBe(false);
  });

  it('reads an application only after saying that they do not know the person', () => {
    const free = { phase: 'open', declared: 'none', own: false, withdrawn: false } as const;
    expect(canScore(free)).toEqual({ ok: true });
    fc.assert(fc.property(
      fc.record({
        phase: fc.constantFrom('planned', 'open', 'closed'), declared: fc.constantFrom('none', 'conflict', null), own: fc.boolean(), withdrawn: fc.boolean(),
      }),
      (scorable) => {
        const { phase, declared, own, withdrawn } = scorable;
        expect(canScore(scorable).ok).toBe(phase === 'open' && declared === 'none' && !own && !withdrawn);
      }));
  });
});

describe('scores', () => {
  it('are given when every criterion has one; nought is a score', () => {
    expect(missingScores(['a', 'b', 'c'], new Map([['a', 0], ['b', null]]))).toEqual(['b', 'c']);
    expect(missingScores(['a'], new Map([['a', 0]]))).toEqual([]);
  });

  it('of others never show before one’s own, whatever the phase says', () => {
    fc.assert(fc.property(fc.constantFrom('planned', 'open', 'closed'), fc.constantFrom(...seeOthers), (state, see) => {
      expect(showsOthers({ state, seeOthers: see }, false)).toBe(false);
    }));
    expect(showsOthers({ state: 'open', seeOthers: 'after_own' }, true)).toBe(true);
    expect(showsOthers({ state: 'open', seeOthers: 'after_close' }, true)).toBe(false);
    expect(showsOthers({ state: 'closed', seeOthers: 'after_close' }, true)).toBe(true);
    expect(showsOthers({ state: 'closed', seeOthers: 'never' }, true)).toBe(false);
  });

  it('once void stay void', () => {
    expect(reviewStates.isFinal('void')).toBe(true);
    expect(reviewStates.can('given', 'draft')).toBe(false);
  });
});

describe('an agreed view', () => {
  it('is by two people, one of them a resident, written by one who decides', () => {
    expect(canModerate({ by: lead, with: resident, given: 2 })).toEqual({ ok: true });
    expect(canModerate({ by: resident, with: lead, given: 1 })).toEqual({ ok: true });
    expect(canModerate({ by: lead, with: resident, given: 0 }).ok).toBe(false);
    expect(canModerate({ by: { ...lead, decides: false }, with: resident, given: 2 }).ok).toBe(false);
    expect(canModerate({ by: null, with: resident, given: 2 }).ok).toBe(false);
    expect(canModerate({ by: lead, with: null, given: 2 }).ok).toBe(false);
    expect(canModerate({ by: lead, with: { kind: 'officer', dutyId: 'olu', decides: true }, given: 2 }).ok).toBe(false);
    expect(canModerate({ by: lead, with: { ...lead, kind: 'resident' }, given: 2 }).ok).toBe(false);
  });
});
