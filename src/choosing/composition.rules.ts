import { formatSeats, type SeatKind } from '../shared/seats.js';
import { plural } from '../shared/words.js';

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
