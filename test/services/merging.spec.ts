import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { CalendarFeeds } from '../../src/interviews/calendar-feeds.service.js';
import { GroupsService } from '../../src/groups/groups.service.js';
import { DuplicatesQueries } from '../../src/people/duplicates.queries.js';
import { HelpingService } from '../../src/people/helping.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { PersonMerges } from '../../src/people/person-merges.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { Sessions } from '../../src/people/sessions.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';
import { attend, giveBankDetails, planTomorrow, startPaidGroup } from '../support/paid-group.js';

/** Every column that names a person whose affairs they are, and what a merge does with it. A new one has to be thought of. */
const MOVED = [
  'access_check.person_id', 'access_need.person_id', 'access_profile_part.person_id', 'application.person_id', 'arrangement.person_id', 'attendance.person_id', 'commitment.person_id', 'contact_point.person_id', 'date_agreement.person_id',
  'membership.person_id', 'needs_call_back.person_id', 'participation.person_id', 'person.merged_into', 'resource.person_id', 'talent_pool.person_id',
];

describe('one person written down twice', () => {
  let t: TestApp;
  let merges: PersonMerges;
  let admin: Actor;
  let call: OpenCall;
  let first: Applicant;
  let second: Applicant;

  beforeAll(async () => {
    t = await startTestApp();
    merges = t.app.get(PersonMerges);
    admin = actorFor((await applicant(t, 'Ade Bello')).actor.personId, 'administrator');
  });
  afterAll(() => t.close());
  beforeEach(async () => {
    call = await openCall(t);
    first = await applicant(t);
    second = await applicant(t);
  });

  const merge = async (keep: Record<string, string> = {}, more: { survivor?: Applicant; merged?: Applicant; by?: Actor } = {}) => {
    const id = newId();
    await merges.merge(more.by ?? admin, {
      id, survivorId: (more.survivor ?? first).actor.personId, mergedId: (more.merged ?? second).actor.personId, reason: 'They told us on the phone', keep,
    });
    return id;
  };
  const submit = async (who: Applicant, where = call, needs: string[] = []) => {
    const id = await writeApplication(t, where, who, { needs: needs.map((code) => ({ code, ownWords: null })) });
    await t.app.get(ApplicationsService).submit(who.actor, id);
    return id;
  };
  const rows = async <Row extends object>(sql: string, ...values: unknown[]) => (await t.owner.query<Row>(sql, values)).rows;
  const inTransaction = <Result>(work: Parameters<Database['transaction']>[0]) => t.app.get(Database).transaction(work) as Promise<Result>;

  /** All there is of a table, as text, by its key. */
  async function snapshot(): Promise<Record<string, string[]>> {
    const tables = [...new Set([...MOVED.map((column) => column.split('.')[0]!), 'booking', 'reservation', 'answer', 'claim', 'decision', 'seat', 'occasion'])];
    return Object.fromEntries(await Promise.all(tables.map(async (table) =>
      [table, (await rows<{ row: string }>(`select to_jsonb(x)::text as row from ${table} x`)).map(({ row }) => row).sort()] as const)));
  }

  it('has everything that is live in one place, and as it was again after an undo', async () => {
    const other = await openCall(t);
    await submit(first, call, ['bsl-interpreter']);
    await submit(second, other, ['bsl-interpreter']);
    const group = await startPaidGroup(t);
    await inTransaction((tx) => t.app.get(GroupsService).addMember(tx, null, {
      groupId: group.id, personId: second.actor.personId, seatKind: 'officer', rate: { pence: 2000, unit: 'hour' } }));
    await planTomorrow(t, group);
    expect((await rows(`select 1 from date_agreement where person_id = $1`, second.actor.personId)).length).toBe(1);
    const before = await snapshot();
    const id = await merge();
    expect((await rows(`select 1 from date_agreement where person_id = $1`, first.actor.personId)).length).toBe(1);
    for (const table of ['date_agreement', 'application', 'arrangement', 'participation', 'membership', 'attendance', 'contact_point', 'commitment', 'resource']) {
      const left = await rows(`select 1 from ${table} where person_id = $1`, second.actor.personId);
      expect([table, left.length]).toEqual([table, 0]);
    }
    expect((await rows(`select merged_into from person where id = $1`, second.actor.personId))).toEqual([{ merged_into: first.actor.personId }]);
    expect((await rows<{ n: number }>(`select count(*)::int as n from contact_point where person_id = $1 and preferred`, first.actor.personId))[0]!.n).toBe(1);

    await merges.undo(admin, id);
    expect(await snapshot()).toEqual(before);
    await merges.undo(admin, id);
    const audit = await rows<{ action: string }>(`select action from audit_entry where actor_id = $1 and subject_id = $2 order by sequence`, admin.personId, first.actor.personId);
    expect(audit.map(({ action }) => action)).toEqual(['person.merged', 'person.unmerged']);
  });

  it.each(['survivor', 'merged'] as const)('keeps one live application a call: that of the %s', async (whose) => {
    const ids = { survivor: await submit(first, call, ['bsl-interpreter']), merged: await submit(second, call, ['lipspeaker']) };
    const before = await snapshot();
    await expect(merge()).rejects.toThrow('Choose which application for Planning Group stays.');
    await expect(merge({ [call.id]: newId() })).rejects.toThrow('Choose which application');
    const id = await merge({ [call.id]: ids[whose] });
    const goes = whose === 'survivor' ? ids.merged : ids.survivor;
    expect(await rows(`select id, superseded_by from application where call_id = $1 and superseded_by is not null`, call.id)).toEqual([{ id: goes, superseded_by: ids[whose] }]);
    expect(await rows(`select id from application where call_id = $1 and person_id = $2 and superseded_by is null`, call.id, first.actor.personId)).toEqual([{ id: ids[whose] }]);
    await expect(t.asApplication.query(`update application set state = 'withdrawn', withdrawn_at = created_at where id = $1`, [goes])).rejects.toMatchObject({ constraint: 'application_rests' });
    expect((await rows<{ n: number }>(`select count(*)::int as n from participation where call_id = $1 and person_id = $2 and ended_at is null`, call.id, first.actor.personId))[0]!.n).toBe(1);

    await merges.undo(admin, id);
    const after = await snapshot();
    for (const [table, was] of Object.entries(before)) expect([table, was.filter((row) => !after[table]!.includes(row))]).toEqual([table, []]);
    // Whatever was asked for meanwhile, because of the other's needs, is not asked for any more.
    const added = after['arrangement']!.filter((row) => !before['arrangement']!.includes(row)).map((row) => (JSON.parse(row) as { state: string }).state);
    expect(added.filter((state) => state !== 'withdrawn')).toEqual([]);
  });

  it('signs in as the one that stays, with any address', async () => {
    const token = await t.app.get(SignInService).openFor(second.actor.personId);
    await merge();
    const sessions = t.app.get(Sessions);
    expect(await sessions.identify(token)).toBeNull();
    expect((await sessions.identifyApi(second.token))!.personId).toBe(first.actor.personId);
    const signIns = t.app.get(SignInService);
    const asked = await signIns.ask({ kind: 'email', value: second.email }, { ip: 'ip-merged', nextPath: null, addsTo: null });
    const signedIn = await signIns.redeemLink(asked.signInId, signIns.linkTokenOf(asked.signInId), { ip: 'ip-merged', actor: null });
    if (!('sessionToken' in signedIn)) throw new Error('shared');
    expect((await sessions.identify(signedIn.sessionToken))!.personId).toBe(first.actor.personId);
  });

  it('keeps the private address of a calendar, for the record that stays, and never for somebody with a role', async () => {
    const feeds = t.app.get(CalendarFeeds);
    await feeds.make(second.actor, newId());
    const token = (await feeds.tokenFor(second.actor.personId))!;
    const id = await merge();
    expect(await feeds.ownerOf(token)).toBe(first.actor.personId);
    await inTransaction((tx) => t.app.get(PeopleService).giveRole(tx, first.actor.personId, 'panel_member', '2026-01-01'));
    expect(await feeds.ownerOf(token)).toBe(second.actor.personId);
    await merges.undo(admin, id);
    expect(await feeds.ownerOf(token)).toBe(second.actor.personId);
  });

  it('opens nobody’s pages who has a role here: what one could sign in with ends until it is undone', async () => {
    await inTransaction((tx) => t.app.get(PeopleService).giveRole(tx, first.actor.personId, 'finance_officer', '2026-01-01'));
    const before = await snapshot();
    const id = await merge();
    expect(await rows(`select value from contact_point where person_id = $1 and removed_at is null`, first.actor.personId)).toEqual([{ value: first.email }]);
    const signIns = t.app.get(SignInService);
    const asked = await signIns.ask({ kind: 'email', value: second.email }, { ip: 'ip-role', nextPath: null, addsTo: null });
    const signedIn = await signIns.redeemLink(asked.signInId, signIns.linkTokenOf(asked.signInId), { ip: 'ip-role', actor: null });
    if (!('sessionToken' in signedIn)) throw new Error('shared');
    const { personId, roles } = (await t.app.get(Sessions).identify(signedIn.sessionToken))!;
    expect([personId === first.actor.personId, personId === second.actor.personId, roles]).toEqual([false, false, []]);
    expect((await t.app.get(Sessions).identifyApi(second.token))!.roles).toEqual([]);
    await t.owner.query(`update contact_point set removed_at = verified_at where person_id = $1`, [personId]);
    await merges.undo(admin, id);
    const after = await snapshot();
    expect(before['contact_point']!.filter((row) => !after['contact_point']!.includes(row))).toEqual([]);
  });

  it('nobody goes on writing for the record that went', async () => {
    const token = await t.app.get(SignInService).openFor(call.dana.personId);
    const { sessionId } = (await t.app.get(Sessions).identify(token))!;
    await t.app.get(HelpingService).enterFor({ ...call.dana, sessionId }, second.actor.personId, 'phone');
    await merge();
    expect(await t.app.get(Sessions).identify(token)).toBeNull();
  });

  it('is compared without the day on which somebody sent something: more time is an adjustment', async () => {
    await submit(first);
    await submit(second);
    const cookie = `alongside=${await t.app.get(SignInService).openFor(call.dana.personId)}`;
    const page = await (await fetch(`${t.url}/staff/people/duplicates/${first.actor.personId}/${second.actor.personId}`, { headers: { cookie } })).text();
    expect([page.includes('PLAN-'), page.includes('Sent on')]).toEqual([true, false]);
  });

  it('counts as one for separate duties, also when the survivor is merged again', async () => {
    const third = await applicant(t);
    await merge();
    const last = await merge({}, { survivor: third, merged: first });
    const identities = await rows<{ who: string }>(`select distinct duty_identity(x) as who from unnest($1::uuid[]) x`, [first, second, third].map(({ actor }) => actor.personId));
    expect(identities).toEqual([{ who: third.actor.personId }]);
    await merges.undo(admin, last);
    expect(await rows(`select merged_into from person where id = $1`, second.actor.personId)).toEqual([{ merged_into: first.actor.personId }]);
  });

  it('can’t be undone when something has changed since, and says what', async () => {
    const applicationId = await submit(second);
    const id = await merge();
    await t.app.get(ApplicationsService).withdraw(first.actor, applicationId);
    await expect(merges.undo(admin, id)).rejects.toThrow(/^This can’t be undone any more: an? (application|arrangement) has changed/);
    expect(await rows(`select undone_at from person_merge where id = $1`, id)).toEqual([{ undone_at: null }]);
  });

  it('is refused with what to do first', async () => {
    await expect(merge({}, { by: first.actor })).rejects.toThrow('Ask a colleague');
    await expect(merge({}, { by: second.actor })).rejects.toThrow('Ask a colleague');
    await expect(merge({}, { merged: first })).rejects.toThrow();
    await inTransaction((tx) => t.app.get(PeopleService).giveRole(tx, second.actor.personId, 'panel_member', '2026-01-01'));
    await expect(merge()).rejects.toThrow('has a role. Choose the other one');
    await merge({}, { survivor: second, merged: first });
    await expect(merge({}, { survivor: first, merged: second })).rejects.toThrow('has been merged meanwhile');
  });

  it('never moves money: claims and bank details are settled first, and two memberships are ended', async () => {
    const group = await startPaidGroup(t);
    const of = (actor: Actor): Applicant => ({ actor, token: '', contactId: '', email: '' });
    await expect(merge({}, { survivor: of(group.amina), merged: of(group.tom) })).rejects.toThrow('Both are members of');
    await attend(t, group, group.tom, 60);
    await expect(merge({}, { merged: of(group.tom) })).rejects.toThrow('a claim that is not paid yet');
    await giveBankDetails(t, second.actor);
    await expect(merge()).rejects.toThrow('has bank details. Choose the other record to stay');
  });

  it('is found by name, postcode and date of birth, and not asked about again', async () => {
    const people = t.app.get(PeopleService);
    const write = (name: string, postcode: string, birthDate: string | null) => inTransaction<string>((tx) => people.create(tx, { name, postcode, birthDate }));
    const sian = await write('Siân  O’Brien', 'SW6 1AA', '1980-05-01');
    const same = await write('sian obrien', 'sw61aa', '1980-05-01');
    const perhaps = await write('SIAN O BRIEN', 'SW6 1AA', null);
    await write('Sian OBrien', 'SW6 1AA', '1999-01-01');
    await write('Sian OBrien', 'W6 9JT', '1980-05-01');
    const found = async () => (await t.app.get(DuplicatesQueries).alike()).filter(({ postcode }) => postcode.replace(/\s/g, '').toUpperCase() === 'SW61AA')
      .map(({ firstId, secondId, likeness }) => [firstId, secondId, likeness]);
    const seen = await found();
    expect(seen).toContainEqual([sian, same, 'same']);
    expect(seen).toContainEqual([sian, perhaps, 'perhaps']);
    expect(seen.filter(([, , likeness]) => likeness === 'same')).toHaveLength(1);
    await merges.keepApart(admin, same, sian);
    await merges.keepApart(admin, sian, same);
    expect(await found()).not.toContainEqual([sian, same, 'same']);
  });

  it('is kept by the database', async () => {
    await merge();
    const refused = (sql: string, ...values: unknown[]) => t.asApplication.query(sql, values).then(() => 'done', (error: { constraint?: string; message: string }) => error.constraint ?? error.message);
    expect(await refused(`update person set merged_into = id where id = $1`, first.actor.personId)).toMatch(/person_not_into_itself|person_merged_flat/);
    expect(await refused(`update person set merged_into = $2 where id = $1`, admin.personId, second.actor.personId)).toBe('person_merged_flat');
    expect(await refused(`update merge_move set before = null`)).toBe('permission denied for table merge_move');
    expect(await refused(`update person_merge set reason = 'x'`)).toBe('permission denied for table person_merge');
    await expect(t.owner.query(`delete from merge_move`)).rejects.toThrow('merge_move is append-only');
  });

  it('was thought of in every table that keeps somebody’s affairs', async () => {
    const columns = await rows<{ name: string }>(
      `select c.table_name || '.' || c.column_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and (c.column_name = 'person_id' or c.column_name = 'merged_into') order by 1`);
    const stays = ['api_token.person_id', 'bank_detail.person_id', 'claim.person_id', 'message.person_id', 'role_assignment.person_id', 'session.person_id',
      'shared_sign_in.person_id', 'slot_panel.person_id', 'spoken_code.person_id', 'decision_co_decider.person_id', 'call_co_decider.person_id', 'reviewer.person_id', 'co_deciding.person_id', 'supporter.person_id', 'late_permission.person_id',
      // Who looked at whose, and who was asked when, is read with the merged records.
      'access_look.person_id', 'feedback_ask.person_id',
      // A private address goes on for the record that stays. Who scored, and who would not, is as it was written: nobody on a panel goes, because they have a role.
      'calendar_feed.person_id', 'interview_conflict.person_id', 'interview_score.person_id'];
    expect(columns.map(({ name }) => name).filter((name) => !MOVED.includes(name) && !stays.includes(name))).toEqual([]);
  });
});
