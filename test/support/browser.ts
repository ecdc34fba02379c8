import { describe } from '@jest/globals';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const FLAGS = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

export interface TestBrowser {
  browser: Browser;
  context: BrowserContext;
  close(): Promise<void>;
}

/** `describe`, or where there is no browser a `describe` that skips; in CI it fails instead. */
export function noBrowser(): typeof describe | typeof describe.skip {
  if (process.env.CHROMIUM_PATH) return describe;
  if (process.env.CI) throw new Error('No browser was found, and in CI the pages must be seen in one.');
  return describe.skip;
}

export async function launchBrowser({ javaScript }: { javaScript: boolean }): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH,
    args: isRoot() ? [...FLAGS, '--no-sandbox'] : FLAGS,
    env: environment(),
  });
  const context = await browser.newContext({
    javaScriptEnabled: javaScript,
    locale: 'en-GB',
    // Not London's: a page must show London's time wherever its reader is.
    timezoneId: 'America/New_York',
  });
  return { browser, context, close: () => browser.close() };
}

// A packaged Chromium brings its own libraries and fonts.
function environment(): Record<string, string> {
  const { CHROMIUM_LIBRARIES, CHROMIUM_FONTS, ...rest } = process.env as Record<string, string>;
  return {
    ...rest,
    ...(CHROMIUM_LIBRARIES && { LD_LIBRARY_PATH: CHROMIUM_LIBRARIES }),
    ...(CHROMIUM_FONTS && { FONTCONFIG_PATH: CHROMIUM_FONTS }),
  };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
