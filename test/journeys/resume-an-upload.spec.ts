import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { RecordingsQueries } from '../../src/applications/recordings.queries.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { wav } from '../support/media.js';
import { applicant, openCall } from '../support/open-call.js';

const PIECE = 4 * 1024 * 1024;

noBrowser()('a recording sent with JavaScript', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let page: Page;
  let id: string;
  let question: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    t = await startTestApp();
    const call = await openCall(t);
    const amina = await applicant(t);
    id = await t.app.get(ApplicationsService).start(amina.actor, call.slug);
    question = call.questionIds[0]!;
    browser = await launchBrowser({ javaScript: true });
    await browser.context.addCookies([{ name: 'alongside', value: await t.app.get(SignInService).openFor(amina.actor.personId), url: t.url }]);
    page = await browser.context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await t?.close();
  });

  it('goes on where the connection was cut, and says so', async () => {
    const bytes = wav(1200);
    const offsets: number[] = [];
    let cuts = 1;
    await page.route('**/my/uploads/*', async (route) => {
      const request = route.request();
      if (request.method() !== 'PATCH') return route.continue();
      const offset = Number(request.headers()['upload-offset']);
      offsets.push(offset);
      if (offset > 0 && cuts-- > 0) return route.abort('connectionreset');
      return route.continue();
    });
    await page.goto(`${t.url}/my/applications/${id}/recordings/new?question=${question}`);
    const said = page.evaluate(`new Promise((resolve) => {
      const words = [];
      const status = document.querySelector('[data-upload-status]');
      new MutationObserver(() => {
        words.push(status.textContent);
        if (status.textContent === 'All of it is here.') resolve([status.getAttribute('role'), ...words]);
      }).observe(status, { childList: true });
    })`);
    await page.locator('#file').setInputFiles({ name: 'voice.wav', mimeType: 'audio/wav', buffer: bytes });
    await page.getByRole('button', { name: 'Send the recording' }).click();
    const words = await said as string[];
    await page.waitForURL(`**/my/applications/${id}/answers`);
    expect(await page.locator('main').innerText()).toContain('We have your recording: voice.wav.');
    expect(words).toEqual(expect.arrayContaining(['status', 'Sending. You can stay on this page.', 'The connection was cut. We go on by ourselves when it is back.']));
    expect(offsets).toEqual([0, PIECE, PIECE, 2 * PIECE]);
    expect(await t.app.get(RecordingsQueries).of(id)).toMatchObject([{ questionId: question, size: bytes.length, mediaType: 'audio/wav', kind: 'audio' }]);
  });

  it('that we do not take is said on the page, without leaving it', async () => {
    await page.goto(`${t.url}/my/applications/${id}/recordings/new`);
    await page.locator('#file').setInputFiles({ name: 'voice.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('not a recording') });
    await page.getByRole('button', { name: 'Send the recording' }).click();
    await page.getByRole('status').filter({ hasText: 'We can’t take this kind of file.' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('file');
    expect(complaints).toEqual([]);
  });
});
