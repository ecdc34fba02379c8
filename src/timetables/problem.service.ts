import { Injectable } from '@nestjs/common';
import { addDays } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { SettingsReader } from '../platform/settings.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { DiaryQueries } from '../diary/diary.queries.js';
import type { OccasionFormat } from '../diary/diary.rules.js';
import { InterpretersQueries, type HeldInterpreter } from '../adjustments/interpreters.queries.js';
import { SchedulingQueries } from '../adjustments/scheduling.queries.js';
import type { SchedulingNeeds } from '../adjustments/scheduling.rules.js';
import type { RoundDetail } from '../interviews/rounds.queries.js';
import { SlotsService } from '../interviews/slots.service.js';
import { halfDaysOf, halfHours, minutesBetween, type RoundHalfDay } from './half-day.rules.js';
import { RoundFacts, type AvailabilityRow, type ElsewhereRow, type RoundPerson } from './round-facts.queries.js';
import type { Applicant, Current, Panellist, Place, Problem, Skill, Window } from './timetable.rules.js';

/** A place that is no room: by phone, by video, or at somebody's home. */
export const NO_ROOMS = ['no-room-1', 'no-room-2'] as const;

export interface RoundProblem {
  problem: Problem;
  halfDays: RoundHalfDay[];
  people: RoundPerson[];
  /** Times of the round that nobody has booked. They go when a timetable is released. */
  unbooked: { slotId: string; occasionId: string }[];
}

/** By hand: nothing may move it. */
export interface Pin extends Pick<Current, 'halfDay' | 'place' | 'start' | 'format'> {
  applicationId: string;
}

/** Nobody's id: a time that is too short now can't stay as it is. */
const NEEDS_MORE = 'more time';

type DaysFor = (needs: SchedulingNeeds) => Promise<{ notBefore: string | null; skills: Skill[] }>;

/** Turns a round as it stands now into what a timetable is looked for in. */
@Injectable()
export class ProblemService {
  constructor(
    private readonly facts: RoundFacts,
    private readonly scheduling: SchedulingQueries,
    private readonly interpreters: InterpretersQueries,
    private readonly diary: DiaryQueries,
    private readonly slots: SlotsService,
    private readonly settings: SettingsReader,
    private readonly calendar: WorkingCalendar,
    private readonly clock: Clock,
  ) {}

  /** `members` are those who may sit; the application's role never learns why somebody needs more time, nor does whoever reads this. */
  async of(round: RoundDetail, members: readonly string[], pins: readonly Pin[] = []): Promise<RoundProblem> {
    const settings = await this.settings.current();
    const halfDays = await this.halfDays(round);
    const unbooked = await this.facts.unbooked(round.id, this.clock.now());
    const everybody = await this.facts.people(round.id);
    const people = everybody.filter(({ booking }) => !booking || isInGrid(booking, halfDays));
    const planned = [...unbooked.map(({ occasionId }) => occasionId), ...people.flatMap(({ booking }) => booking?.occasionId ?? [])];
    const elsewhere = halfDays.length === 0 ? []
      : await this.facts.elsewhere(halfDays[0]!.startsAt, end(halfDays[halfDays.length - 1]!), round.callId, planned);
    const held = await this.interpreters.heldFor(round.callId);
    const needs = await this.scheduling.needsOf([...people.map(({ personId }) => personId), ...members]);
    const daysFor: DaysFor = (one) => this.daysFor(one, held);
    const availability = await this.facts.availability(round.id);
    const conflicts = await this.facts.conflicts(people.map(({ applicationId }) => applicationId), members);
    const currents = currentTimes(people, halfDays);
    const applicants: Applicant[] = [];
    for (const { applicationId, personId, booking } of people) {
      const own = needs.get(personId)!;
      const pin = pins.find((one) => one.applicationId === applicationId);
      const minutes = round.baseMinutes + own.extraMinutes;
      const current = currents.get(applicationId) ?? null;
      const booked = booking && current ? minutesBetween(booking.startsAt, booking.endsAt) : 0;
      const days = await daysFor(own);
      const answers = answersOf(availability, ({ applicationId: id }) => id === applicationId);
      // They were told in time; to tell them another time now would be too late.
      const stays = current !== null && minutes <= booked && days.notBefore !== null && dayOf(current.halfDay) < days.notBefore && !answers.no.includes(current.halfDay);
      applicants.push({
        id: applicationId, minutes: Math.max(minutes, booked), formats: formatsFor(round.formats, own.formats, current),
        features: own.features, ...days, ...answers, underWay: stays ? [current.halfDay] : [],
        busy: windowsOf(elsewhere.filter((row) => row.personId === personId), halfDays),
        conflicts: conflicts.filter((row) => row.applicationId === applicationId).map(({ memberId }) => memberId),
        current: pin ? { ...pin, with: [], pinned: true } : current && (minutes > booked ? { ...current, with: [...current.with, NEEDS_MORE] } : { ...current, pinned: stays }),
      });
    }
    const problem: Problem = {
      halfDays, people: applicants,
      places: await this.places(round, halfDays, elsewhere),
      panel: await this.panel(round, members, { needs, daysFor, availability, elsewhere, halfDays, currents: [...currents.values()] }),
      interpreters: interpretersFrom(held, elsewhere, halfDays),
      rule: {
        least: round.panelLeast, most: round.panelMost, breakMinutes: round.breakMinutes,
        travelMinutes: settings['timetables.travel-minutes'], interpreterMinutes: settings['adjustments.interpreter-alone-minutes'],
      },
    };
    return { problem, halfDays, people, unbooked };
  }

