import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadStories } from '../../seeds/demo/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

/** In the story of the Access Group, Sunita has an interview time, with extra time booked for her; Tom has none yet. */
noBrowser()('withdrawing while an interview is booked, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let sunita: Visitor;
  let tom: Visitor;
  let time: string;

  beforeAll(async () => {
    t = await startTestApp();
    await loadStories(t.app, '2026-11-23');
    t.clock.setOffset(0);
    await t.work();
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  const subjectsTo = async (address: string) =>
    (await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = $1 order by position`, [address])).rows.map(({ subject }) => subject);

  it('her time is taken, and nobody else is offered it', async () => {
    sunita = await journey.resident('sunita@home.example');
    await sunita.open('/my');
    const { rows: [interview] } = await t.owner.query<{ time: string }>(
      `select to_char(o.starts_at at time zone 'Europe/London', 'FMHH12') || case when extract(hour from o.starts_at) < 12 then 'am' else 'pm' end as time
       from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id join application a on a.id = b.application_id
       where b.state = 'live' and a.name = 'Sunita Rao'`);
    time = interview!.time;
    await sunita.expectText(time);
    tom = await journey.resident('tom@home.example');
    await tom.open('/my');
    await tom.follow('Go on');
    await tom.expectText('Times that are free');
    expect(await tom.page.locator('main').getByLabel(new RegExp(`, ${time}`)).count()).toBe(0);
  });

  it('she withdraws with one press after one question', async () => {
    await sunita.open('/my/applications');
    await sunita.follow('Resident Access Programme group');
    await sunita.follow(/Withdraw/);
    await sunita.expectText('interview');
    await sunita.press('Withdraw it');
    await sunita.expectText('Withdrawn');
    await sunita.open('/my');
    const main = await sunita.page.locator('main').innerText();
    expect(main).not.toContain('Interview booked');
    expect(await subjectsTo('sunita@home.example')).toEqual(expect.arrayContaining([expect.stringMatching(/^Your application is withdrawn \(ACCESS-/)]));
  });

  it('the time is free for Tom, both leads know, and the co-ordinator sees what to cancel', async () => {
    await tom.open('/my');
    await tom.follow('Go on');
    await tom.page.locator('main').getByLabel(new RegExp(`, ${time}|^${time}`)).first().check();
    await tom.press('Confirm this time');
    await tom.expectText('Your interview time is booked', time);

    for (const lead of ['dana@council.example', 'marcus@council.example']) {
      expect((await subjectsTo(lead)).filter((subject) => /interview|withdrawn/i.test(subject))).toHaveLength(1);
    }
    const priya = await journey.staff('Priya Shah');
    await priya.open('/staff/arrangements');
    await priya.expectText('To cancel', 'Extra time, for Sunita Rao');
    const { rows } = await t.owner.query(
      `select count(*)::int as live from booking b join application a on a.id = b.application_id where a.name = 'Sunita Rao' and b.state = 'live'`);
    expect(rows).toEqual([{ live: 0 }]);
  });

  it('every page on the way was fit for everybody', () => {
    expect(journey.checks.complaints).toEqual([]);
    expect(journey.checks.count).toBeGreaterThan(8);
  });
});
