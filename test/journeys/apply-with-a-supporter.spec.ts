import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';
import { openCall } from '../support/open-call.js';

const MARY = 'mary@home.example';
const TOM = 'tom@home.example';

noBrowser()('applying with a supporter', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let mary: Visitor;
  let tom: Visitor;
  let slug: string;

  beforeAll(async () => {
    t = await startTestApp();
    ({ slug } = await openCall(t));
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  it('Mary starts, and lets Tom help her with the application', async () => {
    mary = await journey.resident(MARY);
    await mary.open(`/opportunities/${slug}/apply`);
    await mary.press('Start now');
    await mary.follow('About you');
    await mary.write({ 'Your name': 'Mary Okafor', 'Your postcode': 'W6 9JT' });
    await mary.choose('I live in the borough', 'No');
    await mary.press('Save and go on');
    await mary.open('/my');
    await mary.follow('Choose who helps you');
    await mary.press('Let them help me');
    expect(await mary.errors()).toEqual(['Enter the name of your supporter', 'Enter the email address of your supporter, like name@example.com', 'Choose what your supporter may do']);
    await mary.write({ 'Their name': 'Tom', 'Their email address': TOM });
    await mary.choose('Write, send and withdraw applications', 'Get a copy of messages about applications and interviews');
    await mary.press('Let them help me');
    await mary.expectText('Tom may help you now.', 'Until Sunday 23 May 2027, they may:');
    await mary.picture('supporters');
  });

  it('Tom signs in with that address, sees whom he helps, and sends it for her', async () => {
    tom = await journey.resident(TOM);
    await tom.open('/my');
    await tom.expectText('People you help', 'Mary Okafor');
    await tom.press('Start helping Mary Okafor');
    expect(await tom.page.locator('.al-helping').innerText()).toContain('You are helping Mary Okafor.');
    await tom.follow('Planning Group');
    await tom.follow('Your answers');
    for (const box of await tom.page.locator('textarea').all()) await box.fill('Buses leave before I sit down.');
    await tom.press('Save and go on');
    await tom.follow('What you need to take part');
    await tom.press('Save and go on');
    await tom.follow('How to reach you');
    await tom.expectText('We reach them in the way they chose.');
    await tom.press('Go on');
    await tom.follow('Check and send');
    expect(await tom.page.locator('main').innerText()).not.toContain(MARY);
    await tom.press('Send my application');
    await tom.expectText('It is sent.', 'Tom helped you with this, on Monday 23 November 2026.');
  });

  it('and comes to nothing that is hers alone', async () => {
    for (const path of ['/my/payments', '/my/payments/bank', '/my/contacts', '/my/supporters', '/my/access', '/my']) {
      await tom.open(path);
      await tom.expectHeading('Only Mary Okafor can do this');
    }
  });

  it('Mary sees what he did, and ends it at once', async () => {
    await mary.open('/my/applications');
    await mary.expectText('Being considered');
    await mary.open('/my/supporters');
    await mary.follow('See what Tom did for you');
    await mary.expectText('Sent an application', 'Saved answers in an application');
    await mary.open('/my/supporters');
    await mary.press('Stop this now');
    await tom.open('/my/applications');
    await tom.expectHeading('You can’t help Mary Okafor any more');
    await tom.page.getByRole('button', { name: 'Finish' }).click();
    await tom.page.waitForLoadState('domcontentloaded');
    await tom.expectHeading('Your home');
    expect(await tom.page.locator('main').innerText()).not.toContain('People you help');
  });

  it('both were told, and every page was fit for everybody', async () => {
    const subjects = async (address: string) => (await t.owner.query<{ subject: string }>(
      `select subject from demo_mailbox where address = $1 and subject not like '%code%' order by position`, [address])).rows.map(({ subject }) => subject.replace(/\(.*\)/, '(…)'));
    expect(await subjects(MARY)).toEqual(['We have your application (…)']);
    expect(await subjects(TOM)).toEqual(['Mary Okafor asks you to help them', 'A copy for you: We have your application (…)']);
    expect(journey.checks.complaints).toEqual([]);
  });
});
