import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import type { Need } from '../../src/adjustments/arrangement.rules.js';
import { SchedulingQueries } from '../../src/adjustments/scheduling.queries.js';
import type { EventName, Events } from '../../src/events/events.js';
import { Database } from '../../src/platform/database.js';
import { EventBus } from '../../src/platform/event-bus.js';
import { newId } from '../../src/platform/ids.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, type OpenCall } from '../support/open-call.js';

const DAY = '2027-01-25';

/** Whoever makes timetables reads minutes, days and what the place must have, and PostgreSQL refuses the rest. */
describe('what timetables may know', () => {
  let t: TestApp;
  let database: Database;
  let queries: SchedulingQueries;
  let call: OpenCall;
  let amina: string;

  beforeAll(async () => {
    t = await startTestApp();
    database = t.app.get(Database);
    queries = t.app.get(SchedulingQueries);
    call = await openCall(t);
  });
  beforeEach(async () => { amina = (await applicant(t)).actor.personId; });
  afterAll(() => t.close());

  const save = (personId: string, ...needs: Need[]) =>
    database.transaction((tx) => t.app.get(AdjustmentsService).saveNeeds(tx, actorFor(personId), personId, needs));
  const need = (code: string, ownWords: string | null = null): Need => ({ code, ownWords });
  const emit = <N extends EventName>(name: N, payload: Events[N]) => database.transaction((tx) => t.app.get(EventBus).emit(tx, name, payload));
  const needsOf = async (personId: string) => (await queries.needsOf([personId])).get(personId);

  async function arrangements(personId: string): Promise<string[]> {
    const { rows } = await t.owner.query<{ line: string }>(
      `select concat_ws(' ', kind_code, state, needed_by, due_on, sitting_on) as line from arrangement where person_id = $1 order by sitting_on, kind_code`, [personId]);
    return rows.map(({ line }) => line);
  }

  it('is nothing for somebody who needs nothing', async () => {
    expect(await needsOf(amina)).toEqual({ personId: amina, extraMinutes: 0, features: [], formats: [], skills: [], leadDays: 0, otherLeadDays: 0 });
    expect(await queries.needsOf([])).toEqual(new Map());
  });

  it('is minutes, days, ways to meet, what the room has and who comes; by each person’s own choice', async () => {
    await save(amina, need('bsl-interpreter', 'With Jo'), need('extra-time'), need('breaks'), need('step-free'), need('hearing-loop'));
    const skill = { skill: 'bsl-interpreter', leadDays: 20, preferred: [], refused: [] };
    expect(await needsOf(amina)).toEqual({
      personId: amina, extraMinutes: 40, features: ['loop', 'step-free'], formats: ['in_person', 'video'], skills: [skill], leadDays: 20, otherLeadDays: 3,
    });
    await t.owner.query(`update access_need set extra_minutes = 45 where person_id = $1 and kind_code = 'extra-time'`, [amina]);
    await t.owner.query(`update access_need set essential = false where person_id = $1 and kind_code = 'hearing-loop'`, [amina]);
    const [yes, no] = [newId(), newId()];
    for (const id of [yes, no]) await t.owner.query(`insert into resource (id, kind, name, skills) values ($1, 'interpreter', 'Somebody', '{bsl-interpreter}')`, [id]);
    for (const [id, wish] of [[yes, 'prefer'], [no, 'refuse']]) {
      await t.owner.query(
        `insert into interpreter_wish (id, need_id, wish, resource_id, created_at)
         select $1, id, $2, $3, created_at from access_need where person_id = $4 and kind_code = 'bsl-interpreter'`, [newId(), wish, id, amina]);
    }
    expect(await needsOf(amina)).toEqual({
      personId: amina, extraMinutes: 70, features: ['step-free'], formats: ['in_person', 'video'], leadDays: 20, otherLeadDays: 0,
      skills: [{ ...skill, preferred: [yes], refused: [no] }],
    });
    expect(JSON.stringify(await needsOf(amina))).not.toMatch(/With Jo|extra-time|breaks/);
  });

  it('is read with no other rights, inside a transaction too, which has its own back afterwards', async () => {
    await save(amina, need('taxi'));
    const role = { name: 'test-role', text: `select current_user::text as role` };
    expect(await database.rowsAs('scheduler', role)).toEqual([{ role: 'alongside_scheduler' }]);
    expect(await database.rows(role)).toEqual([{ role: 'alongside_app' }]);
    await database.transaction(async (tx) => {
      expect((await queries.needsOf([amina])).get(amina)!.leadDays).toBe(3);
      expect(await database.rows(role)).toEqual([{ role: 'alongside_app' }]);
      await tx.query(`select from access_need limit 1`);
    });
    await database.asFinance(async () => {
      expect(await database.rowsAs('scheduler', role)).toEqual([{ role: 'alongside_scheduler' }]);
      expect(await database.rows(role)).toEqual([{ role: 'alongside_finance' }]);
    });
  });

  it.each(['access_need', 'arrangement', 'adjustment_kind', 'participation', 'interpreter_wish', 'person'])(
    'refuses the scheduler’s role the table %s', async (table) => {
      const attempt = database.rowsAs('scheduler', { name: `test-refused-${table}`, text: `select * from ${table}` });
      await expect(attempt).rejects.toMatchObject({ code: '42501', message: `permission denied for table ${table}` });
    });

  it('has no kind in the scheduler’s view, and the application itself can’t read the view', async () => {
    await expect(database.rowsAs('scheduler', { name: 'test-kind', text: `select kind_code from scheduling_needs_of('{}', '2027-01-01')` }))
      .rejects.toMatchObject({ message: 'column "kind_code" does not exist' });
    await expect(database.rowsAs('scheduler', { name: 'test-view', text: `select * from scheduling_need` })).rejects.toMatchObject({ message: 'permission denied for view scheduling_need' });
    await expect(t.asApplication.query(`select * from scheduling_needs_of('{}', '2027-01-01')`)).rejects.toMatchObject({ message: 'permission denied for function scheduling_needs_of' });
  });

  describe('of whoever sits on a panel', () => {
    const sitting = (day: string) => ({ callId: call.id, personId: amina, day });

    it('is arranged for each day they sit, beside their own interview for the same call', async () => {
      await save(amina, need('taxi'));
      await emit('application.submitted', { applicationId: newId(), callId: call.id, personId: amina, neededBy: '2027-02-01' });
      await emit('panel.sitting-planned', sitting(DAY));
      await emit('panel.sitting-planned', sitting(DAY));
      await emit('panel.sitting-planned', sitting('2027-01-26'));
      expect(await arrangements(amina)).toEqual([
        'taxi asked 2027-01-25 2027-01-20 2027-01-25', 'taxi asked 2027-01-26 2027-01-21 2027-01-26', 'taxi asked 2027-02-01 2027-01-27',
      ]);
      await emit('panel.sitting-ended', sitting(DAY));
      await emit('application.withdrawn', { applicationId: newId(), callId: call.id, personId: amina });
      expect(await arrangements(amina)).toEqual([
        'taxi withdrawn 2027-01-25 2027-01-20 2027-01-25', 'taxi asked 2027-01-26 2027-01-21 2027-01-26', 'taxi withdrawn 2027-02-01 2027-01-27',
      ]);
      await emit('call.cancelled', { callId: call.id });
      expect((await arrangements(amina))[1]).toBe('taxi withdrawn 2027-01-26 2027-01-21 2027-01-26');
    });
  });

  it('hears when something essential is booked, and when it falls back', async () => {
    const heard: string[] = [];
    for (const name of ['arrangement.booked', 'arrangement.reopened'] as const) {
      t.app.get(EventBus).hear(name, async (_tx, { personId }) => { if (personId === amina) heard.push(name); });
    }
    const coordinator = actorFor((await applicant(t, 'Priya')).actor.personId, 'access_coordinator');
    await save(amina, need('taxi'), need('extra-time'));
    await emit('application.submitted', { applicationId: newId(), callId: call.id, personId: amina, neededBy: DAY });
    const { rows } = await t.owner.query<{ id: string; essential: boolean }>(`select id, essential from arrangement where person_id = $1 order by kind_code`, [amina]);
    expect(rows.map(({ essential }) => essential)).toEqual([false, true]);
    expect(heard.splice(0)).toEqual(['arrangement.reopened']);
    for (const { id } of rows) {
      await t.app.get(AdjustmentsService).step(coordinator, id, 'acknowledged', 1);
      await t.app.get(AdjustmentsService).step(coordinator, id, 'booked', 2);
      await t.app.get(AdjustmentsService).step(coordinator, id, 'arranging', 3);
    }
    expect(heard).toEqual(['arrangement.booked', 'arrangement.booked', 'arrangement.reopened']);
    const { rows: changed } = await t.owner.query(`select distinct state, changed, still_booked_for from arrangement where person_id = $1`, [amina]);
    expect(changed).toEqual([{ state: 'arranging', changed: 'fell_through', still_booked_for: null }]);
  });
});
