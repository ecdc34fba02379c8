import { formatDay, formatInstant, londonDay } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';
import type { Step } from '../shared/status.js';
import { plural } from '../shared/words.js';

export type CallState = 'draft' | 'ready' | 'published' | 'cancelled';

export const callStates = stateMachine<CallState>('call', 'draft', {
  draft: ['ready', 'cancelled'],
  ready: ['draft', 'published', 'cancelled'],
  published: ['cancelled'],
  cancelled: [],
});

/** Where a call stands at a moment: its state and its dates together. */
export type CallStage = 'draft' | 'ready' | 'coming' | 'open' | 'closed' | 'cancelled';

export interface CallDates {
  state: CallState;
  opensAt: Date;
  closesAt: Date;
  closedEarlyAt: Date | null;
  interviewsFrom: string;
  interviewsTo: string;
  firstMeetingOn: string;
}

export function stageOf(call: CallDates, now: Date): CallStage {
  if (call.state !== 'published') return call.state;
  if (call.closedEarlyAt || call.closesAt <= now) return 'closed';
  return call.opensAt <= now ? 'open' : 'coming';
}

/** More time that somebody was given for a call. */
export interface MoreTime {
  deadline: Date;
}

/** Whether an application may be started, saved or sent. The reasons are read by residents. */
export function canApply(call: CallDates, now: Date, moreTime: MoreTime | null = null): Outcome {
  switch (stageOf(call, now)) {
    case 'open': return allowed;
    case 'coming': return refused(`This opens on ${formatInstant(call.opensAt)}. You can apply from then.`);
    case 'closed': return moreTime && now < moreTime.deadline ? allowed : refused('This has closed. We have kept what you wrote. Call or text us, and we will tell you what can still be done.');
    case 'cancelled': return refused('We had to cancel this. We are sorry. Nothing more is needed from you.');
    case 'draft': case 'ready': return refused('This is not open yet.');
  }
}

export interface Publishable extends CallDates {
  questions: number;
  places: number;
  /** Questions of the checklist that nobody has passed. */
  gatesLeft: number;
}

/** Whether it may go to the person who approves it. */
export function canMakeReady(call: Publishable, now: Date): Outcome {
  if (call.state === 'ready') return refused('It waits for approval already');
  if (call.state !== 'draft') return refused('It was published or cancelled already');
  return isComplete(call, now);
}

function isComplete(call: Publishable, now: Date): Outcome {
  if (call.questions === 0) return refused('Add at least one question');
  if (call.places === 0) return refused('Say how many places there are');
  if (call.closesAt <= now) return refused('The closing date must be in the future');
  if (call.gatesLeft > 0) return refused(`Finish the checklist first: ${plural(call.gatesLeft, 'question is', 'questions are')} left`);
  return allowed;
}

/** People as they count when duties must be separate: job-share partners are one. */
export interface Makers {
  /** Whoever drafted it, changed it last, or said that it is ready. */
  makers: readonly string[];
  approver: string;
}

/** A second person looks with fresh eyes. */
export function canApprove(call: Publishable & Makers, now: Date): Outcome {
  if (call.state !== 'ready') return refused(call.state === 'draft' ? 'It is not ready for approval' : 'It was published or cancelled already');
  if (call.makers.includes(call.approver)) return refused('Somebody else must approve it: you, or who shares your job, wrote it');
  return isComplete(call, now);
}

export function canSendBack(call: { state: CallState }): Outcome {
  return call.state === 'ready' ? allowed : refused('Only a call that waits for approval can be sent back');
}

export function canEdit(call: { state: CallState }): Outcome {
  if (call.state === 'ready') return refused('It waits for approval. Have it sent back first, then change it');
  return call.state === 'draft' ? allowed : refused('People are reading it already, so it can’t be changed any more');
}

/** On a public call only the words of a question can be mended, or a question left out. */
export function canMendQuestion(call: CallDates, now: Date): Outcome {
  const stage = stageOf(call, now);
  return stage === 'coming' || stage === 'open' ? allowed : refused('Its questions can’t be changed any more');
}

export function canCloseEarly(call: CallDates, now: Date): Outcome {
  return stageOf(call, now) === 'open' ? allowed : refused('Only an open call can be closed early');
}

export function canCancel(call: { state: CallState }): Outcome {
  return callStates.can(call.state, 'cancelled') ? allowed : refused('It was cancelled already');
}

/** The dates of a call in the order things happen. */
export function checkDates(dates: Omit<CallDates, 'state' | 'closedEarlyAt'>): { field: string; message: string }[] {
  const problems: { field: string; message: string }[] = [];
  if (dates.closesAt <= dates.opensAt) problems.push({ field: 'closesOn', message: 'It must close after it opens' });
  if (dates.interviewsFrom < londonDay(dates.closesAt)) problems.push({ field: 'interviewsFrom', message: 'Interviews must start after it closes' });
  if (dates.interviewsTo < dates.interviewsFrom) problems.push({ field: 'interviewsTo', message: 'The last interview day must not be before the first' });
  if (dates.firstMeetingOn < dates.interviewsTo) problems.push({ field: 'firstMeetingOn', message: 'The first meeting must be after the interviews' });
  return problems;
}

/** "What happens when", for people who have not applied. */
export function timeline(call: CallDates, now: Date): Step[] {
  const today = londonDay(now);
  const stage = stageOf(call, now);
  const closes = call.closedEarlyAt ?? call.closesAt;
  return [
    { state: now < call.opensAt ? 'later' : 'done', heading: 'Opens', text: formatInstant(call.opensAt) },
    { state: stage === 'open' ? 'now' : now < closes ? 'later' : 'done', heading: 'Closes', text: formatInstant(closes) },
    {
      state: today < call.interviewsFrom ? 'later' : today <= call.interviewsTo ? 'now' : 'done',
      heading: 'Interviews', text: formatDays(call.interviewsFrom, call.interviewsTo),
    },
    { state: today < call.firstMeetingOn ? 'later' : 'done', heading: 'First meeting', text: formatDay(call.firstMeetingOn) },
  ];
}

/** "Monday 9 March 2020 to Friday 13 March 2020". */
export function formatDays(from: string, to: string): string {
  return from === to ? formatDay(from) : `${formatDay(from)} to ${formatDay(to)}`;
}

/** "disability-forum-planning-group": for an address that never changes. */
export function slugOf(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return plain.slice(0, 60).replace(/-+$/, '') || 'call';
}
