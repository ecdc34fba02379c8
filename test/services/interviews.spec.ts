import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventName, Events } from '../../src/events/events.js';
import { AdjustmentsQueries } from '../../src/adjustments/adjustments.queries.js';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { DiaryService } from '../../src/diary/diary.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { bookingStates, TAKEN } from '../../src/interviews/interview.rules.js';
import type { NewSlotsDto } from '../../src/interviews/interviews.dto.js';
import { InterviewsQueries } from '../../src/interviews/interviews.queries.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { SlotRequestsService } from '../../src/interviews/slot-requests.service.js';
import { SlotsQueries } from '../../src/interviews/slots.queries.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { EventBus } from '../../src/platform/event-bus.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import type { Role } from '../../src/platform/permissions.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';

const DAY = '2026-12-14';

interface Applicant {
  applicationId: string;
  actor: Actor;
  token: string;
}

describe('interviews', () => {
  let t: TestApp;
  let database: Database;
  let interviews: InterviewsService;
  let slots: SlotsService;
  let requests: SlotRequestsService;
  let queries: InterviewsQueries;
  let dana: Actor;
  let panel: string[];
  let room: string;
  let callId: string;

  beforeAll(async () => {
    t = await startTestApp();
    database = t.app.get(Database);
    interviews = t.app.get(InterviewsService);
    slots = t.app.get(SlotsService);
    requests = t.app.get(SlotRequestsService);
    queries = t.app.get(InterviewsQueries);
    dana = actorFor(await person('Dana Cole', 'strategic_lead'), 'strategic_lead');
    room = await database.transaction((tx) => t.app.get(DiaryService).addRoom(tx, 'Town Hall, room 3', 'Step-free.'));
  });
  // Each test has a panel and a call of its own, so that one's afternoon is not another's.
  beforeEach(async () => {
    const lead = await person('Sam Hart', 'strategic_lead');
    panel = [lead, await person('Mary Okafor', 'co_decider')];
    room = await database.transaction((tx) => t.app.get(DiaryService).addRoom(tx, 'Town Hall, room 3', 'Step-free.'));
    callId = await aCall();
  });
  afterAll(() => t.close());

  async function person(name: string, role?: Role): Promise<string> {
    const people = t.app.get(PeopleService);
    return database.transaction(async (tx) => {
      const id = await people.create(tx, { name });
      if (role) await people.giveRole(tx, id, role, '2020-01-01');
      return id;
    });
  }

  async function aCall(): Promise<string> {
    const id = newId();
    await t.owner.query(
      `insert into involvement_group (id, slug, name, short_name, purpose, meets, created_at)
       values ($1::uuid, 'g-' || $1, 'Planning group', 'Planning', '-', '-', now())`, [id]);
    await t.owner.query(
      `insert into call (id, slug, group_id, state, title, short_name, reference_prefix, summary, what_you_would_do,
         who_we_are_looking_for, time_commitment, rate_pence, rate_unit, opens_at, closes_at, interviews_from, interviews_to,
         first_meeting_on, created_at)
       values ($1::uuid, 'c-' || $1, $1, 'draft', 'Join the planning group', 'Planning', 'DFPG', '-', '-', '-', '-', 2000, 'hour',
         '2026-10-01', '2026-11-20', '2026-12-07', '2026-12-18', '2027-01-20', now())`, [id]);
    await t.owner.query(
      `insert into call_gate_pass (id, call_id, gate, passed_by, passed_at, reason) select gen_random_uuid(), $1, code, $2, now(), '-' from call_gate`, [id, panel[0]]);
    await t.owner.query(`insert into call_co_decider (call_id, person_id) values ($1, $2)`, [id, panel[1]]);
    await t.owner.query(`update call set state = 'ready', ready_at = now(), ready_by = $2 where id = $1`, [id, panel[0]]);
    await t.owner.query(`update call set state = 'published', published_at = now(), published_by = $2 where id = $1`, [id, panel[1]]);
    await t.owner.query(
      `insert into interview_round (id, call_id, number, name, from_on, to_on, formats, base_minutes, break_minutes, panel_least, panel_most, created_at)
       values ($1, $1, 1, 'First interviews', '2026-12-07', '2026-12-18', '{in_person,phone,video}', 40, 15, 2, 4, now())`, [id]);
    return id;
  }

  /** People who were told that they are shortlisted, with a token for the API each. */
  async function applicants(count: number, { told = true } = {}): Promise<Applicant[]> {
    const made = Array.from({ length: count }, () => {
      const personId = newId();
      return { applicationId: newId(), actor: actorFor(personId), token: `token-${personId}` };
    });
    const people = made.map(({ actor }) => actor.personId);
    const ids = made.map(({ applicationId }) => applicationId);
    await t.owner.query(`insert into person (id, name, created_at) select unnest($1::uuid[]), 'Amina Yusuf', now()`, [people]);
    await t.owner.query(
      `insert into api_token (id, token_hash, person_id, name, created_at)
       select gen_random_uuid(), hash, person_id, 'test', now() from unnest($1::bytea[], $2::uuid[]) as x (hash, person_id)`,
      [made.map(({ token }) => createHash('sha256').update(token).digest()), people]);
    await t.owner.query(
      `insert into application (id, reference, call_id, person_id, state, channel, name, postcode, access_answered_at, contact_answered_at, submitted_at, created_at)
       select id, 'DFPG-' || id, $3, person_id, 'draft', 'web', 'Amina Yusuf', 'W6 9JT', now(), now(), now(), now()
       from unnest($1::uuid[], $2::uuid[]) as x (id, person_id)`, [ids, people, callId]);
    for (const state of ['submitted', 'shortlisted']) await t.owner.query(`update application set state = $2 where id = any($1)`, [ids, state]);
    await t.owner.query(
      `insert into decision (id, application_id, outcome, state, state_before, reason, decided_by, decided_at)
       select gen_random_uuid(), id, 'shortlisted', 'pending', 'submitted', '-', $2, now() from unnest($1::uuid[]) as id`,
      [ids, panel[0]]);
    await t.owner.query(
      `update decision set state = 'applied', applied_by = decided_by, applied_at = decided_at, co_decided_by = $2 where application_id = any($1)`,
      [ids, panel[1]]);
    if (told) await t.owner.query(`update decision set state = 'told', told_at = now(), telling_at = now() where application_id = any($1)`, [ids]);
    return made;
  }

  const wanted = (more: Partial<NewSlotsDto> = {}): NewSlotsDto => ({
    id: newId(), day: DAY, startTime: '14:00', length: 40, count: 1, gap: 15, format: 'in_person', roomId: room, panel, ...more,
  });

  async function slotsOf(more: Partial<NewSlotsDto> = {}): Promise<string[]> {
    const request = wanted(more);
    await slots.create(dana, callId, request);
    const { rows } = await t.owner.query<{ id: string }>(
      `select s.id from slot s join occasion o on o.id = s.occasion_id where s.call_id = $1 order by o.starts_at`, [callId]);
    return rows.map(({ id }) => id);
  }

  const stateOf = async (applicationId: string): Promise<string> =>
    (await t.owner.query<{ state: string }>(`select state from application where id = $1`, [applicationId])).rows[0]!.state;

  const emitted = async (event: EventName, applicationId: string): Promise<object[]> =>
    (await t.owner.query<{ payload: object }>(
      `select payload from outbox where event = $1 and payload ->> 'applicationId' = $2 order by id`, [event, applicationId])).rows.map(({ payload }) => payload);

  it('has the states the database has', async () => {
    const { rows } = await t.owner.query(
      `select machine, from_state as "from", to_state as "to" from state_transition where machine = 'booking'`);
    const sorted = (list: object[]) => list.map((row) => JSON.stringify(row)).sort();
    expect(sorted(rows as object[])).toEqual(sorted(bookingStates.rows()));
  });

  describe('times', () => {
    it('are made in one go, and once', async () => {
      const request = wanted({ count: 3 });
      await slots.create(dana, callId, request);
      await slots.create(dana, callId, request);
      const [one] = await applicants(1);
      expect((await queries.slotsToChoose(one!.applicationId)).map(({ startsAt, endsAt, roomName }) => [startsAt, endsAt, roomName])).toEqual([
        [new Date('2026-12-14T14:00Z'), new Date('2026-12-14T14:40Z'), 'Town Hall, room 3'],
        [new Date('2026-12-14T14:55Z'), new Date('2026-12-14T15:35Z'), 'Town Hall, room 3'],
        [new Date('2026-12-14T15:50Z'), new Date('2026-12-14T16:30Z'), 'Town Hall, room 3'],
      ]);
    });

    it.each([
      ['before the call’s first day', { day: '2026-12-04' }, 'Interviews for this call start on Monday 7 December 2026'],
      ['for a panel without a resident', { panel: 'leads' as const }, 'Choose at least one lead and one resident'],
    ])('are refused %s', async (_, { panel: who, ...more }: { panel?: 'leads'; day?: string }, reason) => {
      await expect(slots.create(dana, callId, wanted({ ...more, ...(who && { panel: [panel[0]!, dana.personId] }) }))).rejects.toThrow(reason);
    });

    it('can be added after the call’s last day, while somebody has still to choose', async () => {
      const before = t.clock.realNow();
      const ours = async () => (await t.app.get(SlotsQueries).calls()).filter((call) => call.callId === callId);
      const [one] = await applicants(1);
      t.clock.moveTo('2026-12-21T10:00:00Z');
      try {
        expect(await ours()).toMatchObject([{ choosing: 1, booked: 0, free: [] }]);
        await expect(slots.create(dana, callId, wanted({ day: '2026-12-18' }))).rejects.toThrow('That day is over. Choose today or a later day');
        const [late] = await slotsOf({ day: '2026-12-22' });
        await interviews.book(one!.actor, late!, one!.applicationId);
        expect(await ours()).toMatchObject([{ choosing: 0, booked: 1, free: [] }]);
        t.clock.moveTo('2026-12-22T15:00:00Z');
        expect(await ours()).toEqual([]);
      } finally {
        t.clock.moveTo(before);
      }
    });

    it('after the last day are asked for by whoever wants others, and shown', async () => {
      const before = t.clock.realNow();
      const [one] = await applicants(1);
      await requests.noneSuit(one!.actor, one!.applicationId, null);
      t.clock.moveTo('2026-12-21T10:00:00Z');
      const shown = (await t.app.get(SlotsQueries).calls()).some((call) => call.callId === callId);
      t.clock.moveTo(before);
      expect(shown).toBe(true);
    });

    it('are told to those who had none to choose from, once, and not to who asked for others', async () => {
      const [one, two, asked, has] = await applicants(4);
      const [untold] = await applicants(1, { told: false });
      const everybody = [one!, two!, asked!, has!, untold!];
      const news = async () => (await Promise.all(everybody.map(({ applicationId }) => emitted('interview.more-times', applicationId)))).map(({ length }) => length);
      await t.owner.query(
        `insert into slot_request (id, application_id, asked_at) values ($1, $2, now())`, [newId(), asked!.applicationId]);
      const [first] = await slotsOf({ startTime: '09:00' });
      expect(await news()).toEqual([1, 1, 0, 1, 0]);
      await slotsOf({ startTime: '10:00' });
      expect(await news()).toEqual([1, 1, 0, 1, 0]);
      await interviews.book(has!.actor, first!, has!.applicationId);
      await t.owner.query(`update slot set removed_at = now() where call_id = $1 and id <> $2`, [callId, first]);
      const request = wanted({ startTime: '11:00', count: 2 });
      await slots.create(dana, callId, request);
      await slots.create(dana, callId, request);
      expect(await news()).toEqual([2, 2, 0, 1, 0]);
      expect((await emitted('interview.more-times', one!.applicationId))[0]).toEqual({
        requestId: null, applicationId: one!.applicationId, callId, personId: one!.actor.personId,
      });
    });

    it('name the room or the person who is taken, and then none is saved', async () => {
      await slotsOf({ startTime: '15:00' });
      const other = await database.transaction((tx) => t.app.get(DiaryService).addRoom(tx, 'Library', ''));
      const others = [await person('Jo Reed', 'strategic_lead'), await person('Ali Noor', 'panel_member')];
      await expect(slots.create(dana, callId, wanted({ count: 2, panel: others }))).rejects.toThrow(
        'Town Hall, room 3 is taken on Monday 14 December 2026, 2:55pm. Nothing was saved. Choose another time.');
      await expect(slots.create(dana, callId, wanted({ count: 2, roomId: other }))).rejects.toThrow(
        /^(Sam Hart|Mary Okafor) is taken on Monday 14 December 2026, 2:55pm/);
      const { rows } = await t.owner.query(`select count(*)::int as n from slot where call_id = $1`, [callId]);
      expect(rows).toEqual([{ n: 1 }]);
    });

    it('can be taken back while they are free, with room and panel', async () => {
      const [slotId] = await slotsOf();
      const [one] = await applicants(1);
      await slots.remove(dana, slotId!);
      await slots.remove(dana, slotId!);
      await expect(interviews.book(one!.actor, slotId!, one!.applicationId)).rejects.toThrow('That time is not free any more');
      const [again] = (await slotsOf()).slice(1);
      await interviews.book(one!.actor, again!, one!.applicationId);
      await expect(slots.remove(dana, again!)).rejects.toThrow('Somebody has booked this time');
    });
  });

  describe('booking', () => {
    it('reserves, expects and interviews, and says so once', async () => {
      const [slotId] = await slotsOf();
      const [one] = await applicants(1);
      const bookingId = await interviews.book(one!.actor, slotId!, one!.applicationId);
      expect(await interviews.book(one!.actor, slotId!, one!.applicationId)).toBe(bookingId);
      expect(await stateOf(one!.applicationId)).toBe('interviewing');
      const booking = (await queries.liveBooking(one!.applicationId))!;
      expect(booking).toMatchObject({
        bookingId, slotId, state: 'live', format: 'in_person', roomName: 'Town Hall, room 3', roomDetails: 'Step-free.',
        panel: ['Mary Okafor', 'Sam Hart'], attendance: 'expected',
      });
      expect(await emitted('interview.booked', one!.applicationId)).toEqual([{
        bookingId, applicationId: one!.applicationId, callId, personId: one!.actor.personId, occasionId: booking.occasionId, day: DAY,
      }]);
      expect(await queries.slotsToChoose(one!.applicationId)).toEqual([]);
    });

    it('is for one’s own application, shortlisted and told, and one time each', async () => {
      const [first, second] = await slotsOf({ count: 2 });
      const [one, two] = await applicants(2);
      const [untold] = await applicants(1, { told: false });
      await expect(interviews.book(two!.actor, first!, one!.applicationId)).rejects.toMatchObject({ status: 404 });
      await expect(interviews.book(untold!.actor, first!, untold!.applicationId)).rejects.toMatchObject({ status: 422 });
      await interviews.book(one!.actor, first!, one!.applicationId);
      await expect(interviews.book(two!.actor, first!, two!.applicationId)).rejects.toMatchObject({ status: 409, message: TAKEN });
      await expect(interviews.book(one!.actor, second!, one!.applicationId)).rejects.toThrow('You have an interview time already');
    });

    it('gives one slot to one of 500 who ask at once, and 409 to 499', async () => {
      const [slotId] = await slotsOf();
      const everybody = await applicants(500);
      const answers = await Promise.all(everybody.map(async ({ applicationId, token }) => {
        const answer = await fetch(`${t.url}/api/v1/slots/${slotId}/booking`, {
          method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ applicationId }),
        });
        return { status: answer.status, body: await answer.json() as { detail?: string } };
      }));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status, body }) => status === 409 && body.detail === TAKEN)).toHaveLength(499);
      const { rows } = await t.owner.query(
        `select count(*)::int as live, count(distinct slot_id)::int as slots from booking where slot_id = $1`, [slotId]);
      expect(rows).toEqual([{ live: 1, slots: 1 }]);
      const { rows: states } = await t.owner.query(
        `select state, count(*)::int as n from application where call_id = $1 group by state order by state`, [callId]);
      expect(states).toEqual([{ state: 'interviewing', n: 1 }, { state: 'shortlisted', n: 499 }]);
    });

    it('never has two live bookings of a slot, whatever people do in whatever order', async () => {
      const few = await applicants(4);
      const times = await slotsOf({ count: 3 });
      const step = fc.record({ who: fc.nat(3), slot: fc.nat(2), cancel: fc.boolean() });
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
        await Promise.allSettled(steps.map(async ({ who, slot, cancel }) => {
          const { actor, applicationId } = few[who]!;
          const live = cancel ? await queries.liveBooking(applicationId) : null;
          return live ? interviews.cancel(actor, live.bookingId) : interviews.book(actor, times[slot]!, applicationId);
        }));
        const { rows } = await t.owner.query(
          `select 1 from booking where state = 'live' group by slot_id having count(*) > 1
           union all select 1 from booking where state = 'live' group by application_id having count(*) > 1
           union all select 1 from application a where a.call_id = $1 and (a.state = 'interviewing') <>
             exists (select from booking b where b.application_id = a.id and b.state = 'live')
           union all select 1 from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id
             where b.state = 'live' and a.call_id = $1 and not exists (select from reservation r join resource x on x.id = r.resource_id
               where r.occasion_id = s.occasion_id and x.person_id = a.person_id and r.released_at is null)`, [callId]);
        expect(rows).toEqual([]);
      }), { numRuns: 15 });
    });

    it('is refused by the database, as the application’s role, where code would not', async () => {
      const [slotId] = await slotsOf();
      const [one, two] = await applicants(2);
      await interviews.book(one!.actor, slotId!, one!.applicationId);
      const { occasionId } = (await queries.liveBooking(one!.applicationId))!;
      await expect(t.asApplication.query(
        `insert into booking (id, slot_id, round_id, application_id, state, booked_at, agreed_at) values ($1, $2, $4, $3, 'live', now(), now())`,
        [newId(), slotId, two!.applicationId, callId])).rejects.toMatchObject({ constraint: 'booking_one_a_slot' });
      const elsewhere = newId();
      await t.asApplication.query(
        `insert into occasion (id, kind, starts_at, ends_at, format, created_at)
         values ($1, 'meeting', '2026-12-14T14:30Z', '2026-12-14T15:30Z', 'phone', now())`, [elsewhere]);
      const { rows } = await t.owner.query<{ id: string }>(
        `select resource_id as id from reservation where occasion_id = $1 and released_at is null`, [occasionId]);
      // The room, two on the panel, and her.
      expect(rows).toHaveLength(4);
      for (const { id } of rows) {
        await expect(t.asApplication.query(
          `insert into reservation (id, occasion_id, resource_id, during) values ($1, $2, $3, tstzrange('2026-12-14T14:30Z', '2026-12-14T15:30Z'))`,
          [newId(), elsewhere, id])).rejects.toMatchObject({ code: '23P01', constraint: 'reservation_no_overlap' });
      }
    });
  });

  describe('giving a time back', () => {
    it('frees it for others, and she may take it again', async () => {
      const [slotId] = await slotsOf();
      const [one, two] = await applicants(2);
      const bookingId = await interviews.book(one!.actor, slotId!, one!.applicationId);
      await expect(interviews.cancel(two!.actor, bookingId)).rejects.toMatchObject({ status: 404 });
      await interviews.cancel(one!.actor, bookingId);
      await interviews.cancel(one!.actor, bookingId);
      expect(await stateOf(one!.applicationId)).toBe('shortlisted');
      expect(await emitted('interview.cancelled', one!.applicationId)).toMatchObject([{ bookingId, neededBy: '2026-12-07' }]);
      await interviews.cancel(two!.actor, await interviews.book(two!.actor, slotId!, two!.applicationId));
      await interviews.book(one!.actor, slotId!, one!.applicationId);
      expect(await stateOf(one!.applicationId)).toBe('interviewing');
    });

    it('happens by itself when she withdraws, in the same transaction', async () => {
      const [slotId] = await slotsOf();
      const [one, two] = await applicants(2);
      await interviews.book(one!.actor, slotId!, one!.applicationId);
      await t.app.get(ApplicationsService).withdraw(one!.actor, one!.applicationId);
      expect(await stateOf(one!.applicationId)).toBe('withdrawn');
      expect(await queries.liveBooking(one!.applicationId)).toBeNull();
      await interviews.book(two!.actor, slotId!, two!.applicationId);
    });

    it('leaves what was booked for it to be cancelled, with its time', async () => {
      const [slotId] = await slotsOf();
      const [one] = await applicants(1);
      const { personId } = one!.actor;
      await database.transaction(async (tx) => {
        await t.app.get(AdjustmentsService).saveNeeds(tx, one!.actor, personId, [{ code: 'taxi', ownWords: null }]);
        await t.app.get(EventBus).emit(tx, 'application.submitted', { applicationId: one!.applicationId, callId, personId, neededBy: '2026-12-07' });
      });
      await interviews.book(one!.actor, slotId!, one!.applicationId);
      for (const state of ['acknowledged', 'booked']) await t.owner.query(`update arrangement set state = $2 where person_id = $1`, [personId, state]);
      await t.app.get(ApplicationsService).withdraw(one!.actor, one!.applicationId);
      const toCancel = await t.app.get(AdjustmentsQueries).toCancel();
      expect(toCancel.filter((item) => item.personId === personId)).toMatchObject([
        { bookedFor: DAY, startsAt: new Date('2026-12-14T14:00:00Z'), occasion: 'Interview' },
      ]);
    });

    it('happens to all when the call is cancelled, with their rooms', async () => {
      await slotsOf({ count: 2 });
      const [one] = await applicants(1);
      const [first] = await queries.slotsToChoose(one!.applicationId);
      await interviews.book(one!.actor, first!.slotId, one!.applicationId);
      await database.transaction((tx) => t.app.get(EventBus).emit(tx, 'call.cancelled', { callId }));
      expect(await queries.liveBooking(one!.applicationId)).toBeNull();
      const { rows } = await t.owner.query(
        `select count(*)::int as n from reservation r join slot s on s.occasion_id = r.occasion_id where s.call_id = $1 and r.released_at is null`, [callId]);
      expect(rows).toEqual([{ n: 0 }]);
    });
  });

  it('hears that none suit, and answers when there are others', async () => {
    const [one] = await applicants(1);
    await requests.noneSuit(one!.actor, one!.applicationId, 'Only mornings');
    await requests.noneSuit(one!.actor, one!.applicationId, 'Mornings, not Mondays');
    const ours = async () => (await queries.openSlotRequests()).filter(({ applicationId }) => applicationId === one!.applicationId);
    const [request] = await ours();
    expect(request).toMatchObject({ note: 'Mornings, not Mondays', person: 'Amina Yusuf', newTimes: 0 });
    expect(await emitted('interview.none-suit', one!.applicationId)).toHaveLength(1);
    await expect(requests.answer(dana, request!.requestId)).rejects.toThrow('Add other times first');
    await slotsOf({ startTime: '10:00' });
    expect(await ours()).toMatchObject([{ newTimes: 1 }]);
    await requests.answer(dana, request!.requestId);
    expect(await ours()).toEqual([]);
    expect(await emitted('interview.more-times', one!.applicationId)).toEqual([
      { requestId: request!.requestId, applicationId: one!.applicationId, callId, personId: one!.actor.personId },
    ]);
  });

  it('writes down who came, once it has started, for the planned time; who did not may choose again', async () => {
    const [first, second] = await slotsOf({ count: 2 });
    const [one, two] = await applicants(2);
    const came = await interviews.book(one!.actor, first!, one!.applicationId);
    const absent = await interviews.book(two!.actor, second!, two!.applicationId);
    await expect(interviews.recordAttendance(dana, came, true)).rejects.toThrow('It has not started yet');
    const before = t.clock.realNow();
    t.clock.moveTo('2026-12-14T17:00:00Z');
    await expect(interviews.cancel(two!.actor, absent)).rejects.toThrow('started already');
    expect(await queries.countThisWeek()).toBeGreaterThanOrEqual(2);
    await interviews.recordAttendance(dana, came, true);
    await interviews.recordAttendance(dana, absent, false);
    await expect(interviews.recordAttendance(dana, came, false)).rejects.toThrow('recorded already');
    expect((await t.app.get(SlotsQueries).calls()).find((call) => call.callId === callId)).toMatchObject({ booked: 0, held: 1, missed: 1 });
    await expect(interviews.cancel(dana, came)).rejects.toThrow('has taken place');
    await interviews.cancel(two!.actor, absent);
    t.clock.moveTo(before);
    expect(await stateOf(two!.applicationId)).toBe('shortlisted');
    const { rows } = await t.owner.query(
      `select state, minutes from attendance where person_id = any($1) order by state desc`, [[one!.actor.personId, two!.actor.personId]]);
    expect(rows).toEqual([{ state: 'attended', minutes: 40 }, { state: 'absent', minutes: null }]);
  });

  describe('messages', () => {
    const message = (template: string) => t.app.get(MessageCatalogue).get(template);

    it('say when, where and whom she meets, while it is booked', async () => {
      const [slotId] = await slotsOf();
      const [one] = await applicants(1);
      const bookingId = await interviews.book(one!.actor, slotId!, one!.applicationId);
      const [payload] = await emitted('interview.booked', one!.applicationId) as Events[EventName][];
      expect(await message('interview-booked').holds!(payload!)).toBe(true);
      const words = await message('interview-booked').words(payload!, { personId: one!.actor.personId });
      expect(words.subject).toBe('Your interview: Planning, Monday 14 December 2026');
      expect(words.text).toBe(
        'Your interview for Planning: Monday 14 December 2026, 2pm to 2:40pm. Town Hall, room 3. Step-free.');
      expect(words.paragraphs).toContain('You will meet Mary Okafor and Sam Hart.');
      await interviews.cancel(one!.actor, bookingId);
      expect(await message('interview-booked').holds!(payload!)).toBe(false);
      const [gone] = await emitted('interview.cancelled', one!.applicationId) as Events[EventName][];
      expect((await message('interview-cancelled').words(gone!, { personId: one!.actor.personId })).text).toBe(
        'Your interview for Planning on Monday 14 December 2026, 2pm is cancelled. You can choose another time on your page.');
    });

    it('ask every lead for other times, and tell her when there are some', async () => {
      const [one] = await applicants(1);
      await requests.noneSuit(one!.actor, one!.applicationId, 'My interpreter can only do mornings');
      const [asked] = await emitted('interview.none-suit', one!.applicationId) as Events[EventName][];
      expect(await message('interview-none-suit').recipients(asked!)).toContainEqual({ personId: dana.personId });
      const words = await message('interview-none-suit').words(asked!, { personId: dana.personId });
      expect(JSON.stringify(words)).not.toMatch(/Amina|interpreter/);
      expect((await message('interview-more-times').words(asked!, { personId: one!.actor.personId })).text).toBe(
        'There are more times for your interview for Planning. Choose one on your page.');
    });

    it('say that there are times, while there are and she has none', async () => {
      const [one] = await applicants(1);
      const [slotId] = await slotsOf();
      const [added] = await emitted('interview.more-times', one!.applicationId) as Events[EventName][];
      const holds = () => message('interview-more-times').holds!(added!);
      expect(await holds()).toBe(true);
      const words = await message('interview-more-times').words(added!, { personId: one!.actor.personId });
      expect(words.subject).toBe('Interview times to choose from: Planning');
      expect(words.text).toBe(
        'There are times to choose from for your interview for Planning. 1: Monday 14 December 2026, 2pm to 2:40pm. Reply with a number, or choose on your page.');
      const bookingId = await interviews.book(one!.actor, slotId!, one!.applicationId);
      expect(await holds()).toBe(false);
      await interviews.cancel(one!.actor, bookingId);
      expect(await holds()).toBe(true);
      await slots.remove(dana, slotId!);
      expect(await holds()).toBe(false);
    });

    it('tell leads when she gives a time back or withdraws, and not when a lead cancels', async () => {
      const [first, second, third] = await slotsOf({ count: 3 });
      const [one, two, three] = await applicants(3);
      const off = async (applicant: Applicant) => {
        const [payload] = await emitted('interview.cancelled', applicant.applicationId) as Events[EventName][];
        const recipients = await message('interview-off').recipients(payload!);
        const holds = await message('interview-off').holds!(payload!);
        return { payload: payload!, recipients, holds };
      };
      await interviews.cancel(one!.actor, await interviews.book(one!.actor, first!, one!.applicationId));
      const givenBack = await off(one!);
      expect(givenBack.recipients).toContainEqual({ personId: dana.personId });
      expect(givenBack.recipients).not.toContainEqual({ personId: one!.actor.personId });
      expect(givenBack.holds).toBe(true);
      const words = await message('interview-off').words(givenBack.payload, { personId: dana.personId });
      expect(words.subject).toBe('An interview is off: Planning, Monday 14 December 2026');
      expect(words.text).toBe(
        'Amina Yusuf has given back the interview for Planning on Monday 14 December 2026, 2pm. The time is free again.');
      await interviews.book(one!.actor, first!, one!.applicationId);
      expect((await off(one!)).holds).toBe(false);

      await interviews.book(two!.actor, second!, two!.applicationId);
      await t.app.get(ApplicationsService).withdraw(two!.actor, two!.applicationId);
      const withdrawn = await off(two!);
      expect(withdrawn.recipients).toContainEqual({ personId: dana.personId });
      expect((await message('interview-off').words(withdrawn.payload, { personId: dana.personId })).text).toBe(
        'Amina Yusuf has withdrawn from Planning. The interview on Monday 14 December 2026, 2:55pm is off. The time is free again.');

      await interviews.cancel(dana, await interviews.book(three!.actor, third!, three!.applicationId));
      expect((await off(three!)).recipients).toEqual([]);
    });

    it('are kind to who did not come, until they have another time', async () => {
      const [first, second] = await slotsOf({ count: 2 });
      const [one] = await applicants(1);
      const bookingId = await interviews.book(one!.actor, first!, one!.applicationId);
      const before = t.clock.realNow();
      t.clock.moveTo('2026-12-14T14:50:00Z');
      await interviews.recordAttendance(dana, bookingId, false);
      const [payload] = await emitted('interview.missed', one!.applicationId) as Events[EventName][];
      const holds = await message('interview-missed').holds!(payload!);
      const words = await message('interview-missed').words(payload!, { personId: one!.actor.personId });
      await interviews.cancel(one!.actor, bookingId);
      const freed = await message('interview-missed').words(payload!, { personId: one!.actor.personId });
      await interviews.book(one!.actor, second!, one!.applicationId);
      const after = await message('interview-missed').holds!(payload!);
      t.clock.moveTo(before);
      expect(payload).toEqual({ bookingId, applicationId: one!.applicationId, callId, personId: one!.actor.personId });
      expect([holds, after]).toEqual([true, false]);
      expect(words.text).toBe(
        'We did not see you at your interview for Planning on Monday 14 December 2026, 2pm. We hope that you are all right. Call or text us, or choose another time if you like.');
      expect(words.link?.path).toBe(`/my/applications/${one!.applicationId}/interview/cancellation`);
      expect(freed.link?.path).toBe(`/my/applications/${one!.applicationId}`);
    });
  });

  describe('pages and API', () => {
    async function signIn(personId: string): Promise<{ get(path: string): Promise<[number, string]>; post(path: string, fields: Record<string, string>): Promise<[number, string]> }> {
      const jar = new Map([['alongside', await t.app.get(SignInService).openFor(personId)]]);
      const send = async (path: string, init: RequestInit): Promise<Response> => {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(`${t.url}${path}`, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
        for (const line of answer.headers.getSetCookie()) {
          const [pair = ''] = line.split(';');
          jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
        }
        return answer;
      };
      const get = async (path: string): Promise<[number, string]> => {
        const answer = await send(path, {});
        return [answer.status, await answer.text()];
      };
      return {
        get,
        post: async (path, fields) => {
          const [, html] = await get('/my/access');
          const csrf = /name="_csrf" value="([^"]+)"/.exec(html)![1]!;
          const answer = await send(path, { method: 'POST', body: new URLSearchParams({ _csrf: csrf, ...fields }) });
          return [answer.status, answer.headers.get('location') ?? await answer.text()];
        },
      };
    }

    it('keep what is left to choose when somebody was quicker', async () => {
      const [first, second] = await slotsOf({ count: 2 });
      const [one, two] = await applicants(2);
      const amina = await signIn(one!.actor.personId);
      const path = `/my/applications/${one!.applicationId}/interview`;
      await interviews.book(two!.actor, first!, two!.applicationId);
      const [status, html] = await amina.post(path, { slotId: first! });
      expect(status).toBe(409);
      expect(html).toContain(TAKEN);
      expect(html).toContain(second);
      expect(html).not.toContain(`value="${first}"`);
      expect((await amina.post(path, {}))[0]).toBe(422);
      expect((await amina.post(path, { slotId: 'x' }))[0]).toBe(422);
      expect(await amina.post(path, { slotId: second! })).toEqual([303, `/my/applications/${one!.applicationId}`]);
      expect((await amina.post(`/my/applications/${two!.applicationId}/interview`, { slotId: second! }))[0]).toBe(404);
      expect(await amina.post(`${path}/cancellation`, {})).toEqual([303, `/my/applications/${one!.applicationId}`]);
      expect(await stateOf(one!.applicationId)).toBe('shortlisted');
      expect(await amina.post(path, { slotId: 'none', note: 'Mornings' })).toEqual([303, `/my/applications/${one!.applicationId}`]);
      const lead = await signIn(dana.personId);
      const [, list] = await lead.get('/staff/interviews');
      expect(list).toContain('They wrote: “Mornings”');
    });

    it('show who came, and let who did not choose another time', async () => {
      const [first] = await slotsOf({ count: 2 });
      const [one] = await applicants(1);
      const bookingId = await interviews.book(one!.actor, first!, one!.applicationId);
      const path = `/my/applications/${one!.applicationId}/interview`;
      const before = t.clock.realNow();
      t.clock.moveTo('2026-12-14T14:30:00Z');
      try {
        const amina = await signIn(one!.actor.personId);
        const lead = await signIn(dana.personId);
        expect(await lead.post(`/staff/interviews/${bookingId}/attendance`, { came: 'no' })).toEqual([303, '/staff/interviews']);
        const [, list] = await lead.get('/staff/interviews');
        expect(list).toContain('0 interviews are booked. 1 person did not come.');
        expect(list).toContain('>Did not come<');
        expect((await lead.get(`/staff/calls/${callId}/slots/new`))[1]).toContain(
          'The call said interviews end on Friday 18 December 2026. Choose a later day only if you must.');
        expect((await amina.get(`${path}/cancellation`))[1]).toContain('We did not see you on');
        expect(await amina.post(`${path}/cancellation`, {})).toEqual([303, path]);
        expect((await amina.get(path))[0]).toBe(200);
      } finally {
        t.clock.moveTo(before);
      }
    });

    it('let a lead make an afternoon, with errors on their fields', async () => {
      const lead = await signIn(dana.personId);
      const fields = {
        id: newId(), 'day-day': '14', 'day-month': '12', 'day-year': '2026', startTime: '2pm', length: '40', count: '1', gap: '15',
        format: 'in_person', roomId: room, joiningDetails: '', panel: panel[0]!,
      };
      const path = `/staff/calls/${callId}/slots`;
      expect((await lead.get(`${path}/new`))[0]).toBe(200);
      const [status, html] = await lead.post(path, fields);
      expect(status).toBe(422);
      expect(html).toContain('<a href="#panel">Choose at least one lead and one resident');
      expect((await lead.post(path, { ...fields, 'day-day': '31', 'day-month': '2' }))[1]).toContain('Enter the day of the interviews');
      expect((await lead.post(path, { ...fields, format: 'video' }))[1]).toContain('Say how people join');
      const resident = await signIn(panel[1]!);
      expect((await resident.get('/staff/interviews'))[0]).toBe(200);
      expect((await resident.get(`${path}/new`))[0]).toBe(403);
    });

    it('answer the same booking again for the same Idempotency-Key', async () => {
      const [slotId] = await slotsOf();
      const [one, two] = await applicants(2);
      const ask = async (path: string, token: string, body?: object) => {
        const answer = await fetch(`${t.url}/api/v1${path}`, {
          method: body ? 'POST' : 'GET', ...(body && { body: JSON.stringify(body) }),
          headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json', 'idempotency-key': 'key-1' }) },
        });
        return { status: answer.status, body: await answer.json() as Record<string, unknown> };
      };
      expect((await ask(`/applications/${one!.applicationId}/slots`, one!.token)).body).toEqual({ slots: [{
        id: slotId, startsAt: '2026-12-14T14:00:00.000Z', endsAt: '2026-12-14T14:40:00.000Z', format: 'in_person', room: 'Town Hall, room 3',
      }] });
      expect((await ask(`/applications/${one!.applicationId}/slots`, two!.token)).status).toBe(404);
      const first = await ask(`/slots/${slotId}/booking`, one!.token, { applicationId: one!.applicationId });
      const again = await ask(`/slots/${slotId}/booking`, one!.token, { applicationId: one!.applicationId });
      expect(first.status).toBe(201);
      expect(again).toEqual(first);
      expect((await ask(`/slots/${slotId}/booking`, two!.token, { applicationId: 'x' })).status).toBe(400);
      expect((await ask(`/slots/${slotId}/booking`, two!.token, { applicationId: two!.applicationId })).status).toBe(409);
    });
  });
});
