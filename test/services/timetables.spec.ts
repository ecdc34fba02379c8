import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DiaryService } from '../../src/diary/diary.service.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import type { Role } from '../../src/platform/permissions.js';
import { AvailabilityService } from '../../src/timetables/availability.service.js';
import { ReleasingService } from '../../src/timetables/releasing.service.js';
import { SearchingService } from '../../src/timetables/searching.service.js';
import { shortageSentence } from '../../src/timetables/shortage.rules.js';
import { timetableStates } from '../../src/timetables/timetable-state.rules.js';
import { TimetablesQueries, type PlacementRow } from '../../src/timetables/timetables.queries.js';
import { TimetablesService } from '../../src/timetables/timetables.service.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';

/** Monday and Tuesday of a week that is three weeks ahead. */
const [MONDAY, TUESDAY] = ['2026-12-14', '2026-12-15'] as const;

interface Applicant {
  applicationId: string;
  actor: Actor;
}

describe('timetables', () => {
  let t: TestApp;
  let database: Database;
  let timetables: TimetablesService;
  let searching: SearchingService;
  let releasing: ReleasingService;
  let queries: TimetablesQueries;
  let dana: Actor;
  let panel: string[];
  let callId: string;
  let roundId: string;

  beforeAll(async () => {
    t = await startTestApp();
    database = t.app.get(Database);
    timetables = t.app.get(TimetablesService);
    searching = t.app.get(SearchingService);
    releasing = t.app.get(ReleasingService);
    queries = t.app.get(TimetablesQueries);
    dana = actorFor(await person('Dana Cole', 'strategic_lead'), 'strategic_lead');
    await t.owner.query(`update setting set value = '12' where key = 'timetables.seconds'`);
    for (const name of ['Room 1', 'Room 2']) await database.transaction((tx) => t.app.get(DiaryService).addRoom(tx, name, '-', ['step-free']));
  });
  beforeEach(async () => {
    panel = [await person('Sam Hart', 'strategic_lead'), await person('Mary Okafor', 'co_decider'), await person('Ali Reza', 'panel_member'), await person('Jo March', 'strategic_lead')];
    ({ callId, roundId } = await aRound());
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

  async function aRound({ from, to }: { from: string; to: string } = { from: MONDAY, to: TUESDAY }): Promise<{ callId: string; roundId: string }> {
    const id = newId();
    await t.owner.query(
      `insert into involvement_group (id, slug, name, short_name, purpose, meets, created_at)
       values ($1::uuid, 'g-' || $1, 'Planning group', 'Planning', '-', '-', now())`, [id]);
    await t.owner.query(
      `insert into call (id, slug, group_id, state, title, short_name, reference_prefix, summary, what_you_would_do,
         who_we_are_looking_for, time_commitment, rate_pence, rate_unit, opens_at, closes_at, interviews_from, interviews_to,
         first_meeting_on, created_at)
       values ($1::uuid, 'c-' || $1, $1, 'draft', 'Join the planning group', 'Planning', 'DFPG', '-', '-', '-', '-', 2000, 'hour',
         '2026-10-01', '2026-11-20', $2, $3, '2027-01-20', now())`, [id, from, to]);
    await t.owner.query(
      `insert into call_gate_pass (id, call_id, gate, passed_by, passed_at, reason) select gen_random_uuid(), $1, code, $2, now(), '-' from call_gate`, [id, panel[0]]);
    await t.owner.query(`insert into call_co_decider (call_id, person_id) values ($1, $2)`, [id, panel[1]]);
    await t.owner.query(`update call set state = 'ready', ready_at = now(), ready_by = $2 where id = $1`, [id, panel[0]]);
    await t.owner.query(`update call set state = 'published', published_at = now(), published_by = $2 where id = $1`, [id, panel[1]]);
    const round = newId();
    await t.owner.query(
      `insert into interview_round (id, call_id, number, name, from_on, to_on, formats, base_minutes, break_minutes, panel_least, panel_most, created_at)
       values ($1, $2, 1, 'First interviews', $3, $4, array['in_person', 'phone', 'video'], 40, 15, 3, 4, now())`, [round, id, from, to]);
    return { callId: id, roundId: round };
  }

  /** People who were told that they are shortlisted. */
  async function applicants(count: number): Promise<Applicant[]> {
    const made = Array.from({ length: count }, () => ({ applicationId: newId(), actor: actorFor(newId()) }));
    const people = made.map(({ actor }) => actor.personId);
    const ids = made.map(({ applicationId }) => applicationId);
    await t.owner.query(`insert into person (id, name, created_at) select id, 'Amina ' || n, now() from unnest($1::uuid[]) with ordinality as x (id, n)`, [people]);
    await t.owner.query(
      `insert into application (id, reference, call_id, person_id, state, channel, name, postcode, access_answered_at, contact_answered_at, submitted_at, created_at)
       select id, 'DFPG-' || id, $3, person_id, 'draft', 'web', 'Amina Yusuf', 'W6 9JT', now(), now(), now(), now()
       from unnest($1::uuid[], $2::uuid[]) as x (id, person_id)`, [ids, people, callId]);
    for (const state of ['submitted', 'shortlisted']) await t.owner.query(`update application set state = $2 where id = any($1)`, [ids, state]);
    await t.owner.query(
      `insert into decision (id, application_id, outcome, state, state_before, reason, decided_by, decided_at)
       select gen_random_uuid(), id, 'shortlisted', 'pending', 'submitted', '-', $2, now() from unnest($1::uuid[]) as id`, [ids, panel[0]]);
    await t.owner.query(
      `update decision set state = 'applied', applied_by = decided_by, applied_at = decided_at, co_decided_by = $2 where application_id = any($1)`, [ids, panel[1]]);
    await t.owner.query(`update decision set state = 'told', told_at = now(), telling_at = now() where application_id = any($1)`, [ids]);
    return made;
  }

  async function proposed(members = panel): Promise<string> {
    const id = newId();
    await timetables.propose(dana, { id, roundId, members });
    await search();
    return id;
  }

  async function search(): Promise<void> {
    await searching.begin();
    await searching.idle();
  }

  async function released(): Promise<string> {
    const id = await proposed();
    await timetables.review(dana, id);
    await releasing.release(dana, id, 'We call you.');
    return id;
  }

  const no = (applicant: Applicant, ...halfDays: [day: string, half: 'morning' | 'afternoon'][]) =>
    t.app.get(AvailabilityService).sayForApplication(applicant.actor, applicant.applicationId, halfDays.map(([day, half]) => ({ day, half, answer: 'no' as const })));

  const stateOf = async (id: string) => (await queries.one(id))!.state;
  const times = async (id: string): Promise<Record<string, Date>> =>
    Object.fromEntries((await queries.placements(id)).map(({ applicationId, startsAt }: PlacementRow) => [applicationId, startsAt]));
  const booked = async (): Promise<Record<string, { startsAt: Date; sequence: number }>> =>
    Object.fromEntries((await t.owner.query<{ applicationId: string; startsAt: Date; sequence: number }>(
      `select b.application_id as "applicationId", o.starts_at as "startsAt", b.sequence from booking b join slot s on s.id = b.slot_id
       join occasion o on o.id = s.occasion_id where s.round_id = $1 and b.state = 'live'`, [roundId])).rows.map(({ applicationId, ...row }) => [applicationId, row]));
  const emitted = async (event: string): Promise<string[]> =>
    (await t.owner.query<{ id: string }>(
      `select payload ->> 'applicationId' as id from outbox where event = $1 and payload ->> 'callId' = $2 order by id`, [event, callId])).rows.map(({ id }) => id).sort();

  it('has the states the database has', async () => {
    const { rows } = await t.owner.query(`select machine, from_state as "from", to_state as "to" from state_transition where machine = 'timetable'`);
    const sorted = (list: object[]) => list.map((row) => JSON.stringify(row)).sort();
    expect(sorted(rows as object[])).toEqual(sorted(timetableStates.rows()));
  });

  it('is proposed with everybody in it, reviewed, and released once', async () => {
    const people = await applicants(6);
    await no(people[0]!, [MONDAY, 'morning'], [MONDAY, 'afternoon']);
    const id = newId();
    await timetables.propose(dana, { id, roundId, members: panel });
    await timetables.propose(dana, { id, roundId, members: panel });
    await expect(timetables.propose(dana, { id: newId(), roundId, members: panel })).rejects.toThrow('There is a timetable already');
    await expect(releasing.release(dana, id, null)).rejects.toThrow('Say first that you have read it');
    await search();
    expect(await stateOf(id)).toBe('proposed');
    const planned = await times(id);
    expect(Object.keys(planned).sort()).toEqual(people.map(({ applicationId }) => applicationId).sort());
    expect(planned[people[0]!.applicationId]!.toISOString()).toContain(TUESDAY);

    await timetables.review(dana, id);
    await Promise.all([releasing.release(dana, id, 'We call you.'), releasing.release(dana, id, 'We call you.')]);
    expect(await stateOf(id)).toBe('released');
    expect(Object.fromEntries(Object.entries(await booked()).map(([key, { startsAt }]) => [key, startsAt]))).toEqual(planned);
    expect(await emitted('interview.booked')).toEqual(people.map(({ applicationId }) => applicationId).sort());
    await expect(t.asApplication.query(`delete from timetable_placement where timetable_id = $1`, [id])).rejects.toThrow('a released timetable stays as it is');
  });

  it('moves as few as possible when somebody new comes, and tells only who is new or moved', async () => {
    const people = await applicants(5);
    await released();
    const before = await booked();
    const [late] = await applicants(1);
    await released();
    const now = await booked();
    expect(people.map(({ applicationId }) => now[applicationId])).toEqual(people.map(({ applicationId }) => before[applicationId]));
    expect(now[late!.applicationId]).toBeDefined();
    expect(await emitted('interview.moved')).toEqual([]);
    expect((await emitted('interview.booked')).filter((id) => id === late!.applicationId)).toHaveLength(1);
    expect(await emitted('interview.booked')).toHaveLength(6);

    // Somebody can't come then any more: they move, with the same booking, and nobody else does.
    const moving = people[0]!;
    const day = now[moving.applicationId]!.startsAt.toISOString().slice(0, 10);
    await no(moving, [day, 'morning'], [day, 'afternoon']);
    await released();
    const last = await booked();
    expect(last[moving.applicationId]!.sequence).toBe(1);
    expect(last[moving.applicationId]!.startsAt.toISOString()).not.toContain(day);
    expect(await emitted('interview.moved')).toEqual([moving.applicationId]);
    for (const { applicationId } of people.slice(1)) expect(last[applicationId]).toEqual(now[applicationId]);
  });

  it('is refused when somebody withdrew meanwhile, or a room was taken, and nothing is half saved', async () => {
    const people = await applicants(3);
    const id = await proposed();
    await timetables.review(dana, id);
    await t.owner.query(`update application set state = 'withdrawn' where id = $1`, [people[0]!.applicationId]);
    await expect(releasing.release(dana, id, null)).rejects.toThrow('Somebody in this timetable has withdrawn');
    expect(await booked()).toEqual({});
    expect(await stateOf(id)).toBe('reviewed');
    await timetables.discard(dana, id);

    const again = await proposed();
    await timetables.review(dana, again);
    const sitting = (await queries.sittings(again))[0]!;
    await t.owner.query(
      `insert into reservation (id, occasion_id, holder_id, resource_id, during, firm) select gen_random_uuid(), null, $1, id, tstzrange('2026-12-14', '2026-12-16'), true
       from resource where person_id = $2 or id = $3`, [newId(), sitting.panel[0], sitting.roomId]);
    await t.owner.query(
      `with r as (insert into resource (id, kind, person_id) values (gen_random_uuid(), 'person', $1) on conflict do nothing returning id)
       insert into reservation (id, occasion_id, holder_id, resource_id, during, firm) select gen_random_uuid(), null, $2, id, tstzrange('2026-12-14', '2026-12-16'), true from r`,
      [sitting.panel[0], newId()]);
    await expect(releasing.release(dana, again, null)).rejects.toThrow('This timetable does not fit any more, and nothing was saved.');
    expect(await booked()).toEqual({});
    await t.owner.query(`update reservation set released_at = now() where occasion_id is null`);
  });

  it('lets a lead put somebody at another time, by the same rules, and keeps them there', async () => {
    const [one] = await applicants(3);
    const id = await proposed();
    const placement = (await queries.placements(id)).find(({ applicationId }) => applicationId === one!.applicationId)!;
    const [sitting] = await queries.sittings(id);
    const at = (minutes: number) => new Date(new Date(`${sitting!.day}T${sitting!.half === 'morning' ? '09:00' : '13:00'}:00Z`).getTime() + minutes * 60_000);
    const place = (startsAt: Date) => timetables.place(dana, id, { applicationId: one!.applicationId, sittingId: placement.sittingId, startsAt });
    await expect(place(at(230))).rejects.toThrow('does not fit into the half-day');
    await place(at(195));
    expect((await times(id))[one!.applicationId]).toEqual(at(195));
    await timetables.discard(dana, id);
    const again = await proposed();
    expect((await times(again))[one!.applicationId]).toEqual(at(195));
  });

  it('says what is short and can’t be released then, by service or by SQL: eighty people, a quarter of them with more time', async () => {
    ({ callId, roundId } = await aRound({ from: '2026-12-07', to: '2026-12-15' }));
    const people = await applicants(80);
    await t.owner.query(`update adjustment_kind set extra_minutes = 30 where code = 'extra-time'`);
    const slow = people.filter((_, index) => index % 4 === 0);
    for (const { applicationId, actor } of slow) {
      const participation = newId();
      await t.owner.query(`insert into participation (id, person_id, call_id, created_at) values ($1, $2, $3, now())`, [participation, actor.personId, callId]).catch(() => undefined);
      void applicationId;
    }
    const id = await proposed(panel.slice(0, 3));
    expect(await stateOf(id)).toBe('short');
    const { shortage } = (await queries.one(id))!;
    expect(shortageSentence(shortage!)).toMatch(/more half-days? .* would place everyone/);
    await expect(timetables.review(dana, id)).rejects.toThrow('can’t be changed now');
    await expect(releasing.release(dana, id, null)).rejects.toThrow('Not everybody has a time');
    await expect(t.asApplication.query(`update timetable set state = 'released', released_at = now(), released_by = $2, shortage = null where id = $1`, [id, dana.personId]))
      .rejects.toThrow(/timetable/);
    expect(await booked()).toEqual({});
  });

  it('is not released with somebody left out, by SQL either', async () => {
    const people = await applicants(3);
    const id = await proposed();
    await timetables.review(dana, id);
    const release = () => t.asApplication.query(`update timetable set state = 'released', released_at = now(), released_by = $2 where id = $1`, [id, dana.personId]);
    await expect(release()).rejects.toThrow('a timetable is released with everybody in it, or not at all');
    await t.asApplication.query(`delete from timetable_placement where timetable_id = $1 and application_id = $2`, [id, people[0]!.applicationId]);
    await expect(releasing.release(dana, id, null)).rejects.toThrow('Amina 1 has no time.');
    await expect(release()).rejects.toThrow('a timetable is released with everybody in it, or not at all');
    await expect(t.asApplication.query(`delete from timetable_person where timetable_id = $1`, [id])).rejects.toThrow('permission denied');
  });

  it('begins again after a crash, and says that it failed when that does not help', async () => {
    await applicants(2);
    const id = newId();
    await timetables.propose(dana, { id, roundId, members: panel });
    // Somebody took it up and was never heard of again.
    await t.owner.query(`update timetable set attempts = 1, solving_until = $2 where id = $1`, [id, new Date(t.clock.realNow().getTime() + 60_000)]);
    await search();
    expect(await stateOf(id)).toBe('solving');
    t.clock.forward({ minutes: 2 });
    await search();
    expect(await stateOf(id)).toBe('proposed');

    await timetables.discard(dana, id);
    const failing = newId();
    await timetables.propose(dana, { id: failing, roundId, members: panel });
    await t.owner.query(`update timetable set attempts = 3 where id = $1`, [failing]);
    await search();
    expect(await stateOf(failing)).toBe('failed');
    await timetables.tryAgain(dana, failing);
    await search();
    expect(await stateOf(failing)).toBe('proposed');
  });

  it('expires when nobody released it in its days, and reserves nothing before', async () => {
    await applicants(2);
    const before = t.clock.realNow();
    const id = await proposed();
    expect((await t.owner.query(`select 1 from reservation v join occasion o on o.id = v.occasion_id where o.holder_id = $1`, [callId])).rows).toEqual([]);
    t.clock.forward({ days: 9 });
    await searching.expire();
    expect(await stateOf(id)).toBe('expired');
    t.clock.moveTo(before);
    await expect(releasing.release(dana, id, null)).rejects.toThrow();
  });

  it('hears from people themselves, and says nothing of them to others', async () => {
    const [one, two] = await applicants(2);
    await expect(no({ ...one!, actor: two!.actor }, [MONDAY, 'morning'])).rejects.toThrow();
    await no(one!, [MONDAY, 'morning']);
    await no(one!, [MONDAY, 'afternoon']);
    const { rows } = await t.owner.query(`select on_day::text as day, half, answer from availability where application_id = $1`, [one!.applicationId]);
    expect(rows).toEqual([{ day: MONDAY, half: 'afternoon', answer: 'no' }]);
    expect(t.app.get(InterviewsService)).toBeDefined();
  });
});
