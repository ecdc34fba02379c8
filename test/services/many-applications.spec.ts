import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadStories } from '../../seeds/demo/index.js';
import { loadManyApplications } from '../../seeds/demo/many-applications.js';
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
});
