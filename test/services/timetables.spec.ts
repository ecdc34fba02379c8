import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { ArrangingService } from '../../src/adjustments/arranging.service.js';
import { DiaryService } from '../../src/diary/diary.service.js';
import { ConfirmingService } from '../../src/interviews/confirming.service.js';
import { RoundsQueries } from '../../src/interviews/rounds.queries.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Sessions } from '../../src/people/sessions.service.js';
import type { Actor } from '../../src/platform/actor.js';
import type { EventName, Events } from '../../src/events/events.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue, type Words } from '../../src/platform/messages.js';
import type { Role } from '../../src/platform/permissions.js';
import { addDays } from '../../src/shared/dates.js';
import { AvailabilityService } from '../../src/timetables/availability.service.js';
import { ProblemService } from '../../src/timetables/problem.service.js';
import { ReleaseNotesService } from '../../src/timetables/release-notes.service.js';
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

  /** They need these for their interview, and each is asked for. */
  async function needing(people: readonly Applicant[], ...codes: string[]): Promise<void> {
    for (const { actor } of people) {
      await database.transaction(async (tx) => {
        await t.app.get(AdjustmentsService).saveNeeds(tx, actor, actor.personId, codes.map((code) => ({ code, ownWords: null })));
        await t.app.get(ArrangingService).begin(tx, actor.personId, { callId, occasionId: null }, '2026-12-18');
      });
    }
  }

  async function wish({ actor }: Applicant, which: 'prefer' | 'refuse', resourceId: string): Promise<void> {
    await t.owner.query(
      `insert into interpreter_wish (id, need_id, wish, resource_id, created_at) select gen_random_uuid(), id, $2, $3, now() from access_need where person_id = $1`,
      [actor.personId, which, resourceId]);
  }

  async function interpreterHeld(name: string, times: readonly (readonly [Date, Date])[]): Promise<string> {
    const diary = t.app.get(DiaryService);
    return database.transaction(async (tx) => {
      const resourceId = await diary.addInterpreter(tx, name, ['bsl-interpreter']);
      for (const [startsAt, endsAt] of times) await diary.hold(tx, { id: newId(), holderId: callId, resourceId, startsAt, endsAt }, 'Taken.');
      return resourceId;
    });
  }

  /** Mornings and afternoons of so many days, without weekends. In winter London’s time is UTC. */
  function halfDaysFrom(day: string, count: number): [Date, Date][] {
    return Array.from({ length: count }, (_, index) => addDays(day, index)).filter((each) => ![0, 6].includes(new Date(each).getUTCDay()))
      .flatMap((each) => [['09:00', '13:00'], ['13:00', '17:00']].map(([from, to]): [Date, Date] => [new Date(`${each}T${from}:00Z`), new Date(`${each}T${to}:00Z`)]));
  }

  /** Who interprets for each of them, and how far everything is. */
  async function comes(people: readonly Applicant[]) {
    return Promise.all(people.map(async ({ applicationId }) => (await t.owner.query<{
      state: string; supplier: string | null; reserved: string[]; agreed: boolean; confirmed: boolean; startsAt: Date;
    }>(
      `select r.state, p.resource_id as supplier, b.agreed_at is not null as agreed, b.confirmed_at is not null as confirmed, o.starts_at as "startsAt", array(
         select v.resource_id from reservation v join resource x on x.id = v.resource_id
         where v.occasion_id = o.id and v.released_at is null and x.kind = 'interpreter' and v.during @> tstzrange(o.starts_at, o.ends_at)) as reserved
       from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
       join arrangement r on r.person_id = a.person_id and r.occasion_id = o.id and r.kind_code = 'bsl-interpreter' left join supplier p on p.id = r.supplier_id
       where b.application_id = $1 and b.state = 'live'`, [applicationId])).rows[0]!));
  }

  async function agree({ actor, applicationId }: Applicant): Promise<void> {
    const { rows } = await t.owner.query<{ id: string }>(`select id from booking where application_id = $1 and state = 'live'`, [applicationId]);
    await t.app.get(ConfirmingService).agree(actor, rows[0]!.id);
  }

  /** As a browser that is signed in asks. */
  async function browsing(actor: Actor): Promise<(path: string, method?: string, fields?: Record<string, string>) => Promise<{ status: number; text: string }>> {
    const session = await database.transaction((tx) => t.app.get(Sessions).open(tx, actor.personId));
    const form = await fetch(`${t.url}/sign-in`);
    const cookie = `${form.headers.getSetCookie()[0]!.split(';')[0]!}; alongside=${session}`;
    const csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!;
    return async (path, method = 'GET', fields = {}) => {
      const answer = await fetch(t.url + path, {
        method, redirect: 'manual', headers: { cookie }, ...(method === 'POST' && { body: new URLSearchParams({ _csrf: csrf, ...fields }) }),
      });
      return { status: answer.status, text: await answer.text() };
    };
  }

  /** What each of them is told of what has happened since, as it would go now. */
  async function sentSince(outboxId: string, people: readonly Applicant[]): Promise<Record<string, Omit<Words, 'link'>>> {
    const { rows } = await t.owner.query<{ event: EventName; payload: Events[EventName] }>(`select event, payload from outbox where id::text > $1 order by id`, [outboxId]);
    const sent: Record<string, Omit<Words, 'link'>> = {};
    for (const { event, payload } of rows) {
      for (const message of t.app.get(MessageCatalogue).all().filter(({ on }) => on === event)) {
        const recipients = await message.recipients(payload);
        const theirs = people.find(({ actor }) => recipients.some((one) => 'personId' in one && one.personId === actor.personId));
        if (!theirs || !(await message.holds?.(payload) ?? true)) continue;
        expect(sent).not.toHaveProperty(theirs.applicationId);
        const { subject, paragraphs, text } = await message.words(payload, { personId: theirs.actor.personId });
        sent[theirs.applicationId] = { subject, paragraphs, text };
      }
    }
    return sent;
  }

  /** Straight to released, in the application's role, for some people: by every step there is. */
  async function releasedBySql(people: readonly Applicant[], like: string | null = null): Promise<void> {
    const client = await t.asApplication.connect();
    const id = newId();
    try {
      await client.query('begin');
      await client.query(
        `insert into timetable (id, round_id, state, proposed_by, proposed_at, expires_on) values ($1, $2, 'solving', $3, now(), '2026-12-30')`, [id, roundId, dana.personId]);
      await client.query(`insert into timetable_person (timetable_id, application_id) select $1, unnest($2::uuid[])`, [id, people.map(({ applicationId }) => applicationId)]);
      await client.query(
        `insert into timetable_sitting (id, timetable_id, on_day, half, room_id, place, panel, interpreters)
         select gen_random_uuid(), $1, on_day, half, room_id, place, panel, interpreters from timetable_sitting where timetable_id = $2`, [id, like]);
      await client.query(
        `insert into timetable_placement (timetable_id, application_id, sitting_id, starts_at, minutes, format)
         select $1, x.application_id, n.id, x.starts_at, x.minutes, x.format from timetable_placement x join timetable_sitting s on s.id = x.sitting_id
         join timetable_sitting n on n.timetable_id = $1 and (n.on_day, n.half, n.place) = (s.on_day, s.half, s.place) where x.timetable_id = $2`, [id, like]);
      for (const state of ['proposed', 'reviewed']) await client.query(`update timetable set state = $2 where id = $1`, [id, state]);
      await client.query(`update timetable set state = 'released', released_at = now(), released_by = $2 where id = $1`, [id, dana.personId]);
      await client.query('commit');
    } finally {
      await client.query('rollback');
      client.release();
    }
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
    await releasing.release(dana, id);
    return id;
  }

  const no = (applicant: Applicant, ...halfDays: [day: string, half: 'morning' | 'afternoon'][]) =>
    t.app.get(AvailabilityService).sayForApplication(applicant.actor, applicant.applicationId, halfDays.map(([day, half]) => ({ day, half, answer: 'no' as const })));

  const dayOf = (time: Date) => time.toISOString().slice(0, 10);
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
    await expect(releasing.release(dana, id)).rejects.toThrow('Say first that you have read it');
    await search();
    expect(await stateOf(id)).toBe('proposed');
    const planned = await times(id);
    expect(Object.keys(planned).sort()).toEqual(people.map(({ applicationId }) => applicationId).sort());
    expect(planned[people[0]!.applicationId]!.toISOString()).toContain(TUESDAY);

    await timetables.review(dana, id);
    await Promise.all([releasing.release(dana, id), releasing.release(dana, id)]);
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
    const day = dayOf(now[moving.applicationId]!.startsAt);
    await no(moving, [day, 'morning'], [day, 'afternoon']);
    await released();
    const last = await booked();
    expect(last[moving.applicationId]!.sequence).toBe(1);
    expect(last[moving.applicationId]!.startsAt.toISOString()).not.toContain(day);
    expect(await emitted('interview.moved')).toEqual([moving.applicationId]);
    for (const { applicationId } of people.slice(1)) expect(last[applicationId]).toEqual(now[applicationId]);
  });

  it('shows each message before it goes, with what a lead adds, and sends those and no others', async () => {
    const people = await applicants(3);
    await released();
    const [moving, staying] = people as [Applicant, Applicant, Applicant];
    const day = dayOf((await booked())[moving.applicationId]!.startsAt);
    await no(moving, [day, 'morning'], [day, 'afternoon']);
    const [late] = await applicants(1) as [Applicant];
    const id = await proposed();

    const notes = t.app.get(ReleaseNotesService);
    await expect(notes.writeToAll(dana, id, { note: 'Your interpreter comes too.', joiningDetails: null }))
      .rejects.toMatchObject({ errors: [{ field: 'note', message: '“interpreter” can tell others what this person needs. Leave it out' }] });
    await notes.writeToAll(dana, id, { note: 'The lift works again.', joiningDetails: 'We call you.' });
    await notes.writeTo(dana, id, late.applicationId, 'See you soon.');
    await expect(notes.writeTo(dana, id, staying.applicationId, 'Hello.')).rejects.toThrow('They keep their time, so no message goes to them');
    const { plan, problem } = await timetables.check({ id, roundId });
    const drafts = await notes.messages((await queries.one(id))!, { plan, problem, sittings: await queries.sittings(id), placements: await queries.placements(id) });
    const words = ({ subject, paragraphs, text }: Words) => ({ subject, paragraphs, text });
    const shown = Object.fromEntries(drafts.map((draft) => [draft.applicationId, words(draft)]));
    expect(Object.keys(shown).sort()).toEqual([moving.applicationId, late.applicationId].sort());
    expect(shown[moving.applicationId]!.paragraphs).toContain('The lift works again.');
    expect(shown[late.applicationId]!.text).toMatch(/The lift works again\. See you soon\.$/);
    const asDana = await browsing(dana);
    const page = (await asDana(`/staff/rounds/${roundId}/timetable`)).text;
    for (const { paragraphs, text } of drafts) for (const each of [...paragraphs, text]) expect(page).toContain(each);
    const wrong = await asDana(`/staff/timetables/${id}/people/${late.applicationId}/note`, 'POST', { note: 'We know you are vulnerable.' });
    expect([wrong.status, wrong.text.includes('“vulnerable” hurts people')]).toEqual([422, true]);

    const { rows: [last] } = await t.owner.query<{ id: string }>(`select max(id::text) as id from outbox`);
    await timetables.review(dana, id);
    await releasing.release(dana, id);
    expect(await sentSince(last!.id, [...people, late])).toEqual(shown);
    expect((await asDana(`/staff/timetables/${id}/words`, 'POST', { note: 'Too late' })).status).toBe(422);
  });

  it('leaves those where they are who were told in time, however little is left for what they need', async () => {
    const people = await applicants(3);
    await released();
    const before = await booked();
    // It takes thirty working days to arrange, and both say so late: an applicant, and somebody on their panel.
    await needing([people[0]!, { applicationId: '', actor: actorFor(panel[1]!) }], 'easy-read');
    const [late] = await applicants(1) as [Applicant];
    await released();
    const { [late.applicationId]: fresh, ...now } = await booked();
    expect(now).toEqual(before);
    expect(fresh).toBeDefined();
    expect(await emitted('interview.moved')).toEqual([]);
  });

  it('is refused when somebody withdrew meanwhile, or a room was taken, and nothing is half saved', async () => {
    const people = await applicants(3);
    const id = await proposed();
    await timetables.review(dana, id);
    await t.owner.query(`update application set state = 'withdrawn' where id = $1`, [people[0]!.applicationId]);
    await expect(releasing.release(dana, id)).rejects.toThrow('Somebody in this timetable has withdrawn');
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
    await expect(releasing.release(dana, again)).rejects.toThrow('This timetable does not fit any more, and nothing was saved.');
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

  it('says what is short and can’t be released then, by service, over HTTP or by SQL: eighty people, a quarter of them with more time', async () => {
    ({ callId, roundId } = await aRound({ from: '2026-12-07', to: '2026-12-18' }));
    const people = await applicants(80);
    const one = panel.slice(0, 3);
    // One panel for twenty half-days: eighty short interviews fit exactly, four to each.
    const fits = await proposed(one);
    expect(await stateOf(fits)).toBe('proposed');
    expect(Object.keys(await times(fits))).toHaveLength(80);
    await timetables.discard(dana, fits);

    const slow = people.filter((_, index) => index % 4 === 0);
    const signing = slow.filter((_, index) => index % 4 === 0);
    await needing(slow.filter((each) => !signing.includes(each)), 'extra-time', 'breaks', 'other-answers', 'step-free');
    await needing(signing, 'bsl-interpreter', 'extra-time', 'breaks');
    for (const name of ['Meera Joshi', 'Callum Byrne']) await interpreterHeld(name, halfDaysFrom('2026-12-07', 12));
    const { rows: asked } = await t.owner.query(
      `select count(distinct person_id) filter (where kind_code = 'extra-time')::int as slow, count(*) filter (where kind_code = 'bsl-interpreter')::int as signing
       from access_need where removed_at is null and person_id = any($1)`, [people.map(({ actor }) => actor.personId)]);
    expect(asked).toEqual([{ slow: 20, signing: 5 }]);
    const { problem } = await t.app.get(ProblemService).of((await t.app.get(RoundsQueries).round(roundId))!, one);
    const longer = problem.people.filter(({ minutes }) => minutes > 40);
    expect(longer.map(({ id }) => id).sort()).toEqual(slow.map(({ applicationId }) => applicationId).sort());
    expect(longer.every(({ minutes }) => minutes >= 75)).toBe(true);
    expect(problem.people.filter(({ skills }) => skills.length > 0).map(({ id }) => id).sort()).toEqual(signing.map(({ applicationId }) => applicationId).sort());
    expect(problem.interpreters.map(({ windows }) => windows.length)).toEqual([20, 20]);

    const id = await proposed(one);
    expect(await stateOf(id)).toBe('short');
    expect(await times(id)).toEqual({});
    const sentence = shortageSentence((await queries.one(id))!.shortage!);
    expect(sentence).toMatch(/more half-days? .* would place everyone/);
    const asDana = await browsing(dana);
    const shown = await asDana(`/staff/rounds/${roundId}/timetable`);
    expect(shown.text).toContain(sentence);
    expect(shown.text).not.toContain('Release the timetable');

    await expect(timetables.review(dana, id)).rejects.toThrow('can’t be changed now');
    await expect(releasing.release(dana, id)).rejects.toThrow('Not everybody has a time');
    expect((await asDana(`/staff/timetables/${id}/review`, 'POST')).status).toBe(422);
    const refused = await asDana(`/staff/timetables/${id}/release`, 'POST');
    expect({ status: refused.status, says: refused.text.includes('Not everybody has a time, so this can’t be released') }).toEqual({ status: 409, says: true });
    await expect(t.asApplication.query(`update timetable set state = 'released', released_at = now(), released_by = $2, shortage = null where id = $1`, [id, dana.personId]))
      .rejects.toThrow('timetable cannot go from "short" to "released"');
    // One made by hand, of everybody or without those who take longer: neither gets through.
    const quick = people.filter((each) => !slow.includes(each));
    await expect(releasedBySql(people)).rejects.toThrow('a timetable is released with everybody in it, or not at all');
    await expect(releasedBySql(quick)).rejects.toThrow('a timetable is released with everybody in it, or not at all');
    expect(await booked()).toEqual({});
    expect(await stateOf(id)).toBe('short');
  });

  it('books the interpreters who are held, with what was asked for, and never one whom somebody refuses', async () => {
    const [refuses, prefers, either] = await applicants(4) as [Applicant, Applicant, Applicant];
    const signing = [refuses, prefers, either];
    await needing(signing, 'bsl-interpreter');
    const both = halfDaysFrom(MONDAY, 2);
    const [meera, callum] = [await interpreterHeld('Meera Joshi', both), await interpreterHeld('Callum Byrne', both)];
    await wish(refuses, 'refuse', meera);
    await wish(prefers, 'prefer', meera);
    await released();

    const first = await comes(signing);
    expect(first.map(({ state, reserved, supplier }) => [state, reserved.length, supplier === reserved[0]])).toEqual(Array(3).fill(['booked', 1, true]));
    expect(first.slice(0, 2).map(({ reserved }) => reserved)).toEqual([[callum], [meera]]);
    expect(first.every(({ agreed, confirmed }) => !agreed && !confirmed)).toBe(true);
    for (const one of signing) await agree(one);
    expect((await comes(signing)).every(({ agreed, confirmed }) => agreed && confirmed)).toBe(true);

    // They can't come that day after all: the interpreter goes with them, and is free at the old time.
    const day = dayOf(first[0]!.startsAt);
    await no(refuses, [day, 'morning'], [day, 'afternoon']);
    await released();
    const [moved] = await comes([refuses]);
    expect(moved).toMatchObject({ state: 'booked', reserved: [callum], supplier: callum, agreed: false, confirmed: false });
    expect(moved!.startsAt.toISOString()).not.toContain(day);
    await agree(refuses);
    expect((await comes([refuses]))[0]!.confirmed).toBe(true);
    const { rows: twice } = await t.owner.query(
      `select 1 from reservation a join reservation b on a.resource_id = b.resource_id and a.id < b.id and a.during && b.during
       where a.released_at is null and b.released_at is null and a.occasion_id is not null and b.occasion_id is not null`);
    expect(twice).toEqual([]);
    const { rows: live } = await t.owner.query(
      `select count(*)::int as count from reservation v join resource r on r.id = v.resource_id
       where v.holder_id = $1 and v.occasion_id is not null and v.released_at is null and r.kind = 'interpreter'`, [callId]);
    expect(live).toEqual([{ count: 3 }]);
  });

  it('is not released with somebody left out, by SQL either', async () => {
    const people = await applicants(3);
    const id = await proposed();
    await timetables.review(dana, id);
    const release = () => t.asApplication.query(`update timetable set state = 'released', released_at = now(), released_by = $2 where id = $1`, [id, dana.personId]);
    await expect(release()).rejects.toThrow('a timetable is released with everybody in it, or not at all');
    await t.asApplication.query(`delete from timetable_placement where timetable_id = $1 and application_id = $2`, [id, people[0]!.applicationId]);
    await expect(releasing.release(dana, id)).rejects.toThrow('Amina 1 has no time.');
    await expect(release()).rejects.toThrow('a timetable is released with everybody in it, or not at all');
    await expect(t.asApplication.query(`delete from timetable_person where timetable_id = $1`, [id])).rejects.toThrow('permission denied');
    await timetables.discard(dana, id);
    // Nor one that was made without somebody who waits: as it was released before, once more.
    const before = await released();
    await applicants(1);
    await expect(releasedBySql(people, before)).rejects.toThrow('a timetable leaves nobody of its round waiting');
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
    await expect(releasing.release(dana, id)).rejects.toThrow();
  });

  it('hears from people themselves, and says nothing of them to others', async () => {
    const [one, two] = await applicants(2);
    await expect(no({ ...one!, actor: two!.actor }, [MONDAY, 'morning'])).rejects.toThrow();
    await no(one!, [MONDAY, 'morning']);
    await no(one!, [MONDAY, 'afternoon']);
    const { rows } = await t.owner.query(`select on_day::text as day, half, answer from availability where application_id = $1`, [one!.applicationId]);
    expect(rows).toEqual([{ day: MONDAY, half: 'afternoon', answer: 'no' }]);
  });
});
