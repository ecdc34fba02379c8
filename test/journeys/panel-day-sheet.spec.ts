import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BackgroundWorker } from '../../src/platform/worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { addTimes, book, callToInterview, type CallToInterview } from '../support/interview-day.js';
import { Journey, type Visitor } from '../support/journey.js';

const KNOWS = 'Knows barriers from their own life';
const IDEAS = 'Has ideas for change';
const DAY = '2027-02-10';

noBrowser()('a panel’s day, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let call: CallToInterview;
  let bookingId: string;
  let ruth: Visitor;
  let olu: Visitor;
  let dana: Visitor;

  beforeAll(async () => {
    t = await startTestApp();
    call = await callToInterview(t, 2);
    t.clock.moveTo('2027-01-25T10:00:00Z');
    const [first, second] = await addTimes(t, call, DAY, '10:00', 3);
    bookingId = await book(t, call.applicants[0]!, first!);
    await book(t, call.applicants[1]!, second!);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
    ruth = await journey.staff('Ruth Adeyemi');
    olu = await journey.staff('Olu Bankole');
    dana = await journey.staff('Dana Reid');
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  it('a co-decider writes the questions that were missing, and everybody gets them', async () => {
    await ruth.open('/staff');
    await ruth.expectText('round of interviews without questions');
    await ruth.follow(/without questions/);
    await ruth.expectText('Not ready', '2 interviews are booked. The first questions go out on Wednesday 3 February 2027.');
    await ruth.press('They are ready');
    expect(await ruth.errors()).toEqual(['Write at least one question']);
    await ruth.write({ Questions: 'What would you change first?\nHow should we listen to others?' });
    await ruth.press('They are ready');
    await ruth.expectText('The questions are ready.', '2 questions, by Ruth Adeyemi');
    t.clock.moveTo('2027-02-03T09:30:00Z');
    await t.app.get(BackgroundWorker).tidy();
    await t.work();
    const amina = await journey.resident(call.applicants[0]!.email);
    await amina.open(`/my/applications/${call.applicants[0]!.applicationId}`);
    await amina.follow('Read the questions we ask');
    await amina.expectHeading('Questions for your interview');
    await amina.expectText('How should we listen to others?', 'PDF to print, large print (18 point)');
    await amina.open('/my/calendar');
    await amina.press('Make my address');
    await amina.expectText('Whoever has this address can see the entries');
  });

  it('on the day each sees who comes when, to read and to print', async () => {
    t.clock.moveTo(`${DAY}T08:30:00Z`);
    ruth = await journey.staffAgain('Ruth Adeyemi');
    await ruth.open('/staff');
    await ruth.expectText('Your interviews today');
    await ruth.follow(/^Today, 10am to 12:30pm/);
    await ruth.expectHeading('Interviews on Wednesday 10 February 2027');
    await ruth.picture('day-sheet');
    await ruth.expectText('10am to 10:40am Amina Yusuf', '10:40am to 10:55am Break', 'Nobody has booked this time.', 'How should we listen to others?');
    await ruth.page.emulateMedia({ media: 'print' });
    for (const hidden of ['.al-navigation', '.govuk-back-link', '.al-columns__aside']) expect(await ruth.page.locator(hidden).first().isVisible()).toBe(false);
    expect(await ruth.page.locator('.al-sheet').isVisible()).toBe(true);
    await ruth.page.emulateMedia({ media: 'screen' });
  });

  it('each scores alone, and sees nobody’s before all are given', async () => {
    t.clock.moveTo(`${DAY}T10:45:00Z`);
    ruth = await journey.staffAgain('Ruth Adeyemi');
    await ruth.open('/staff/interviews/panel');
    await ruth.follow(/^Amina Yusuf, Planning Group/);
    await ruth.answer(KNOWS, '4: Very well');
    await ruth.write({ 'Anything else about this interview': 'Spoke for their whole street.' });
    await ruth.press('Save my scores');
    expect(await ruth.errors()).toEqual([`Choose a score for “${IDEAS}”`]);
    expect(await ruth.page.getByLabel('Anything else about this interview').inputValue()).toBe('Spoke for their whole street.');
    await ruth.answer(IDEAS, '2: Partly');
    await ruth.press('Save my scores');
    await ruth.expectText('Your scores are saved.', '1 of 3 people have given their scores.');

    olu = await journey.staffAgain('Olu Bankole');
    await olu.open(`/staff/interviews/${bookingId}/scores`);
    expect(await olu.page.locator('main').innerText()).not.toContain('whole street');
    await olu.answer(KNOWS, '1: A little');
    await olu.answer(IDEAS, '1: A little');
    await olu.press('Keep as a draft');
    await olu.expectText('Your draft is kept.');
    await olu.press('Save my scores');

    dana = await journey.staffAgain('Dana Reid');
    await dana.open(`/staff/interviews/${bookingId}/scores`);
    await dana.expectText('2 of 3 people have given their scores.', 'We wait for Dana Reid.');
    expect(await dana.page.locator('main').innerText()).not.toContain('whole street');
    await dana.answer(KNOWS, '3: Well');
    await dana.answer(IDEAS, '3: Well');
    await dana.press('Save my scores');
    await dana.expectText('Everybody has given theirs, so you all see them now.', 'Far apart: talk about it', 'Ruth Adeyemi: 88%', 'Olu Bankole: 25%', 'Spoke for their whole street.');
  });

  it('they talk, a lead keeps what they agreed, and those who decide see it', async () => {
    await dana.press('Keep it');
    expect(await dana.errors()).toEqual(['Write why you agreed on this', 'Choose who agreed this with you']);
    await dana.answer(KNOWS, '4: Very well');
    await dana.answer(IDEAS, '3: Well');
    await dana.write({ 'Why?': 'We read our notes together.' });
    await dana.select('Who agreed this with you?', 'Ruth Adeyemi');
    await dana.press('Keep it');
    await dana.expectText('What the panel agreed', `${KNOWS}: 4, Very well`, 'We read our notes together.');
    await ruth.open(`/staff/interviews/${bookingId}/scores`);
    await ruth.expectText('Agreed 94%');
    expect(await ruth.page.getByRole('button', { name: 'Save my scores' }).count()).toBe(0);
    await dana.open(`/staff/applications/${call.applicants[0]!.applicationId}`);
    await dana.expectText('Interview on Wednesday 10 February 2027', 'The panel agreed on 94%.');
  });

  it('whoever knows the person says so, and then neither scores nor sees', async () => {
    await olu.open('/staff/interviews/panel');
    const second = (await t.owner.query<{ id: string }>(`select id from booking where application_id = $1`, [call.applicants[1]!.applicationId])).rows[0]!.id;
    t.clock.moveTo(`${DAY}T11:00:00Z`);
    await olu.open(`/staff/interviews/${second}/scores`);
    await olu.follow('say so here');
    await olu.press('Yes, I know them or gain something');
    await olu.expectText('Others score this interview, and you don’t see its scores.');
  });

  it('every page on the way is well made', () => {
    expect(journey.checks.complaints).toEqual([]);
    expect(journey.checks.count).toBeGreaterThan(12);
  });
});
