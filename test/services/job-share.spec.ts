import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HandOver } from '../../src/people/hand-over.service.js';
import { PeopleQueries } from '../../src/people/people.queries.js';
import { PeopleService } from '../../src/people/people.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication } from '../support/open-call.js';

/** It is Monday. Dana works Monday to Wednesday, Marcus Wednesday to Friday. */
describe('people who share a job', () => {
  let t: TestApp;
  let dana: Actor;
  let marcus: Actor;
  let ade: Actor;
  beforeAll(async () => {
    t = await startTestApp();
    const people = t.app.get(PeopleService);
    [dana, marcus, ade] = await t.app.get(Database).transaction(async (tx) => {
      const share = await people.createJobShare(tx, 'Strategic leads');
      const join = async (name: string, jobShareId: string | null, days: number[] | null) => {
        const id = await people.create(tx, { name });
        await people.giveRole(tx, id, 'strategic_lead', '2026-01-01', jobShareId, days);
        return actorFor(id, 'strategic_lead');
      };
      return [await join('Dana Whitfield', share, [1, 2, 3]), await join('Marcus Osei', share, [3, 4, 5]), await join('Ade Bello', null, null)] as const;
    });
  });
  afterAll(() => t.close());

  it('are asked on the days they work, and on a free day whoever works next', async () => {
    const names = async (day: string) => (await t.app.get(PeopleQueries).onDuty('strategic_lead', day)).map(({ name }) => name);
    expect(await names('2026-11-23')).toEqual(['Ade Bello', 'Dana Whitfield']);
    expect(await names('2026-11-25')).toEqual(['Ade Bello', 'Dana Whitfield', 'Marcus Osei']);
    expect(await names('2026-11-26')).toEqual(['Ade Bello', 'Marcus Osei']);
    // Christmas and Boxing Day: Tuesday is the next working day.
    expect(await names('2026-12-25')).toEqual(['Ade Bello', 'Dana Whitfield']);
  });

  it('are shown on the home with who is back when', async () => {
    expect(await t.app.get(PeopleQueries).sharedJobToday('strategic_lead')).toEqual({ here: ['Dana Whitfield'], away: [{ name: 'Marcus Osei', backOn: '2026-11-25' }] });
  });

  it('hand over to each other, about an application or a call or neither, once', async () => {
    const handOver = t.app.get(HandOver);
    const call = await openCall(t);
    const amina = await applicant(t);
    const applicationId = await writeApplication(t, call, amina);
    const note = { id: newId(), text: 'She rings back on Wednesday.', applicationId, callId: null };
    await handOver.write(dana, note);
    await handOver.write(dana, note);
    await handOver.write(dana, { id: newId(), text: 'The room is not sure.', applicationId: null, callId: call.id });
    expect((await handOver.open(marcus)).map(({ text, by }) => [text, by])).toEqual([['She rings back on Wednesday.', 'Dana Whitfield'], ['The room is not sure.', 'Dana Whitfield']]);
    expect((await handOver.here(marcus, { applicationId }))!.notes.map(({ id }) => id)).toEqual([note.id]);
    expect(await handOver.here(ade, { applicationId })).toBeNull();
    await expect(handOver.write(ade, { ...note, id: newId() })).rejects.toThrow('could not find');
    await expect(handOver.write(dana, { ...note, id: newId(), applicationId: newId() })).rejects.toThrow('could not find');
    await expect(handOver.finish(ade, note.id)).rejects.toThrow('could not find');
    await handOver.finish(marcus, note.id);
    await handOver.finish(marcus, note.id);
    expect((await handOver.open(dana)).map(({ text }) => text)).toEqual(['The room is not sure.']);
    await t.owner.query(`update role_assignment set to_on = '2026-01-31' where person_id = $1`, [marcus.personId]);
    expect(await handOver.open(marcus)).toEqual([]);
    await t.owner.query(`update role_assignment set to_on = null where person_id = $1`, [marcus.personId]);
    await expect(t.asApplication.query(`update hand_over_note set text = 'x'`)).rejects.toThrow('permission denied');
  });

  it('count as one when something is decided together', async () => {
    expect((await t.app.get(PeopleQueries).withPartners([dana.personId])).sort()).toEqual([dana.personId, marcus.personId].sort());
    expect(await t.app.get(PeopleQueries).withPartners([ade.personId])).toEqual([ade.personId]);
  });

  it('work on working days alone, says the database', async () => {
    await expect(t.owner.query(`update role_assignment set working_days = '{6}'`)).rejects.toMatchObject({ constraint: 'role_assignment_working_days' });
    await expect(t.owner.query(`update role_assignment set working_days = '{}'`)).rejects.toMatchObject({ constraint: 'role_assignment_working_days' });
  });
});
