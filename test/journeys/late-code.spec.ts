import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { people } from '../../seeds/demo/people.js';
import { World } from '../../seeds/demo/world.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';
import { applicant, openCall, writeApplication, type OpenCall } from '../support/open-call.js';

const EMAIL = 'nadia@home.example';

noBrowser()('more time to apply, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let call: OpenCall;
  let nadia: Visitor;
  let code: string;

  beforeAll(async () => {
    t = await startTestApp();
    await people(new World(t.app, '2026-11-23'));
    t.clock.setOffset(0);
    call = await openCall(t);
    const early = await applicant(t, 'Amina Yusuf');
    await t.app.get(ApplicationsService).submit(early.actor, await writeApplication(t, call, early));
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });
  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  it('a resident writes, and does not send it in time: what she wrote is kept', async () => {
    nadia = await journey.visitor();
    await nadia.open(`/opportunities/${call.slug}/apply`);
    await nadia.write({ 'Your email address or mobile number': EMAIL });
    await nadia.press('Send me a code');
    await nadia.write({ 'The 6 numbers': await journey.codeFor(EMAIL) });
    await nadia.press('Continue');
    await nadia.press('Start now');
    await nadia.follow('About you');
    await nadia.write({ 'Your name': 'Nadia Haddad', Postcode: 'W6 9JT' });
    await nadia.choose('I live in the borough', 'No');
    await nadia.press('Save');
    await nadia.follow('Your answers');
    await nadia.write({ 'Which barriers do you meet?': 'Kerbs without a drop.' });
    await nadia.press('Save');

    await nadia.follow('Your answers');
    await journey.moveClock('2026-12-04', '12:01');
    await nadia.write({ 'Which barriers do you meet?': 'Kerbs without a drop. And doors.' });
    await nadia.press('Save');
    await nadia.expectHeading('We have kept what you wrote');
    await nadia.expectText('This came a little too late, so it was not saved.', 'Kerbs without a drop. And doors.', 'Talk to us.');
    await nadia.open('/my/applications');
    await nadia.follow('Planning Group');
    await nadia.expectHeading('We have kept what you wrote');
  });

  it('the access co-ordinator gives her a code on the phone', async () => {
    const priya = await journey.staff('Priya Shah');
    await priya.open('/staff/more-time');
    await priya.follow('Give a code');
    await priya.press('Make the code');
    expect(await priya.errors()).toEqual(['Choose the call', 'Enter a real date for the last day']);
    await priya.select('Call', 'Planning Group');
    await priya.write({ 'Who is it for?': 'Nadia Haddad' });
    await priya.writeDay('The last day to apply with it', '2027-01-11');
    await priya.press('Make the code');
    expect(await priya.errors()).toEqual(['It must be before the interviews, which start on Monday 11 January 2027']);
    await priya.writeDay('The last day to apply with it', '2026-12-11');
    await priya.press('Make the code');
    await priya.expectText('The code is made.', 'Nadia Haddad, Planning Group', 'Friday 11 December 2026, 5pm', '0 people');
    code = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await priya.page.locator('main').innerText())![0];
  });

  it('with it she goes on, sends, and answers the questions about equality she likes', async () => {
    await nadia.follow('Enter your code for more time');
    await nadia.write({ 'Your code': '7777-7777' });
    await nadia.press('Go on');
    expect(await nadia.errors()).toEqual(['That code is not right for this. Check it, or call or text us']);
    await nadia.write({ 'Your code': code.toLowerCase() });
    await nadia.press('Go on');
    await nadia.expectText('You have more time.', 'before Friday 11 December 2026, 5pm');
    await nadia.follow('Your answers');
    await nadia.write({ 'What would you change?': 'A drop at each kerb.' });
    await nadia.press('Save');
    await nadia.follow('What you need to take part');
    await nadia.press('Save');
    await nadia.follow('How to reach you');
    await nadia.choose(`By email to ${EMAIL}`);
    await nadia.press('Save');
    await nadia.follow('Check and send');
    await nadia.press('Send my application');
    await nadia.expectText('We have your application.', 'There is nothing you need to do now.');

    await nadia.follow('Answer a few questions about you');
    await nadia.answer('7. Do you see yourself as a Disabled person?', 'Yes');
    await nadia.answer('5. What is your religion or belief?', 'Prefer not to say');
    await nadia.press('Send my answers');
    await nadia.expectHeading('Thank you');
  });

  it('a lead sees no sign of it', async () => {
    const dana = await journey.staff('Dana Whitfield');
    await dana.open('/staff/applications');
    await dana.expectText('Amina Yusuf', 'Nadia Haddad');
    const words = async () => (await dana.page.locator('main').innerText()).toLowerCase();
    expect(await words()).not.toMatch(/december|more time|late|sent/);
    await dana.follow('Nadia Haddad');
    expect(await words()).not.toMatch(/december|more time|\blate|sent on/);
    await dana.open('/staff/more-time');
    await dana.expectText('Nobody has more time now.');
    expect(await words()).not.toContain('nadia');

    await dana.follow('Somebody got in touch before it closed');
    await dana.press('Save');
    expect(await dana.errors()).toEqual(['Choose the call', 'Enter the name of who got in touch', 'Choose how they got in touch',
      'Enter a real date for when they got in touch', 'Enter a time, like 3pm or 15:00']);
    await dana.select('Call', 'Planning Group');
    await dana.write({ 'Their name': 'Mary Okafor', 'At what time, in London?': '3pm', 'The email address': 'mary@home.example' });
    await dana.choose('By phone');
    await dana.writeDay('On what day?', '2026-12-20');
    await dana.press('Save');
    expect(await dana.errors()).toEqual(['It must be in the past']);
  });

  it('and of what people are, only numbers that are not small', async () => {
    const dana = await journey.staff('Dana Whitfield');
    await dana.open('/staff/equality');
    await dana.expectText('No figures yet.', 'Planning Group');
    await journey.moveClock('2027-01-11', '9am');
    await dana.open('/staff/equality');
    await dana.follow('Planning Group');
    await dana.expectText('Too few people answered this to show anything.');
  });
});
