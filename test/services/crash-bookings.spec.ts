import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { bookingProblems, crashBookings, type CrashBookingsReport } from '../support/bookings.mjs';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const KILLS = 3;
const PEOPLE = 16;
const STEPS = 5;
const TIMETABLES = 1;

/** More of the same: npm run prove -- bookings. */
describe('the service, killed while people book interviews', () => {
  let database: TestDatabase;
  let seen: CrashBookingsReport;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('keeps what it said is booked, double books nothing, and leaves nothing half', async () => {
    seen = await crashBookings({ ...database, kills: KILLS, people: PEOPLE, steps: STEPS, timetables: TIMETABLES, waitForLeases: false });
    expect(seen.problems).toEqual([]);
    expect(seen.booked).toBeGreaterThanOrEqual(PEOPLE * 0.75);
    expect(seen.moved + seen.cancelled).toBeGreaterThan(PEOPLE);
    expect(seen.times).toBeGreaterThan(5);
    expect(seen.releases.filter(({ sure }) => sure)).toHaveLength(TIMETABLES);
    expect(seen.interrupted).toBeGreaterThan(0);
  });

  it('would be seen to lose one, to book twice, and to save a half', async () => {
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const kinds = async () => [...new Set((await bookingProblems(owner, seen)).map((problem) => problem.split(':')[0]))];
    try {
      expect(await kinds()).toEqual([]);
      await owner.query(`alter table reservation drop constraint reservation_no_overlap`);
      for (const table of ['booking', 'attendance', 'audit_entry', 'occasion', 'slot']) await owner.query(`alter table ${table} disable trigger user`);
      const sure = seen.lives.flatMap(({ booking, unsure }) => (booking && unsure === undefined ? booking.id : []));
      const { rows: [one, other] } = await owner.query<{ id: string; occasion: string; room: string }>(
        `select b.id, s.occasion_id as occasion, o.room_id as room from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
         where b.id = any($1) order by b.id limit 2`, [sure]);
      await owner.query(`delete from attendance where occasion_id = $1`, [one!.occasion]);
      expect(await kinds()).toEqual(['not expected']);
      await owner.query(`update occasion o set starts_at = t.starts_at, ends_at = t.ends_at from occasion t where o.id = $1 and t.id = $2`, [other!.occasion, one!.occasion]);
      await owner.query(`update reservation set resource_id = $3 where occasion_id = $1 and resource_id = $2`, [other!.occasion, other!.room, one!.room]);
      await owner.query(`update occasion set room_id = $2 where id = $1`, [other!.occasion, one!.room]);
      expect(await kinds()).toEqual(['in two places at once', 'reserved for another time than its interview', 'not expected']);
      await owner.query(`update booking set state = 'cancelled', cancelled_at = booked_at where id = $1`, [one!.id]);
      expect((await kinds()).map((kind) => kind!.replace(/ [0-9a-f-]{36}|[{"].*/g, ''))).toEqual([
        'acknowledged was ', 'half saved or doubled', 'in two places at once', 'reserved for nothing', 'reserved for another time than its interview',
        'interviewing without an interview, or the other way',
      ]);
    } finally {
      await owner.end();
    }
  });
});
