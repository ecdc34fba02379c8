import { formatDay, londonDay, londonInstant } from '../shared/dates.js';
import { allowed, refused, type Outcome } from '../shared/result.js';
import type { AttendanceState } from '../diary/diary.rules.js';
import { stateMachine } from '../shared/state-machine.js';

export type BookingState = 'live' | 'cancelled';

export const bookingStates = stateMachine<BookingState>('booking', 'live', { live: ['cancelled'], cancelled: [] });

export const TAKEN = 'Somebody else has just taken that time. Please choose another.';
export const GONE = 'That time is not free any more. Please choose another.';

/** Roles that may sit on a panel. */
export const panelRoles = ['strategic_lead', 'co_decider', 'panel_member'] as const;

/** How many sit on the panels of a round. */
export interface PanelRule {
  least: number;
  most: number;
}

export interface PanelPerson {
  roles: readonly string[];
}

/** Staff and residents choose together: a panel has at least one of each. More than four are too many to face. */
export function panelIsComplete(panel: readonly PanelPerson[], rule: PanelRule): Outcome {
  if (panel.length > rule.most) return refused(`Choose at most ${rule.most} people`);
  const isLead = ({ roles }: PanelPerson) => roles.includes('strategic_lead');
  const isResident = (person: PanelPerson) =>
    !isLead(person) && (person.roles.includes('co_decider') || person.roles.includes('panel_member'));
  if (!panel.some(isLead) || !panel.some(isResident)) return refused('Choose at least one lead and one resident: they choose together');
  return panel.length < rule.least ? refused(`Choose at least ${rule.least} people`) : allowed;
}

/** Several times in one go. Minutes. */
export interface Series {
  day: string;
  /** "14:00", in London. */
  startTime: string;
  length: number;
  count: number;
  gap: number;
}

export interface Time {
  startsAt: Date;
  endsAt: Date;
}

export type TimesOutcome = { ok: true; times: Time[] } | { ok: false; reason: string };

/** The times of a series, one after another with a gap, all on the one day. */
export function timesOf(series: Series): TimesOutcome {
  const first = londonInstant(series.day, series.startTime);
  if (!first.ok) return first;
  const times = Array.from({ length: series.count }, (_, index) => {
    const start = first.instant.getTime() + index * (series.length + series.gap) * 60_000;
    return { startsAt: new Date(start), endsAt: new Date(start + series.length * 60_000) };
  });
  const last = times[times.length - 1]!;
  if (londonDay(last.endsAt) !== series.day) return { ok: false, reason: 'The last one would end after midnight. Make fewer, or start earlier' };
  return { ok: true, times };
}

export interface RoundWindow {
  /** The call's. */
  state: string;
  fromOn: string;
}

/** Also after the round's last day: somebody may still have to choose. */
export function canOfferSlots(round: RoundWindow, day: string, today: string): Outcome {
  if (round.state !== 'published') return refused('Times can be offered for a call that is published and not cancelled');
  if (day < round.fromOn) return refused(`Interviews for this call start on ${formatDay(round.fromOn)}. Choose that day or a later one`);
  if (day < today) return refused('That day is over. Choose today or a later day');
  return allowed;
}

export interface Choosing {
  /** The application's. */
  state: string;
  /** The message that they are shortlisted has gone. */
  toldShortlisted: boolean;
}

/** Whether an applicant can choose a time. Says nothing of decisions they have not been told of. */
export function canChoose(application: Choosing): Outcome {
  const inInterviews = application.state === 'shortlisted' || application.state === 'interviewing';
  return inInterviews && application.toldShortlisted ? allowed : refused('You can’t choose an interview time for this application now.');
}

export function canBook(application: Choosing, slot: { startsAt: Date }, now: Date): Outcome {
  const choosing = canChoose(application);
  if (!choosing.ok) return choosing;
  return slot.startsAt > now ? allowed : refused('That time has started already. Please choose another.');
}

export interface Cancellable {
  startsAt: Date;
  endsAt: Date;
  attendance: AttendanceState;
}

/** A resident gives a time back before it starts, or when they could not come; a lead also meanwhile. What is over stays as it was: its outcome says how it went. */
export function canCancel(booking: Cancellable, byLead: boolean, now: Date): Outcome {
  if (booking.attendance === 'attended') return refused('This interview has taken place');
  if (byLead && booking.endsAt <= now) return refused('This interview is over, so it can’t be cancelled. Write down how it went instead');
  if (!byLead && booking.attendance === 'expected' && booking.startsAt <= now) return refused('Your interview has started already. Call or text us, and we find a way together.');
  return allowed;
}

/** Somebody asked for other times: they hear when there are some. */
export function canAnswer(request: { answeredAt: Date | null; newTimes: number }): Outcome {
  if (request.answeredAt) return refused('This was answered already');
  return request.newTimes > 0 ? allowed : refused('Add other times first. They are told when there is something to choose from');
}

/** Where an interrupted search begins again: no earlier than today. */
export function neededAgainBy(interviewsFrom: string, today: string): string {
  return interviewsFrom > today ? interviewsFrom : today;
}
