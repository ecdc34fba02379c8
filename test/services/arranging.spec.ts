import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import type { Need } from '../../src/adjustments/arrangement.rules.js';
import { DateGuard, type DateOverride } from '../../src/adjustments/date-guard.service.js';
import { InterpretersQueries } from '../../src/adjustments/interpreters.queries.js';
import { InterpretersService } from '../../src/adjustments/interpreters.service.js';
import { SafeDates } from '../../src/adjustments/safe-dates.js';
import { DiaryService } from '../../src/diary/diary.service.js';
import type { Events } from '../../src/events/events.js';
import { MeetingsService } from '../../src/groups/meetings.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import { newId } from '../../src/platform/ids.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { someone } from '../support/open-call.js';
import { startPaidGroup, type PaidGroup } from '../support/paid-group.js';

describe('arranging', () => {
  let t: TestApp;
  let database: Database;
  let diary: DiaryService;
  let lead: ReturnType<typeof actorFor>;
  let meera: string;

  beforeAll(async () => {
    t = await startTestApp();
    database = t.app.get(Database);
    diary = t.app.get(DiaryService);
    lead = await someone(t, 'Dana Reid', 'strategic_lead');
  });
  beforeEach(async () => {
    meera = await database.transaction((tx) => diary.addInterpreter(tx, 'Meera Joshi', ['bsl-interpreter']));
  });
  afterAll(() => t.close());

  const at = (time: string) => new Date(`2027-01-12T${time}:00Z`);

  async function occasion(holderId: string | null, from: string, to: string): Promise<string> {
    const id = newId();
    await database.transaction((tx) => diary.plan(tx, lead, {
      id, kind: 'interview', startsAt: at(from), endsAt: at(to), format: 'phone', roomId: null, joiningDetails: null, holderId,
    }));
    return id;
  }

  const hold = (holderId: string, from: string, to: string, id = newId()) =>
    database.transaction((tx) => diary.hold(tx, { id, holderId, resourceId: meera, startsAt: at(from), endsAt: at(to) }, 'Taken.'));
  const reserve = (occasionId: string) => database.transaction((tx) => diary.reserveResource(tx, occasionId, meera, 'Taken.'));

  describe('what is held', () => {
    it('is for the interviews of its call alone, one after the other', async () => {
      const callId = newId();
      await hold(callId, '09:00', '13:00');
      await reserve(await occasion(callId, '10:00', '10:45'));
      await reserve(await occasion(callId, '10:45', '11:30'));
      await expect(reserve(await occasion(callId, '11:00', '12:00'))).rejects.toThrow('Taken.');
      await expect(reserve(await occasion(newId(), '12:00', '12:30'))).rejects.toThrow('Taken.');
      await expect(reserve(await occasion(null, '12:00', '12:30'))).rejects.toThrow('Taken.');
      await expect(hold(newId(), '12:00', '14:00')).rejects.toThrow('Taken.');
      await expect(hold(callId, '12:00', '14:00')).rejects.toThrow('Taken.');
      await hold(newId(), '13:00', '17:00');
      expect((await t.app.get(InterpretersQueries).heldFor(callId)).map(({ name, startsAt, endsAt }) => [name, startsAt, endsAt]))
        .toEqual([['Meera Joshi', at('09:00'), at('13:00')]]);
    });

    it('is free for others once it is released', async () => {
      const callId = newId();
      await hold(callId, '09:00', '13:00');
      expect(await database.transaction((tx) => diary.releaseHolds(tx, { holderId: callId }))).toHaveLength(1);
      expect(await database.transaction((tx) => diary.releaseHolds(tx, { holderId: callId }))).toEqual([]);
      await reserve(await occasion(newId(), '12:00', '12:30'));
      expect(await t.app.get(InterpretersQueries).heldFor(callId)).toEqual([]);
    });

    it('is kept by PostgreSQL, whoever asks and whatever holder they name', async () => {
      const callId = newId();
      await hold(callId, '09:00', '13:00');
      const [own, other] = [await occasion(callId, '09:00', '10:00'), await occasion(null, '09:30', '10:30')];
      const insert = (occasionId: string | null, holderId: string) => t.asApplication.query(
        `insert into reservation (id, occasion_id, holder_id, resource_id, during) values ($1, $2, $3, $4, tstzrange($5, $6))`,
        [newId(), occasionId, holderId, meera, at('09:30'), at('10:00')]);
      await expect(insert(other, callId)).rejects.toMatchObject({ code: '23P01', constraint: 'reservation_held_by_another' });
      await expect(insert(null, newId())).rejects.toMatchObject({ code: '23P01', constraint: 'reservation_held_by_another' });
      await expect(insert(null, callId)).rejects.toMatchObject({ code: '23P01', constraint: 'reservation_held_once' });
      await insert(own, newId());
      await expect(insert(own, callId)).rejects.toMatchObject({ code: '23P01', constraint: 'reservation_no_overlap' });
    });
  });

  describe('a date', () => {
    const need = (code: string): Need => ({ code, ownWords: null });
    const save = (who: Actor, ...needs: Need[]) =>
      database.transaction((tx) => t.app.get(AdjustmentsService).saveNeeds(tx, who, who.personId, needs));
    const time = (day: string, personIds: string[], holderId: string | null = null) =>
      ({ personIds, startsAt: new Date(`${day}T10:00:00Z`), endsAt: new Date(`${day}T10:45:00Z`), holderId });
    let amina: Actor;
    let tom: Actor;

    // Monday 7 December 2026: 15 working days on is 31 December, 20 are 7 January, over two bank holidays and New Year's Day.
    beforeAll(() => { t.clock.forward({ days: 14 }); });
    beforeEach(async () => {
      [amina, tom] = [await someone(t, 'Amina Yusuf'), await someone(t, 'Tom Price')];
      await save(amina, need('bsl-interpreter'));
    });

    it('15 working days away is too soon for a BSL interpreter, and the first safe day is offered', async () => {
      const dates = t.app.get(SafeDates);
      expect(t.clock.today()).toBe('2026-12-07');
      expect(await dates.tooSoon(time('2026-12-31', [tom.personId, amina.personId]))).toEqual([{ personId: amina.personId, firstSafeDay: '2027-01-07' }]);
      expect(await dates.tooSoon(time('2027-01-06', [amina.personId]))).toHaveLength(1);
      expect(await dates.tooSoon(time('2027-01-07', [amina.personId, tom.personId]))).toEqual([]);
      expect(await dates.firstSafeDay([tom.personId, amina.personId])).toBe('2027-01-07');
      expect(await dates.tooSoon(time('2026-12-08', [tom.personId]))).toEqual([]);
    });

    it('is safe at once with an interpreter who is held for it, free then, and not refused', async () => {
      const dates = t.app.get(SafeDates);
      const callId = newId();
      const held = (id: string) => database.transaction((tx) => diary.hold(tx, {
        id, holderId: callId, resourceId: meera, startsAt: new Date('2026-12-31T09:00:00Z'), endsAt: new Date('2026-12-31T13:00:00Z') }, 'Taken.'));
      await held(newId());
      expect(await dates.tooSoon(time('2026-12-31', [amina.personId], callId))).toEqual([]);
      expect(await dates.tooSoon(time('2026-12-31', [amina.personId], newId()))).toHaveLength(1);
      expect(await dates.tooSoon({ ...time('2026-12-31', [amina.personId], callId), endsAt: new Date('2026-12-31T13:30:00Z') })).toHaveLength(1);
      const other = newId();
      await database.transaction((tx) => diary.plan(tx, lead, { ...time('2026-12-31', []), id: other, kind: 'interview', format: 'phone', roomId: null, joiningDetails: null, holderId: callId }));
      await reserve(other);
      expect(await dates.tooSoon(time('2026-12-31', [amina.personId], callId))).toHaveLength(1);
      expect(await dates.tooSoon({ ...time('2026-12-31', [amina.personId], callId), occasionId: other })).toEqual([]);
      await t.owner.query(
        `insert into interpreter_wish (id, need_id, wish, resource_id, created_at) select $1, id, 'refuse', $2, now() from access_need where person_id = $3`,
        [newId(), meera, amina.personId]);
      expect(await dates.tooSoon({ ...time('2026-12-31', [amina.personId], callId), occasionId: other })).toHaveLength(1);
    });

    it('that leaves too little time takes a reason and everybody’s yes, which each can deny', async () => {
      const guard = t.app.get(DateGuard);
      const id = newId();
      const wanted = { ...time('2026-12-31', [amina.personId, tom.personId, lead.personId]), occasionId: id };
      const guarded = (override: DateOverride | null) => database.transaction(async (tx) => {
        await diary.plan(tx, lead, { ...wanted, id, kind: 'meeting', format: 'phone', roomId: null, joiningDetails: null });
        await guard.require(tx, lead, wanted, override);
      });
      await expect(guarded(null)).rejects.toMatchObject({ status: 422, firstSafeDay: '2027-01-07', message: expect.not.stringMatching(/Amina|interpreter/i) as unknown });
      const override = { reason: 'The inspector comes that day', spokeOn: '2026-12-04', agreed: [amina.personId] };
      await expect(guarded(override)).rejects.toThrow('Everybody has to agree');
      await expect(guarded({ ...override, agreed: [amina.personId, tom.personId], spokeOn: '2026-12-08' })).rejects.toThrow('can’t be in the future');
      await guarded({ ...override, agreed: [amina.personId, tom.personId] });
      const { rows } = await t.owner.query<{ id: string; person_id: string }>(`select id, person_id from date_agreement where occasion_id = $1`, [id]);
      expect(rows.map((row) => row.person_id).sort()).toEqual([amina.personId, tom.personId].sort());
      const own = rows.find((row) => row.person_id === amina.personId)!.id;
      const deny = (who: Actor) => database.transaction((tx) => guard.deny(tx, who, who.personId, own));
      await expect(deny(tom)).rejects.toMatchObject({ status: 404 });
      await deny(amina);
      await deny(amina);
      await expect(t.asApplication.query(
        `insert into date_agreement (id, occasion_id, person_id, reason, spoke_on, recorded_by, recorded_at) values ($1, $2, $3, '-', '2026-12-04', $3, now())`,
        [newId(), id, lead.personId])).rejects.toMatchObject({ constraint: 'date_agreement_of_somebody_else' });
    });
  });

  describe('a meeting', () => {
    const need = (code: string): Need => ({ code, ownWords: null });
    const to = (day: string, starts = '14:00', ends = '16:00') => ({ day, starts, ends, format: 'video' as const, roomId: null, joiningDetails: null });
    let group: PaidGroup;
    let meetings: MeetingsService;
    let id: string;

    beforeEach(async () => {
      group = await startPaidGroup(t);
      meetings = t.app.get(MeetingsService);
      id = newId();
      await database.transaction((tx) => t.app.get(AdjustmentsService).saveNeeds(tx, group.amina, group.amina.personId, [need('bsl-interpreter')]));
    });

    const plan = (day: string, override: DateOverride | null = null, ends = '16:00') =>
      meetings.planMeeting(group.dana, { id, groupId: group.id, about: 'Plans for a library', ...to(day, '14:00', ends) }, override);
    const book = (resourceId: string) => database.transaction((tx) =>
      t.app.get(InterpretersService).reserve(tx, group.dana, { personId: group.amina.personId, occasionId: id, resourceId, skill: 'bsl-interpreter' }));
    const state = async () => (await t.owner.query<{ line: string }>(
      `select concat_ws(' ', state, changed, needed_by) as line from arrangement where person_id = $1`, [group.amina.personId])).rows.map(({ line }) => line);
    const bookings = async () => (await t.owner.query<{ line: string }>(
      `select concat_ws(' ', b.for_on, b.fee_percent, b.released_at is not null) as line from supplier_booking b join arrangement a on a.id = b.arrangement_id
       where a.person_id = $1 order by b.id`, [group.amina.personId])).rows.map(({ line }) => line);

    /** The newest message of this kind about Amina; nothing of her is in it. */
    const toSupplier = async (template: 'supplier-booked' | 'supplier-released') => {
      const { rows } = await t.owner.query<{ id: string }>(
        `select b.id from supplier_booking b join arrangement a on a.id = b.arrangement_id where a.person_id = $1 and (b.released_at is not null) = $2 order by b.id desc limit 1`,
        [group.amina.personId, template === 'supplier-released']);
      const words = await t.app.get(MessageCatalogue).get(template).words({ bookingId: rows[0]!.id }, { kind: 'email', value: 'meera@interpreters.example' });
      expect(JSON.stringify(words)).not.toMatch(/Amina|Yusuf|DFPG|Disab|member|library/i);
      return words;
    };

    it('that comes too soon for a member is not planned, and the money is not set aside', async () => {
      await expect(plan('2026-12-31')).rejects.toMatchObject({ firstSafeDay: '2027-01-07' });
      expect((await t.owner.query(`select 1 from occasion where id = $1`, [id])).rowCount).toBe(0);
      await plan('2026-12-31', { reason: 'The inspector comes that day', spokeOn: '2026-12-07', agreed: [group.amina.personId, group.tom.personId] });
      expect(await state()).toEqual(['asked 2026-12-31']);
    });

    it('is moved with everything that stands on it: members hear both times, the interpreter is free and paid for', async () => {
      await plan('2027-01-11');
      await book(meera);
      expect(await state()).toEqual(['booked 2027-01-11']);
      await book(meera);
      expect(await bookings()).toEqual(['2027-01-11 f']);
      expect(await toSupplier('supplier-booked')).toEqual({
        subject: 'Booking for Monday 11 January 2027',
        paragraphs: [
          'Meera Joshi: we would like to book you for Monday 11 January 2027, 2pm to 4pm.', 'What it is: British Sign Language (BSL) interpreter.', 'By video.',
          'You get what you need to prepare by Monday 4 January 2027. Tell us at once if you can’t come.',
        ],
        text: 'Meera Joshi: booked for Monday 11 January 2027, 2pm to 4pm. By video.',
      });
      t.clock.forward({ days: 22 });
      await expect(meetings.moveMeeting(group.dana, group.id, id, to('2027-01-18'))).rejects.toMatchObject({ status: 422, firstSafeDay: '2027-01-27' });
      await expect(meetings.moveMeeting(group.dana, group.id, id, to('2027-02-01', '14:00', '17:00'))).rejects.toThrow('can’t become longer');
      await meetings.moveMeeting(group.dana, group.id, id, to('2027-02-01'));
      await meetings.moveMeeting(group.dana, group.id, id, to('2027-02-01'));
      expect(await state()).toEqual(['arranging time 2027-02-01']);
      // 29 December is 13 days before: half is due.
      expect(await bookings()).toEqual(['2027-01-11 50 t']);
      const { rows } = await t.owner.query<{ n: number }>(`select count(*)::int as n from reservation where resource_id = $1 and released_at is null`, [meera]);
      expect(rows).toEqual([{ n: 0 }]);
      expect(await toSupplier('supplier-released')).toEqual({
        subject: 'Cancelled: Monday 11 January 2027',
        paragraphs: [
          'Meera Joshi: we do not need you on Monday 11 January 2027 any more. We are sorry.', 'By your terms we owe 50% of the fee. Send us the invoice.',
        ],
        text: 'Meera Joshi: cancelled for Monday 11 January 2027. By your terms we owe 50% of the fee. Send us the invoice.',
      });
      await book(meera);
      expect((await toSupplier('supplier-booked')).text).toBe('Meera Joshi: booked for Monday 1 February 2027, 2pm to 4pm. By video.');
      const moved = await t.owner.query<{ payload: Events['meeting.moved'] }>(`select payload from outbox where event = 'meeting.moved'`);
      expect(moved.rows).toHaveLength(1);
      const { text } = await t.app.get(MessageCatalogue).get('meeting-moved').words(moved.rows[0]!.payload, { personId: group.tom.personId });
      expect(text).toBe('The DFPG meeting has moved. Before: Monday 11 January 2027, 2pm to 4pm. Now: Monday 1 February 2027, 2pm to 4pm. By video.');
      t.clock.forward({ days: -22 });
    });

    it('beyond two hours takes two interpreters, and nobody the person refuses', async () => {
      await plan('2027-01-11', null, '17:00');
      const [callum, nia] = await database.transaction(async (tx) => [
        await diary.addInterpreter(tx, 'Callum Byrne', ['bsl-interpreter']), await diary.addInterpreter(tx, 'Nia Rees', ['lipspeaker'])]);
      await t.owner.query(
        `insert into interpreter_wish (id, need_id, wish, resource_id, created_at) select $1, id, 'refuse', $2, now() from access_need where person_id = $3`,
        [newId(), callum, group.amina.personId]);
      await expect(book(callum)).rejects.toThrow('This time was taken meanwhile');
      await expect(book(nia)).rejects.toThrow('This time was taken meanwhile');
      await book(meera);
      expect(await state()).toEqual(['arranging 2027-01-11']);
      await t.owner.query(`update interpreter_wish set removed_at = now()`);
      await book(callum);
      expect(await state()).toEqual(['booked 2027-01-11']);
      await t.owner.query(`update interpreter_wish set removed_at = null`);
      const { rows } = await t.owner.query<{ arrangement_id: string; supplier_id: string }>(
        `select b.arrangement_id, b.supplier_id from supplier_booking b join supplier s on s.id = b.supplier_id where s.resource_id = $1`, [callum]);
      await expect(t.asApplication.query(
        `insert into supplier_booking (id, arrangement_id, supplier_id, for_on, booked_at) values ($1, $2, $3, '2027-01-11', now())`,
        [newId(), rows[0]!.arrangement_id, rows[0]!.supplier_id])).rejects.toMatchObject({ constraint: 'supplier_booking_not_refused' });
      await meetings.cancelMeeting(group.dana, group.id, id);
      expect(await bookings()).toEqual(['2027-01-11 0 t', '2027-01-11 0 t']);
    });
  });
});
