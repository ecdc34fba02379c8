import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventName, Events } from '../../src/events/events.js';
import { AdjustmentsQueries } from '../../src/adjustments/adjustments.queries.js';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { arrangementStates, type Need } from '../../src/adjustments/arrangement.rules.js';
import { DiaryService } from '../../src/diary/diary.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { Database } from '../../src/platform/database.js';
import { EventBus } from '../../src/platform/event-bus.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import type { Role } from '../../src/platform/permissions.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';

// A day the call's interviews can begin on, five weeks from now, across no bank holiday.
const FROM = '2027-01-25';

describe('adjustments', () => {
  let t: TestApp;
  let database: Database;
  let adjustments: AdjustmentsService;
  let queries: AdjustmentsQueries;
  let coordinators: string[];
  let callId: string;
  let amina: string;

  beforeAll(async () => {
    t = await startTestApp();
    database = t.app.get(Database);
    adjustments = t.app.get(AdjustmentsService);
    queries = t.app.get(AdjustmentsQueries);
    coordinators = [await person('Priya Shah', 'access_coordinator'), await person('Omar Aziz', 'access_coordinator')];
    callId = await aCall();
  });
  beforeEach(async () => {
    amina = await person('Amina Yusuf');
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
    const ids = { group: newId(), call: newId() };
    await t.owner.query(
      `insert into involvement_group (id, slug, name, short_name, purpose, meets, created_at)
       values ($1, 'planning', 'Disability Forum Planning Group', 'Planning', 'Advice', 'Monthly', now())`, [ids.group]);
    await t.owner.query(
      `insert into call (id, slug, group_id, state, title, short_name, reference_prefix, summary, what_you_would_do,
         who_we_are_looking_for, time_commitment, rate_pence, rate_unit, opens_at, closes_at, interviews_from, interviews_to,
         first_meeting_on, created_at)
       values ($1, 'planning', $2, 'draft', 'Join the planning group', 'Planning', 'DFPG', '-', '-', '-', '-', 2000, 'hour',
         '2026-11-01', '2026-12-01', $3, '2027-02-05', '2027-02-20', now())`, [ids.call, ids.group, FROM]);
    return ids.call;
  }

  const save = (personId: string, needs: Need[]) =>
    database.transaction((tx) => adjustments.saveNeeds(tx, actorFor(personId), personId, needs));
  const need = (code: string, ownWords: string | null = null): Need => ({ code, ownWords });
  const emit = <N extends EventName>(name: N, payload: Events[N]) =>
    database.transaction((tx) => t.app.get(EventBus).emit(tx, name, payload));
  const applied = (personId: string) => ({ applicationId: newId(), callId, personId });
  const submit = (personId: string) => emit('application.submitted', { ...applied(personId), neededBy: FROM });

  async function arrangements(personId: string): Promise<string[]> {
    const { rows } = await t.owner.query<{ line: string }>(
      `select concat_ws(' ', kind_code, state, needed_by, due_on, occasion_id) as line
       from arrangement where person_id = $1 order by kind_code, id`, [personId]);
    return rows.map(({ line }) => line);
  }

  async function only(personId: string): Promise<{ id: string; version: number }> {
    const { rows } = await t.owner.query<{ id: string; version: number }>(
      `select id, version from arrangement where person_id = $1`, [personId]);
    return rows[0]!;
  }

  async function go(personId: string, ...steps: Parameters<AdjustmentsService['step']>[2][]): Promise<void> {
    for (const to of steps) {
      const { id, version } = await only(personId);
      await adjustments.step(actorFor(coordinators[0]!, 'access_coordinator'), id, to, version);
    }
  }

  async function occasion(day: string): Promise<string> {
    const id = newId();
    await database.transaction((tx) => t.app.get(DiaryService).plan(tx, actorFor(coordinators[0]!), {
      id, kind: 'interview', startsAt: new Date(`${day}T10:00:00Z`), endsAt: new Date(`${day}T11:00:00Z`),
      format: 'phone', roomId: null, joiningDetails: null, holderId: null,
    }));
    return id;
  }

  it('has the states the database has', async () => {
    const { rows } = await t.owner.query(
      `select machine, from_state as "from", to_state as "to" from state_transition where machine = 'arrangement'`);
    const sorted = (list: object[]) => list.map((row) => JSON.stringify(row)).sort();
    expect(sorted(rows as object[])).toEqual(sorted(arrangementStates.rows()));
  });

  it('shows the catalogue by category, with what is arranged for everybody', async () => {
    const catalogue = await queries.catalogue();
    expect(catalogue.map(({ category }) => category)).toEqual([
      'People who help with communication', 'Equipment', 'Papers and information', 'Interviews and meetings',
      'The place', 'Help with costs and care', 'Anything else',
    ]);
    expect(catalogue.flatMap(({ kinds }) => kinds).filter(({ standing }) => standing).map(({ code }) => code))
      .toEqual(['hearing-loop', 'live-captions', 'questions-in-advance', 'breaks', 'step-free']);
  });

  it('arranges each thing from the day she applies, with the working days it takes', async () => {
    await save(amina, [need('bsl-interpreter'), need('extra-time'), need('taxi')]);
    expect(await arrangements(amina)).toEqual([]);
    await submit(amina);
    expect(await arrangements(amina)).toEqual([
      // 25 December, 28 December (instead of the 26th) and 1 January are not working days.
      'bsl-interpreter asked 2027-01-25 2026-12-23',
      'extra-time asked 2027-01-25 2027-01-25',
      'taxi asked 2027-01-25 2027-01-20',
    ]);
  });

  it('asks the co-ordinator who has the fewest open', async () => {
    await t.owner.query(`update arrangement set owner_id = $1`, [coordinators[0]]);
    await save(amina, [need('breaks'), need('seating')]);
    await submit(amina);
    const { rows } = await t.owner.query(`select distinct owner_id from arrangement where person_id = $1`, [amina]);
    expect(rows).toEqual([{ owner_id: coordinators[1] }]);
  });

  it('adds and takes away by what she says now, also after she applied', async () => {
    await save(amina, [need('taxi'), need('breaks')]);
    await submit(amina);
    await save(amina, [need('taxi'), need('something-else', 'A seat by the door')]);
    expect(await queries.needsOf(amina)).toEqual([need('taxi'), need('something-else', 'A seat by the door')]);
    expect(await arrangements(amina)).toEqual([
      'breaks withdrawn 2027-01-25 2027-01-25',
      'something-else asked 2027-01-25 2027-01-18',
      'taxi asked 2027-01-25 2027-01-20',
    ]);
    await expect(save(amina, [need('a-throne')])).rejects.toThrow('Choose from the list');
  });

  it('looks again at what was booked when her words change', async () => {
    await save(amina, [need('something-else', 'A seat by the door')]);
    await submit(amina);
    await go(amina, 'acknowledged', 'booked');
    await save(amina, [need('something-else', 'A seat by the window')]);
    expect(await arrangements(amina)).toEqual(['something-else arranging 2027-01-25 2027-01-18']);
  });

  it('follows the interview: another day is arranged again, and without a time it waits for one', async () => {
    await save(amina, [need('taxi')]);
    await submit(amina);
    await go(amina, 'acknowledged', 'booked');
    const occasionId = await occasion('2027-01-28');
    const interview = { ...applied(amina), bookingId: newId(), occasionId, byApplicant: true, byCouncilLate: 0 };
    await emit('interview.booked', { ...interview, day: '2027-01-28' });
    expect(await arrangements(amina)).toEqual([`taxi arranging 2027-01-28 2027-01-25 ${occasionId}`]);
    await go(amina, 'booked');
    await emit('interview.cancelled', { ...interview, neededBy: FROM });
    expect(await arrangements(amina)).toEqual(['taxi arranging 2027-01-25 2027-01-20']);
  });

  it('withdraws with the application, and begins anew with a new one', async () => {
    await save(amina, [need('taxi')]);
    await submit(amina);
    await emit('application.withdrawn', applied(amina));
    await submit(amina);
    expect(await arrangements(amina)).toEqual(['taxi withdrawn 2027-01-25 2027-01-20', 'taxi asked 2027-01-25 2027-01-20']);
  });

  it('stops when she hears that it is not this time, and goes on when she is shortlisted after all', async () => {
    await save(amina, [need('taxi')]);
    await submit(amina);
    const telling = { ...applied(amina), decisionId: newId() };
    await emit('decision.told', { ...telling, outcome: 'not_selected' });
    expect(await arrangements(amina)).toEqual(['taxi withdrawn 2027-01-25 2027-01-20']);
    await emit('decision.told', { ...telling, outcome: 'shortlisted' });
    await emit('decision.told', { ...telling, outcome: 'shortlisted' });
    expect(await arrangements(amina)).toEqual(['taxi withdrawn 2027-01-25 2027-01-20', 'taxi asked 2027-01-25 2027-01-20']);
  });

  it('arranges for each member of a meeting, until it is cancelled', async () => {
    const occasionId = await occasion('2027-01-13');
    await save(amina, [need('taxi')]);
    const meeting = { occasionId, groupId: newId(), personIds: [amina, coordinators[1]!] };
    await emit('meeting.planned', { ...meeting, day: '2027-01-13' });
    expect(await arrangements(amina)).toEqual([`taxi asked 2027-01-13 2027-01-08 ${occasionId}`]);
    await emit('meeting.cancelled', meeting);
    expect(await arrangements(amina)).toEqual([`taxi withdrawn 2027-01-13 2027-01-08 ${occasionId}`]);
  });

  describe('what was booked and is not needed any more', () => {
    const toCancel = async (personId: string) => (await queries.toCancel()).filter((item) => item.personId === personId);

    async function booked(): Promise<string> {
      await save(amina, [need('taxi')]);
      await submit(amina);
      await go(amina, 'acknowledged', 'booked');
      return (await only(amina)).id;
    }

    it('is to be cancelled when she withdraws, until a co-ordinator says that they did', async () => {
      const before = await queries.counts();
      const id = await booked();
      expect(await toCancel(amina)).toEqual([]);
      await emit('application.withdrawn', applied(amina));
      expect(await toCancel(amina)).toMatchObject([{
        id, what: 'A taxi, booked by us', person: 'Amina Yusuf', occasion: 'Interview', shortName: 'Planning', bookedFor: FROM, startsAt: null,
      }]);
      expect((await queries.counts()).overdue).toBe(before.overdue + 1);
      const coordinator = actorFor(coordinators[0]!, 'access_coordinator');
      await adjustments.recordCancelled(coordinator, id);
      await adjustments.recordCancelled(coordinator, id);
      expect(await toCancel(amina)).toEqual([]);
      expect(await queries.counts()).toEqual(before);
      const { rows } = await t.owner.query(
        `select actor_id from audit_entry where action = 'arrangement.booking-cancelled' and subject_id = $1`, [id]);
      expect(rows).toEqual([{ actor_id: coordinators[0] }]);
    });

    it('is to be cancelled when she does not need it, when a meeting is off, and when a call is', async () => {
      await booked();
      await save(amina, []);
      expect(await toCancel(amina)).toMatchObject([{ bookedFor: FROM }]);

      const omar = await person('Omar Bell');
      const occasionId = await occasion('2027-01-14');
      await save(omar, [need('taxi')]);
      const meeting = { occasionId, groupId: newId(), personIds: [omar] };
      await emit('meeting.planned', { ...meeting, day: '2027-01-14' });
      await go(omar, 'acknowledged', 'booked');
      await emit('meeting.cancelled', meeting);
      expect(await toCancel(omar)).toMatchObject([{ bookedFor: '2027-01-14', startsAt: new Date('2027-01-14T10:00:00Z') }]);

      const jo = await person('Jo Bell');
      await save(jo, [need('taxi')]);
      await submit(jo);
      await go(jo, 'acknowledged', 'booked');
      await emit('call.cancelled', { callId });
      expect(await toCancel(jo)).toMatchObject([{ bookedFor: FROM }]);
    });

    it('is not forgotten when the day had moved before, and is over when it is booked anew', async () => {
      await booked();
      const occasionId = await occasion('2027-01-29');
      await emit('interview.booked', { ...applied(amina), bookingId: newId(), occasionId, day: '2027-01-29' });
      expect((await queries.open()).filter(({ personId }) => personId === amina)).toMatchObject([{ state: 'arranging', stillBookedFor: FROM }]);
      await emit('application.withdrawn', applied(amina));
      expect(await toCancel(amina)).toMatchObject([{ bookedFor: FROM, startsAt: null }]);

      const jo = await person('Jo Bell');
      await save(jo, [need('taxi')]);
      await submit(jo);
      await go(jo, 'acknowledged', 'booked');
      const other = await occasion('2027-01-28');
      await emit('interview.booked', { ...applied(jo), bookingId: newId(), occasionId: other, day: '2027-01-28' });
      await go(jo, 'booked');
      await emit('application.withdrawn', applied(jo));
      expect(await toCancel(jo)).toMatchObject([{ bookedFor: '2027-01-28', startsAt: new Date('2027-01-28T10:00:00Z') }]);
    });

    it('is nothing for what was not booked, and what is past waits for its outcome', async () => {
      await save(amina, [need('taxi')]);
      await submit(amina);
      await emit('application.withdrawn', applied(amina));
      expect(await toCancel(amina)).toEqual([]);

      const jo = await person('Jo Bell');
      await save(jo, [need('taxi')]);
      await submit(jo);
      await go(jo, 'acknowledged', 'booked');
      const before = t.clock.realNow();
      t.clock.moveTo('2027-01-26T10:00:00Z');
      await emit('application.withdrawn', applied(jo));
      const open = await queries.open();
      t.clock.moveTo(before);
      expect(await toCancel(jo)).toEqual([]);
      expect(open.filter(({ personId }) => personId === jo)).toMatchObject([{ state: 'booked', section: 'over' }]);
    });

    it('is refused, as the application’s role, for what is still wanted; and by the service too', async () => {
      const id = await booked();
      await expect(t.asApplication.query(`update arrangement set still_booked_for = needed_by where id = $1`, [id]))
        .rejects.toMatchObject({ code: '23514' });
      await expect(adjustments.recordCancelled(actorFor(coordinators[0]!), id)).rejects.toMatchObject({ status: 404 });
    });
  });

  it('takes a step once, and not on what somebody else has changed', async () => {
    await save(amina, [need('taxi')]);
    await submit(amina);
    const { id, version } = await only(amina);
    const coordinator = actorFor(coordinators[0]!, 'access_coordinator');
    await adjustments.step(coordinator, id, 'acknowledged', version);
    await adjustments.step(coordinator, id, 'acknowledged', version);
    await expect(adjustments.step(coordinator, id, 'booked', version)).rejects.toThrow('changed this arrangement meanwhile');
    await expect(adjustments.step(coordinator, id, 'told', version + 1)).rejects.toThrow('not possible');
    expect((await only(amina)).version).toBe(2);
  });

  it('is told by a message that does not say what it is', async () => {
    await save(amina, [need('bsl-interpreter', 'With Jo, please')]);
    await submit(amina);
    await go(amina, 'acknowledged', 'booked');
    const { id } = await only(amina);
    const message = t.app.get(MessageCatalogue).get('arrangement-booked');
    const payload = { arrangementId: id, personId: amina } as Events[EventName];
    expect(await message.holds!(payload)).toBe(true);
    const words = await message.words(payload, { personId: amina });
    expect(JSON.stringify(words)).not.toMatch(/BSL|interpreter|sign language|disab/i);
    expect(words.link?.path).toBe('/my/access');
    await database.transaction((tx) => message.whenSent!(tx, payload));
    expect(await arrangements(amina)).toEqual([expect.stringMatching(/^bsl-interpreter told /)]);
  });

  it('keeps codes and words out of the outbox and the audit', async () => {
    await save(amina, [need('bsl-interpreter', 'With Jo, please')]);
    await submit(amina);
    await go(amina, 'acknowledged', 'arranging', 'booked');
    const { rows } = await t.owner.query<{ text: string }>(
      `select payload::text as text from outbox union all select concat(action, subject_type, details) from audit_entry`);
    const codes = (await queries.catalogue()).flatMap(({ kinds }) => kinds.map(({ code }) => code));
    for (const { text } of rows) expect([...codes, 'With Jo'].filter((word) => text.includes(word))).toEqual([]);
  });

  it('refuses, as the application’s role, a step that is not in the table, and to delete', async () => {
    await save(amina, [need('taxi')]);
    await submit(amina);
    await expect(t.asApplication.query(`update arrangement set state = 'delivered' where person_id = $1`, [amina]))
      .rejects.toMatchObject({ constraint: 'arrangement_state_step' });
    await expect(t.asApplication.query(`update arrangement set due_on = needed_by + 1 where person_id = $1`, [amina]))
      .rejects.toMatchObject({ code: '23514' });
    await expect(t.asApplication.query(`delete from arrangement`)).rejects.toMatchObject({ code: '42501' });
  });

  describe('pages', () => {
    async function look(personId: string, path: string): Promise<{ status: number; html: string }> {
      const token = await t.app.get(SignInService).openFor(personId);
      const answer = await fetch(`${t.url}${path}`, { headers: { cookie: `alongside=${token}` } });
      return { status: answer.status, html: await answer.text() };
    }

    it('shows a co-ordinator what is late first, and writes down whose they saw', async () => {
      await save(amina, [need('bsl-interpreter', 'With Jo, please')]);
      await emit('application.submitted', { ...applied(amina), neededBy: '2026-12-07' });
      const { status, html } = await look(coordinators[0]!, '/staff/arrangements');
      expect(status).toBe(200);
      const late = html.slice(html.indexOf('id="overdue"'), html.indexOf('id="soon"'));
      expect(late).toContain('British Sign Language (BSL) interpreter, for Amina Yusuf');
      expect(late).toContain('With Jo, please');
      const { rows } = await t.owner.query(
        `select actor_id from audit_entry where action = 'arrangements.read' and subject_id = $1`, [amina]);
      expect(rows).toEqual([{ actor_id: coordinators[0] }]);
    });

    it('asks a co-ordinator first to cancel what nobody needs, by a button, and writes down the look', async () => {
      await save(amina, [need('bsl-interpreter')]);
      await submit(amina);
      await go(amina, 'acknowledged', 'booked');
      await emit('application.withdrawn', applied(amina));
      const { id } = await only(amina);
      const { html } = await look(coordinators[0]!, '/staff/arrangements');
      const first = html.slice(html.indexOf('id="to-cancel"'), html.indexOf('id="overdue"'));
      expect(first).toContain('British Sign Language (BSL) interpreter, for Amina Yusuf');
      expect(first).toContain('Interview, Planning');
      expect(first).toContain('Monday 25 January 2027');
      expect(first).toContain(`action="/staff/arrangements/${id}/cancellation"`);
      expect(first).toContain('I have cancelled it');
      const { rows } = await t.owner.query(
        `select actor_id from audit_entry where action = 'arrangements.read' and subject_id = $1`, [amina]);
      expect(rows).toEqual([{ actor_id: coordinators[0] }]);
    });

    it.each(['strategic_lead', 'co_decider', 'panel_member', 'budget_holder', 'finance_officer', 'administrator', 'auditor'] as const)(
      'has nothing for a %s', async (role) => {
        const { status, html } = await look(await person('Dana Cole', role), '/staff/arrangements');
        expect(status).toBe(403);
        expect(html).not.toContain('Arrangements');
      });

    it('shows her what we arrange, and what she asked for', async () => {
      await save(amina, [need('taxi'), need('something-else', 'A seat by the <door>')]);
      await submit(amina);
      const { status, html } = await look(amina, '/my/access');
      expect(status).toBe(200);
      expect(html).toContain('Interview, Planning:');
      expect(html).toContain('We plan to have it booked by Wednesday 20 January 2027.');
      expect(html).toContain('A seat by the &lt;door&gt;</span>');
      const form = (await look(amina, '/my/access/needs')).html;
      expect(form).toMatch(/value="taxi" checked/);
      expect(form).toContain('A seat by the &lt;door&gt;</textarea>');
      expect(form).not.toMatch(/value="braille" checked/);
    });
  });
});
