import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app.js';
import { launchBrowser, noBrowser, type TestBrowser } from '../support/browser.js';
import { openCall, type OpenCall } from '../support/open-call.js';

const FIRST_VIEW_BYTES = 100 * 1024;

noBrowser()('with JavaScript, by keyboard', () => {
  let t: TestApp;
  let browser: TestBrowser;
  let call: OpenCall;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    t = await startTestApp();
    call = await openCall(t);
    browser = await launchBrowser({ javaScript: true });
    page = await browser.context.newPage();
    page.setDefaultTimeout(10_000);
    // A form that comes back with its errors is a 422 the browser mentions; that is no complaint.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('status of 422')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await t?.close();
  });

  it.each(['/', '/opportunities', `/opportunities/planning-group`])('%s weighs 100 KB or less at the first view', async (path) => {
    const context = await browser.browser.newContext();
    try {
      const first = await context.newPage();
      const network = await context.newCDPSession(first);
      await network.send('Network.enable');
      let bytes = 0;
      network.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
      await first.goto(t.url + path, { waitUntil: 'networkidle' });
      expect(bytes).toBeGreaterThan(10_000);
      expect(bytes).toBeLessThanOrEqual(FIRST_VIEW_BYTES);
    } finally {
      await context.close();
    }
  });

  it('the first key leads past the navigation to the content', async () => {
    await page.goto(`${t.url}/opportunities/${call.slug}`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to main content');
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('#main-content');
  });

  it('somebody signs in with the keyboard alone; a mistake is said and gets the focus', async () => {
    await page.goto(`${t.url}/sign-in`);
    await tabTo('contact');
    await page.keyboard.type('nonsense');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.govuk-error-summary');
    expect(await page.evaluate(`document.activeElement.className`)).toContain('govuk-error-summary');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('contact');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('mary@home.example');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in/code');
    await t.work();
    const { rows } = await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = 'mary@home.example'`);
    await tabTo('code');
    await page.keyboard.type(rows[0]!.subject.slice(0, 6));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/my');
  });

  it('words are counted as they are typed, as the server counts them', async () => {
    await page.goto(`${t.url}/opportunities/${call.slug}/apply`);
    await page.getByRole('button', { name: 'Start now' }).click();
    await page.getByRole('link', { name: 'Your answers' }).click();
    const answer = page.locator('textarea').first();
    await answer.fill('I use  a\nwheelchair.');
    await page.waitForFunction(`document.querySelector('.govuk-character-count__status')?.textContent.includes('46 words')`);
    await answer.fill('word '.repeat(51));
    await page.waitForFunction(`document.querySelector('.govuk-character-count__status')?.textContent.includes('1 word too many')`);
    await page.getByRole('button', { name: 'Save and go on' }).click();
    expect(await page.locator('.govuk-error-summary__list').innerText()).toContain('It has 51.');
  });

  it('a script put into a page does not run, and nothing complained on the way', async () => {
    expect(complaints).toEqual([]);
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="window.broken = true">')`);
    await page.waitForTimeout(300);
    expect(await page.evaluate('window.broken === undefined')).toBe(true);
    expect(complaints.join()).toContain('Content Security Policy');
  });

  /** Presses Tab until a field has the focus, which must be visible. */
  async function tabTo(id: string): Promise<void> {
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate('document.activeElement.id') === id) {
        expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).not.toBe('none');
        return;
      }
    }
    throw new Error(`Tab never reaches ${id}`);
  }
});
