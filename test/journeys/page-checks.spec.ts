import { expect, it } from '@jest/globals';
import { launchBrowser, noBrowser } from '../support/browser.js';
import { PageChecks } from '../support/page-checks.js';

const BAD = `<!DOCTYPE html><html lang="en-GB"><head><title>Wrong</title></head><body><main>
  <h1>One</h1><h1>Two</h1><input name="x"><p style="width: 900px">Much too wide</p><img src="data:,"></main></body></html>`;

noBrowser()('the checks of pages', () => {
  it('find what is wrong with a bad page', async () => {
    const browser = await launchBrowser({ javaScript: false });
    try {
      const checks = await PageChecks.open(browser.browser);
      const page = await browser.context.newPage();
      await page.route('http://bad.example/page', (route) => route.fulfill({ body: BAD, contentType: 'text/html' }));
      await page.goto('http://bad.example/page');
      await checks.look(page);
      const found = checks.complaints.join('\n');
      for (const part of ['2 h1', 'title "Wrong"', 'axe label', 'axe image-alt', 'no-inline-style', 'px wide on a narrow screen of 320']) {
        expect(found).toContain(part);
      }
    } finally {
      await browser.close();
    }
  });
});
