import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadStories } from '../../seeds/demo/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

noBrowser()('a timetable of interviews, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let marcus: Visitor;
  let applicationId: string;

  beforeAll(async () => {
    t = await startTestApp();
    await loadStories(t.app, '2026-11-23');
    t.clock.setOffset(0);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
    const { rows } = await t.owner.query<{ id: string }>(
      `select a.id from application a join call c on c.id = a.call_id where c.short_name = 'Access Group' and a.name = 'Tom Price'`);
    applicationId = rows[0]!.id;
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  /** By its link, as somebody without JavaScript does, until the search is over. */
  async function checkAgain(): Promise<void> {
    for (let times = 0; times < 60 && await marcus.page.locator('#search').count() > 0; times += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await marcus.page.getByRole('link', { name: 'Check again' }).click();
    }
  }

  it('a resident says which half-days work', async () => {
    const tom = await journey.resident('tom@home.example');
    await tom.open(`/my/applications/${applicationId}/interview/times`);
    await tom.expectHeading('Which times work for you?');
    await tom.select('Wednesday 25 November 2026, morning', 'No');
    await tom.select('Friday 27 November 2026, morning', 'Best');
    await tom.press('Save');
    await tom.expectHeading('Resident Access Programme group');
  });

  it('somebody on the panel says when they can come', async () => {
    const iqbal = await journey.staff('Iqbal Rahman');
    await iqbal.open('/staff/availability');
    await iqbal.follow(/(Say|Change) what works/);
    await iqbal.write({ 'At most, how many half-days?': 'many' });
    await iqbal.press('Save');
    expect(await iqbal.errors()).toEqual(['Enter how many half-days you can do at most, from 1 to 60, or leave it empty']);
    await iqbal.write({ 'At most, how many half-days?': '4' });
    await iqbal.press('Save');
    await iqbal.expectText('You have answered');
  });

  it('a lead sets the old proposal aside, asks for another, reads it and releases it', async () => {
    marcus = await journey.staff('Marcus Osei');
    await marcus.open('/staff/interviews');
    await marcus.follow(/^Propose a timetable for Resident Access/);
    await marcus.expectText('all placed', 'Nothing is reserved and nobody is told until you release it');
    await marcus.press('Set it aside');
    await marcus.choose('Dana Whitfield');
    await marcus.press('Propose a timetable');
    await checkAgain();
    await marcus.expectText('3 people, all placed', 'New');
    await marcus.picture('timetable');
    await marcus.follow('Choose another time');
    await marcus.write({ 'When it starts': '11:59pm' });
    await marcus.press('Put them there');
    expect(await marcus.errors()).toEqual([expect.stringContaining('does not fit into the half-day')]);
    await marcus.follow('The timetable').catch(() => marcus.open('/staff/interviews').then(() => marcus.follow(/^Propose a timetable for Resident Access/)));
    await marcus.expectText('What people are told', '2 messages go: to everybody who is new or who moves');
    await marcus.follow(/^Add a note to all of them|^Say how people join, or add a note/);
    await marcus.write({ 'A note': 'Your interpreter is booked.' });
    await marcus.press('Save, and read the messages');
    expect(await marcus.errors()).toEqual(['“interpreter” can tell others what this person needs. Leave it out']);
    await marcus.write({ 'A note': 'The lift works again.' });
    await marcus.press('Save, and read the messages');
    await marcus.page.locator('summary', { hasText: 'Tom Price' }).click();
    await marcus.expectText('Does this time work?', 'The lift works again.');
    await marcus.follow(/^Add a note to Tom Price/);
    await marcus.write({ 'A note': 'See you soon.' });
    await marcus.press('Save, and read the messages');
    await marcus.expectText('Tom Price: new, with a note of their own');
    await marcus.press('I have read it');
    await marcus.press('Release the timetable');
    expect(await marcus.errors()).toEqual([]);
    await marcus.expectText('Released on');
    const { rows } = await t.owner.query<{ count: number }>(
      `select count(*)::int as count from booking b join application a on a.id = b.application_id join call c on c.id = a.call_id
       where c.short_name = 'Access Group' and b.state = 'live'`);
    expect(rows[0]!.count).toBe(3);
  });
});
