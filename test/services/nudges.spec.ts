import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { Nudges } from '../../src/applications/nudges.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';

describe('reminders of what was not sent', () => {
  let t: TestApp;
  let call: OpenCall;
  let amina: Applicant;
  let id: string;
  beforeAll(async () => { t = await startTestApp(); });
  beforeEach(async () => {
    t.clock.moveTo('2026-11-23T10:00:00Z');
    call = await openCall(t);
    await t.owner.query(`update call set closes_at = '2026-12-18T12:00:00Z' where id = $1`, [call.id]);
    amina = await applicant(t);
    id = await writeApplication(t, call, amina);
  });
  afterAll(() => t.close());

  /** The worker has been down; it looks once, now. */
  async function lookAt(instant: string): Promise<void> {
    t.clock.moveTo(instant);
    await t.app.get(Nudges).nudge();
    await t.work();
  }
  const subjects = async () => (await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = $1 order by position`, [amina.email]))
    .rows.map(({ subject }) => subject.replace(/\(.*\)/, '(…)'));

  it('go twice at most, with an end said, and not in the night', async () => {
    await lookAt('2026-11-29T12:00:00Z');
    await lookAt('2026-11-30T20:00:00Z');
    expect(await subjects()).toEqual([]);
    await lookAt('2026-12-01T09:00:00Z');
    await lookAt('2026-12-01T10:00:00Z');
    await lookAt('2026-12-14T12:00:00Z');
    expect(await subjects()).toEqual(['You can still finish your application (…)']);
    await lookAt('2026-12-17T15:00:00Z');
    await lookAt('2026-12-18T11:59:00Z');
    await lookAt('2026-12-18T12:00:00Z');
    expect(await subjects()).toEqual(['You can still finish your application (…)', 'Planning Group closes soon (…)']);
    const { rows } = await t.owner.query<{ body: string }>(`select body from demo_mailbox where address = $1 order by position desc limit 1`, [amina.email]);
    expect(rows[0]!.body).toContain('We won’t remind you again.');
    const { rows: audit } = await t.owner.query(`select details, actor_id from audit_entry where action = 'application.nudged' and subject_id = $1 order by at`, [id]);
    expect(audit).toEqual([{ details: { kind: 'unfinished' }, actor_id: null }, { details: { kind: 'closing' }, actor_id: null }]);
  });

  it('are counted from the last time somebody wrote, and two workers send one', async () => {
    t.clock.moveTo('2026-11-28T10:00:00Z');
    await t.app.get(ApplicationsService).saveAnswers(amina.actor, id, [{ questionId: call.questionIds[0]!, text: 'More.' }]);
    await lookAt('2026-12-02T12:00:00Z');
    expect(await subjects()).toEqual([]);
    t.clock.moveTo('2026-12-05T12:00:00Z');
    await Promise.all(Array.from({ length: 5 }, () => t.app.get(Nudges).nudge()));
    await t.work();
    expect(await subjects()).toHaveLength(1);
  });

  it.each([
    ['it was just sent', () => t.app.get(ApplicationsService).submit(amina.actor, id)],
    ['it was just withdrawn', () => t.app.get(ApplicationsService).withdraw(amina.actor, id)],
    ['the call closed meanwhile', () => t.owner.query(`update call set closed_early_at = '2026-12-01T09:00:00Z' where id = $1`, [call.id])],
    ['it became night', () => { t.clock.moveTo('2026-12-01T19:00:00Z'); return Promise.resolve(); }],
  ])('don’t go when, before the message went, %s', async (_what, happen) => {
    t.clock.moveTo('2026-12-01T09:30:00Z');
    await t.app.get(Nudges).nudge();
    await happen();
    await t.work();
    expect((await subjects()).filter((subject) => /still finish|closes soon/.test(subject))).toEqual([]);
  });

  it('are written down for good', async () => {
    await lookAt('2026-12-01T09:00:00Z');
    await expect(t.asApplication.query(`update application_nudge set kind = 'closing'`)).rejects.toMatchObject({ code: '42501' });
    await expect(t.asApplication.query(`delete from application_nudge`)).rejects.toMatchObject({ code: '42501' });
    await expect(t.asApplication.query(`insert into application_nudge values ($1, 'unfinished', '2026-12-02')`, [id])).rejects.toMatchObject({ code: '23505' });
  });
});