  /** Working days of the round from tomorrow on. */
  async halfDays(round: Pick<RoundDetail, 'fromOn' | 'toOn'>): Promise<RoundHalfDay[]> {
    const tomorrow = addDays(this.clock.today(), 1);
    const days: string[] = [];
    for (let day = round.fromOn > tomorrow ? round.fromOn : tomorrow; day <= round.toOn; day = addDays(day, 1)) {
      if (await this.calendar.isWorkingDay(day)) days.push(day);
    }
    return halfDaysOf(days, halfHours((await this.settings.current())['interviews.half-days']));
  }

  /** Whoever is held for the call needs no lead time; what nobody is held for is arranged as usual, from its first safe day on. */
  private async daysFor(needs: SchedulingNeeds, held: readonly HeldInterpreter[]): Promise<{ notBefore: string | null; skills: Skill[] }> {
    const isHeld = ({ skill, refused }: SchedulingNeeds['skills'][number]) =>
      held.some(({ skills, resourceId }) => skills.includes(skill) && !refused.includes(resourceId));
    const lead = Math.max(needs.otherLeadDays, ...needs.skills.filter((skill) => !isHeld(skill)).map(({ leadDays }) => leadDays));
    return {
      notBefore: lead === 0 ? null : await this.calendar.addWorkingDays(this.clock.today(), lead),
      skills: needs.skills.filter(isHeld).map(({ skill, preferred, refused }) => ({ skill, preferred, refused })),
    };
  }

  private async places(round: RoundDetail, halfDays: readonly RoundHalfDay[], elsewhere: readonly ElsewhereRow[]): Promise<Place[]> {
    const rooms = (await this.diary.rooms()).filter(({ id }) => round.rooms.length === 0 || round.rooms.includes(id));
    const remote = round.formats.filter((format) => format !== 'in_person');
    return [
      ...(round.formats.includes('in_person') ? rooms : []).map(({ id, features }) => ({
        id, features, formats: round.formats.filter((format) => format !== 'home_visit'),
        closed: windowsOf(elsewhere.filter(({ resourceId }) => resourceId === id), halfDays).map(({ halfDay }) => halfDay),
      })),
      ...(remote.length > 0 ? NO_ROOMS : []).map((id) => ({ id, features: [], formats: remote, closed: [] })),
    ];
  }

  private async panel(round: RoundDetail, members: readonly string[], known: {
    needs: Map<string, SchedulingNeeds>; daysFor: DaysFor; availability: AvailabilityRow[]; elsewhere: ElsewhereRow[]; halfDays: RoundHalfDay[]; currents: Current[];
  }): Promise<Panellist[]> {
    const limits = await this.facts.limits(round.id);
    const candidates = (await this.slots.candidates()).filter(({ id }) => members.includes(id));
    const panel: Panellist[] = [];
    for (const { id, roles } of candidates) {
      const own = known.needs.get(id)!;
      const { no, prefer } = answersOf(known.availability, ({ memberId }) => memberId === id);
      const away = windowsOf(known.elsewhere.filter(({ personId }) => personId === id), known.halfDays).map(({ halfDay }) => halfDay);
      // What they need is arranged for a whole day on the panel.
      const days = known.currents.filter((current) => current.with.includes(id)).map(({ halfDay }) => dayOf(halfDay));
      panel.push({
        id, kind: roles.includes('strategic_lead') ? 'lead' : 'resident', features: own.features, ...await known.daysFor(own),
        no: [...new Set([...no, ...away])], prefer, most: limits.get(id) ?? known.halfDays.length,
        underWay: known.halfDays.filter(({ day }) => days.includes(day)).map((halfDay) => halfDay.id),
      });
    }
    return panel;
  }
}

