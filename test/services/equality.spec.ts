import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { EqualityQueries } from '../../src/applications/equality.queries.js';
import { Equality } from '../../src/applications/equality.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type OpenCall } from '../support/open-call.js';

const TIMES = 20;

describe('questions about equality', () => {
  let t: TestApp;
  let call: OpenCall;
  let equality: Equality;
  beforeAll(async () => {
    t = await startTestApp();
    call = await openCall(t);
    equality = t.app.get(Equality);
  });
  afterAll(() => t.close());

  async function applied(): Promise<{ actor: Actor; id: string; token: string }> {
    const who = await applicant(t);
    const id = await writeApplication(t, call, who);
    await t.app.get(ApplicationsService).submit(who.actor, id);
    return { actor: who.actor, id, token: (await equality.tokenFor(who.actor.personId, id)).token };
  }

  const rows = async (sql: string, values: unknown[] = []) => (await t.owner.query<Record<string, unknown>>(sql, values)).rows;
  const cookieOf = async ({ personId }: Actor) => `alongside=${await t.app.get(SignInService).openFor(personId)}`;
  const get = async (actor: Actor, path: string) => {
    const response = await fetch(t.url + path, { headers: { cookie: await cookieOf(actor) } });
    return { status: response.status, html: await response.text() };
  };
  /** Whoever they are signed in as, or nobody: the answer is the same. */
  async function post(fields: Record<string, string>) {
    const form = await fetch(`${t.url}/sign-in`);
    const csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!;
    const response = await fetch(`${t.url}/equality`, {
      method: 'POST', redirect: 'manual', headers: { cookie: form.headers.getSetCookie()[0]!.split(';')[0]! }, body: new URLSearchParams({ _csrf: csrf, ...fields }),
    });
    return { status: response.status, location: response.headers.get('location'), html: await response.text() };
  }

  it('are offered to who has sent an application, about their own alone, and answered once', async () => {
    const { actor, id, token } = await applied();
    expect((await get(actor, `/my/applications/${id}`)).html).toContain(`/my/applications/${id}/equality`);
    const page = await get(actor, `/my/applications/${id}/equality`);
    expect(page.html).toContain(`value="${token}"`);
    expect(page.html.match(/Prefer not to say/g)).toHaveLength(8);
    expect((await get((await applied()).actor, `/my/applications/${id}/equality`)).status).toBe(404);
    const unsent = await applicant(t);
    expect((await get(unsent.actor, `/my/applications/${await writeApplication(t, call, unsent)}/equality`)).status).toBe(404);

    expect(await post({ token })).toMatchObject({ status: 303, location: '/equality/thanks' });
    expect((await post({ token, age: '25-34', disabled: 'perhaps' })).html).toContain('Choose one of the answers, or leave it out');
    expect((await post({ token: `${token}x`, age: '25-34' })).status).toBe(422);
    const before = await rows(`select count(*)::int as count from equality_answer`);
    const answers = await Promise.all(Array.from({ length: TIMES }, () => post({ token, age: '25-34', disabled: 'yes', religion: 'prefer-not' })));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(({ html }) => html.includes('You have answered these questions already. Thank you'))).toHaveLength(TIMES - 1);
    expect(await rows(`select count(*)::int - $1::int as count from equality_answer`, [before[0]!['count']])).toEqual([{ count: 3 }]);
    expect((await get(actor, `/my/applications/${id}/equality`)).html).toContain('You have answered these questions already.');
  });

  it('leave nothing that leads to a person: no column, no audit, no event, and rows that were written together are parted', async () => {
    expect(await rows(`select column_name as name from information_schema.columns where table_name in ('equality_answer', 'equality_token') order by table_name, ordinal_position`))
      .toEqual(['id', 'call_id', 'month', 'question_code', 'option_code', 'hash'].map((name) => ({ name })));
    const people = await Promise.all(Array.from({ length: 12 }, () => applied()));
    const traces = () => rows(`select (select count(*) from audit_entry)::int as audit, (select count(*) from outbox)::int as outbox`);
    const before = await traces();
    for (const [index, { token }] of people.entries()) {
      await equality.give(token, [{ question: 'age', option: index % 2 ? '25-34' : '65-74' }, { question: 'disabled', option: index % 2 ? 'yes' : 'no' }]);
    }
    expect(await traces()).toEqual(before);

    const transactions = (table: string) => rows(`select count(distinct xmin::text)::int as count from ${table}`);
    const ids = async () => (await rows(`select id from equality_answer order by ctid`)).map(({ id }) => id as string);
    const content = () => rows(`select call_id, month, question_code, option_code, count(*)::int from equality_answer group by 1, 2, 3, 4 order by 1, 2, 3, 4`);
    const [earlierIds, earlierContent] = [await ids(), await content()];
    expect(await transactions('equality_answer')).not.toEqual([{ count: 1 }]);
    await equality.shuffle();
    expect([await transactions('equality_answer'), await transactions('equality_token')]).toEqual([[{ count: 1 }], [{ count: 1 }]]);
    expect(await content()).toEqual(earlierContent);
    const later = await ids();
    expect(later.filter((id) => earlierIds.includes(id))).toEqual([]);
    await equality.shuffle();
    expect(await ids()).toEqual(later);
    // Pairs no longer lie side by side.
    const order = (await rows(`select question_code as code from equality_answer where question_code in ('age', 'disabled') order by ctid`)).map(({ code }) => code);
    expect(order.some((code, index) => index % 2 === 1 && code === order[index - 1])).toBe(true);
    // With the secret one could say that an application answered, and by nothing what.
    const { used } = await equality.tokenFor(people[0]!.actor.personId, people[0]!.id);
    expect(used).toBe(true);
  });

  it('can’t be read, changed or deleted as any role of ours', async () => {
    const refused = { code: '42501' };
    for (const sql of ['select count(*) from equality_answer', 'select option_code from equality_answer', `update equality_answer set option_code = 'no'`, 'delete from equality_answer',
      `insert into equality_answer (id, call_id, month, question_code, option_code) select gen_random_uuid(), id, '2026-11', 'age', '25-34' from call limit 1`,
      'delete from equality_token', `update equality_token set hash = ''`, `insert into equality_option values ('age', 'x', 'x', 1)`]) {
      await expect(t.asApplication.query(sql)).rejects.toMatchObject(refused);
      for (const role of ['alongside_reader', 'alongside_finance']) {
        const other = await t.asApplication.connect();
        try {
          await other.query(`begin; set local role ${role}`);
          await expect(other.query(sql)).rejects.toMatchObject(refused);
        } finally {
          await other.query('rollback');
          other.release();
        }
      }
    }
    await expect(t.asApplication.query(`insert into equality_answer (call_id, month, question_code, option_code) select id, '23 November', 'age', '25-34' from call limit 1`))
      .rejects.toMatchObject({ code: '23514' });
  });

  it('are reported when nobody can answer any more, as a page and as a file, with the small numbers left out', async () => {
    const other = await openCall(t);
    const count = async (question: string, option: string, people: number) => rows(
      `insert into equality_answer (call_id, month, question_code, option_code) select $1, '2026-11', $2, $3 from generate_series(1, $4)`, [other.id, question, option, people]);
    for (const [option, people] of [['yes', 9], ['no', 12], ['not-sure', 5], ['prefer-not', 2]] as const) await count('disabled', option, people);
    await count('caring', 'no', 4);
    const late = await applicant(t);
    const id = await writeApplication(t, other, late);
    await t.app.get(ApplicationsService).submit(late.actor, id);
    const { token } = await equality.tokenFor(late.actor.personId, id);
    const queries = t.app.get(EqualityQueries);
    t.clock.moveTo('2027-01-10T12:00:00Z');
    expect(await queries.report(other.id)).toEqual([]);
    t.clock.moveTo('2027-01-11T12:00:00Z');
    await expect(equality.give(token, [{ question: 'age', option: '25-34' }])).rejects.toThrow('The time for these questions is over. Nothing is missing');
    const figures = await queries.report(other.id);
    expect(figures.find(({ text }) => text.startsWith('Do you see'))).toEqual({
      text: 'Do you see yourself as a Disabled person?', total: 28,
      options: [{ text: 'Yes', people: null }, { text: 'No', people: 12 }, { text: 'I am not sure', people: 5 }, { text: 'Prefer not to say', people: null }],
    });
    expect(figures.find(({ text }) => text.startsWith('Do you look'))).toMatchObject({ total: null, options: [{ people: null }, { people: null }, {}, {}, {}] });
    const page = await get(call.dana, `/staff/equality/${other.id}`);
    expect([page.html.includes('Not shown'), page.html.includes('Too few people answered this to show anything.')]).toEqual([true, true]);
    const file = await get(call.dana, `/staff/equality/${other.id}/csv`);
    expect(file.html.split('\r\n').filter((line) => line.startsWith('"Do you see'))).toEqual([
      '"Do you see yourself as a Disabled person?","Yes","not shown"', '"Do you see yourself as a Disabled person?","No","12"',
      '"Do you see yourself as a Disabled person?","I am not sure","5"', '"Do you see yourself as a Disabled person?","Prefer not to say","not shown"',
      '"Do you see yourself as a Disabled person?","Everybody who answered","28"',
    ]);
    t.clock.moveTo('2026-11-23T10:00:00Z');
  });

  it('never let a small number be worked out, from the total or from how it was hidden', async () => {
    const most = 11;
    const owner = await t.owner.connect();
    try {
      await owner.query('begin');
      await owner.query('alter table call disable trigger user');
      await owner.query(`create temporary table vector on commit drop as
        select gen_random_uuid() as id, a, b, c from generate_series(0, ${most}) a, generate_series(0, ${most}) b, generate_series(0, ${most}) c`);
      await owner.query(`insert into call select (jsonb_populate_record(original, jsonb_build_object('id', v.id, 'slug', v.id))).* from call original, vector v where original.id = $1`, [call.id]);
      for (const [column, option] of [['a', 'yes'], ['b', 'no'], ['c', 'prefer-not']]) {
        await owner.query(`insert into equality_answer (call_id, month, question_code, option_code) select v.id, '2026-11', 'trans', $1 from vector v, generate_series(1, v.${column!})`, [option]);
      }
      await owner.query(`create index on equality_answer (call_id)`);
      const { rows: found } = await owner.query<{ counts: number[]; shown: (number | null)[]; total: number | null }>(
        `select array[v.a, v.b, v.c] as counts, r.shown, r.total from vector v, lateral (
           select array_agg(x.people) as shown, min(x.total) as total from equality_report(v.id, '2030-01-01') x where x.question_code = 'trans') r`);
      expect(found).toHaveLength((most + 1) ** 3);
      const alike = new Map<string, number[][]>();
      for (const { counts, shown, total } of found) {
        const key = JSON.stringify([shown, total]);
        alike.set(key, [...(alike.get(key) ?? []), counts]);
        expect(shown.every((people, index) => people === null || (people >= 5 && people === counts[index]))).toBe(true);
      }
      // Up to 7 each: whatever else they might have been is among those tried.
      const workedOut = found.filter(({ counts }) => counts.every((count) => count <= 7)).filter(({ counts, shown, total }) =>
        counts.some((count, index) => count < 5 && new Set(alike.get(JSON.stringify([shown, total]))!.map((others) => others[index])).size < 2));
      expect(workedOut).toEqual([]);
    } finally {
      await owner.query('rollback');
      owner.release();
    }
  });
});
