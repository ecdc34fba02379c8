import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ground } from '../../seeds/demo/ground.js';
import { people } from '../../seeds/demo/people.js';
import { publishCall } from '../../seeds/demo/calls.js';
import { World } from '../../seeds/demo/world.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

const EMAIL = 'reader@home.example';

noBrowser()('finding a call, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let dana: Visitor;
  let reader: Visitor;
  let callId: string;
  let link: string;

  beforeAll(async () => {
    t = await startTestApp();
    const world = new World(t.app, '2026-11-23');
    const folk = await people(world);
    const { planning } = await ground(world, folk);
    t.clock.setOffset(0);
    const call = {
      title: 'Disability Forum Planning Group', shortName: 'Planning Group', referencePrefix: 'PLAN', groupId: planning,
      summary: 'Help make new homes, buildings and open space work for everyone.',
      whatYouWouldDo: 'You look at plans that builders send to the council.', whoWeAreLookingFor: 'Disabled people who live in the borough.',
      timeCommitment: '12 meetings a year, up to 3 hours each', rate: 2000, rateUnit: 'hour' as const, disabledResidentPlaces: 5,
      opensTime: '09:00', closesTime: '12:00', interviewsFrom: '2027-01-13', interviewsTo: '2027-01-15', firstMeetingOn: '2027-02-01',
    };
    const questions = [{ text: 'Which barriers do you meet?', wordLimit: 200 }];
    callId = await publishCall(world, folk.dana, folk.ruth, { ...call, opensOn: '2026-11-23', closesOn: '2026-12-11' }, questions);
    await publishCall(world, folk.dana, folk.ruth, {
      ...call, title: 'Cycling and walking group', shortName: 'Streets Group', referencePrefix: 'STREET', opensOn: '2026-11-26', closesOn: '2026-12-11',
    }, questions);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  it('a lead makes a link for the library’s poster', async () => {
    dana = await journey.staff('Dana Whitfield');
    await dana.open(`/staff/calls/${callId}`);
    await dana.follow('Links and posters, and how many come by them');
    await dana.expectHeading('How people hear of it');
    await dana.expectText('No links yet.');
    await dana.press('Add the link');
    expect(await dana.errors()).toEqual(['Say where the link will stand']);
    await dana.write({ 'Where will it stand?': 'Library poster' });
    await dana.press('Add the link');
    await dana.expectText('Library poster');
    link = new URL((await dana.page.locator('main a[href*="from="]').first().getAttribute('href'))!).pathname + '?from=library-poster';
  });

  it('a reader comes by it, starts to apply, and is counted without a cookie', async () => {
    reader = await journey.visitor();
    await reader.page.setExtraHTTPHeaders({ 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0' });
    await reader.open(link);
    await reader.expectHeading('Disability Forum Planning Group');
    expect(await reader.page.context().cookies()).toEqual([]);
    await reader.follow('Apply now');
    await reader.write({ 'Your email address': EMAIL });
    await reader.press('Send me a code');
    await reader.write({ 'The 6 numbers': await journey.codeFor(EMAIL) });
    await reader.press('Continue');
    await reader.press('Start now');
    await reader.expectText('About you');

    await dana.open(`/staff/calls/${callId}/channels`);
    const cells = (await dana.page.locator('main tbody tr').first().locator('td').allInnerTexts()).slice(0, 3);
    expect(cells).toEqual(['1', '1', '0']);
  });

  it('somebody asks to hear of new calls, and says yes', async () => {
    const visitor = await journey.visitor();
    await visitor.open('/opportunities');
    await visitor.follow('Tell me when something new opens');
    await visitor.press('Tell me');
    expect(await visitor.errors()).toEqual(['Enter your email address or mobile number']);
    await visitor.write({ 'Your email address or mobile number': 'later@home.example' });
    await visitor.press('Tell me');
    await visitor.expectHeading('Check your email or your texts');
    const letter = await journey.newestMessage('later@home.example');
    await letter.open(await pathIn(letter, 'confirmation'));
    await letter.expectHeading('Shall we tell you when something new opens?');
    await letter.press('Yes, tell me');
    expect(await letter.page.locator('.al-flash').innerText()).toContain('We tell you when something new opens.');
  });

  it('a call opens by itself: one message, in its neutral name', async () => {
    await journey.moveClock('2026-11-26', '9am');
    const letter = await journey.newestMessage('later@home.example');
    await letter.expectText('Open now: Streets Group', 'Streets Group is open.');
    await letter.open(await pathIn(letter, 'calls'));
    await letter.expectHeading('Cycling and walking group');
    await letter.expectText('Apply now');
  });

  it('and one press stops them', async () => {
    const letter = await journey.newestMessage('later@home.example');
    await letter.open(await pathIn(letter, 'stop'));
    await letter.expectHeading('Stop the messages about new opportunities');
    await letter.press('Stop');
    await letter.expectHeading('The messages are stopped');
    const { rows } = await t.owner.query(`select value from call_alert`);
    expect(rows).toEqual([{ value: null }]);
  });

  it('every page was looked at', () => {
    expect(journey.checks.complaints).toEqual([]);
    expect(journey.checks.count).toBeGreaterThan(12);
  });
});

/** The link in a message, as a path: the test's service has another port than it says. */
async function pathIn(letter: Visitor, what: string): Promise<string> {
  const words = await letter.page.locator('main').innerText();
  return new RegExp(`https?://[^/\\s]+(/opportunities/alerts/\\S*${what}\\S*)`).exec(words)![1]!;
}
