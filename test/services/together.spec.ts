import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { oneByOne } from '../../src/choosing/bulk.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { DecidingQueries } from '../../src/choosing/deciding.queries.js';
import { DecidingService } from '../../src/choosing/deciding.service.js';
import { DraftsService } from '../../src/choosing/drafts.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { ChangedMeanwhile } from '../../src/platform/errors.js';
import { newId } from '../../src/platform/ids.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';

describe('deciding together', () => {
  let t: TestApp;
  let call: OpenCall;
  let marcus: Actor;
  let deciding: DecidingService;
  let choosing: ChoosingService;
  let drafts: DraftsService;
  beforeAll(async () => {
    t = await startTestApp();
    call = await openCall(t);
    [deciding, choosing, drafts] = [t.app.get(DecidingService), t.app.get(ChoosingService), t.app.get(DraftsService)];
    marcus = await t.app.get(Database).transaction(async (tx) => {
      const id = await t.app.get(PeopleService).create(tx, { name: 'Marcus Osei' });
      await t.app.get(PeopleService).giveRole(tx, id, 'strategic_lead', '2026-01-01');
      return actorFor(id, 'strategic_lead');
    });
  });
  afterAll(() => t.close());

  async function applied(more: { birthDate?: string } = {}): Promise<{ who: Applicant; id: string }> {
    const who = await applicant(t);
    const id = await writeApplication(t, call, who, more);
    await t.app.get(ApplicationsService).submit(who.actor, id);
    await t.work();
    return { who, id };
  }

  const shortlist = { outcome: 'shortlisted' as const, reason: 'Knows barriers.' };
  const notThisTime = { outcome: 'not_selected' as const, reason: 'Others told us more.' };
  const together = () => ({ coDecidedBy: [call.ruth.personId] });
  const states = async (id: string) => {
    const { rows } = await t.owner.query<{ application: string; decisions: string[] }>(
      `select a.state as application, array(select d.state || ' ' || d.outcome from decision d where d.application_id = a.id order by d.decided_at, d.id) as decisions
       from application a where a.id = $1`, [id]);
    return rows[0];
  };
  const subjects = async (address: string) => {
    await t.work();
    const { rows } = await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = $1 order by position`, [address]);
    return rows.map(({ subject }) => subject.replace(/\(.*\)/, '(…)'));
  };
  const pendingVersion = async (id: string) =>
    (await t.app.get(DecidingQueries).pending(call.id)).find(({ applicationId }) => applicationId === id)!.version;

  it('changes nothing while a decision is pending, and then all of it', async () => {
    const { id } = await applied();
    await deciding.savePending(call.dana, id, shortlist);
    expect(await states(id)).toEqual({ application: 'submitted', decisions: ['pending shortlisted'] });
    await deciding.apply(call.dana, id, await pendingVersion(id), together());
    expect(await states(id)).toEqual({ application: 'shortlisted', decisions: ['applied shortlisted'] });
  });

  it('shows the second of two leads what the first saved, and overwrites nothing until they say so', async () => {
    const { id } = await applied();
    await deciding.savePending(marcus, id, shortlist);
    const second = deciding.savePending(call.dana, id, notThisTime);
    await expect(second).rejects.toBeInstanceOf(ChangedMeanwhile);
    const { theirs } = await second.catch((error: unknown) => error as ChangedMeanwhile) as ChangedMeanwhile;
    expect([theirs.by, theirs.version, theirs.values['outcome'], theirs.values['reason']]).toEqual(['Marcus Osei', 1, 'shortlisted', 'Knows barriers.']);
    await deciding.savePending(call.dana, id, { ...notThisTime, version: theirs.version });
    expect((await states(id))!.decisions).toEqual(['pending not_selected']);
    await deciding.savePending(call.dana, id, notThisTime);
    await expect(deciding.savePending(marcus, id, { ...shortlist, version: 1 })).rejects.toBeInstanceOf(ChangedMeanwhile);
    await deciding.discard(call.dana, id);
    await expect(deciding.savePending(marcus, id, { ...shortlist, version: 2 })).rejects.toThrow('What was pending was applied or discarded meanwhile');
    expect(await states(id)).toEqual({ application: 'submitted', decisions: ['discarded not_selected'] });
  });

  it('does what it can for many, and says for each other why not', async () => {
    const [fine, gone, young, changed, twice] = await Promise.all([applied(), applied(), applied({ birthDate: '2010-05-01' }), applied(), applied()]);
    const all = [fine, gone, young, changed, twice];
    await t.app.get(ApplicationsService).withdraw(gone.who.actor, gone.id);
    await deciding.savePending(marcus, changed.id, notThisTime);
    await deciding.discard(marcus, changed.id);
    await deciding.savePending(marcus, twice.id, notThisTime);
    const record = () => oneByOne(all, ({ id }) => deciding.recordFromList(call.dana, id, 0, shortlist));
    const reasons = [
      null, 'They have withdrawn their application',
      'They are under 18. Speak with them, and with an adult who can agree, before you decide',
      'Somebody else has changed this since you opened the page. Open it and look again.',
      'Something else is pending for them already. Open it to see both',
    ];
    expect((await record()).map(({ reason }) => reason)).toEqual(reasons);
    expect((await record()).map(({ reason }) => reason)).toEqual(reasons);
    expect(await Promise.all(all.map(async ({ id }) => (await states(id))!.decisions))).toEqual([
      ['pending shortlisted'], [], [], ['discarded not_selected'], ['pending not_selected']]);
  });

  it('keeps a pending decision from somebody who withdraws before it is applied', async () => {
    const { who, id } = await applied();
    await deciding.savePending(call.dana, id, shortlist);
    const before = await pendingVersion(id);
    await t.app.get(ApplicationsService).withdraw(who.actor, id);
    await expect(deciding.apply(call.dana, id, before, together())).rejects.toThrow('They have withdrawn their application');
    expect(await states(id)).toEqual({ application: 'withdrawn', decisions: ['discarded shortlisted'] });
  });

  it('names co-deciders or says why there were none, in the service and in the database', async () => {
    const { id } = await applied();
    const decide = (more: object) => choosing.decide(call.dana, id, { ...shortlist, ...more });
    await expect(decide({})).rejects.toThrow('or say why there were none');
    await expect(decide({ coDecidedBy: [call.ruth.personId], noCoDeciderReason: 'She was away.' })).rejects.toThrow('not both');
    await expect(decide({ coDecidedBy: [marcus.personId] })).rejects.toThrow('Choose a Disabled resident who is a co-decider');
    await deciding.savePending(marcus, id, shortlist);
    await expect(t.asApplication.query(`update decision set state = 'applied', applied_by = decided_by, applied_at = decided_at where application_id = $1`, [id]))
      .rejects.toMatchObject({ constraint: 'decision_names_who_or_why' });
    await deciding.apply(call.dana, id, await pendingVersion(id), { noCoDeciderReason: 'Nobody was free in that week.' });
    const { rows } = await t.owner.query(`select co_decided_by as "co", no_co_decider_reason as why from decision where application_id = $1`, [id]);
    expect(rows).toEqual([{ co: null, why: 'Nobody was free in that week.' }]);
  });

  it('pays co-deciders for a sitting once, however many they decided', async () => {
    const ids = (await Promise.all([applied(), applied()])).map(({ id }) => id);
    const sittingId = newId();
    for (const id of ids) {
      await deciding.savePending(call.dana, id, shortlist);
      await deciding.apply(call.dana, id, await pendingVersion(id), { ...together(), sittingId, minutes: 50 });
    }
    const { rows } = await t.owner.query(`select person_id as who, minutes, on_day::text as day from co_deciding where sitting_id = $1`, [sittingId]);
    expect(rows).toEqual([{ who: call.ruth.personId, minutes: 50, day: '2026-11-23' }]);
    const events = await t.owner.query(`select payload->>'minutes' as minutes from outbox where event = 'co-deciding.recorded'`);
    expect(events.rows).toEqual([{ minutes: '50' }]);
    await expect(t.asApplication.query(`update co_deciding set minutes = 600`)).rejects.toThrow('permission denied');
  });

  it('sends a message as a lead changed it; the second to change it is shown both', async () => {
    const { who, id } = await applied();
    await choosing.decide(call.dana, id, { ...notThisTime, ...together(), nextWords: 'The Access Group meets on Mondays.' });
    const { rows: [decision] } = await t.owner.query<{ id: string }>(`select id from decision where application_id = $1`, [id]);
    const draft = await drafts.draft(decision!.id);
    expect(draft.body).toContain('Others told us more.\n\nThe Access Group meets on Mondays.');
    const mine = { subject: 'News about your application', body: 'Hello again.\n\nNot this time.', text: 'News: see your page.' };
    await expect(drafts.edit(call.dana, id, { ...mine, body: 'For the disabled', version: 0 })).rejects.toMatchObject({
      errors: [{ field: 'body', message: '“the disabled” hurts people. Write “Disabled people” instead' }] });
    await drafts.edit(call.dana, id, { ...mine, version: 0 });
    await expect(drafts.edit(marcus, id, { ...mine, subject: 'Other', version: 0 })).rejects.toMatchObject({ theirs: { by: 'Dana Reid', version: 1 } });
    await choosing.tell(call.dana, id);
    await expect(drafts.edit(call.dana, id, { ...mine, subject: 'Late', version: 1 })).rejects.toThrow('This message has gone');
    expect(await subjects(who.email)).toEqual(['We have your application (…)', 'News about your application']);
  });

  it('discards the message of a decision that is undone, and nothing arrives', async () => {
    const { who, id } = await applied();
    await choosing.decide(call.dana, id, { ...notThisTime, ...together() });
    await drafts.edit(call.dana, id, { subject: 'Sorry', body: 'Not this time.', text: 'Not this time.', version: 0 });
    await choosing.undo(call.dana, id);
    await expect(choosing.tell(call.dana, id)).rejects.toThrow('There is nothing to tell or to undo');
    expect((await t.owner.query(`select from decision_message m join decision d on d.id = m.decision_id where d.application_id = $1`, [id])).rowCount).toBe(0);
    expect(await subjects(who.email)).toEqual(['We have your application (…)']);
  });

  it('is told or undone, never both, when two leads press at once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { who, id } = await applied();
      await choosing.decide(call.dana, id, { ...notThisTime, ...together() });
      const both = round % 2 === 0 ? [choosing.tell(call.dana, id), choosing.undo(marcus, id)] : [choosing.undo(marcus, id), choosing.tell(call.dana, id)];
      const ends = await Promise.allSettled(both);
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const news = (await subjects(who.email)).slice(1);
      const { decisions } = (await states(id))!;
      expect([['told not_selected'], ['undone not_selected']]).toContainEqual(decisions);
      expect(news).toEqual(decisions[0] === 'told not_selected' ? ['About your application (…)'] : []);
    }
  });

  it('offers no more seats than there are, though two leads offer at once', async () => {
    const six = await Promise.all(Array.from({ length: 6 }, () => applied()));
    for (const { id } of six) {
      await choosing.decide(call.dana, id, { ...shortlist, ...together() });
      await choosing.toldByPerson(call.dana, id);
      await deciding.savePending(call.dana, id, { outcome: 'offered', reason: 'Yes.', seatKind: 'disabled_resident' });
    }
    const ends = await Promise.all(six.map(async ({ id }) => (await oneByOne([{ id }], async () =>
      deciding.apply(call.dana, id, await pendingVersion(id), together())))[0]!.reason));
    expect(ends.filter((reason) => reason === null)).toHaveLength(5);
    expect(ends.filter((reason) => reason !== null)).toEqual(['No seat is left for this: Disabled resident']);
  });

  it('works for three hundred at once', async () => {
    const people = Array.from({ length: 300 }, () => ({ id: newId(), person: newId() }));
    await t.owner.query(`insert into person (id, name, created_at) select unnest($1::uuid[]), 'Amina Yusuf', now()`, [people.map(({ person }) => person)]);
    await t.owner.query(
      `insert into application (id, reference, call_id, person_id, state, channel, name, postcode, access_answered_at, contact_answered_at, submitted_at, created_at)
       select id, 'MANY-' || id, $3, person_id, 'draft', 'web', 'Amina Yusuf', 'W6 9JT', now(), now(), now(), now()
       from unnest($1::uuid[], $2::uuid[]) as x (id, person_id)`, [people.map(({ id }) => id), people.map(({ person }) => person), call.id]);
    await t.owner.query(`update application set state = 'submitted' where reference like 'MANY-%'`);
    const recorded = await oneByOne(people, ({ id }) => deciding.recordFromList(call.dana, id, 0, notThisTime));
    expect(recorded.filter(({ reason }) => reason !== null)).toEqual([]);
    const done = await oneByOne(people, ({ id }) => deciding.apply(call.dana, id, 1, together()));
    expect(done.filter(({ reason }) => reason !== null)).toEqual([]);
    const { rows } = await t.owner.query(`select state, count(*)::int as count from application where reference like 'MANY-%' group by state`);
    expect(rows).toEqual([{ state: 'not_selected', count: 300 }]);
  });
});
