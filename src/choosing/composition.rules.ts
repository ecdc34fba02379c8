import { formatSeats, type SeatKind } from '../shared/seats.js';
import { plural } from '../shared/words.js';
import type { Target } from '../calls/criterion.rules.js';

/** Fewer people than this could be recognised, so a number of them is not shown. */
export const SMALLEST_SHOWN = 5;

export interface SeatCount {
  kind: SeatKind;
  places: number;
  offered: number;
  accepted: number;
  /** Who said, for this purpose, that they apply for this kind of seat. */
  applicants: number;
}

/** A choice of a question that is counted for the group as a whole. */
export interface ExperienceCount {
  questionId: string;
  question: string;
  /** Each person chooses one, so that all numbers but one would tell the last. */
  onlyOne: boolean;
  option: string;
  people: number;
}

export interface TargetCount extends Target {
  people: number;
}

export interface Experience {
  question: string;
  rows: { option: string; shown: string }[];
}

/** "12", or "fewer than 5": nought too, or it would show that the others are none. */
export function shown(count: number): string {
  return count < SMALLEST_SHOWN ? `fewer than ${SMALLEST_SHOWN}` : String(count);
}

/** What is still missing, in sentences. Seats are plain counts: they are public anyway. */
export function seatGaps(seats: readonly SeatCount[]): string[] {
  return seats.flatMap(({ kind, places, offered, accepted }) => {
    const free = places - offered - accepted;
    if (free <= 0) return [];
    const waiting = offered > 0 ? `, and ${plural(offered, 'offer waits', 'offers wait')} for an answer` : '';
    return [`The call has ${formatSeats(kind, places)}. ${free === places ? 'Nobody is offered one yet' : `${plural(free, 'seat is', 'seats are')} free`}${waiting}.`];
  });
}

export function firstTimers(shortlisted: number, first: number): string {
  if (shortlisted < SMALLEST_SHOWN) return 'There are too few people on the shortlist to say how many take part for the first time.';
  if (first < SMALLEST_SHOWN) return 'Fewer than 5 people on the shortlist take part for the first time.';
  // From the number of the others, too few of them could be worked out.
  if (shortlisted - first < SMALLEST_SHOWN) return 'Most people on the shortlist take part for the first time.';
  return `${first} of ${shortlisted} people on the shortlist take part for the first time.`;
}

/** Of everybody on the shortlist: what they chose to say of themselves, in numbers from which none below five can be worked out. */
export function experiences(counts: readonly ExperienceCount[], shortlisted: number): Experience[] {
  const questions = [...new Set(counts.map(({ questionId }) => questionId))];
  return questions.map((id) => {
    const ofQuestion = counts.filter(({ questionId }) => questionId === id);
    const { question, onlyOne } = ofQuestion[0]!;
    const hides = onlyOne && ofQuestion.some(({ people }) => people < SMALLEST_SHOWN);
    return { question, rows: ofQuestion.map(({ option, people }) => ({ option, shown: shownOf(people, shortlisted, hides) })) };
  });
}

function shownOf(people: number, all: number, hides: boolean): string {
  if (people < SMALLEST_SHOWN) return shown(people);
  if (hides) return `${SMALLEST_SHOWN} or more`;
  return all - people < SMALLEST_SHOWN ? 'most people' : String(people);
}

/**
 * Where the shortlist does not bring what the call hopes for in public. A gap is told by the hope alone, never by how many
 * there are; and of very few people nothing is told.
 */
export function targetGaps(targets: readonly TargetCount[], shortlisted: number): string[] {
  if (targets.length === 0) return [];
  if (shortlisted === 0) return ['Nobody is shortlisted yet, so nothing can be said of what the call hopes for.'];
  if (shortlisted < SMALLEST_SHOWN) return ['There are too few people on the shortlist to say how they meet what the call hopes for.'];
  return targets.flatMap(({ what, option, atLeast, people }) => {
    if (people >= atLeast) return [];
    const one = atLeast === 1;
    const who = one ? 'Nobody' : `Fewer than ${atLeast} people`;
    const missing = what === 'barrier' ? `${one ? 'says they have' : 'say they have'} experience of “${option}”` : `${one ? 'takes' : 'take'} part for the first time`;
    return [`${who} shortlisted so far ${missing}. The call hopes for at least ${atLeast}.`];
  });
}
