import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { CostsQueries } from '../../src/adjustments/costs.queries.js';
import { InterpretersService } from '../../src/adjustments/interpreters.service.js';
import { DiaryService } from '../../src/diary/diary.service.js';
import { MeetingsService } from '../../src/groups/meetings.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { someone } from '../support/open-call.js';
import { startPaidGroup, type PaidGroup } from '../support/paid-group.js';

const LEAKS = /Amina|Yusuf|Meera|interpreter|BSL|DFPG|Disab|library/i;

describe('what others see of what people need', () => {
  let t: TestApp;
  let group: PaidGroup;
  let priya: Actor;
  let room: string;

  beforeAll(async () => {
    t = await startTestApp();
    group = await startPaidGroup(t);
    priya = await someone(t, 'Priya Nair', 'access_coordinator');
    const database = t.app.get(Database);
    await database.transaction((tx) => t.app.get(AdjustmentsService).saveNeeds(tx, group.amina, group.amina.personId,
      ['bsl-interpreter', 'step-free', 'evacuation'].map((code) => ({ code, ownWords: null }))));
    room = newId();
    await t.owner.query(`insert into resource (id, kind, name, details, features) values ($1, 'room', 'Garden room', 'Ground floor', '{step-free}')`, [room]);
    const id = newId();
    await t.app.get(MeetingsService).planMeeting(group.dana, {
      id, groupId: group.id, about: 'Plans for a library', day: '2027-01-11', starts: '14:00', ends: '16:00', format: 'in_person', roomId: room, joiningDetails: null }, null);
    const meera = await database.transaction((tx) => t.app.get(DiaryService).addInterpreter(tx, 'Meera Joshi', ['bsl-interpreter']));
    await database.transaction((tx) => t.app.get(InterpretersService).reserve(tx, group.dana, { personId: group.amina.personId, occasionId: id, resourceId: meera, skill: 'bsl-interpreter' }));
    await t.owner.query(`update supplier_booking set budget_line_id = $1, expected_pence = 21000`, [group.budgetLineId]);
    // One that was called off late, and one whose invoice came, in March: the same council year.
    await t.owner.query(
      `insert into supplier_booking (id, arrangement_id, supplier_id, for_on, budget_line_id, expected_pence, booked_at, released_at, fee_percent)
       select gen_random_uuid(), arrangement_id, supplier_id, '2027-03-01', budget_line_id, 19001, booked_at, booked_at, 50 from supplier_booking`);
    await t.owner.query(`update supplier_booking set actual_pence = 22050, actual_by = $1 where for_on = '2027-01-11'`, [priya.personId]);
  });
  afterAll(() => t.close());

  const read = async (who: Actor, path: string) => {
    const answer = await fetch(`${t.url}${path}`, { headers: { cookie: `alongside=${await t.app.get(SignInService).openFor(who.personId)}` } });
    return { status: answer.status, text: await answer.text() };
  };

  it('those who pay see how much and when, by line, year and month', async () => {
    expect(await t.app.get(CostsQueries).byMonth()).toEqual([
      { line: 'Co-production 2026/27', year: '2026/27', month: '2027-03-01', expectedPence: 0, actualPence: 0, feesPence: 9501 },
      { line: 'Co-production 2026/27', year: '2026/27', month: '2027-01-01', expectedPence: 21000, actualPence: 22050, feesPence: 0 },
    ]);
    for (const who of [group.bola, group.farah]) {
      const shown = await read(who, '/staff/access-costs');
      const main = shown.text.slice(shown.text.indexOf('<main'), shown.text.indexOf('</main>'));
      expect([shown.status, main.includes('£95.01'), main.includes('£220.50'), LEAKS.test(main)]).toEqual([200, true, true, false]);
    }
    expect((await read(group.bola, '/staff/access-costs/csv')).text).toBe([
      '"Budget line","Year","Month","Expected","Actual","Cancellation fees due"', '"Co-production 2026/27","2026/27","March 2027","0.00","0.00","95.01"',
      '"Co-production 2026/27","2026/27","January 2027","210.00","220.50","0.00"', ''].join('\r\n'));
    for (const who of [group.dana, group.amina, priya]) expect((await read(who, '/staff/access-costs')).status).toBe(403);
  });

  it('their rights reach the costs and nothing of whom or what', async () => {
    const as = (sql: string) => t.app.get(Database).rowsAs('payer', { name: `payer-${sql}`.replace(/\W+/g, '-'), text: sql });
    const columns = await t.owner.query<{ found: string }>(`select column_name as found from information_schema.columns where table_name = 'access_cost' order by 1`);
    expect(columns.rows.map(({ found }) => found)).toEqual(['actual_pence', 'budget_line_id', 'due_pence', 'expected_pence', 'for_on', 'id', 'released']);
    for (const table of ['supplier_booking', 'supplier', 'arrangement', 'access_need', 'person']) {
      await expect(as(`select count(*) from ${table}`)).rejects.toThrow(`permission denied for table ${table}`);
    }
  });

  it('the place hears what the room needs, and the person sees that it did', async () => {
    const sheet = await read(priya, '/staff/arrangements/venue?day=2027-01-11');
    const main = sheet.text.slice(sheet.text.indexOf('<main'), sheet.text.indexOf('</main>'));
    expect([sheet.status, main.includes('Garden room'), main.includes('2pm to 4pm'), main.includes('Step-free'), main.includes('A plan for getting out'), LEAKS.test(main)])
      .toEqual([200, true, true, true, true, false]);
    expect((await read(priya, '/staff/arrangements/venue')).text).toContain('No room needs anything special on this day.');
    expect((await read(priya, '/staff/arrangements/venue?day=2027-02-30')).status).toBe(400);
    expect((await read(group.dana, '/staff/arrangements/venue')).status).toBe(403);
    const { rows } = await t.owner.query<{ line: string }>(`select person_id || ' ' || audience as line from access_look where audience = 'venue'`);
    expect(rows.map(({ line }) => line)).toEqual([`${group.amina.personId} venue`]);
    expect((await t.owner.query(`select 1 from audit_entry where action = 'venue-sheet.read' and actor_id = $1 and details ->> 'day' = '2027-01-11'`, [priya.personId])).rowCount).toBe(1);
  });
});
