import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { planningCall, planningQuestions } from '../../seeds/demo/planning-group.js';
import { publishCall } from '../../seeds/demo/calls.js';
import { ground } from '../../seeds/demo/ground.js';
import { people, type People } from '../../seeds/demo/people.js';
import { suppliers } from '../../seeds/demo/suppliers.js';
import { World } from '../../seeds/demo/world.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

const EMAIL = 'nadia@home.example';

noBrowser()('a BSL user, from her application to an interview that worked, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let all: People;
  let callId: string;
  let nadia: Visitor;
  let priya: Visitor;

  beforeAll(async () => {
    t = await startTestApp();
    const world = new World(t.app, '2026-11-23');
    all = await people(world);
    const { planning } = await ground(world, all);
    await suppliers(world, all);
    // Two interpreters are held for Monday 11 January: when she is told, that is sooner than an interpreter takes.
    callId = await publishCall(world, all.dana, all.ruth, {
      ...planningCall(planning), opensOn: '2026-11-23', opensTime: '09:00', closesOn: '2026-12-04', closesTime: '12:00',
      interviewsFrom: '2027-01-11', interviewsTo: '2027-01-15', firstMeetingOn: '2027-02-01',
    }, planningQuestions);
    await world.settle();
    t.clock.setOffset(0);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  const applicationId = async (): Promise<string> =>
    (await t.owner.query<{ id: string }>(`select id from application where call_id = $1`, [callId])).rows[0]!.id;

  /** The co-ordinator's page of her interpreter. */
  const item = async (): Promise<string> => {
    const { rows } = await t.owner.query<{ id: string }>(`select id from arrangement where kind_code = 'bsl-interpreter'`);
    return `/staff/arrangements/${rows[0]!.id}`;
  };

  /** One time, at ten, with the three of the panel. */
  async function addTime(day: string): Promise<void> {
    const { rows } = await t.owner.query<{ id: string }>(`select id from resource where name = 'Town Hall, room 3'`);
    await t.app.get(SlotsService).create(all.dana, callId, {
      id: newId(), day, startTime: '10:00', length: 60, count: 1, gap: 0, format: 'in_person', roomId: rows[0]!.id,
      panel: [all.dana.personId, all.ruth.personId, all.iqbal.personId],
    });
  }

  it('applies, and says that she needs an interpreter', async () => {
    nadia = await journey.visitor();
    await nadia.open('/opportunities');
    await nadia.follow('Disability Forum Planning Group');
    await nadia.follow('Apply now');
    await nadia.write({ 'Your email address or mobile number': EMAIL });
    await nadia.press('Send me a code');
    await nadia.write({ 'The 6 numbers': await journey.codeFor(EMAIL) });
    await nadia.press('Continue');
    await nadia.press('Start now');
    await nadia.follow('About you');
    await nadia.write({ 'Your name': 'Nadia Haddad', 'Your postcode': 'W6 9JT' });
    await nadia.choose('I live in the borough', 'No');
    await nadia.press('Save and go on');
    await nadia.follow('Your answers');
    for (const { text } of planningQuestions) await nadia.write({ [text]: 'Entry phones only have sound.' });
    await nadia.press('Save and go on');
    await nadia.follow('What you need to take part');
    await nadia.choose('British Sign Language (BSL) interpreter');
    await nadia.press('Save and go on');
    await nadia.follow('How to reach you');
    await nadia.choose(`By email to ${EMAIL}`);
    await nadia.press('Save and go on');
    await nadia.follow('Check and send');
    await nadia.press('Send my application');
    await nadia.expectText('We have your application.');
    await nadia.open('/my/access');
    await nadia.follow('Say more about British Sign Language (BSL) interpreter');
    await nadia.write({ 'Whom would you like?': 'Meera Joshi' });
    await nadia.press('Save');
    await nadia.expectText('I would like: Meera Joshi.');
  });

  it('is shortlisted and told, and sees only the time that an interpreter is held for', async () => {
    const id = await applicationId();
    await journey.moveClock('2026-12-21', '09:00');
    const choosing = t.app.get(ChoosingService);
    await choosing.decide(all.dana, id, { outcome: 'shortlisted', reason: 'Knows the barriers.', coDecidedBy: all.ruth.personId });
    await choosing.tell(all.dana, id);
    await t.work();
    await addTime('2027-01-11');
    await addTime('2027-01-14');
    await nadia.open(`/my/applications/${id}/interview`);
    await nadia.expectText('Monday 11 January 2027', '10am', 'Town Hall, room 3');
    expect(await nadia.page.locator('main').innerText()).not.toContain('14 January');
  });

  it('chooses it; the held interpreter whom she prefers comes with it, so it is confirmed', async () => {
    const id = await applicationId();
    await nadia.page.locator('main').getByLabel(/Monday 11 January 2027/).check();
    await nadia.press('Confirm this time');
    await nadia.expectText('Monday 11 January 2027');
    await nadia.open(`/my/applications/${id}`);
    await nadia.expectText('It is confirmed.', 'British Sign Language (BSL) interpreter Interview on Monday 11 January 2027, 10am Booked');
    await nadia.picture('bsl-interview');
    priya = await journey.staff('Priya Shah');
    await priya.open(await item());
    await priya.expectText('Booked and told', 'Meera Joshi', 'NRCPD 1047733', 'Told Monday 21 December 2026.');
  });

  it('the day comes, she says how it went, and sees who has looked', async () => {
    await journey.moveClock('2027-01-11', '11:30');
    priya = await journey.staffAgain('Priya Shah');
    await priya.open(await item());
    await priya.press('It was there');
    nadia = await journey.resident(EMAIL);
    await nadia.open('/my/access');
    await nadia.follow('Tell us');
    await nadia.expectHeading('Did we get this right?');
    await nadia.answer('British Sign Language (BSL) interpreter', 'Yes');
    await nadia.press('Send');
    const { rows } = await t.owner.query(`select state from arrangement where kind_code = 'bsl-interpreter'`);
    expect(rows).toEqual([{ state: 'feedback' }]);
    await nadia.open('/my/access/looks');
    await nadia.expectText('Priya Shah', 'Monday 21 December 2026', 'Monday 11 January 2027');
  });
});
