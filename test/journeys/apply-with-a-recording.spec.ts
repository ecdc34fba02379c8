import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ground } from '../../seeds/demo/ground.js';
import { people } from '../../seeds/demo/people.js';
import { planningCall, planningQuestions } from '../../seeds/demo/planning-group.js';
import { publishCall } from '../../seeds/demo/calls.js';
import { World } from '../../seeds/demo/world.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { Journey, type Visitor } from '../support/journey.js';
import { mp3, pdf, wav, webm } from '../support/media.js';

const EMAIL = 'amina@home.example';

noBrowser()('applying with a recording, without JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let journey: Journey;
  let amina: Visitor;
  let dana: Visitor;
  let callId: string;

  beforeAll(async () => {
    t = await startTestApp();
    const world = new World(t.app, '2026-11-23');
    const folk = await people(world);
    const { planning } = await ground(world, folk);
    t.clock.setOffset(0);
    callId = await publishCall(world, folk.dana, folk.ruth, {
      ...planningCall(planning), opensOn: '2026-11-23', opensTime: '09:00', closesOn: '2026-12-11', closesTime: '12:00',
      interviewsFrom: '2027-01-18', interviewsTo: '2027-01-22', firstMeetingOn: '2027-02-01',
    }, planningQuestions);
    browser = await launchBrowser({ javaScript: false });
    journey = await Journey.begin(t, browser.browser);
  });
  afterAll(async () => {
    await journey?.end();
    await browser?.close();
    await t?.close();
  });

  const choose = (visitor: Visitor, name: string, buffer: Buffer) =>
    visitor.page.locator('#file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });

  it('a resident speaks one answer and signs the other', async () => {
    amina = await journey.visitor();
    await amina.open('/sign-in');
    await amina.page.locator('#contact').fill(EMAIL);
    await amina.press('Send me a code');
    const code = await journey.codeFor(EMAIL);
    await amina.page.locator('#code').fill(code);
    await amina.press('Continue');
    await amina.open('/opportunities/disability-forum-planning-group/apply');
    await amina.press('Start now');
    await amina.follow('Your answers');
    await amina.follow(/Send a recording instead.*Which barriers/);
    await amina.expectHeading('Send a recording');
    await amina.expectText('Speak or sign', 'up to 200 MB', 'about 5 minutes for one question');
    await amina.press('Send the recording');
    expect(await amina.errors()).toEqual(['Choose your recording']);
    await choose(amina, 'voice.mp3', Buffer.from('<html><script>alert(1)</script></html>'));
    await amina.press('Send the recording');
    expect(await amina.errors()).toEqual(['We can’t take this kind of file. Send MP3, M4A, WAV, OGG, MP4, WebM and MOV.']);
    await choose(amina, 'Amina: my voice.mp3', mp3());
    await amina.press('Send the recording');
    await amina.expectHeading('Your answers');
    await amina.expectText('We have your recording: Amina my voice.mp3.');
    await amina.follow(/Send a recording instead.*What would you like/);
    await choose(amina, 'signing.webm', webm());
    await amina.press('Send the recording');
    await amina.follow(/Play or delete it.*What would you like/);
    await amina.expectHeading('Your recordings');
    expect(await amina.page.locator('audio, video').count()).toBe(2);
    await amina.press(/Delete it.*What would you like/);
    await amina.expectText('Your recording is deleted.', 'Send a recording instead');
    await amina.follow(/Send a recording instead.*What would you like/);
    await choose(amina, 'signing.webm', webm());
    await amina.press('Send the recording');
  });

  it('checks it, and sends it', async () => {
    await amina.open('/my/applications');
    await amina.follow('Disability Forum Planning Group');
    await amina.follow('About you');
    await amina.write({ 'Your name': 'Amina Yusuf', 'Your postcode': 'W6 9JT' });
    await amina.choose('I live in the borough', 'No');
    await amina.press('Save and go on');
    await amina.follow('What you need to take part');
    await amina.press('Save and go on');
    await amina.follow('How to reach you');
    await amina.choose('By email to amina@home.example');
    await amina.press('Save and go on');
    await amina.follow('Check and send');
    await amina.expectText('Your recording: Amina my voice.mp3', 'Your recording: signing.webm');
    await amina.press('Send my application');
    await amina.expectText('We have your application.');
  });

  it('a lead hears it, keeps it as a file, and writes it down', async () => {
    dana = await journey.staff('Dana Whitfield');
    await dana.open('/staff/applications');
    await dana.follow('Amina Yusuf');
    await dana.expectText('Which barriers do you meet', 'Not checked for viruses');
    expect(await dana.page.locator('audio').first().getAttribute('preload')).toBe('none');
    const [download] = await Promise.all([dana.page.waitForEvent('download'), dana.page.getByRole('link', { name: /Download the sound/ }).click()]);
    expect(download.suggestedFilename()).toMatch(/^PLAN-\w+-1\.mp3$/);
    await dana.follow(/Write a transcript.*Which barriers/);
    await dana.press('Save the transcript');
    expect(await dana.errors()).toEqual(['Write down what is said or signed']);
    await dana.write({ 'What is said': 'There are steps at my door.' });
    await dana.press('Save the transcript');
    await dana.expectText('Written by Dana Whitfield. They have not looked at it; they need not.');
  });

  it('the resident reads it, asks for a change, and agrees with the next', async () => {
    const message = await journey.newestMessage(EMAIL);
    await message.expectText('You need do nothing');
    await amina.open('/my/applications');
    await amina.follow('Disability Forum Planning Group');
    await amina.follow('Your recordings');
    await amina.expectText('There are steps at my door.');
    await amina.follow('say if it is right');
    await amina.press('Send my answer');
    expect(await amina.errors()).toEqual(['Say whether it is right']);
    await amina.choose('No, please change it');
    await amina.press('Send my answer');
    expect(await amina.errors()).toEqual(['Say what must change']);
    await amina.write({ 'If not, what': 'Three steps' });
    await amina.choose('No, please change it');
    await amina.press('Send my answer');
    await amina.expectText('You asked us to change it: Three steps');
    await dana.page.reload();
    await dana.expectText('They ask for a change');
    await dana.write({ 'What is said': 'There are three steps at my door.' });
    await dana.press('Save the transcript');
    await amina.open(new URL(amina.page.url()).pathname);
    await amina.follow('say if it is right');
    await amina.choose('Yes, it is right');
    await amina.press('Send my answer');
    await amina.expectText('You said that it is right.');
  });

  it('a letter is attached as a scan', async () => {
    const { rows } = await t.owner.query<{ id: string }>(`select id from application where state = 'submitted'`);
    await dana.open(`/staff/applications/${rows[0]!.id}/scans`);
    await choose(dana, 'letter.pdf', wav());
    await dana.press('Attach it');
    expect(await dana.errors()).toEqual(['We can’t take this kind of file. Send PDF, JPEG and PNG.']);
    await choose(dana, 'letter.pdf', pdf());
    await dana.press('Attach it');
    await dana.expectText('The scan is attached.', 'PLAN-');
  });

  it('a call has an Easy Read file and a BSL link; a changed call says that they are older', async () => {
    await dana.open(`/staff/calls/${callId}/versions`);
    await dana.expectText('There are none yet.');
    await dana.press('Add it');
    expect(await dana.errors()).toEqual(['Choose what it is']);
    await dana.choose('Easy Read');
    await choose(dana, 'easy.pdf', pdf());
    await dana.press('Add it');
    await dana.choose('BSL video');
    await dana.write({ 'A link': 'http://bsl.council.example/1' });
    await dana.press('Add it');
    expect(await dana.errors()).toEqual(['Enter a link that begins with https://']);
    await dana.write({ 'A link': 'https://bsl.council.example/1' });
    await dana.press('Add it');
    const visitor = await journey.visitor();
    await visitor.open('/opportunities/disability-forum-planning-group');
    const page = (await visitor.page.locator('main').innerText()).replace(/\s+/g, ' ');
    expect(page).toMatch(/Easy Read \(PDF, \d+ bytes\)/);
    expect(page).toContain('BSL video (on bsl.council.example)');
    const [download] = await Promise.all([visitor.page.waitForEvent('download'), visitor.page.getByRole('link', { name: 'Easy Read' }).first().click()]);
    expect(download.suggestedFilename()).toBe('disability-forum-planning-group-easy-read.pdf');
    await t.owner.query(`update call set what_you_would_do = 'Something else.' where id = $1`, [callId]);
    await visitor.open('/opportunities/disability-forum-planning-group');
    await visitor.expectText('This version was made before the last change');
    await dana.open(`/staff/calls/${callId}/versions`);
    await dana.expectText('Out of date');
  });

  it('finds nothing to complain of on any page', () => {
    expect(journey.checks.complaints).toEqual([]);
  });
});
