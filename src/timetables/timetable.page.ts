import { formatInstant, formatTime } from '../shared/dates.js';
import { plural } from '../shared/words.js';
import { formatNames } from '../diary/diary.rules.js';
import { changesOf, type Change } from './changes.rules.js';
import { after, halfDayWords, type RoundHalfDay } from './half-day.rules.js';
import type { RoundProblem } from './problem.service.js';
import { reasonSentence, shortageSentence, type Shortage } from './shortage.rules.js';
import type { PlacementRow, SittingRow } from './timetables.queries.js';
import { isPreferred, type Plan } from './timetable.rules.js';

/** One interview as whoever schedules sees it: a name, a time and minutes, never why. */
export interface PlanLine {
  applicationId: string;
  name: string | null;
  time: string;
  minutes: number;
  how: string;
  kind: Change['kind'];
  /** Where they were before, if they move. */
  before: string | null;
  preferred: boolean;
  pinned: boolean;
}

export interface PlanSitting {
  sittingId: string;
  heading: string;
  place: string;
  panel: string[];
  lines: PlanLine[];
}

interface Known {
  round: RoundProblem;
  plan: Plan;
  sittings: readonly SittingRow[];
  placements: readonly PlacementRow[];
}

export function planSittings({ round, plan, sittings, placements }: Known): PlanSitting[] {
  const changes = new Map(changesOf(round.problem, plan).map((change) => [change.applicationId, change]));
  const people = new Map(round.people.map((person) => [person.applicationId, person]));
  const wishes = new Map(round.problem.people.map((person) => [person.id, person]));
  return sittings.map((sitting) => ({
    sittingId: sitting.sittingId, heading: halfDayWords(sitting), place: placeWords(sitting), panel: sitting.panelNames,
    lines: placements.filter(({ sittingId }) => sittingId === sitting.sittingId).map((placement) => {
      const { applicationId, name, startsAt, minutes, format, pinned } = placement;
      const kind = changes.get(applicationId)?.kind ?? 'new';
      const before = people.get(applicationId)?.booking?.startsAt;
      const wish = wishes.get(applicationId);
      return {
        applicationId, name, minutes, pinned, kind, how: formatNames[format], time: `${formatTime(startsAt)} to ${formatTime(after(startsAt, minutes))}`,
        before: kind === 'moved' && before ? formatInstant(before) : null, preferred: !wish || isPreferred(wish, `${sitting.day} ${sitting.half}`),
      };
    }),
  }));
}

/** "6 people are new, 4 people move, and 20 people keep their time." */
export function changeSentence(sittings: readonly PlanSitting[]): string {
  const count = (kind: Change['kind']) => sittings.flatMap(({ lines }) => lines).filter((line) => line.kind === kind).length;
  const [fresh, moved, same] = [count('new'), count('moved'), count('same')];
  const parts = [
    ...(fresh > 0 ? [`${plural(fresh, 'person gets a time', 'people get a time')}`] : []),
    ...(moved > 0 ? [`${plural(moved, 'person moves', 'people move')}`] : []),
    ...(same > 0 ? [`${plural(same, 'person keeps their time', 'people keep their time')}`] : []),
  ];
  return `${parts.join(', ')}.`;
}

export function shortageModel(shortage: Shortage, people: readonly { applicationId: string; name: string | null }[]) {
  const names = new Map(people.map(({ applicationId, name }) => [applicationId, name]));
  return {
    sentence: shortageSentence(shortage),
    people: shortage.waiting.map(({ personId, reason }) => ({ name: names.get(personId) ?? 'Somebody who is not waiting any more', why: reasonSentence(reason) })),
  };
}

/** A sitting to put somebody in by hand. */
export function sittingChoices(sittings: readonly SittingRow[], halfDays: readonly RoundHalfDay[]): { value: string; text: string }[] {
  const known = new Set(halfDays.map(({ id }) => id));
  return sittings.filter(({ day, half }) => known.has(`${day} ${half}`))
    .map((sitting) => ({ value: sitting.sittingId, text: `${halfDayWords(sitting)}: ${placeWords(sitting)}` }));
}

function placeWords({ roomName }: SittingRow): string {
  return roomName ?? 'By phone or video';
}
