import { addDays, formatDay, formatInstant, londonDay } from '../shared/dates.js';
import type { Step } from '../shared/status.js';
import type { ApplicationState } from './application.rules.js';

/** What a resident sees of their application: only what they have been told. */
export interface Told {
  state: ApplicationState;
  submittedAt: Date | null;
  reference: string;
  /** The last outcome they were told of, with when. */
  outcome: 'shortlisted' | 'reserve' | 'not_selected' | 'offered' | null;
  toldAt: Date | null;
  /** When they were first told that they are shortlisted. */
  shortlistedAt: Date | null;
  interviewAt: Date | null;
  interviewHeld: boolean;
}

export interface CallDays {
  interviewsFrom: string;
  interviewsTo: string;
  firstMeetingOn: string;
  closesAt: Date;
  /** Days after the last interview by which people hear the result. */
  resultDays: number;
}

export type SeenState =
  | 'draft' | 'waiting' | 'choose_time' | 'interview' | 'after_interview'
  | 'reserve' | 'not_selected' | 'offer' | 'member' | 'said_no' | 'lapsed' | 'ended';

/** Internal decisions don't show: "Not this time" appears once the message about it has gone. */
export function seenState(told: Told): SeenState {
  switch (told.state) {
    case 'draft': return 'draft';
    case 'withdrawn': return 'ended';
    case 'lapsed': return 'lapsed';
    case 'accepted': return 'member';
    case 'declined': return 'said_no';
    default:
  }
  switch (told.outcome) {
    case null: return 'waiting';
    case 'offered': return 'offer';
    case 'reserve': return 'reserve';
    case 'not_selected': return 'not_selected';
    case 'shortlisted': return told.interviewHeld ? 'after_interview' : told.interviewAt ? 'interview' : 'choose_time';
  }
}

export const seenNames: Record<SeenState, string> = {
  draft: 'Not sent yet',
  waiting: 'Being considered',
  choose_time: 'Choose your interview time',
  interview: 'Interview booked',
  after_interview: 'Interview held',
  reserve: 'On the reserve list',
  not_selected: 'Not this time',
  offer: 'You are offered a place',
  member: 'You are a member',
  said_no: 'You said no to the place',
  lapsed: 'The offer has ended',
  ended: 'Withdrawn',
};

/** "What happens when", with dates, for somebody who applied. */
export function whatHappensWhen(told: Told, call: CallDays, today: string): Step[] {
  const seen = seenState(told);
  const applied: Step = {
    state: told.submittedAt ? 'done' : 'now', heading: told.submittedAt ? 'You applied' : 'Send your application',
    text: told.submittedAt ? `${formatDay(londonDay(told.submittedAt))}, reference ${told.reference}` : `By ${formatInstant(call.closesAt)}`,
  };
  if (seen === 'ended' || seen === 'lapsed' || seen === 'not_selected') {
    return [applied, { state: 'done', heading: seenNames[seen], text: told.toldAt ? formatDay(londonDay(told.toldAt)) : 'This application has ended' }];
  }
  const order: SeenState[] = ['draft', 'waiting', 'choose_time', 'interview', 'after_interview', 'offer', 'member'];
  const position = seen === 'reserve' ? order.indexOf('after_interview') : seen === 'said_no' ? order.indexOf('offer') : order.indexOf(seen);
  const at = (step: SeenState): Step['state'] =>
    position > order.indexOf(step) ? 'done' : position === order.indexOf(step) ? 'now' : 'later';
  const read: Step = {
    state: at('waiting'), heading: told.shortlistedAt ? 'You were shortlisted' : 'We read all applications',
    text: told.shortlistedAt ? `We told you on ${formatDay(londonDay(told.shortlistedAt))}`
      : at('waiting') === 'done' ? 'Done' : `You hear from us by ${formatDay(addDays(call.interviewsFrom, -5))}`,
  };
  const interview: Step[] = [
    { state: at('choose_time'), heading: 'Choose your interview time', text: told.interviewAt ? 'Done' : `Before ${formatDay(call.interviewsFrom)}` },
    {
      state: at('interview'), heading: 'Interview',
      text: told.interviewAt ? formatInstant(told.interviewAt) : `${formatDay(call.interviewsFrom)} to ${formatDay(call.interviewsTo)}`,
    },
  ];
  // Somebody may be offered a place, or a place on the reserve list, without one.
  const interviewed = at('interview') !== 'done' || told.interviewAt !== null;
  return [applied, read, ...(interviewed ? interview : []), ...result(told, seen, call, today)];
}

function result(told: Told, seen: SeenState, call: CallDays, today: string): Step[] {
  const toldOn = told.toldAt ? formatDay(londonDay(told.toldAt)) : '';
  const firstMeeting = { heading: 'First meeting', text: formatDay(call.firstMeetingOn) };
  switch (seen) {
    case 'reserve': return [{ state: 'now', heading: 'You are on the reserve list', text: `Since ${toldOn}` }];
    case 'said_no': return [{ state: 'done', heading: 'We offered you a place', text: toldOn }, { state: 'done', heading: seenNames.said_no, text: 'This application has ended' }];
    case 'offer': return [{ state: 'now', heading: 'We offered you a place', text: toldOn }, { state: 'later', ...firstMeeting }];
    case 'member': return [{ state: 'done', heading: 'We offered you a place', text: toldOn }, { state: today >= call.firstMeetingOn ? 'done' : 'now', ...firstMeeting }];
    default: return [
      { state: seen === 'after_interview' ? 'now' : 'later', heading: 'We tell you the result', text: `By ${formatDay(addDays(call.interviewsTo, call.resultDays))}` },
      { state: 'later', ...firstMeeting },
    ];
  }
}
