import { crashBookings } from '../support/bookings.mjs';

export const title = 'Killed 20 times during bookings and releases, nothing acknowledged is lost, nothing is double booked, nothing half saved';

export async function prove({ appUrl, ownerUrl, log }) {
  const seen = await crashBookings({ appUrl, ownerUrl, kills: 20, people: 60, steps: 8, timetables: 10, log });
  log(`${seen.booked} bookings, ${seen.moved} moves, ${seen.cancelled} given back, ${seen.tooLate} came too late for a time; ${seen.times} series of times made, ${seen.removed.length} times taken back`);
  log(`${seen.releases.filter(({ sure }) => sure).length} timetables released, ${seen.releases.filter(({ sure }) => !sure).length} set aside`);
  log(`${seen.gaveUp} gave up without an answer, ${seen.interrupted} requests were cut off or found nobody there`);
  if (seen.problems.length > 0) throw new Error(`not proved:\n${seen.problems.join('\n')}`);
  log('what was acknowledged is there; releases are whole or absent; no room, panel, resident or interpreter is in two places; the audit is whole');
}
