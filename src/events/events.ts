/**
 * What can happen, by name. Payloads carry ids and facts that decide, never personal data:
 * they are kept in the outbox.
 */
export interface Events {
  'sign-in.requested': { signInId: string };
  'sign-in.second-step': { stepId: string; personId: string; contactId: string };
  'sign-in-code.made': { codeId: string; personId: string };
  /** `keep` says, of calls both had a live application for, which one stays: call ids to application ids. */
  'person.merged': { mergeId: string; survivorId: string; mergedId: string; keep: Record<string, string> };
  /** Everything has moved; what the survivor needs now is asked for. */
  'person.joined-up': { personId: string };
  'person.unmerged': { mergeId: string; survivorId: string; mergedId: string };
  'application.rested': { mergeId: string; applicationId: string; callId: string; personId: string; mergedId: string };
  'application.moved': { mergeId: string; applicationId: string; callId: string; personId: string; fromPersonId: string };
  'contact.shared': { contactId: string; personId: string };

  'supporter.added': { supporterRowId: string; personId: string; supporterId: string };

  /** Its time to open has come, or it was published open. */
  'call.opened': { callId: string };
  'call.ready': { callId: string };
  'call.sent-back': { callId: string };
  'call.published': { callId: string };
  'call.cancelled': { callId: string };

  'call-alert.asked': { alertId: string };

  'application.submitted': { applicationId: string; callId: string; personId: string; neededBy: string };
  'application.unfinished': { applicationId: string; callId: string; personId: string; kind: 'unfinished' | 'closing' };
  'application.withdrawn': { applicationId: string; callId: string; personId: string };
  'recording.transcribed': { recordingId: string; applicationId: string; callId: string; personId: string };
  'review.opened': { phaseId: string; callId: string; personIds: string[] };
  'decision.telling': { decisionId: string; applicationId: string; callId: string; personId: string };
  'decision.told': {
    decisionId: string; applicationId: string; callId: string; personId: string;
    outcome: 'shortlisted' | 'reserve' | 'not_selected' | 'offered';
  };
  'offer.accepted': {
    applicationId: string; callId: string; groupId: string; personId: string;
    seatKind: string; ratePence: number; rateUnit: 'hour' | 'session';
  };
  'offer.declined': { applicationId: string; callId: string; personId: string };
  'offer.lapsed': { applicationId: string; callId: string; personId: string };
  'co-deciding.recorded': { coDecidingId: string; callId: string; personId: string; day: string; minutes: number; recordedBy: string };

  'talent-pool.expiring': { talentPoolId: string; personId: string };
  'talent-pool.invited': { invitationId: string; talentPoolId: string; callId: string; personId: string };

  'interview.booked': { bookingId: string; applicationId: string; callId: string; personId: string; occasionId: string; day: string };
  /** The same booking, at another time. */
  'interview.moved': {
    bookingId: string; applicationId: string; callId: string; personId: string; fromOccasionId: string; occasionId: string; day: string;
  };
  /** Agreed, and nothing essential is unbooked. `atOnce`: with its booking or its move, whose message says so. */
  'interview.confirmed': {
    bookingId: string; applicationId: string; callId: string; personId: string; occasionId: string; day: string; atOnce: boolean;
  };
  /** `byCouncilLate` is the per cent of the fee that the council pays because it cancelled late; 0 without. */
  'interview.cancelled': { bookingId: string; applicationId: string; callId: string; personId: string; occasionId: string; neededBy: string; byApplicant: boolean; byCouncilLate: number };
  'interview.questions-due': { bookingId: string; applicationId: string; callId: string; personId: string; questionsId: string };
  /** The council pays a part of the fee for it. Minutes planned; pence at the call's rate. */
  'interview.cancelled-late': {
    bookingId: string; occasionId: string; personId: string; groupId: string; day: string; minutes: number; recordedBy: string;
    ratePence: number; rateUnit: 'hour' | 'session'; percent: number;
  };
  /** Nobody has said yet whether a time that is held works; or nobody did in time. */
  'interview.hold-ending': { bookingId: string; applicationId: string; callId: string; personId: string };
  'interview.hold-ended': { bookingId: string; applicationId: string; callId: string; personId: string };
  /** `personIds` are told. */
  'interview.running-late': { bookingId: string; applicationId: string; callId: string; personId: string; minutes: number; byCouncil: boolean };
  /** Chosen for one more interview, in a later round. */
  'interview.another-round': { roundId: string; applicationId: string; callId: string; personId: string };
  'interview.none-suit': { requestId: string; applicationId: string; callId: string; personId: string };
  'interview.missed': { bookingId: string; applicationId: string; callId: string; personId: string };
  'interview.more-times': { requestId: string | null; applicationId: string; callId: string; personId: string };

  'arrangement.booked': { arrangementId: string; personId: string; occasionId: string | null };
  /** Something that keeps an interview from being confirmed is not booked any more. */
  'arrangement.reopened': { arrangementId: string; personId: string; occasionId: string | null };
  /** It is not needed any more, or the person says anew whether they can do without it. */
  'arrangement.reconsidered': { arrangementId: string; personId: string; occasionId: string | null };
  'arrangement.alternative-offered': { arrangementId: string; alternativeId: string; personId: string };
  'arrangement.declined': { arrangementId: string; personId: string };
  /** It was declined, and they come without it. */
  'arrangement.comes-anyway': { arrangementId: string; personId: string; occasionId: string | null };
  /** Something somebody can't do without was not there: we say sorry today, and they get another date. `callId` is of their interview. */
  'arrangement.not-delivered': { arrangementId: string; personId: string; callId: string | null; occasionId: string | null };
  /** Overdue since the working day before: who stands in hears of it, and the leads, without a word of what it is. */
  'arrangements.at-risk': { arrangementIds: string[] };
  'access.check-asked': { checkId: string; personId: string };
  'access.feedback-asked': { askId: string; personId: string };

  /** Somebody is to come for an arrangement; is not needed any more. */
  'supplier.booked': { bookingId: string };
  'supplier.released': { bookingId: string };
  /** Interpreters are kept free for a call; are not any more. */
  'interpreter.held': { holdIds: string[] };
  'interpreter.let-go': { holdIds: string[] };

  /** Somebody sits on a call's panel that day (their first slot was made), or does not any more (their last one is gone). */
  'panel.sitting-planned': { callId: string; personId: string; day: string };
  'panel.sitting-ended': { callId: string; personId: string; day: string };

  'membership.started': { membershipId: string; groupId: string; personId: string };
  'meeting.planned': { occasionId: string; groupId: string; day: string; personIds: string[] };
  'meeting.joined': { occasionId: string; groupId: string; personId: string; day: string };
  /** Times are ISO instants; what was planned before is told with what is planned now. */
  'meeting.moved': { occasionId: string; groupId: string; day: string; personIds: string[]; from: { startsAt: string; endsAt: string }; startsAt: string };
  'meeting.cancelled': { occasionId: string; groupId: string; personIds: string[] };
  'attendance.recorded': {
    occasionId: string; groupId: string; personId: string; day: string; minutes: number; recordedBy: string;
    ratePence: number; rateUnit: 'hour' | 'session';
  };

  'claim.drafted': { claimId: string; personId: string };
  'claim.paid': { claimId: string; personId: string };
  'bank-details.changed': { bankDetailId: string; personId: string };
}

export type EventName = keyof Events;
