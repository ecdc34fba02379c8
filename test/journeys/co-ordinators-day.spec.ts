import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadStories } from '../../seeds/demo/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

noBrowser()('a co-ordinator’s day, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let priya: Visitor;
  let dana: Visitor;

  beforeAll(async () => {
    t = await startTestApp();
    await loadStories(t.app, '2026-11-23');
    t.clock.setOffset(0);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
    priya = await journey.staff('Priya Shah');
    dana = await journey.staff('Dana Whitfield');
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  it('begins with what is late, and books somebody for it', async () => {
    await priya.open('/staff/arrangements');
    await priya.expectText('Overdue, so at risk', 'Speech-to-text reporter');
    const { rows } = await t.owner.query<{ id: string }>(
      `select a.id from arrangement a join meeting m on m.occasion_id = a.occasion_id where a.kind_code = 'speech-to-text'`);
    await priya.open(`/staff/arrangements/${rows[0]!.id}`);
    await priya.expectText('At risk', 'Call her on Thursday', 'Nobody is booked yet.', 'Free then');
    await priya.picture('arrangement');
    await priya.press('Book them');
    expect(await priya.errors()).toEqual(['Choose who comes']);
    await priya.choose('Inês Carvalho');
    await priya.press('Book them');
    await priya.expectText('They are booked.', '£120.00', 'Tell them yourself', '100%');
    await priya.open('/staff/arrangements');
    await priya.expectText('Suppliers to tell (2)', 'Tell them that they are booked');
    await priya.press('I have told them');
    await priya.expectText('Marked as told.');
    await priya.picture('co-ordinators-day');
  });

  it('a meeting can’t be moved to a day that comes too soon; the first safe one is one press away', async () => {
    const { rows } = await t.owner.query<{ id: string }>(
      `select o.id from meeting m join occasion o on o.id = m.occasion_id where o.starts_at > $1`, [t.clock.now()]);
    await dana.open(`/staff/groups/disabled-residents-team/meetings/${rows[0]!.id}`);
    await dana.follow('Move this meeting');
    await dana.writeDay('Day', '2026-12-14');
    await dana.press('Move this meeting');
    expect(await dana.errors()).toEqual([
      'This day leaves too little time to arrange what people need. The first day that is safe for everybody is Monday 21 December 2026',
    ]);
    await dana.picture('too-soon');
    await dana.press('Use Monday 21 December 2026');
    await dana.expectText('The meeting is moved.', 'Monday 21 December 2026');
  });

  it('what was booked for the old day is cancelled, at the fee of today', async () => {
    await priya.open('/staff/arrangements');
    await priya.expectText('Suppliers to tell (', 'Cancel with them', 'Inês Carvalho', 'Fee if you cancel today', '100%');
    await priya.follow('Inês Carvalho');
    await priya.expectText('The day or the time has changed', 'Not needed any more');
  });

  it('an earlier day takes a reason and everybody’s yes, which each of them can deny', async () => {
    await dana.open('/staff/groups/disabled-residents-team/meetings/new');
    await dana.write({ 'What the meeting is about': 'The inspector’s visit', Starts: '10am', Ends: '11am' });
    await dana.writeDay('Day', '2026-12-02');
    await dana.choose('By video');
    await dana.press('Plan this meeting');
    await dana.write({ 'Why it can’t be later': 'The inspector comes that day.' });
    await dana.choose('Ruth Adeyemi', 'Kofi Asante');
    await dana.writeDay('The day you spoke with them', '2026-11-20');
    await dana.press('Plan this meeting');
    expect(await dana.errors()).toEqual(['Everybody has to agree to it first. Speak with each of them, then tick their names']);
    await dana.choose('Iqbal Rahman');
    await dana.press('Plan this meeting');
    await dana.expectText('The meeting is planned.');
    const iqbal = await journey.resident('iqbal@home.example');
    await iqbal.open('/my/dates');
    await iqbal.expectText('Dana Whitfield wrote that they spoke with you', 'The inspector comes that day.');
    await iqbal.press('I did not agree');
    await iqbal.expectText('An access co-ordinator will speak with you.');
    await priya.open('/staff/arrangements');
    await priya.expectText('Dates they did not agree to (1)', 'Iqbal Rahman');
    await priya.press('We have talked');
    await priya.expectText('Marked as done.');
  });

  it('interpreters are reserved for a call, and a supplier is added with what they cost', async () => {
    const { rows } = await t.owner.query<{ id: string }>(`select id from call where short_name = 'Planning Group'`);
    await dana.open(`/staff/calls/${rows[0]!.id}/interpreters`);
    await dana.expectText('Meera Joshi', 'Callum Byrne');
    await dana.press('Reserve them');
    expect(await dana.errors()).toEqual(['Choose an interpreter', 'Choose at least one half-day']);
    await dana.choose('Meera Joshi');
    await dana.page.locator('input[name="times"]').nth(2).check();
    await dana.press('Reserve them');
    await dana.expectText('They are reserved.');
    await dana.picture('reserve-interpreters');
    await priya.open('/staff/suppliers');
    await priya.follow('Add a supplier');
    await priya.press('Save');
    expect(await priya.errors()).toEqual(['Enter a name', 'Choose what they do']);
    await priya.write({ Name: 'Nia Rees', 'Registration number': '1071122', 'Who keeps the register': 'NRCPD' });
    await priya.choose('Lipspeaker');
    await priya.press('Save');
    await priya.write({ 'New rate, in pounds': '45' });
    await priya.writeDay('From which day on', '2026-11-01');
    await priya.press('Add the rate');
    await priya.expectText('£45.00 for an hour', 'NRCPD 1071122', 'In use');
  });
});
