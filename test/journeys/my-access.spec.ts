import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AdjustmentsQueries } from '../../src/adjustments/adjustments.queries.js';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { GroupsService } from '../../src/groups/groups.service.js';
import { MeetingsService } from '../../src/groups/meetings.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';
import { applicant, openCall, someone, type Applicant } from '../support/open-call.js';

noBrowser()('my access requirements, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let amina: Applicant;
  let priya: Actor;
  let hers: Visitor;
  let planMeeting: () => Promise<void>;

  beforeAll(async () => {
    t = await startTestApp();
    const call = await openCall(t);
    amina = await applicant(t);
    priya = await someone(t, 'Priya Shah', 'access_coordinator');
    const { rows: [row] } = await t.owner.query<{ id: string }>(`select group_id as id from call where id = $1`, [call.id]);
    await t.app.get(Database).transaction((tx) => t.app.get(GroupsService).addMember(tx, call.dana, {
      groupId: row!.id, personId: amina.actor.personId, seatKind: 'disabled_resident', rate: null }));
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
    hers = await journey.visitor();
    await hers.page.context().addCookies([{ name: 'alongside', value: await t.app.get(SignInService).openFor(amina.actor.personId), url: t.url }]);
    planMeeting = () => t.app.get(MeetingsService).planMeeting(call.dana, {
      id: newId(), groupId: row!.id, day: '2026-12-21', starts: '14:00', ends: '15:00', format: 'phone', roomId: null, joiningDetails: 'Call us', about: 'Plans' });
  });
  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  it('she says what she needs, and what helps', async () => {
    await hers.open('/my/access');
    await hers.expectHeading('My access requirements');
    await hers.follow('Choose what I need');
    await hers.choose('Large print, or coloured paper', 'Lipspeaker');
    await hers.press('Save what I need');
    await hers.expectText('We have saved what you need.', 'Lipspeaker', 'I can’t take part without it.');
    await hers.follow('Say more about Large print');
    await hers.choose('It is good to have');
    await hers.write({ 'In your own words': '18 point' });
    await hers.press('Save');
    await hers.expectText('18 point', 'Good to have.');
    await hers.follow('Say more about Lipspeaker');
    await hers.write({ 'Whom do you not want?': 'Sam Fox', 'Whom would you like?': 'Sam Fox' });
    await hers.press('Save');
    expect(await hers.errors()).toEqual(['Sam Fox is in both lists. Leave the name in one']);
    await hers.write({ 'Whom would you like?': 'Jo Bell' });
    await hers.press('Save');
    await hers.expectText('I would like: Jo Bell. Please not: Sam Fox.');
    await hers.follow(/What helps me/);
    await hers.write({ 'In your own words': 'Face me when you speak' });
    await hers.choose('People I meet on the day may see these words too');
    await hers.press('Save');
    await hers.expectText('Face me when you speak', 'Seen by you, co-ordinators, and people you meet on the day.');
  });

  it('she is asked once before the meeting whether it is still right', async () => {
    await planMeeting();
    await t.work();
    await hers.open('/my/access');
    await hers.expectText('Still right?', 'Meeting, Planning Group');
    await hers.picture('my-access');
    await hers.follow('Look through it first');
    await hers.expectHeading('Still right?');
    await hers.press('Yes, it is right');
    await hers.expectText('Thank you. We go by that.');
    await hers.follow('What was right for each date');
    await hers.expectText('Monday 21 December 2026', 'Face me when you speak');
    await hers.open('/my/access/print');
    await hers.expectText('Face me when you speak', '18 point');
  });

  it('she says afterwards how it went, and sees who has looked', async () => {
    const open = (await t.app.get(AdjustmentsQueries).open()).filter(({ personId }) => personId === amina.actor.personId);
    for (const { id, version } of open) await t.app.get(AdjustmentsService).step(priya, id, 'acknowledged', version);
    await t.app.get(AdjustmentsService).recordLook(priya, [amina.actor.personId]);
    await journey.moveClock('2026-12-21', '15:30');
    await hers.open('/my/access');
    await hers.follow('Tell us');
    await hers.expectHeading('Did we get this right?');
    await hers.press('Send');
    expect(await hers.errors()).toEqual(['Say it of one thing at least']);
    await hers.answer('Lipspeaker', 'No, it was not there');
    await hers.answer('Large print, or coloured paper', 'Yes');
    await hers.press('Send');
    await hers.expectText('Thank you for telling us. We are sorry. Somebody calls you today.', 'It does not count against you.');
    await hers.follow('Who has looked');
    await hers.expectText('Priya Shah, access co-ordinator');
    await hers.open('/access-requirements-met');
    await hers.expectHeading('How well we meet access requirements');
  });

  it('every page on the way was fit for everybody', () => {
    expect(journey.checks.complaints).toEqual([]);
    expect(journey.checks.count).toBeGreaterThan(15);
  });
});
