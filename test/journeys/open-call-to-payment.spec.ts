import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ground } from '../../seeds/demo/ground.js';
import { people } from '../../seeds/demo/people.js';
import { World } from '../../seeds/demo/world.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

const EMAIL = 'nadia@home.example';
const MOBILE = '07700 900123';
const NUMBER = '+447700900123';

/** The checklist, and what some of its questions ask besides a reason. */
const GATES: [string, ((who: Visitor) => Promise<unknown>)?][] = [
  ['Is the decision still open?'], ['Is there money, and whose is it?'], ['Has finance decided the tax route?'],
  ['Do the Easy Read and BSL versions come before it opens?', async (who) => {
    await who.writeDay('The day the Easy Read version comes', '2026-11-20');
    await who.writeDay('The day the BSL version comes', '2026-11-20');
  }],
  ['Do the dates leave time to arrange what people need?'], 
  ['Are interpreters reserved for the interview days?', (who) => who.choose('No interpreter could be had for these days')],
  ['Is the person specification, or the terms of reference, signed off?'],
  ['Who decided it with us?', (who) => who.choose('Ruth Adeyemi')],
];

noBrowser()('from an open call to a paid member, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let dana: Visitor;
  let nadia: Visitor;

  beforeAll(async () => {
    t = await startTestApp();
    const world = new World(t.app, '2026-11-23');
    await ground(world, await people(world));
    t.clock.setOffset(0);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  it('a lead drafts the call, and publishes it with a Disabled resident', async () => {
    dana = await journey.staff('Dana Whitfield');
    await dana.expectHeading('What needs doing');
    for (const path of ['/staff/calls', '/staff/applications', '/staff/interviews', '/staff/groups', '/staff/budget', '/staff/messages']) await dana.open(path);
    await dana.open('/staff/calls/new');
    await dana.press('Save');
    expect(await dana.errors()).toContain('Enter a title');
    await dana.select('The group people would join', 'Disability Forum Planning Group');
    await dana.write({
      Title: 'Disability Forum Planning Group', 'Neutral short name': 'Planning Group', 'Letters that references start with': 'PLAN',
      Summary: 'Help make new homes, buildings and open space work for everyone.',
      'What you would do': 'You look at planning applications (this means plans that builders send to the council).',
      'Who we are looking for': 'Disabled people who live, study, work or volunteer in the borough.',
      'What people are paid': '20', 'Disabled residents': '5',
      'The time it opens': '9am', 'The time it closes': 'midday',
    });
    await dana.page.locator('#timeCommitment').fill('12 meetings a year, up to 3 hours each');
    await dana.choose('Hour, in started quarter hours');
    await dana.writeDay('The day it opens', '2026-11-23');
    await dana.writeDay('The day it closes', '2027-02-30');
    await dana.writeDay('The first day of interviews', '2027-01-11');
    await dana.writeDay('The last day of interviews', '2027-01-15');
    await dana.writeDay('The day of the first meeting', '2027-02-11');
    await dana.press('Save');
    expect(await dana.errors()).toEqual(['Enter a real date for when it closes']);
    await dana.writeDay('The day it closes', '2026-12-04');
    await dana.press('Save');
    await dana.expectHeading('Questions of the call');
    await dana.press('Add the question');
    expect(await dana.errors()).toEqual(['Enter the question']);
    await dana.write({ Question: 'Which barriers do you meet?', 'The most words an answer may have': '20' });
    await dana.press('Add the question');
    await dana.follow('Go on to the call');
    await dana.follow('Preview');
    await dana.expectText('This is a preview', 'Friday 4 December 2026, midday', '£20 an hour', '5 Disabled residents');
    await dana.follow('Back to the draft');
    for (const [gate, more] of GATES) {
      await dana.open('/staff/calls');
      await dana.follow('Disability Forum Planning Group');
      await dana.follow('Checklist');
      await dana.follow(`Answer ${gate}`);
      await more?.(dana);
      await dana.write({ 'How do you know?': 'We asked, and it is so.' });
      await dana.press('Save my answer');
    }
    await dana.press('Ask for approval');
    await dana.expectText('It waits for approval by a second person.', 'Waiting for approval');
    const ruth = await journey.staff('Ruth Adeyemi');
    await ruth.open('/staff/calls');
    await ruth.follow('Disability Forum Planning Group');
    await ruth.follow('Read and approve');
    await ruth.press('Approve and publish');
    await ruth.expectText('The call is published.', 'Dana Whitfield and Ruth Adeyemi');
  });

  it('a resident finds it, signs in with a code and applies, saying what she needs', async () => {
    nadia = await journey.visitor();
    await nadia.open('/');
    await nadia.picture('home');
    for (const path of ['/story', '/help', '/formats', '/accessibility', '/privacy', '/opportunities']) await nadia.open(path);
    await nadia.follow('Disability Forum Planning Group');
    await nadia.expectText('Ruth Adeyemi, a Disabled resident, decided this call together with Dana Whitfield from the council.');
    await nadia.picture('opportunity');
    await nadia.follow('Apply now');
    await nadia.expectHeading('Sign in or start');
    await nadia.write({ 'Your email address or mobile number': 'nadia' });
    await nadia.press('Send me a code');
    expect(await nadia.errors()).toHaveLength(1);
    await nadia.write({ 'Your email address or mobile number': EMAIL });
    await nadia.press('Send me a code');
    await nadia.write({ 'The 6 numbers': '12' });
    await nadia.press('Continue');
    expect(await nadia.errors()).toEqual(['Enter the 6 numbers we sent you']);
    await nadia.write({ 'The 6 numbers': await journey.codeFor(EMAIL) });
    await nadia.press('Continue');
    await nadia.expectHeading('Apply: Disability Forum Planning Group');
    await nadia.press('Start now');
    await nadia.picture('application-tasks');

    await nadia.follow('About you');
    await nadia.write({ 'Your name': 'Nadia Haddad', 'Your postcode': 'nowhere' });
    await nadia.press('Save and go on');
    expect(await nadia.errors()).toEqual(['Enter a real postcode, like W6 9JT', 'Tick at least one', 'Say yes or no. Both are fine']);
    await nadia.write({ 'Your postcode': 'w6 9jt' });
    await nadia.choose('I live in the borough', 'No');
    await nadia.press('Save and go on');

    await nadia.follow('Your answers');
    await nadia.write({ 'Which barriers do you meet?': 'word '.repeat(21) });
    await nadia.press('Save and go on');
    expect(await nadia.errors()).toEqual(['Your answer must have 20 words or fewer. It has 21.']);
    await nadia.write({ 'Which barriers do you meet?': 'Kerbs without a drop. I use a wheelchair.' });
    await nadia.press('Save and go on');

    await nadia.follow('What you need to take part');
    await nadia.choose('British Sign Language (BSL) interpreter', 'Extra time');
    await nadia.press('Save and go on');

    await nadia.follow('How to reach you');
    await nadia.follow('Add another email address or mobile number');
    await nadia.write({ 'An email address or mobile number': MOBILE });
    await nadia.press('Send me a code');
    await nadia.write({ 'The 6 numbers': await journey.codeFor(NUMBER) });
    await nadia.press('Continue');
    await nadia.choose(`By text to ${MOBILE}`);
    await nadia.press('Save and go on');

    await nadia.follow('Check and send');
    await nadia.expectText('Nadia Haddad', 'W6 9JT', 'Kerbs without a drop', 'British Sign Language (BSL) interpreter; Extra time', `By text to ${MOBILE}`);
    await nadia.press('Send my application');
    await nadia.expectText('We have your application.', 'There is nothing you need to do now.', 'BSL');
    await nadia.open('/my');
    await nadia.open('/my/applications');
    await nadia.open('/my/access');
    await nadia.open('/my/groups');
    await nadia.open('/my/payments');
  });

  it('the access co-ordinator starts arranging; nobody who chooses can tell', async () => {
    const priya = await journey.staff('Priya Shah');
    await priya.open('/staff/arrangements');
    await priya.expectText('British Sign Language (BSL) interpreter, for Nadia Haddad');
    await priya.press('I have seen it');
    await dana.open('/staff/arrangements');
    await dana.expectHeading('You can’t see this page');
  });

  it('after it has closed she is shortlisted with a resident, told by text, and chooses a time', async () => {
    await journey.moveClock('2026-12-11', '12:30');
    await nadia.open('/opportunities');
    await dana.open('/staff');
    await dana.picture('staff-home');
    await dana.follow('Nadia Haddad');
    for (const word of ['BSL', 'interpreter', 'Extra time', 'access', 'adjust']) expect(await dana.page.locator('main').innerText()).not.toContain(word);
    await dana.press('Save the decision');
    expect(await dana.errors()).toContain('Choose what you decided');
    await dana.choose('Shortlist for an interview', 'Ruth Adeyemi');
    await dana.write({ 'Why?': 'Knows barriers in open space from her own life.' });
    await dana.press('Save the decision');
    await nadia.open('/my/applications');
    await nadia.expectText('Being considered');
    await dana.press('Send them the message');
    await dana.open(new URL(dana.page.url()).pathname);
    await dana.expectText('Told Friday 11 December 2026, 12:30pm');

    await dana.open('/staff/interviews');
    await dana.follow('Add times');
    await dana.press('Add these times');
    expect((await dana.errors()).length).toBeGreaterThan(2);
    await dana.writeDay('Day', '2027-01-14');
    await dana.write({ 'When the first one starts': '10am', 'Minutes for each interview': '70', 'How many, one after another': '2', 'Minutes between them': '20' });
    await dana.choose('In person', 'Dana Whitfield', 'Ruth Adeyemi', 'Iqbal Rahman');
    await dana.select('Room, if you meet in person', 'Town Hall, room 3');
    await dana.press('Add these times');
    expect(await dana.errors()).toEqual([]);

    await nadia.open('/my');
    await nadia.follow('Go on');
    await nadia.press('Confirm this time');
    expect(await nadia.errors()).toHaveLength(1);
    await nadia.open('/my/applications');
    await nadia.follow('Disability Forum Planning Group');
    await nadia.picture('choose-a-time');
    await nadia.picture('choose-a-time-narrow', 360);
    await nadia.choose('Thursday 14 January 2027, 10am to 11:10am');
    await nadia.press('Confirm this time');
    await nadia.open('/my/applications');
    await nadia.follow('Disability Forum Planning Group');
    await nadia.expectText('Your interview', 'Thursday 14 January 2027, 10am to 11:10am', 'Town Hall, room 3');
    const priya = await journey.staff('Priya Shah');
    await priya.open('/staff/arrangements');
    await priya.expectText('Thursday 14 January 2027, 10am');
  });

  it('she is offered a place, takes it, and becomes a member', async () => {
    await journey.moveClock('2027-01-14', '3pm');
    await dana.open('/staff/interviews');
    await dana.press(/^They came/);
    await dana.open('/staff/applications');
    await dana.follow('Nadia Haddad');
    await dana.choose('Offer a place', 'Disabled resident', 'Iqbal Rahman');
    await dana.write({ 'Why?': 'The panel was of one mind.' });
    await dana.press('Save the decision');
    await dana.press('Send them the message');

    await nadia.open('/my');
    await nadia.follow('Go on');
    await nadia.expectText('We would like to offer you a place', '£20 an hour', 'Payment may affect benefits');
    await nadia.choose('Yes, I take the place');
    await nadia.press('Send my answer');
    await nadia.expectText('You are a member of Disability Forum Planning Group');
    await nadia.open('/my/groups');
    await nadia.expectText('Disability Forum Planning Group', '£20 an hour');
  });

  it('she comes to a meeting and finance pays her, each step by somebody else', async () => {
    await dana.open('/staff/groups/disability-forum-planning-group');
    await dana.expectText('Nadia Haddad');
    await dana.follow('Plan a meeting');
    await dana.press('Plan this meeting');
    expect((await dana.errors()).length).toBeGreaterThan(1);
    await dana.write({ 'What the meeting is about': 'Plans for the high street' });
    await dana.writeDay('Day', '2027-02-11');
    await dana.write({ Starts: '2pm', Ends: '4.10pm' });
    await dana.choose('In person');
    await dana.select('Room', 'Civic Campus, garden room');
    await dana.press('Plan this meeting');
    expect(await dana.errors()).toEqual([]);
    await dana.open('/staff/budget');
    await dana.expectText('£45.00');

    await journey.moveClock('2027-02-11', '5pm');
    await dana.open('/staff/groups/disability-forum-planning-group');
    await dana.follow(/Thursday 11 February 2027/);
    await dana.follow('Record whether Nadia Haddad came');
    await dana.press('Save');
    expect(await dana.errors()).toHaveLength(1);
    await dana.choose('Came, for the whole meeting');
    await dana.press('Save');
    await dana.expectText('2 hours 10 minutes');

    await nadia.open('/my');
    await nadia.follow('See the payment');
    await nadia.follow('Add your bank details');
    await nadia.press('Save');
    expect((await nadia.errors()).length).toBeGreaterThan(1);
    await nadia.write({ 'Name on the account': 'N Haddad', 'Sort code': '08-99-99', 'Account number': '66374958' });
    await nadia.press('Save');
    await nadia.open('/my/payments');
    await nadia.follow(/Check it now/);
    await nadia.expectHeading('Your payment of £45.00 for Thursday 11 February 2027');
    await nadia.picture('payment');
    await nadia.press('Send my answer');
    expect(await nadia.errors()).toHaveLength(1);
    await nadia.page.locator('#answer').check();
    await nadia.press('Send my answer');

    const helen = await journey.staff('Helen Marsh');
    await helen.open('/staff/claims');
    await helen.page.locator('main table a').first().click();
    await helen.press('Approve £45.00');
    const kwame = await journey.staff('Kwame Boateng');
    await kwame.open('/staff/runs');
    await kwame.press('Build a run');
    const lucy = await journey.staff('Lucy Tran');
    await lucy.open('/staff/runs');
    await lucy.page.locator('main table a').first().click();
    await lucy.press('Release this run');
    await lucy.press('Make the payment file');
    await lucy.picture('payment-run');
    await lucy.press('The bank has paid it');
    await nadia.open('/my/payments');
    await nadia.expectText('£45.00', 'Paid', 'ending 58');
    await dana.open('/staff/budget');
    await dana.expectText('£39,955');
    await dana.picture('budget');
    const sian = await journey.staff('Siân Price');
    await sian.open('/staff/audit');
    await sian.expectText('Unbroken');
  });

  it('each step reached her, once and in order', async () => {
    const { rows } = await t.owner.query<{ template: string; channel: string }>(
      `select m.template, b.channel from demo_mailbox b join message m on m.id = b.message_id
       where b.address in ($1, $2) order by b.position`, [EMAIL, NUMBER]);
    expect(rows.map(({ template, channel }) => `${template} by ${channel}`)).toEqual([
      'sign-in by email', 'sign-in by text', 'application-received by text', 'decision by text', 'interview-more-times by text',
      'access-check by text', 'interview-booked by text', 'decision by text', 'membership-started by text', 'access-check by text',
      'meeting-planned by text', 'claim-drafted by text',
      'bank-details-changed by text', 'claim-paid by text',
    ]);
    const mailbox = await journey.visitor();
    await mailbox.open(`/demo/mailbox?to=${encodeURIComponent(NUMBER)}`);
    await mailbox.picture('mailbox');
    const letter = await journey.newestMessage(NUMBER);
    await letter.expectText('£45.00');
  });

  it('every page on the way was fit for everybody', () => {
    expect(journey.checks.complaints).toEqual([]);
    expect(journey.checks.count).toBeGreaterThan(60);
  });
});
