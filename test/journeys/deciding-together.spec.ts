import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadStories } from '../../seeds/demo/index.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { PeopleQueries } from '../../src/people/people.queries.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';

noBrowser()('deciding together about many, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let dana: Visitor;
  let marcus: Visitor;
  let callId: string;

  beforeAll(async () => {
    t = await startTestApp();
    await loadStories(t.app, '2026-11-23');
    t.clock.setOffset(0);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
    const { rows } = await t.owner.query<{ id: string }>(`select id from call where short_name = 'Planning Group'`);
    callId = rows[0]!.id;
    // Of everybody in the story, two stay.
    const others = await t.owner.query<{ id: string; personId: string }>(
      `select id, person_id as "personId" from application where call_id = $1 and state = 'submitted' and name not in ('George Ellis', 'Mary Okafor')`, [callId]);
    for (const { id, personId } of others.rows) await t.app.get(ApplicationsService).withdraw(actorFor(personId), id);
  });

  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  const applicationOf = async (name: string) => (await t.owner.query<{ id: string; personId: string }>(
    `select id, person_id as "personId" from application where call_id = $1 and name = $2`, [callId, name])).rows[0]!;

  it('a lead records one decision for all on the page; one has withdrawn meanwhile', async () => {
    await journey.moveClock('2026-12-09', '10am');
    dana = await journey.staff('Dana Whitfield');
    marcus = await journey.staff('Marcus Osei');
    await dana.open(`/staff/applications?call=${callId}`);
    await dana.press('Record it as pending');
    expect(await dana.errors()).toEqual(expect.arrayContaining(['Tick at least one person', 'Choose what you decided', 'Write the reason']));
    await dana.follow('Tick all on this page');
    await dana.choose('Shortlist for an interview');
    await dana.write({ 'Why?': 'Knows barriers from life.' });
    const mary = await applicationOf('Mary Okafor');
    await t.app.get(ApplicationsService).withdraw(actorFor(mary.personId), mary.id);
    await dana.press('Record it as pending');
    await dana.expectHeading('What was recorded as pending');
    await dana.expectText('Done for 1 person. Not done for 1 person', 'Mary Okafor', 'They have withdrawn their application', 'George Ellis');
    await dana.picture('bulk-result');
  });

  it('two leads decide about the same person: the second sees both', async () => {
    const { id } = await applicationOf('George Ellis');
    await dana.open(`/staff/applications/${id}`);
    await dana.expectText('Dana Whitfield recorded this', 'Nothing has changed for George Ellis yet');
    await marcus.open(`/staff/applications/${id}`);
    await marcus.write({ 'Why?': 'Marcus: knows doors and lifts.' });
    await marcus.press('Change what is pending');
    await dana.write({ 'Why?': 'Dana: knows kerbs.' });
    await dana.press('Change what is pending');
    await dana.expectHeading('Two of you decided about the same person');
    await dana.expectText('What Marcus Osei saved at 10am', 'What you wrote', 'Marcus: knows doors and lifts.', 'Dana: knows kerbs.');
    await dana.picture('both-versions');
    await dana.press('Save mine instead');
    await dana.expectText('It is recorded as pending.');
    await marcus.open(`/staff/applications/${id}`);
    expect(await marcus.page.locator('#reason').inputValue()).toBe('Dana: knows kerbs.');
  });

  it('they apply it with the co-decider, who is paid for the time, and change the message', async () => {
    await dana.follow('Apply what is pending');
    await dana.expectHeading('Pending decisions');
    await dana.picture('pending-decisions');
    await dana.press('Apply those I ticked');
    expect(await dana.errors()).toEqual(['Choose the Disabled residents who decided this with you, or say why there were none']);
    await dana.choose('Ruth Adeyemi', 'Iqbal Rahman');
    await dana.write({ 'How many minutes did they decide with you?': '40' });
    await dana.press('Apply those I ticked');
    await dana.expectText('Done for 1 person.', 'They don’t know yet');
    await dana.follow('Read the messages, and send them');
    await dana.follow('Read it');
    await dana.expectHeading('The message to George Ellis');
    await dana.write({ 'Subject of the email': 'Please choose a time' });
    await dana.page.locator('#body').fill('We want to meet the disabled.');
    await dana.press('Save the message');
    expect(await dana.errors()).toEqual(['“the disabled” hurts people. Write “Disabled people” instead']);
    await dana.page.locator('#body').fill('We want to meet you.\n\nThe bell works.');
    await dana.picture('edited-message');
    await dana.press('Save the message');
    await dana.expectText('The message is saved. It has not gone yet.');
  });

  it('undone before anybody is told: nothing arrives, and it is decided again', async () => {
    const { id, personId } = await applicationOf('George Ellis');
    const [contact] = await t.app.get(PeopleQueries).contacts(personId);
    const count = async () => (await t.owner.query(`select from demo_mailbox where address = $1`, [contact!.value])).rowCount;
    const before = await count();
    await dana.open(`/staff/applications/${id}`);
    await dana.expectText('Decided by Dana Whitfield, with Iqbal Rahman and Ruth Adeyemi');
    await dana.press('Undo the decision');
    await dana.open(`/staff/calls/${callId}/messages`);
    await dana.expectText('Nothing to send.');
    expect(await count()).toBe(before);

    await dana.open(`/staff/applications/${id}`);
    await dana.choose('Shortlist for an interview');
    await dana.write({ 'Why?': 'We talked again.', 'If nobody could: why not?': 'Both co-deciders were ill, and the time was short.' });
    await dana.press('Save the decision');
    await dana.open(`/staff/calls/${callId}/messages`);
    await dana.press('Send all that I ticked');
    await dana.expectText('Done for 1 person.');
    expect(await count()).toBe(before! + 1);
  });

  it('the pages beside it: who is missing, reaching somebody, and who wants to hear of other groups', async () => {
    const { id } = await applicationOf('George Ellis');
    await dana.open(`/staff/calls/${callId}/composition`);
    await dana.expectText('The call has 5 Disabled residents. Nobody is offered one yet.');
    await dana.picture('composition');
    await dana.open(`/staff/applications/${id}/contacts`);
    await dana.press('Record it');
    expect(await dana.errors()).toHaveLength(3);
    await dana.choose('By phone', 'Yes');
    await dana.write({ 'What happened?': 'He asked for a later time.' });
    await dana.press('Record it');
    await dana.expectText('Dana Whitfield spoke with them', 'He asked for a later time.');
    await dana.open('/my/talent-pool');
    await dana.write({ 'What would you like to hear about?': 'Parks' });
    await dana.press('Tell me about other groups');
    await dana.expectText('We tell you about other groups until Thursday 9 December 2027.');
    await dana.open('/staff/talent-pool');
    await dana.expectText('Dana Whitfield', 'Parks');
    await dana.open('/my/talent-pool');
    await dana.press('Stop telling me');
    await dana.expectText('What you wrote for this is deleted.');
  });

  it('every page on the way was fit for everybody', () => {
    expect(journey.checks.complaints).toEqual([]);
  });
});
