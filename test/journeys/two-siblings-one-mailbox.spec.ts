import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { people } from '../../seeds/demo/people.js';
import { World } from '../../seeds/demo/world.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Database } from '../../src/platform/database.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';
import { openCall, type OpenCall } from '../support/open-call.js';

const HOME = 'ellis.family@home.example';
const NUMBER = '+447700900456';

noBrowser()('two siblings, one mailbox', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let call: OpenCall;
  let rose: Visitor;
  let leo: Visitor;

  beforeAll(async () => {
    t = await startTestApp();
    await people(new World(t.app, '2026-11-23'));
    t.clock.setOffset(0);
    call = await openCall(t);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });
  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  async function askForCode(visitor: Visitor): Promise<void> {
    await visitor.open('/sign-in');
    await visitor.write({ 'Your email address or mobile number': HOME });
    await visitor.press('Send me a code');
    await visitor.write({ 'The 6 numbers': await journey.codeFor(HOME) });
    await visitor.press('Continue');
  }

  it('Rose begins to apply with the family’s address', async () => {
    rose = await journey.visitor();
    await askForCode(rose);
    await rose.expectHeading('Your home');
    await rose.open(`/opportunities/${call.slug}/apply`);
    await rose.press('Start now');
    await rose.follow('About you');
    await rose.write({ 'Your name': 'Rose Ellis', Postcode: 'W6 9JT' });
    await rose.choose('I live in the borough', 'No');
    await rose.press('Save');
  });

  it('Leo signs in there, sees another’s name, and gets pages of his own', async () => {
    leo = await journey.visitor();
    await askForCode(leo);
    await leo.expectText('You are signed in as Rose Ellis.');
    await leo.follow('This isn’t me');
    await leo.press('Give me my own pages');
    expect(await leo.errors()).toEqual(['Enter your name']);
    await leo.write({ 'Your own full name': 'Leo Ellis' });
    await leo.press('Give me my own pages');
    await leo.expectText('You have your own pages now.', 'You have not applied for anything yet.');
    await leo.open('/my/contacts');
    await leo.expectText('Others use it too', 'Add a way to reach only you');
  });

  it('Rose adds a phone of her own', async () => {
    await rose.open('/my/contacts');
    await rose.follow('Add your own');
    await rose.write({ 'An email address or mobile number': '07700 900456' });
    await rose.press('Send me a code');
    await rose.write({ 'The 6 numbers': await journey.codeFor(NUMBER) });
    await rose.press('Continue');
    await rose.expectHeading('How we reach you');
    await rose.expectText('07700 900456', 'Our messages go here');
    await rose.press(/Send our messages here/);
    await rose.press(/Send our messages here/);
    await rose.follow(/Somebody else in my home uses this too/);
    await rose.expectHeading('Somebody else in my home uses this too');
  });

  it('from then on the mailbox alone opens nobody’s pages', async () => {
    const visitor = await journey.visitor();
    await askForCode(visitor);
    await visitor.expectHeading('Who are you?');
    expect(await visitor.page.locator('main').innerText()).not.toContain('Ellis');
    await visitor.press('Continue');
    expect(await visitor.errors()).toEqual(['Choose who you are']);
    await visitor.choose('Somebody else');
    await visitor.press('Continue');
    expect(await visitor.errors()).toEqual(['Enter your name']);
    await visitor.choose('Rose E.');
    await visitor.press('Continue');
    await visitor.expectHeading('One more code');
    await visitor.open('/my/applications');
    await visitor.expectHeading('Sign in or start');
    await visitor.open('/sign-in/second-step');
    await visitor.write({ 'The 6 numbers': '000000' });
    await visitor.press('Continue');
    expect(await visitor.errors()).toEqual(['That code is not right. You have 4 more tries.']);
    await visitor.write({ 'The 6 numbers': await journey.codeFor(NUMBER) });
    await visitor.press('Continue');
    await visitor.expectText('You are signed in as Rose Ellis.', 'Planning Group');
  });

  it('Leo has no phone, so he calls; staff ask him, and read out a code', async () => {
    const back = await journey.visitor();
    await askForCode(back);
    await back.choose('Leo E.');
    await back.press('Continue');
    const priya = await journey.staff('Priya Shah');
    await priya.open('/staff/people');
    await priya.write({ 'Name, telephone number': 'leo ell' });
    await priya.press('Find');
    await priya.follow('Leo Ellis');
    await priya.press('I know that it is them');
    await priya.expectText('Read this out to them');
    const code = /\b(\d{6})\b/.exec(await priya.page.locator('main').innerText())![1]!;
    await back.write({ 'The 6 numbers': code });
    await back.press('Continue');
    await back.expectText('You are signed in as Leo Ellis.', 'You have not applied for anything yet.');
  });

  it('whoever looks like somebody else is compared, merged and parted again', async () => {
    await t.app.get(Database).transaction((tx) => t.app.get(PeopleService).create(tx, { name: 'rose  ELLIS', postcode: 'w69jt' }));
    const ade = await journey.staff('Ade Bello');
    await ade.open('/staff/people/duplicates');
    await ade.follow('Rose Ellis and rose ELLIS');
    await ade.expectHeading('Are they one person?');
    await ade.press('Make them one');
    expect(await ade.errors()).toEqual(expect.arrayContaining(['Choose which record stays']));
    await ade.choose('Rose Ellis (first record)');
    await ade.write({ 'How do you know?': 'She told us on the phone.' });
    await ade.press('Make them one');
    await ade.expectText('They are one now.', 'She told us on the phone.');
    await ade.press(/Undo this merge/);
    await ade.expectText('The merge is undone.', 'Undone');
    await ade.follow('Rose Ellis and rose ELLIS');
    await ade.press('They are two');
    await ade.expectText('Nobody looks like anybody else.');
  });

  it('leads who share a job leave each other notes', async () => {
    const dana = await journey.staff('Dana Whitfield');
    await dana.open('/staff');
    await dana.expectText('Today: Dana Whitfield.', 'Marcus Osei is back on Wednesday 25 November 2026.');
    await dana.write({ 'Leave a note for your partner': 'Leo rings back on Wednesday.' });
    await dana.press('Leave the note');
    await dana.expectText('Leo rings back on Wednesday.');
    const marcus = await journey.staff('Marcus Osei');
    await marcus.open(`/staff/calls/${call.id}`);
    await marcus.write({ 'Leave a note about this': 'The room is not sure.' });
    await marcus.press('Leave the note');
    await marcus.expectText('The room is not sure.');
    await marcus.open('/staff/hand-over-notes');
    await marcus.press(/Done with note 1/);
    await marcus.expectText('The note is done.');
  });
});