function dayOf(halfDay: string): string {
  return halfDay.slice(0, 10);
}

function end({ startsAt, minutes }: RoundHalfDay): Date {
  return new Date(startsAt.getTime() + minutes * 60_000);
}

/** A time by hand outside the half-days stays as it is, and so does what has begun. */
function isInGrid({ startsAt, endsAt, attended }: { startsAt: Date; endsAt: Date; attended: boolean }, halfDays: readonly RoundHalfDay[]): boolean {
  return !attended && halfDays.some((halfDay) => halfDay.startsAt <= startsAt && end(halfDay) >= endsAt);
}

/** Where everybody is now. Who meets the same panel in the same half-day is in one place, also by phone. */
function currentTimes(people: readonly RoundPerson[], halfDays: readonly RoundHalfDay[]): Map<string, Current> {
  const placeOf = new Map<string, string>();
  const lanes = new Map<string, number>();
  const booked = people.flatMap(({ applicationId, booking }) => {
    const halfDay = booking && halfDays.find((one) => one.startsAt <= booking.startsAt && end(one) >= booking.endsAt);
    return halfDay ? [{ applicationId, booking, halfDay, key: `${halfDay.id} ${booking.panel.join(' ')}` }] : [];
  });
  for (const { booking, key } of booked) if (booking.place) placeOf.set(key, booking.place);
  for (const { halfDay, key } of booked) {
    if (placeOf.has(key)) continue;
    const lane = lanes.get(halfDay.id) ?? 0;
    lanes.set(halfDay.id, lane + 1);
    placeOf.set(key, NO_ROOMS[lane] ?? `no-room-${lane + 1}`);
  }
  return new Map(booked.map(({ applicationId, booking, halfDay, key }) => [applicationId, {
    halfDay: halfDay.id, place: placeOf.get(key)!, start: minutesBetween(halfDay.startsAt, booking.startsAt), format: booking.format,
    with: [...booking.panel, ...booking.interpreters], pinned: false,
  }]));
}

/** We go to somebody's home only where that was agreed before. */
function formatsFor(round: readonly OccasionFormat[], own: readonly OccasionFormat[], current: Current | null): OccasionFormat[] {
  return round.filter((format) => (format !== 'home_visit' || current?.format === 'home_visit') && (own.length === 0 || own.includes(format)));
}

function answersOf(rows: readonly AvailabilityRow[], isTheirs: (row: AvailabilityRow) => boolean): { no: string[]; prefer: string[] } {
  const own = rows.filter(isTheirs);
  const said = (answer: AvailabilityRow['answer']) => own.filter((row) => row.answer === answer).map(({ day, half }) => `${day} ${half}`);
  return { no: said('no'), prefer: said('prefer') };
}

/** Spans of time as parts of half-days. */
function windowsOf(spans: readonly { from: Date; to: Date }[], halfDays: readonly RoundHalfDay[]): Window[] {
  return spans.flatMap(({ from, to }) => halfDays.filter((halfDay) => from < end(halfDay) && to > halfDay.startsAt).map((halfDay) => ({
    halfDay: halfDay.id, from: Math.max(0, minutesBetween(halfDay.startsAt, from)), to: Math.min(halfDay.minutes, minutesBetween(halfDay.startsAt, to)),
  })));
}

/** Held for the call, without the times that something else has taken. */
function interpretersFrom(held: readonly HeldInterpreter[], elsewhere: readonly ElsewhereRow[], halfDays: readonly RoundHalfDay[]): Problem['interpreters'] {
  const ids = [...new Set(held.map(({ resourceId }) => resourceId))];
  return ids.map((id) => {
    const own = held.filter(({ resourceId }) => resourceId === id);
    const taken = windowsOf(elsewhere.filter(({ resourceId }) => resourceId === id), halfDays);
    const windows = windowsOf(own.map(({ startsAt, endsAt }) => ({ from: startsAt, to: endsAt })), halfDays);
    return { id, skills: own[0]!.skills, windows: windows.flatMap((window) => without(window, taken.filter(({ halfDay }) => halfDay === window.halfDay))) };
  });
}

function without(window: Window, taken: readonly Window[]): Window[] {
  return taken.reduce<Window[]>((pieces, busy) => pieces.flatMap((piece) => [
    { ...piece, to: Math.min(piece.to, busy.from) }, { ...piece, from: Math.max(piece.from, busy.to) },
  ].filter(({ from, to }) => to > from)), [window]);
}

