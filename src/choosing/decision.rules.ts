import { allowed, refused, type Outcome } from '../shared/result.js';
import { seatTitle, type SeatKind } from '../shared/seats.js';
import { stateMachine } from '../shared/state-machine.js';
import { list } from '../shared/words.js';
import { applicationStates, type ApplicationState } from '../applications/application.rules.js';

export const outcomes = ['shortlisted', 'reserve', 'not_selected', 'offered'] as const;
export type DecisionOutcome = (typeof outcomes)[number];

export const outcomeNames: Record<DecisionOutcome, string> = {
  shortlisted: 'Shortlist for an interview',
  reserve: 'Put on the reserve list',
  not_selected: 'Not this time',
  offered: 'Offer a place',
};

export type DecisionState = 'pending' | 'applied' | 'told' | 'undone' | 'discarded';

/**
 * Pending: what a panel thinks, and nothing has changed yet. Applied: decided, together with co-deciders.
 * Decided is not told: a decision can be undone until its message goes.
 */
export const decisionStates = stateMachine<DecisionState>('decision', 'pending', {
  pending: ['applied', 'discarded'],
  applied: ['told', 'undone'],
  told: [],
  undone: [],
  discarded: [],
});

export interface Decidable {
  state: ApplicationState;
  needsAgeCheck: boolean;
  ageChecked: boolean;
  /** A decision that nobody has been told of stands in the way of the next. */
  untold: boolean;
}

/** What can be decided about an application now; steps that only undo are not decisions. */
export function possibleOutcomes(state: ApplicationState): DecisionOutcome[] {
  const forward = state === 'reserve' ? ['offered'] : state === 'submitted' || state === 'shortlisted' || state === 'interviewing' ? outcomes : [];
  return outcomes.filter((outcome) => outcome !== state && (forward as readonly string[]).includes(outcome)
    && applicationStates.can(state, outcome) && !(state === 'interviewing' && outcome === 'shortlisted'));
}

/** For recording what a panel decided, and again when it is applied: much may have happened between. */
export function canDecide(application: Decidable, outcome: DecisionOutcome): Outcome {
  if (application.state === 'withdrawn') return refused('They have withdrawn their application');
  if (application.untold) return refused('Tell them about the last decision first, or undo it');
  if (application.needsAgeCheck && !application.ageChecked) {
    return refused('They are under 18. Speak with them, and with an adult who can agree, before you decide');
  }
  return possibleOutcomes(application.state).includes(outcome) ? allowed : refused('That can’t be decided now');
}

export function canDiscard(decision: { state: DecisionState }): Outcome {
  return decisionStates.can(decision.state, 'discarded') ? allowed : refused('It was applied or discarded already');
}

export interface Together {
  /** Disabled residents who decided it too. */
  coDeciders: readonly string[];
  /** Why there were none; shown to everybody on the call's page. */
  noCoDeciderReason: string | null;
}

export interface DecidingPeople {
  /** Leads who recorded or apply it. */
  leads: readonly string[];
  applicant: string;
  /** Who has the role of co-decider today. */
  available: readonly string[];
}

/** Residents decide with the council; where none did, everybody reads why not. */
export function canDecideTogether({ coDeciders, noCoDeciderReason }: Together, { leads, applicant, available }: DecidingPeople): Outcome {
  if (coDeciders.length === 0 && !noCoDeciderReason) {
    return refused('Choose the Disabled residents who decided this with you, or say why there were none');
  }
  if (coDeciders.length > 0 && noCoDeciderReason) return refused('Choose who decided with you, or say why nobody did, not both');
  if (coDeciders.some((id) => !available.includes(id) || leads.includes(id))) {
    return refused('Choose a Disabled resident who is a co-decider, other than yourself');
  }
  return [...leads, ...coDeciders].includes(applicant) ? refused('Nobody decides about their own application') : allowed;
}

export interface FreeSeats {
  places: number;
  /** Offered and not answered, or accepted and still a member. */
  taken: number;
}

export function canOffer(kind: SeatKind, { places, taken }: FreeSeats): Outcome {
  return taken < places ? allowed : refused(`No seat is left for this: ${seatTitle(kind)}`);
}

/** "Dana Reid, with Ruth Adeyemi and Iqbal Rahman". */
export function whoDecided(leads: readonly string[], coDeciders: readonly string[], reason: string | null): string {
  return coDeciders.length > 0 ? `${list(leads)}, with ${list(coDeciders)}` : `${list(leads)}, without a co-decider${reason ? `: ${reason}` : ''}`;
}

export const contactChannels = ['phone', 'in_person', 'text', 'email', 'post'] as const;
export type ContactChannel = (typeof contactChannels)[number];

export const contactChannelNames: Record<ContactChannel, string> = {
  phone: 'By phone', in_person: 'In person', text: 'By text', email: 'By email', post: 'By letter',
};

export interface ContactTried {
  at: Date;
  channel: ContactChannel;
  spoke: boolean;
}

/** An offer never lapses by itself: somebody spoke with the person about it, or wrote them a letter. */
export function canLapse(offer: { state: ApplicationState; toldAt: Date | null }, tries: readonly ContactTried[]): Outcome {
  if (offer.state !== 'offered' || !offer.toldAt) return refused('There is no offer open for this application');
  const { toldAt } = offer;
  return tries.some(({ at, channel, spoke }) => at >= toldAt && (spoke || channel === 'post')) ? allowed
    : refused('First speak with them, or write them a letter, and record it here. An offer never ends by itself');
}

/** How many of the days to chase on have come without anybody trying to reach the person since. */
export function chasesDue(toldAt: Date, tries: readonly Date[], days: readonly number[], now: Date): number {
  const due = days.map((count) => new Date(toldAt.getTime() + count * 86_400_000)).filter((day) => day <= now);
  return due.filter((day) => !tries.some((at) => at >= day)).length;
}

export interface Untold {
  state: DecisionState;
  tellingAt: Date | null;
}

export function canUndo(decision: Untold): Outcome {
  return decisionStates.can(decision.state, 'undone') && !decision.tellingAt ? allowed : refused('They are being told already, so it can’t be undone');
}

export function canTell(decision: Untold): Outcome {
  return decisionStates.can(decision.state, 'told') && !decision.tellingAt ? allowed : refused('They were told already, or it was undone');
}
