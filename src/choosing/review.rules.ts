import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';
import type { CallStage } from '../calls/call.rules.js';

export type PhaseState = 'planned' | 'open' | 'closed';

export const reviewPhaseStates = stateMachine<PhaseState>('review_phase', 'planned', {
  planned: ['open'],
  open: ['closed'],
  closed: [],
});

export type ReviewState = 'draft' | 'given' | 'void';

/** Void: the reviewer said afterwards that they know the person, or gain something. */
export const reviewStates = stateMachine<ReviewState>('review', 'draft', {
  draft: ['given', 'void'],
  given: ['void'],
  void: [],
});

export const seeOthers = ['after_own', 'after_close', 'never'] as const;
export type SeeOthers = (typeof seeOthers)[number];

export const seeOthersNames: Record<SeeOthers, string> = {
  after_own: 'As soon as their own are given',
  after_close: 'When the review has closed',
  never: 'Not at all',
};

export const reviewerKinds = ['resident', 'officer', 'councillor', 'lead'] as const;
export type ReviewerKind = (typeof reviewerKinds)[number];

export const reviewerKindNames: Record<ReviewerKind, string> = {
  resident: 'Resident', officer: 'Officer', councillor: 'Councillor', lead: 'Strategic lead',
};

/** The role somebody needs to score as this kind of person. */
export function canReviewAs(roles: readonly string[], kind: ReviewerKind): Outcome {
  if (kind === 'lead') {
    return roles.includes('strategic_lead') ? allowed : refused('Only a strategic lead can score as a strategic lead');
  }
  if (roles.includes('strategic_lead')) return refused('A strategic lead scores as a strategic lead');
  if (kind === 'resident') {
    return roles.includes('co_decider') || roles.includes('panel_member') ? allowed : refused('Choose a co-decider or a panel member');
  }
  return roles.includes('panel_member') ? allowed : refused('Officers and councillors who score must be panel members');
}

export interface PanelMember {
  kind: ReviewerKind;
  /** Job-share partners have the same. */
  dutyId: string;
  decides: boolean;
}

export interface Openable {
  state: PhaseState;
  callStage: CallStage;
  anotherOpen: boolean;
  criteria: number;
  applications: number;
  panel: readonly PanelMember[];
}

/** Residents choose with the council: a phase has at least one of each among those who score, and a resident among those who decide. */
export function canOpenPhase(phase: Openable): Outcome {
  if (!reviewPhaseStates.can(phase.state, 'open')) return refused('It was opened already');
  if (phase.callStage !== 'closed') return refused('It can open once the call has closed');
  if (phase.anotherOpen) return refused('Another review of this call is open. Close that one first');
  if (phase.criteria === 0) return refused('The call has no criteria to score. Add them to the call first');
  if (phase.applications === 0) return refused('There is nothing to review: nobody’s application is waiting');
  if (!phase.panel.some(({ kind }) => kind === 'resident')) return refused('Add at least one resident who scores');
  if (!phase.panel.some(({ kind }) => kind === 'lead' || kind === 'officer')) return refused('Add at least one strategic lead or officer who scores');
  if (new Set(phase.panel.map(({ dutyId }) => dutyId)).size < 2) return refused('Add a second person. People who share a job count as one');
  if (!phase.panel.some(({ kind, decides }) => decides && kind === 'resident')) return refused('Say which resident decides with the council');
  return allowed;
}

export function canClosePhase(phase: { state: PhaseState }): Outcome {
  return reviewPhaseStates.can(phase.state, 'closed') ? allowed : refused('Only an open review can be closed');
}

export function canRemoveReviewer(reviewer: { state: PhaseState; reviews: number; kind: ReviewerKind; othersOfKind: number }): Outcome {
  if (reviewer.state === 'closed') return refused('The review has closed');
  if (reviewer.reviews > 0) return refused('They have scored already, so they stay');
  if (reviewer.state === 'open' && reviewer.kind === 'resident' && reviewer.othersOfKind === 0) return refused('They are the only resident. Add another first');
  return allowed;
}

export interface Scorable {
  phase: PhaseState;
  /** The reviewer's own answer in this phase; null before they have answered. */
  declared: 'none' | 'conflict' | null;
  own: boolean;
  withdrawn: boolean;
}

/** Whether this reviewer may read and score this application now. */
export function canScore({ phase, declared, own, withdrawn }: Scorable): Outcome {
  if (own) return refused('This one is yours, so others score it.');
  if (declared === 'conflict') return refused('You told us that you know this person, or gain something. So somebody else scores this one.');
  if (withdrawn) return refused('This application was withdrawn. You need do nothing.');
  if (phase !== 'open') return refused('This review has closed. Thank you.');
  return declared === 'none' ? allowed : refused('First say whether you know this person, or gain anything.');
}

/** A set of scores is given when every criterion has one. */
export function missingScores(criterionIds: readonly string[], scores: ReadonlyMap<string, number | null>): string[] {
  return criterionIds.filter((id) => (scores.get(id) ?? null) === null);
}

/** Nobody's scores show before one's own are given, whatever a phase says. */
export function showsOthers(phase: { state: PhaseState; seeOthers: SeeOthers }, ownGiven: boolean): boolean {
  if (!ownGiven || phase.seeOthers === 'never') return false;
  return phase.seeOthers === 'after_own' || phase.state === 'closed';
}

export interface Moderators {
  by: PanelMember | null;
  with: PanelMember | null;
  given: number;
}

/** Two people with separate duties, a resident among them; whoever writes it down is one of those who decide. */
export function canModerate({ by, with: partner, given }: Moderators): Outcome {
  if (given === 0) return refused('Nobody has scored it yet');
  if (!by?.decides) return refused('Only somebody who decides in this review can write the agreed view');
  if (!partner || partner.dutyId === by.dutyId) return refused('Choose somebody else of this review. People who share a job count as one');
  if (by.kind !== 'resident' && partner.kind !== 'resident') return refused('One of you must be a resident');
  return allowed;
}
