import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ground } from '../../seeds/demo/ground.js';
import { people } from '../../seeds/demo/people.js';
import { World } from '../../seeds/demo/world.js';
import { CallsQueries } from '../../src/calls/calls.queries.js';
import { CallsService } from '../../src/calls/calls.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

/** What the checklist asks for with no more than a reason. */
const PLAIN = [
  'Is the decision still open?', 'Is there money, and whose is it?', 'Has finance decided the tax route?',
  'Do the dates leave time to arrange what people need?',
  'Is the person specification, or the terms of reference, signed off?',
];

noBrowser()('a call is published together, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let dana: Visitor;
  let ruth: Visitor;
  let base: string;

  beforeAll(async () => {
    t = await startTestApp();
    const world = new World(t.app, '2026-11-23');
    const folk = await people(world);
    const { planning } = await ground(world, folk);
    t.clock.setOffset(0);
    const id = world.newId();
    await t.app.get(CallsService).draft(folk.dana, {
      id, title: 'Planning Group', shortName: 'Planning Group', referencePrefix: 'PLAN', groupId: planning, summary: 'Advise on plans.',
      whatYouWouldDo: 'You look at plans.', whoWeAreLookingFor: 'Disabled people who live here.', timeCommitment: 'Once a month',
      rate: 2000, rateUnit: 'hour', disabledResidentPlaces: 5, opensOn: '2026-11-24', opensTime: '10:00', closesOn: '2026-12-04', closesTime: '12:00',
      interviewsFrom: '2027-01-11', interviewsTo: '2027-01-15', firstMeetingOn: '2027-02-01',
    });
    base = `/staff/calls/${id}`;
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
    dana = await journey.staff('Dana Whitfield');
    ruth = await journey.staff('Ruth Adeyemi');
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  it('a lead builds its questions, in the order that makes sense', async () => {
    await dana.open(`${base}/questions`);
    await dana.write({ Question: 'What would you change?' });
    await dana.press('Add the question');
    await dana.write({ Question: 'Which barriers do you meet?' });
    await dana.choose('As many choices as people like');
    await dana.press('Add the question');
    expect(await dana.errors()).toEqual(['Enter the choices, one on each line']);
    await dana.write({ 'The choices': 'Steps and stairs\nSound without text\nSmall print' });
    await dana.answer('Does it show which experience the group would have together?', 'Yes');
    await dana.press('Add the question');
    await dana.press('Move up question 2');
    await dana.expectText('Steps and stairs', 'It shows the experience of the group together.');
    await dana.follow('Change of question 2');
    await dana.write({ 'Help text': 'One thing is enough.' });
    await dana.press('Save the question');
    await dana.expectText('The question is changed.', 'One thing is enough.');
  });

  it('says what it looks for, and what the group hopes for', async () => {
    await dana.open(`${base}/criteria`);
    await dana.press('Add it');
    expect(await dana.errors()).toEqual(['Enter what you look for']);
    await dana.write({ 'What you look for': 'Meets barriers in buildings', 'How many times it counts': '3' });
    await dana.press('Add it');
    await dana.open(`${base}/targets`);
    await dana.choose('Experience of “Steps and stairs”');
    await dana.write({ 'At least how many members?': '2' });
    await dana.press('Add it');
    await dana.expectText('We hope that at least 2 members have experience of “Steps and stairs”.');
  });

  it('passes the checklist: Easy Read that comes after the opening is not enough', async () => {
    for (const question of PLAIN) await answer(question);
    await dana.follow('Answer Are interpreters reserved for the interview days?');
    await dana.write({ 'How do you know?': 'I hope so.' });
    await dana.press('Save my answer');
    expect(await dana.errors()).toEqual(['No interpreter is reserved yet. Reserve one for the interview days, or say why there is none']);
    await dana.choose('No interpreter could be had for these days');
    await dana.press('Save my answer');
    await dana.follow('Answer Do the Easy Read and BSL versions come before it opens?');
    await dana.writeDay('The day the Easy Read version comes', '2026-12-01');
    await dana.writeDay('The day the BSL version comes', '2026-11-20');
    await dana.write({ 'How do you know?': 'It is ordered.' });
    await dana.press('Save my answer');
    expect(await dana.errors()).toEqual([
      'The Easy Read version comes on Tuesday 1 December 2026. That is not before it opens on Tuesday 24 November 2026. Let the call open later',
    ]);
    await dana.writeDay('The day the Easy Read version comes', '2026-11-23');
    await dana.press('Save my answer');
    await dana.follow('Answer Who decided it with us?');
    await dana.write({ 'How do you know?': 'We wrote it on 2 November.' });
    await dana.press('Save my answer');
    expect(await dana.errors()).toEqual(['Choose who decided it with you, or say below why nobody did']);
    await dana.choose('Ruth Adeyemi');
    await dana.press('Save my answer');
    await dana.picture('checklist');
    await dana.press('Ask for approval');
    await dana.expectText('It waits for approval by a second person.');
  });

  it('can’t be approved by who wrote it, or by who shares her job', async () => {
    for (const name of ['Dana Whitfield', 'Marcus Osei']) {
      const who = await journey.staff(name);
      await who.open(`${base}/publication`);
      await who.press('Approve and publish');
      expect(await who.errors()).toEqual(['Somebody else must approve it: you, or who shares your job, wrote it']);
    }
  });

  it('is sent back with a reason, and then approved by a co-decider whom the public page names', async () => {
    await ruth.open('/staff/calls');
    await ruth.follow('Planning Group');
    await ruth.follow('Read and approve');
    await ruth.press('Send it back');
    expect(await ruth.errors()).toEqual(['Say what should change']);
    await ruth.write({ 'What should change?': 'Say what “plans” are.' });
    await ruth.press('Send it back');
    await dana.open(base);
    await dana.expectText('Ruth Adeyemi sent it back', 'Say what “plans” are.');
    await dana.follow('What it is, pay and dates');
    await dana.page.locator('#whatYouWouldDo').fill('You look at plans (this means drawings of new buildings).');
    await dana.press('Save');
    await dana.press('Ask for approval');
    await ruth.open(`${base}/publication`);
    await ruth.press('Approve and publish');
    await ruth.expectText('The call is published.', 'Dana Whitfield and Ruth Adeyemi');
    const visitor = await journey.visitor();
    await visitor.open('/opportunities/planning-group');
    await visitor.expectText(
      'Ruth Adeyemi, a Disabled resident, decided this call together with Dana Whitfield from the council. Ruth Adeyemi approved it.',
      'What we look for', 'Meets barriers in buildings', 'We hope that at least 2 members have experience of “Steps and stairs”.',
      'choose as many as you like: Steps and stairs; Sound without text; Small print',
    );
  });

  it('once it is public, only words of a question are mended, and the page says so', async () => {
    await dana.open(base);
    await dana.follow('Correct the words of a question');
    await dana.follow('Correct the words of question 2');
    await dana.write({ Question: 'What would you change first?' });
    await dana.press('Save the words');
    const visitor = await journey.visitor();
    await visitor.open('/opportunities/planning-group');
    await visitor.expectText('What would you change first?', 'Before, it was: “What would you change?”', 'Nothing else has changed since this was published.');
    const call = (await t.app.get(CallsQueries).publicOne('planning-group'))!;
    expect(call.questions.map(({ version }) => version)).toEqual([1, 2]);
  });

  it('every page on the way was fit for everybody', () => {
    expect(journey.checks.complaints).toEqual([]);
    expect(journey.checks.count).toBeGreaterThan(30);
  });

  async function answer(question: string): Promise<void> {
    await dana.open(`${base}/checklist`);
    await dana.follow(`Answer ${question}`);
    await dana.write({ 'How do you know?': 'We asked, and it is so.' });
    await dana.press('Save my answer');
  }
});
