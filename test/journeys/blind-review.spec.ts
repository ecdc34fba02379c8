import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { apply, publishCall } from '../../seeds/demo/calls.js';
import { ground } from '../../seeds/demo/ground.js';
import { people } from '../../seeds/demo/people.js';
import { planningCall, planningQuestions } from '../../seeds/demo/planning-group.js';
import { World } from '../../seeds/demo/world.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

const BARRIERS = 'Knows barriers from their own life';
const IDEAS = 'Has ideas for change';

noBrowser()('two residents and an officer score without names, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let dana: Visitor;
  let callId: string;

  beforeAll(async () => {
    t = await startTestApp();
    const world = new World(t.app, '2026-11-23');
    const folk = await people(world);
    await world.person('Olu Bankole', 'olu@council.example', ['panel_member']);
    const { planning } = await ground(world, folk);
    await world.at(-8, '09:30');
    callId = await publishCall(world, folk.dana, folk.ruth, {
      ...planningCall(planning), opensOn: await world.day(-8), opensTime: '10:00', closesOn: await world.day(-1), closesTime: '12:00',
      interviewsFrom: await world.day(31), interviewsTo: await world.day(35), firstMeetingOn: await world.day(45),
    }, planningQuestions, [{ kind: 'essential', label: BARRIERS, weight: 3 }, { kind: 'desirable', label: IDEAS }]);
    await world.at(-5, '14:10');
    await apply(world, folk.george, callId, ['I am George. The step at my door stops me.', 'Level doors. Ring 07700 900321.']);
    await apply(world, folk.mary, callId, ['Entry phones only have sound.', 'A picture and text.'], [{ code: 'bsl-interpreter', ownWords: null }]);
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

  it('a lead plans it, and it opens only with residents and the council together', async () => {
    dana = await journey.staff('Dana Whitfield');
    await dana.open('/staff/reviews');
    await dana.expectText('Nothing to score now.');
    await dana.open(`/staff/calls/${callId}/review/dashboard`);
    await dana.expectText('No scores yet.');
    await dana.open(`/staff/calls/${callId}/review`);
    await dana.press('Plan it');
    expect(await dana.errors()).toContain('Enter a name, like “Reading”');
    await dana.write({ 'Its name': 'First reading', 'Reviews for each application': '3' });
    await dana.writeDay('The day it starts', '2026-11-23');
    await dana.writeDay('The day reviewers should be done', '2026-11-20');
    await dana.press('Plan it');
    expect(await dana.errors()).toEqual(['It must end on the day it starts, or later']);
    await dana.writeDay('The day reviewers should be done', '2026-11-31');
    await dana.press('Plan it');
    expect(await dana.errors()).toEqual(['Enter a real date for when it ends']);
    await dana.writeDay('The day reviewers should be done', '2026-11-30');
    await dana.press('Plan it');
    await dana.expectHeading('First reading');
    await dana.press('Add them');
    expect(await dana.errors()).toEqual(['Choose who they are here', 'Choose whether they decide too']);
    const add = async (name: string, kind: string, decides: string) => {
      await dana.select('Person', name);
      await dana.answer('Who are they here?', kind);
      await dana.answer('Do they decide too?', decides);
      await dana.press('Add them');
    };
    await add('Olu Bankole', 'Strategic lead', 'No, they only score');
    expect(await dana.errors()).toEqual(['Only a strategic lead can score as a strategic lead']);
    await add('Olu Bankole', 'Officer', 'No, they only score');
    await dana.press('Open the review');
    expect(await dana.errors()).toEqual(['Add at least one resident who scores']);
    await add('Ruth Adeyemi', 'Resident', 'Yes');
    await add('Iqbal Rahman', 'Resident', 'No, they only score');
  });

  it('somebody prepares the answers to be read without names', async () => {
    await dana.open(`/staff/calls/${callId}/review/answers`);
    await dana.expectText('By the program only', 'George Ellis');
    const george = dana.page.locator('tr', { hasText: 'George Ellis' }).locator('a');
    await Promise.all([dana.page.waitForEvent('domcontentloaded'), george.click()]);
    await dana.expectText('What George Ellis wrote');
    const texts = await dana.page.locator('textarea').all();
    expect(await Promise.all(texts.map((one) => one.inputValue()))).toEqual(['I am [name removed]. The step at my door stops me.', 'Level doors. Ring [contact removed].']);
    await dana.page.locator('textarea').first().fill('The step at ███ stops me.');
    await dana.press('Save');
    await dana.expectText('The answers are prepared.', 'Dana Whitfield, Monday 23 November 2026');
    await dana.open(`/staff/calls/${callId}/review`);
    await dana.follow('First reading');
    await dana.press('Open the review');
    await dana.expectText('The review is open.', 'Everybody who scores is told.');
  });

  /** Opens the next one from the queue and says that they know nobody. */
  async function begin(name: string): Promise<Visitor> {
    const reviewer = await journey.staff(name);
    await reviewer.open('/staff/reviews');
    await reviewer.follow('Go to this review');
    await reviewer.press('Open the next application');
    return reviewer;
  }

  const score = async (reviewer: Visitor, barriers: string, ideas: string) => {
    await reviewer.answer(BARRIERS, barriers);
    await reviewer.answer(IDEAS, ideas);
  };

  it('a resident reads, scores and goes on to the next', async () => {
    const letter = await journey.newestMessage('ruth@home.example');
    await letter.expectText('You can now read and score applications to Planning Group.');
    const ruth = await begin('Ruth Adeyemi');
    expect(await ruth.heading()).toMatch(/^Before you read application \d{4}$/);
    await ruth.press('Go on');
    expect(await ruth.errors()).toEqual(['Choose whether you know this person, or gain anything']);
    await ruth.choose('No, as far as I know');
    await ruth.press('Go on');
    await ruth.press('Save and next');
    expect(await ruth.errors()).toEqual([`Choose a score for “${BARRIERS}”`, `Choose a score for “${IDEAS}”`]);
    await ruth.answer(BARRIERS, '4: Very well');
    await ruth.press('Keep as a draft');
    await ruth.expectText('is kept. It counts when you save it.');
    await ruth.follow(/^Application \d{4}$/);
    await score(ruth, '4: Very well', '3: Well');
    await ruth.press('Save and next');
    await ruth.expectText('are saved. This is the next one.');
    await ruth.choose('No, as far as I know');
    await ruth.press('Go on');
    await score(ruth, '3: Well', '2: In part');
    await ruth.press('Save and next');
    await ruth.expectText('There is nothing left for you to score. Thank you.');
    await ruth.open('/staff/applications');
    const list = await ruth.page.locator('main').innerText();
    expect([list.includes('George'), list.includes('Mary'), /PLAN-\w{5}/.test(list)]).toEqual([false, false, true]);
    await ruth.follow(/^PLAN-/);
    await ruth.expectText('You score this call without names.');
  });

  it('another recognises somebody while reading, and scores only the other one', async () => {
    const iqbal = await begin('Iqbal Rahman');
    await iqbal.choose('No, as far as I know');
    await iqbal.press('Go on');
    const first = await iqbal.heading();
    await score(iqbal, '4: Very well', '4: Very well');
    await iqbal.press(/^Save$/);
    await iqbal.expectText('Together your scores come to 100%', 'What others gave', 'Resident, review 1');
    await iqbal.follow('say so here');
    await iqbal.choose('Yes');
    await iqbal.write({ 'If yes, what is it?': 'We work together.' });
    const address = iqbal.page.url().replace(/\/declaration$/, '').replace(t.url, '');
    await iqbal.press('Go on');
    await iqbal.expectText(`Thank you for saying so. Somebody else scores ${first.toLowerCase()}.`);
    await iqbal.open(address);
    await iqbal.expectHeading('Page not found');
    await iqbal.expectText('So somebody else scores this one.');
    await iqbal.open('/staff/reviews');
    await iqbal.follow('Go to this review');
    await iqbal.press('Open the next application');
    await iqbal.choose('No, as far as I know');
    await iqbal.press('Go on');
    expect(await iqbal.heading()).not.toBe(first);
    await score(iqbal, '1: A little', '0: Not shown');
    await iqbal.press('Save and next');
    await iqbal.expectText('There is nothing left for you to score.');
  });

  it('an officer scores both', async () => {
    const olu = await begin('Olu Bankole');
    for (let turn = 0; turn < 2; turn += 1) {
      await olu.choose('No, as far as I know');
      await olu.press('Go on');
      await score(olu, '1: A little', '2: In part');
      await olu.press('Save and next');
    }
    await olu.expectText('There is nothing left for you to score.');
  });

  it('leads see who is needed and what to talk about; a resident who decides writes down what was agreed', async () => {
    await dana.open(`/staff/calls/${callId}/review`);
    await dana.follow('First reading');
    await dana.press('Close the review');
    await dana.expectHeading('Scores');
    await dana.expectText('3 of 3', '2 of 3', 'Far apart: talk about it', 'Somebody else is needed to score it: a conflict was declared', `Essential and low: ${BARRIERS}`);
    const ruth = await journey.staff('Ruth Adeyemi');
    await ruth.open('/staff/reviews');
    await ruth.follow('Look at it');
    await ruth.follow('See what the scores come to');
    const row = ruth.page.locator('tr', { hasText: '3 of 3' }).locator('a').first();
    await Promise.all([ruth.page.waitForEvent('domcontentloaded'), row.click()]);
    await ruth.press('Keep it');
    expect(await ruth.errors()).toEqual(['Write what you agreed', 'Write why']);
    await ruth.write({ 'A score you agreed': '60', 'What did you agree?': 'We go with the middle.', 'Why?': 'The second answer says more.' });
    await ruth.select('Who agreed this with you?', 'Olu Bankole');
    await ruth.press('Keep it');
    await ruth.expectText('What you agreed is kept beside the scores.', 'Agreed: 60%');
    await ruth.open('/staff/applications');
    await ruth.expectText('George Ellis', 'Mary Okafor');
  });

  it('every page on the way was fit for everybody', () => {
    expect(journey.checks.complaints).toEqual([]);
    expect(journey.checks.count).toBeGreaterThan(20);
  });
});
