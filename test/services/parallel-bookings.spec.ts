import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiaryService } from '../../src/diary/diary.service.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { Database, brokenConstraint } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { callToBook, interviewDay, type CallToBook } from '../support/call-to-book.mjs';
import { residents } from '../support/killing.mjs';

const TIMES = 20;
const PEOPLE = 250;
const A_DAY = 10;
const OVERLAP = 'reservation_no_overlap';

interface Slot {
  id: string;
  occasionId: string;
  roomId: string;
  startsAt: Date;
}

/** Twelve or thirteen people want the same two times, which are at once: one in each of two calls. */
describe('500 bookings at once, while others write to the database by hand', () => {
  let t: TestApp;
  let calls: CallToBook[];
  let slots: Slot[][];

  beforeAll(async () => {
    t = await startTestApp();
    t.clock.moveTo(new Date());
    const people = await residents(t.owner, PEOPLE);
    calls = [await callToBook(t.owner, people, { days: 5 }), await callToBook(t.owner, people, { days: 5 })];
    slots = [];
    for (const call of calls) slots.push(await timesOf(call));
  });
  afterAll(() => t.close());

  async function timesOf({ call, roundId, leads, rooms, panels }: CallToBook): Promise<Slot[]> {
    for (const day of [1, 2]) {
      await t.app.get(SlotsService).create(actorFor(leads[0]!.id, 'strategic_lead'), call.id, {
        id: newId(), roundId, day: interviewDay(day), startTime: '09:00', length: 30, count: A_DAY, gap: 0, format: 'in_person', roomId: rooms[0]!, panel: panels[0]!,
      });
    }
    const { rows } = await t.owner.query<Slot>(
      `select s.id, s.occasion_id as "occasionId", o.room_id as "roomId", o.starts_at as "startsAt" from slot s join occasion o on o.id = s.occasion_id
       where s.call_id = $1 order by o.starts_at`, [call.id]);
    return rows;
  }

  /** Something else at the same time as each slot of a call, to reserve people for by hand. */
  async function elsewhere(those: Slot[]): Promise<string[]> {
    const ids = those.map(() => newId());
    await t.asApplication.query(
      `insert into occasion (id, kind, starts_at, ends_at, format, created_at)
       select id, 'meeting', at + interval '10 minutes', at + interval '20 minutes', 'phone', at from unnest($1::uuid[], $2::timestamptz[]) as x (id, at)`,
      [ids, those.map(({ startsAt }) => startsAt)]);
    return ids;
  }

  /** Straight SQL, as the application's role. */
  async function byHand(occasionId: string, resourceId: string): Promise<string> {
    try {
      await t.asApplication.query(
        `insert into reservation (id, occasion_id, resource_id, during) select $1, id, $3, tstzrange(starts_at, ends_at) from occasion where id = $2`, [newId(), occasionId, resourceId]);
      return 'reserved';
    } catch (error) {
      // Two that wait for each other: PostgreSQL ends one, who tries again as the service does.
      if ((error as { code?: string }).code === '40P01') return byHand(occasionId, resourceId);
      return (error as { constraint?: string }).constraint ?? String(error);
    }
  }

  async function book(slot: Slot, { token, applicationId }: { token: string; applicationId: string }): Promise<number> {
    const response = await fetch(`${t.url}/api/v1/slots/${slot.id}/booking`, {
      method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ applicationId }),
    });
    await response.arrayBuffer();
    // Under a heavy load some wait too long for the database, and are told to try again.
    if (response.status === 503) return book(slot, { token, applicationId });
    return response.status;
  }

  const resourcesOf = async (personIds: readonly string[]): Promise<string[]> => {
    await t.owner.query(`insert into resource (id, kind, person_id) select gen_random_uuid(), 'person', id from unnest($1::uuid[]) as id on conflict do nothing`, [personIds]);
    return (await t.owner.query<{ id: string }>(`select r.id from resource r where r.person_id = any($1)`, [personIds])).rows.map(({ id }) => id);
  };

  it('give each of 40 times to one person, and nobody, no room and no panel member two at once', async () => {
    const interpreter = await t.app.get(Database).transaction((tx) => t.app.get(DiaryService).addInterpreter(tx, 'Kim Lee', ['bsl-interpreter']));
    const [free, busy] = [await elsewhere(slots[0]!), await elsewhere(slots[0]!)];
    const panel = await resourcesOf(calls[0]!.panels[0]!);
    const rivals = await resourcesOf(calls[0]!.applicants.slice(0, TIMES).map(({ id }) => id));
    const asked = calls.flatMap(({ applicants }, call) => applicants.map((person, index) => book(slots[call]![index % TIMES]!, person)));
    const [answers, taken, interpreted, hers] = await Promise.all([
      Promise.all(asked),
      // The rooms and the panel of the first call, by hand, for something else at the same time.
      Promise.all(slots[0]!.flatMap((slot, index) => [slot.roomId, ...panel].map((resource) => byHand(busy[index]!, resource)))),
      // One interpreter, five times for each time.
      Promise.all(free.flatMap((occasion) => Array.from({ length: 5 }, () => byHand(occasion, interpreter)))),
      // One of those who ask for each time, while their two bookings are made.
      Promise.all(free.map((occasion, index) => byHand(occasion, rivals[index]!))),
    ]);
    expect(answers).toHaveLength(500);
    expect(answers.filter((status) => status === 201)).toHaveLength(40);
    expect(answers.filter((status) => status === 409)).toHaveLength(460);
    expect(taken).toEqual(Array(TIMES * 4).fill(OVERLAP));
    expect(interpreted.filter((said) => said === 'reserved')).toHaveLength(TIMES);
    expect(interpreted.filter((said) => said === OVERLAP)).toHaveLength(TIMES * 4);
    expect(hers.filter((said) => said !== 'reserved' && said !== OVERLAP)).toEqual([]);

    const { rows } = await t.owner.query(
      `select count(*)::int as live, count(distinct b.slot_id)::int as slots, count(distinct (a.person_id, o.starts_at))::int as places,
         count(*) filter (where a.state = 'interviewing')::int as interviewing
       from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id where b.state = 'live'`);
    expect(rows).toEqual([{ live: 40, slots: 40, places: 40, interviewing: 40 }]);
    const { rows: twice } = await t.owner.query(
      `select a.resource_id from reservation a join reservation b on b.resource_id = a.resource_id and a.id < b.id and a.during && b.during
       where a.released_at is null and b.released_at is null`);
    expect(twice).toEqual([]);
  });

  it('are refused by the database for a time that has somebody, however often', async () => {
    const { rows: taken } = await t.owner.query<{ slot: string; round: string; person: string }>(
      `select b.slot_id as slot, b.round_id as round, a.id as person from booking b join slot s on s.id = b.slot_id
       join application a on a.call_id = s.call_id and a.state = 'shortlisted' where b.state = 'live' and s.call_id = $1`, [calls[0]!.call.id]);
    const said = await Promise.all(taken.slice(0, 500).map(({ slot, round, person }) => t.asApplication.query(
      `insert into booking (id, slot_id, round_id, application_id, state, booked_at, agreed_at) values ($1, $2, $3, $4, 'live', now(), now())`, [newId(), slot, round, person],
    ).then(() => 'booked', brokenConstraint)));
    expect(said).toEqual(Array(500).fill('booking_one_a_slot'));
  });
});
