import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ground } from '../../seeds/demo/ground.js';
import { people } from '../../seeds/demo/people.js';
import { planningCall } from '../../seeds/demo/planning-group.js';
import { publishCall } from '../../seeds/demo/calls.js';
import { World } from '../../seeds/demo/world.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

noBrowser()('applying by phone, with no email and no mobile', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let dana: Visitor;

  beforeAll(async () => {
    t = await startTestApp();
    const world = new World(t.app, '2026-11-23');
    const folk = await people(world);
    const { planning } = await ground(world, folk);
    t.clock.setOffset(0);
    await publishCall(world, folk.dana, folk.ruth, {
      ...planningCall(planning), opensOn: '2026-11-23', opensTime: '09:00', closesOn: '2026-12-11', closesTime: '12:00',
      interviewsFrom: '2027-01-13', interviewsTo: '2027-01-15', firstMeetingOn: '2027-02-01',
    }, [{ text: 'Which barriers do you meet?', wordLimit: 50 }]);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  const finish = async (visitor: Visitor) => {
    await visitor.page.getByRole('button', { name: 'Finish' }).click();
    await visitor.page.waitForLoadState('domcontentloaded');
  };

  it('a lead looks for Mary from the call, and writes her down', async () => {
    dana = await journey.staff('Dana Whitfield');
    await dana.open('/staff/calls');
    await dana.follow('Disability Forum Planning Group');
    await dana.follow('Enter an application for somebody');
    await dana.expectHeading('People');
    await dana.write({ 'Name, telephone number': 'mary o' });
    await dana.press('Find');
    await dana.expectText('1 person found', 'Mary Okafor');
    await dana.follow('Write down a new person');
    await dana.press('Save');
    expect(await dana.errors()).toEqual(['Enter their name', 'Read it back to them first, and tick that you did']);
    await dana.write({ 'Their name': 'Mary Okafor', 'Their postcode': 'w12 8aa' });
    await dana.choose('I read it back to them, and it is right');
    await dana.press('Save');
    expect(await dana.errors()).toEqual(['Enter at least one way to reach them']);
    await dana.write({ 'Telephone number to call': '020 7946 0123' });
    await dana.press('Save');
    expect(await dana.errors()).toEqual(['Look first if one of these people is meant']);
    await dana.expectText('Mary Okafor, W6 9JT', 'mary@home.example');
    await dana.choose('No, this is somebody else');
    await dana.press('Save');
    await dana.expectHeading('Mary Okafor');
    await dana.expectText('020 7946 0123');
  });

  it('enters what she says, without seeing what she does not need to', async () => {
    await dana.press('Start');
    expect(await dana.errors()).toEqual(['Choose how they are telling you']);
    await dana.choose('By phone');
    await dana.press('Start');
    expect(await dana.page.locator('.al-helping').innerText()).toContain('You are entering this for Mary Okafor, by phone.');
    await dana.press('Start now');
    await dana.follow('About you');
    await dana.choose('I live in the borough', 'No');
    await dana.press('Save and go on');
    await dana.follow('Your answers');
    await dana.write({ 'Which barriers do you meet?': 'Buses leave before I sit down.' });
    await dana.press('Save and go on');
    await dana.follow('What you need to take part');
    await dana.expectText('What they told us before is not shown here');
    await dana.choose('They would rather talk with the access co-ordinator, who calls them back about this', 'Extra time');
    await dana.press('Save and go on');
    await dana.follow('What you need to take part');
    expect(await dana.page.locator('input[name="needs"]:checked').count()).toBe(0);
    await dana.open((new URL(dana.page.url()).pathname).replace('/access', '/contact'));
    await dana.choose('By a call to 020 7946 0123');
    await dana.press('Save and go on');
    await dana.picture('entering-by-phone');
  });

  it('is kept from what is Mary’s alone, and from the staff pages', async () => {
    const tasks = new URL(dana.page.url()).pathname;
    for (const path of ['/my', '/my/payments', '/my/access', '/my/contacts/new', '/my/supporters', '/staff/applications']) {
      await dana.open(path);
      await dana.expectHeading('Only Mary Okafor can do this');
    }
    await dana.open(tasks);
  });

  it('reads it back before it is sent', async () => {
    await dana.follow('Check and send');
    await dana.expectText('Buses leave before I sit down.', 'Answered. Only the access co-ordinator sees it.', 'By a call to 020 7946 0123');
    expect(await dana.page.locator('main').innerText()).not.toContain('Extra time');
    await dana.press('Send the application');
    expect(await dana.errors()).toEqual(['Read it back to them first, and tick that they agree']);
    await dana.choose('I read it back, and they agree');
    await dana.press('Send the application');
    await dana.expectText('It is sent.', 'Entered with you by Dana Whitfield, by phone, on Monday 23 November 2026.');
    expect(await dana.page.locator('main').innerText()).not.toContain('Extra time');
    await finish(dana);
    await dana.expectHeading('Mary Okafor');
    const { rows } = await t.owner.query(
      `select a.channel, a.read_back_at is not null as "readBack", r.name as by from application a join person r on r.id = a.read_back_by`);
    expect(rows).toEqual([{ channel: 'phone', readBack: true, by: 'Dana Whitfield' }]);
  });

  it('has the confirmation told by a call, and says when nobody answered', async () => {
    await dana.open('/staff');
    await dana.follow('1 person to call or write to');
    await dana.expectText('Mary Okafor: We have your application', '020 7946 0123', 'Thank you for applying to Planning Group.');
    await dana.picture('people-to-call');
    await dana.press('No answer');
    await dana.expectText('1 time, last on Monday 23 November 2026');
    const [pdf] = await Promise.all([dana.page.waitForEvent('download'), dana.page.getByRole('link', { name: /PDF, 18 point/ }).click()]);
    expect(pdf.suggestedFilename()).toBe('letter-18pt.pdf');
    await dana.press('I told them');
    await dana.expectText('Noted: they know.', 'Nobody. When there is news for somebody who likes a call');
  });

  it('leaves what Mary needs to the access co-ordinator', async () => {
    const priya = await journey.staff('Priya Shah');
    await priya.expectText('person to call about what they need');
    await priya.open('/staff/arrangements');
    await priya.expectText('They would like to talk with you', 'Mary Okafor', '020 7946 0123', 'Extra time, for Mary Okafor');
    await priya.follow('Enter what they say (Mary Okafor)');
    await priya.choose('By phone');
    await priya.press('Start');
    await priya.expectHeading('Your applications');
    await finish(priya);
    await priya.open('/staff/arrangements');
    await priya.press('We have talked');
    await priya.expectText('Marked as done.');
  });

  it('hears the decision by a call, and only then is it told', async () => {
    await journey.moveClock('2026-12-14', '10am');
    await dana.open('/staff/applications');
    await dana.follow('Mary Okafor');
    const id = new URL(dana.page.url()).pathname.split('/').at(-1)!;
    await dana.choose('Not this time', 'Ruth Adeyemi');
    await dana.page.locator('#reason').fill('Others knew the bus stops better.');
    await dana.press('Save the decision');
    await dana.press('Send them the message');
    const decision = async () => (await t.owner.query<{ state: string }>(`select state from decision where application_id = $1`, [id])).rows.map(({ state }) => state);
    expect(await decision()).toEqual(['applied']);
    await dana.open('/staff/messages/to-do');
    await dana.expectText('Mary Okafor: About your application', 'Others knew the bus stops better.');
    await dana.press('I told them');
    expect(await decision()).toEqual(['told']);
  });

  it('needed no sign-in, no email and no text, and every page was fit for everybody', async () => {
    const { rows } = await t.owner.query(
      `select m.channel, m.state from message m join person p on p.id = m.person_id where p.postcode = 'W12 8AA' order by m.id`);
    expect(rows).toEqual([{ channel: 'call', state: 'sent' }, { channel: 'call', state: 'sent' }]);
    const sessions = await t.owner.query(`select from session s join person p on p.id = s.person_id where p.postcode = 'W12 8AA'`);
    expect(sessions.rows).toEqual([]);
    expect(journey.checks.complaints).toEqual([]);
  });
});
