import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadStories } from '../../seeds/demo/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

const JOANS_NUMBER = '07700 900461';

/** In the story of the Access Group, Tom and Joan are shortlisted and have no time yet; two are left on Thursday 26 November. */
noBrowser()('two people want one time, and what comes after, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let tom: Visitor;
  let joan: Visitor;
  let marcus: Visitor;
  let callId: string;
  const applications = new Map<string, string>();

  beforeAll(async () => {
    t = await startTestApp();
    await loadStories(t.app, '2026-11-23');
    t.clock.setOffset(0);
    await t.work();
    const { rows } = await t.owner.query<{ id: string; name: string; callId: string; personId: string }>(
      `select a.id, a.name, a.call_id as "callId", a.person_id as "personId" from application a join call c on c.id = a.call_id where c.short_name = 'Access Group'`);
    callId = rows[0]!.callId;
    for (const { id, name } of rows) applications.set(name, id);
    await t.owner.query(
      `insert into contact_point (id, person_id, kind, value, verified_at, created_at) values (gen_random_uuid(), $1, 'phone', '+447700900461', now(), now())`,
      [rows.find(({ name }) => name === 'Joan Fletcher')!.personId]);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  const own = (name: string) => `/my/applications/${applications.get(name)}`;
  const mailTo = async (address: string, template: string) => (await t.owner.query<{ subject: string; body: string }>(
    `select b.subject, b.body from demo_mailbox b join message m on m.id = b.message_id where b.address = $1 and m.template = $2 order by b.position`, [address, template])).rows;
  const bookings = async (name: string) => (await t.owner.query<{ id: string; state: string; sequence: number }>(
    `select id, state, sequence from booking where application_id = $1 order by booked_at`, [applications.get(name)])).rows;

  it('of two people who look at one time the first has it, and the other hears it kindly and takes another', async () => {
    tom = await journey.resident('tom@home.example');
    joan = await journey.resident('joan@home.example');
    await tom.open(own('Tom Price'));
    await joan.open(own('Joan Fletcher'));
    for (const one of [joan, tom]) await one.page.locator('main').getByLabel(/^Thursday 26 November 2026, 11:20am/).check();
    await joan.press('Confirm this time');
    await joan.expectText('Your interview time is booked', '11:20am', 'We hold this time for you, and confirm it as soon as everything is ready.');
    await tom.press('Confirm this time');
    expect(await tom.errors()).toEqual(['Somebody else has just taken that time. Please choose another.']);
    expect(await tom.page.locator('main').getByLabel(/11:20am/).count()).toBe(0);
    await tom.page.locator('main').getByLabel(/12:40pm/).check();
    await tom.press('Confirm this time');
    await tom.expectText('Your interview time is booked', '12:40pm');
  });

  it('he moves it: it is the same interview, and one message says what it was and what it is now', async () => {
    marcus = await journey.staff('Marcus Osei');
    await marcus.open(`/staff/calls/${callId}/rounds`);
    await marcus.follow('First interviews');
    await marcus.follow('Add times');
    await marcus.writeDay('Day', '2026-11-27');
    await marcus.write({ 'When the first one starts': '10am', 'Minutes for each interview': '40', 'How many, one after another': '3', 'Minutes between them': '20', 'How to join': 'We call you.' });
    await marcus.choose('By phone', 'Marcus Osei', 'Ruth Adeyemi', 'Dana Whitfield');
    await marcus.press('Add these times');
    expect(await marcus.errors()).toEqual([]);

    const [before] = await bookings('Tom Price');
    await tom.open(own('Tom Price'));
    await tom.follow('Choose another time');
    await tom.expectText('You have Thursday 26 November 2026, 12:40pm to 1:45pm now. It stays yours until you choose something else below.');
    await tom.page.locator('main').getByLabel(/^Friday 27 November 2026, 10am/).check();
    await tom.press('Save my choice');
    await tom.expectText('Your interview has its new time', 'Friday 27 November 2026, 10am');
    expect(await bookings('Tom Price')).toEqual([{ id: before!.id, state: 'live', sequence: before!.sequence + 1 }]);
    const letters = await mailTo('tom@home.example', 'interview-moved');
    expect(letters.map(({ subject }) => subject)).toEqual(['New time for your interview: Access Group']);
    expect(letters[0]!.body).toContain('It was: Thursday 26 November 2026, 12:40pm.');
    expect(letters[0]!.body).toContain('When: Friday 27 November 2026, 10am to 10:40am.');
  });

  it('none of the times work for him any more: he says which do, and a lead holds one that he says yes to', async () => {
    await tom.follow('Choose another time');
    await tom.choose('None of these work for me');
    await tom.write({ 'which days and times do': 'Friday, late in the morning' });
    await tom.press('Save my choice');
    await tom.expectText('Thank you for telling us. We look for other times and write to you.', 'You asked for other times');
    expect((await bookings('Tom Price')).map(({ state }) => state)).toEqual(['cancelled']);

    await marcus.open('/staff/interviews');
    await marcus.expectText('They wrote: “Friday, late in the morning”');
    await marcus.open(`/staff/calls/${callId}/rounds`);
    await marcus.follow('First interviews');
    await marcus.follow('Hold a time for Tom Price');
    await marcus.press('Hold this time');
    expect(await marcus.errors()).toEqual(['Choose a time']);
    await marcus.page.locator('main').getByLabel(/^Friday 27 November 2026, 12pm|^Friday 27 November 2026, midday/).check();
    await marcus.press('Hold this time');
    await marcus.expectText('The time is held. We ask them whether it works.', 'Held for their answer');

    await tom.open(own('Tom Price'));
    await tom.expectText('Does this time work for you?', 'We hold it for you until the end of');
    await tom.press('Yes, this time works');
    await tom.expectText('Thank you. The time is yours.', 'confirm it as soon as everything is ready');
    await marcus.open('/staff/interviews');
    expect(await marcus.page.locator('main').innerText()).not.toContain('They wrote');
  });

  it('a lead cancels late: it is paid, in words that say what for', async () => {
    await marcus.open('/staff/interviews');
    await marcus.follow('Change the interview with Joan Fletcher');
    await marcus.follow('Cancel the interview');
    await marcus.expectText('They are paid 100 per cent of the fee for it');
    await marcus.press('Cancel this interview');
    expect(await marcus.errors()).toHaveLength(1);
    await marcus.write({ 'Why?': 'The lift does not work' });
    await marcus.press('Cancel this interview');
    await marcus.expectText('The interview is cancelled. We are telling them that they can choose another time.');

    await joan.open('/my');
    await joan.expectText('For the interview on Thursday 26 November 2026.');
    await joan.open('/my/payments');
    await joan.expectText('For the Access Group interview on Thursday 26 November 2026, which did not go ahead.');
    await joan.follow(/Check it now/);
    await joan.expectText('The Access Group interview on Thursday 26 November 2026, which did not go ahead', 'You kept that time free for us', 'Do you want to be paid for this interview?');
    expect(await joan.page.locator('main').innerText()).not.toMatch(/meeting/);
    const [letter] = await mailTo('joan@home.example', 'claim-drafted');
    expect(letter!.body).toContain('for the Access Group interview on Thursday 26 November 2026, which did not go ahead');
  });

  it('another time is held for her, and her text says yes', async () => {
    await marcus.open(`/staff/applications/${applications.get('Joan Fletcher')}/interview`);
    await marcus.page.locator('main').getByLabel(/^Friday 27 November 2026, 11am/).check();
    await marcus.press('Hold this time');
    await marcus.open('/staff/replies');
    await marcus.follow('Enter a text that came in');
    await marcus.press('Enter this text');
    expect(await marcus.errors()).toHaveLength(2);
    await marcus.write({ 'The number it came from': JOANS_NUMBER, 'What it says': 'yes, if my sister can come too' });
    await marcus.press('Enter this text');
    await marcus.expectText('The text is kept. Read it and call them.', 'yes, if my sister can come too', 'Joan Fletcher');
    await marcus.press(/^Done/);
    await marcus.follow('Enter a text that came in');
    await marcus.write({ 'The number it came from': JOANS_NUMBER, 'What it says': 'YES' });
    await marcus.press('Enter this text');
    await marcus.expectText('The text said yes. The time is agreed.');
    await joan.open(own('Joan Fletcher'));
    await joan.expectText('Friday 27 November 2026, 11am', 'confirm it as soon as everything is ready');
  });

  it('on the day somebody is late, and says so; what followed stands where it is decided', async () => {
    await journey.moveClock('2026-11-27', '10:50am');
    joan = await journey.resident('joan@home.example');
    await joan.open(own('Joan Fletcher'));
    await joan.select('Are you running late?', '10');
    await joan.press('I am running late');
    await joan.expectText('Thank you. We have told the people you meet. Take your time.');
    marcus = await journey.staffAgain('Marcus Osei');
    await marcus.open('/staff/interviews');
    await marcus.follow('Change the interview with Joan Fletcher');
    await marcus.expectText('They are running late: about 10 minutes.');
    await marcus.select('About how many minutes?', '15');
    await marcus.press('Tell them that we are late');
    expect((await mailTo('tom@home.example', 'interview-running-late')).map(({ body }) => body).join()).toContain('15 minutes');

    await journey.moveClock('2026-11-27', '11:45am');
    marcus = await journey.staffAgain('Marcus Osei');
    const [, held] = await bookings('Joan Fletcher');
    await marcus.open(`/staff/interviews/${held!.id}`);
    await marcus.press('They came');
    await marcus.open(`/staff/interviews/${held!.id}`);
    await marcus.press('Another interview');
    await marcus.expectText('Written down: another interview.');
    await marcus.follow('Their application');
    await marcus.expectText('What followed from interviews', 'First interviews, Friday 27 November 2026: Another interview.');
  });

  it('a second round is for those whom the leads choose', async () => {
    await marcus.open(`/staff/calls/${callId}/rounds`);
    await marcus.page.locator('summary', { hasText: 'Add a round' }).click();
    await marcus.press('Add this round');
    expect((await marcus.errors()).length).toBeGreaterThan(0);
    await marcus.writeDay('First day', '2026-11-30');
    await marcus.writeDay('Last day', '2026-12-04');
    await marcus.press('Add this round');
    await marcus.expectText('The round is added. Now choose who you meet again.');
    await marcus.press('Put them in this round');
    expect(await marcus.errors()).toHaveLength(1);
    await marcus.choose('Joan Fletcher');
    await marcus.press('Put them in this round');
    await marcus.expectText('They are in this round. We tell each of them.');
    await joan.open(own('Joan Fletcher'));
    await joan.expectText('Choose your interview time');
  });

  it('every page on the way was fit for everybody', () => {
    expect(journey.checks.complaints).toEqual([]);
    expect(journey.checks.count).toBeGreaterThan(25);
  });
});
