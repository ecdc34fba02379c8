import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PeopleService } from '../../src/people/people.service.js';
import { Database } from '../../src/platform/database.js';
import { DemoClock } from '../../src/platform/demo-clock.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';

const HOUR = 3_600_000;

describe('the demo', () => {
  let t: TestApp;
  let cookie: string;
  let csrf: string;
  const people: Record<'dana' | 'amina', string> = { dana: '', amina: '' };
  beforeAll(async () => {
    t = await startTestApp();
    const service = t.app.get(PeopleService);
    await t.app.get(Database).transaction(async (tx) => {
      people.dana = await service.create(tx, { name: 'Dana Whitfield' });
      await service.giveRole(tx, people.dana, 'strategic_lead', '2020-01-01');
      people.amina = await service.create(tx, { name: 'Amina Yusuf' });
      await service.addContact(tx, people.amina, { kind: 'email', value: 'amina@home.example' });
    });
    const page = await fetch(`${t.url}/demo/clock`);
    cookie = page.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
    csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())![1]!;
  });
  afterAll(() => t.close());

  const post = async (path: string, fields: Record<string, string> = {}) => {
    const response = await fetch(t.url + path, {
      method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams({ _csrf: csrf, ...fields }),
    });
    return {
      status: response.status, location: response.headers.get('location'), cookies: response.headers.getSetCookie(),
      problem: /govuk-error-summary__list[\s\S]*?<a [^>]+>([^<]+)/.exec(await response.text())?.[1] ?? null,
    };
  };
  const toTime = (day: string, month: string, year: string, time: string) =>
    post('/demo/clock/time', { 'day-day': day, 'day-month': month, 'day-year': year, time });

  describe('clock', () => {
    it('goes forward by an hour, a day and a week', async () => {
      const start = t.clock.now().getTime();
      for (const by of ['hour', 'day', 'week']) expect(await post('/demo/clock/steps', { by })).toMatchObject({ status: 303, location: '/demo/clock' });
      expect((t.clock.now().getTime() - start) / HOUR).toBe(1 + 24 + 7 * 24);
      expect((await post('/demo/clock/steps', { by: 'year' })).status).toBe(422);
    });

    it('goes to a time in London, summer or winter', async () => {
      expect(await toTime('10', '12', '2026', 'midday')).toMatchObject({ status: 303 });
      expect(t.clock.now().toISOString()).toBe('2026-12-10T12:00:00.000Z');
      expect(await toTime('1', '6', '2027', '2.30pm')).toMatchObject({ status: 303 });
      expect(t.clock.now().toISOString()).toBe('2027-06-01T13:30:00.000Z');
    });

    it.each([
      ['the past', '1', '1', '2027', '9am', 'The clock only goes forward. Choose a later time'],
      ['too far ahead', '1', '1', '2040', '9am', 'The clock goes 5 years ahead at most. Choose an earlier time'],
      ['a day that is not in the calendar', '30', '2', '2028', '9am', 'Enter a day that is in the calendar, like 27 3 2027'],
      ['no day', '', '', '', '9am', 'Enter a day that is in the calendar, like 27 3 2027'],
      ['no time', '1', '7', '2027', '', 'Enter a time, like 2:30pm or midday'],
      ['a time that is not one', '1', '7', '2027', '25:00', 'Enter a time, like 2:30pm or midday'],
      ['the hour that is not there', '26', '3', '2028', '1:30am', '1:30am on Sunday 26 March 2028 does not exist, because the clocks go forward. Try 2:30am'],
    ])('refuses %s', async (_what, day, month, year, time, problem) => {
      const before = t.clock.now();
      expect(await toTime(day, month, year, time)).toMatchObject({ status: 422, problem });
      expect(t.clock.now()).toEqual(before);
    });

    it('is the same in every process, soon', async () => {
      const offset = t.clock.now().getTime() - t.clock.realNow().getTime() + HOUR;
      await t.owner.query(`update setting set value = to_jsonb($1::float8) where key = 'demo.clock-offset-ms'`, [offset]);
      const isThere = () => t.clock.now().getTime() - t.clock.realNow().getTime() === offset;
      for (let looks = 0; looks < 100 && !isThere(); looks += 1) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(t.clock.now().getTime() - t.clock.realNow().getTime()).toBe(offset);
    });
  });

  describe('people', () => {
    it('are listed with what they do, and residents with where their codes go', async () => {
      const html = await (await fetch(`${t.url}/demo/people`)).text();
      expect(html).toContain('Be Dana Whitfield');
      expect(html).toContain('Writes calls, decides with residents, plans interviews and offers places.');
      expect(html).toContain('amina@home.example');
    });

    it('can be become, when they have a role', async () => {
      const answer = await post(`/demo/people/${people.dana}/session`);
      expect(answer).toMatchObject({ status: 303, location: '/home' });
      const session = answer.cookies.find((line) => line.startsWith('alongside='))!.split(';')[0]!;
      const page = await fetch(`${t.url}/staff/messages`, { headers: { cookie: session } });
      expect([page.status, (await page.text()).includes('Signed in as Dana, strategic lead')]).toEqual([200, true]);
    });

    it('cannot be become without one: residents sign in', async () => {
      expect((await post(`/demo/people/${people.amina}/session`)).status).toBe(404);
      expect((await post(`/demo/people/${newId()}/session`)).status).toBe(404);
    });
  });
});

describe('where the demo is off', () => {
  it('there is no clock, no mailbox and nobody to become, and time is the machine’s', async () => {
    const t = await startTestApp({ ALONGSIDE_DEMO: '' });
    try {
      await t.owner.query(`insert into setting (key, effective_from, value) values ('demo.clock-offset-ms', '2000-01-01', '3600000')`);
      for (const path of ['/demo/clock', '/demo/people', '/demo/mailbox', `/demo/mailbox/${newId()}`]) {
        expect([path, (await fetch(t.url + path)).status]).toEqual([path, 404]);
      }
      await expect(t.app.get(DemoClock).moveBy(HOUR)).rejects.toThrow('could not find');
      expect(t.clock.now()).toEqual(t.clock.realNow());
    } finally {
      await t.close();
    }
  });
});
