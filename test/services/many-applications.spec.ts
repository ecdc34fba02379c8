import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadStories } from '../../seeds/demo/index.js';
import { loadManyApplications } from '../../seeds/demo/many-applications.js';
import { Sessions } from '../../src/people/sessions.service.js';
import { Database } from '../../src/platform/database.js';
import { startTestApp, type TestApp } from '../support/app.js';

const TODAY = '2026-11-23';

describe('many applications, for trying lists and benchmarks', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startTestApp();
    await loadStories(t.app, TODAY);
  });
  afterAll(() => t.close());

  const people = async () => {
    const { rows } = await t.owner.query<{ email: string; name: string; state: string; words: string[]; needs: string[] }>(
      `select k.value as email, a.name, a.state, array_agg(w.text order by w.text collate "C") as words,
         array(select n.kind_code from access_need n where n.person_id = a.person_id order by 1) as needs
       from application a join call c on c.id = a.call_id join contact_point k on k.person_id = a.person_id join answer w on w.application_id = a.id
       where c.title = 'Neighbourhood panel' group by a.id, k.value order by substring(k.value from '\\d+')::int`);
    return rows;
  };

  it('are the same people with the same words each time, and only what is missing is added', async () => {
    expect(await loadManyApplications(t.app, TODAY, 30)).toBe(30);
    const first = await people();
    expect(first).toHaveLength(30);
    expect(first[3]).toEqual({
      email: 'panel-4@home.example', name: 'Anjali Begum', state: 'submitted', needs: ['extra-time'],
      words: [
        'Letters come in print that I can’t read. The bus driver pulls away before I sit down. It has been so for 4 years.',
        'Train everybody at the front desk. Let people choose how they are reached. It has been so for 4 years.',
      ],
    });
    expect(first.filter(({ state }) => state === 'withdrawn').map(({ email }) => email)).toEqual(['panel-25@home.example']);

    expect(await loadManyApplications(t.app, TODAY, 30)).toBe(0);
    expect(await loadManyApplications(t.app, TODAY, 33)).toBe(3);
    expect((await people()).slice(0, 30)).toEqual(first);
  });

  it('leave the access co-ordinator’s page readable, and only whom it shows is written down as seen', async () => {
    await loadManyApplications(t.app, TODAY, 90);
    const { rows: [priya] } = await t.owner.query<{ id: string }>(`select id from person where name = 'Priya Shah'`);
    const token = await t.app.get(Database).transaction((tx) => t.app.get(Sessions).open(tx, priya!.id));
    const cards = async (path: string) => {
      const text = await (await fetch(t.url + path, { headers: { cookie: `alongside=${token}` } })).text();
      return text.split('<article class="al-card" aria-labelledby="a-').slice(1).map((card) => card.slice(0, 36));
    };
    const { rows } = await t.owner.query<{ id: string }>(`select a.id from arrangement a join call c on c.id = a.call_id where c.title = 'Neighbourhood panel' and a.state = 'asked'`);
    expect(rows.length).toBeGreaterThan(20);

    const looks = async () => (await t.owner.query<{ id: string }>(
      `select distinct subject_id as id from audit_entry where actor_id = $1 and action = 'arrangements.read' order by 1`, [priya!.id])).rows;
    const personsOf = async (ids: string[]) => (await t.owner.query<{ id: string }>(`select distinct person_id as id from arrangement where id = any($1) order by 1`, [ids])).rows;

    const before = await looks();
    const first = await cards('/staff/arrangements?section=overdue');
    expect(first).toHaveLength(20);
    const after = await looks();
    expect(after.filter(({ id }) => !before.some((one) => one.id === id))).toEqual((await personsOf(first)).filter(({ id }) => !before.some((one) => one.id === id)));
    const second = await cards('/staff/arrangements?section=overdue&page=2');
    expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
    expect(rows.every(({ id }) => [...first, ...second].includes(id))).toBe(true);
    expect((await cards('/staff/arrangements?section=nonsense&page=x')).length).toBeGreaterThan(0);
  });
});
