import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { TestApp } from './app.js';
import { PageChecks } from './page-checks.js';

/** One person at their browser, without JavaScript. Every page they reach is checked. */
export class Visitor {
  constructor(
    readonly page: Page,
    private readonly t: TestApp,
    private readonly checks: PageChecks,
  ) {}

  async open(path: string): Promise<this> {
    await this.page.goto(this.t.url + path);
    return this.look();
  }

  /** Follows a link by its words. */
  async follow(words: string | RegExp): Promise<this> {
    await Promise.all([
      this.page.waitForEvent('domcontentloaded'),
      this.page.locator('main').getByRole('link', { name: words }).first().click(),
    ]);
    return this.look();
  }

  /** Presses a button by its words, and does what the worker would then do. */
  async press(words: string | RegExp): Promise<this> {
    await Promise.all([
      this.page.waitForEvent('domcontentloaded'),
      this.page.locator('main').getByRole('button', { name: words }).first().click(),
    ]);
    await this.t.work();
    return this.look();
  }

  async write(fields: Record<string, string>): Promise<this> {
    for (const [label, value] of Object.entries(fields)) {
      await this.page.locator('main').getByLabel(label, { exact: false }).first().fill(value);
    }
    return this;
  }

  /** A day in the three boxes of a date field. */
  async writeDay(legend: string, day: string): Promise<this> {
    const [year = '', month = '', date = ''] = day.split('-');
    const group = this.page.getByRole('group', { name: legend });
    await group.getByLabel('Day').fill(date);
    await group.getByLabel('Month').fill(month);
    await group.getByLabel('Year').fill(year);
    return this;
  }

  async choose(...labels: string[]): Promise<this> {
    for (const label of labels) await this.page.locator('main').getByLabel(label, { exact: true }).first().check();
    return this;
  }

  /** A choice among several with the same words, by the question above them. */
  async answer(question: string, choice: string): Promise<this> {
    await this.page.getByRole('group', { name: question }).getByLabel(choice, { exact: true }).check();
    return this;
  }

  /** An option by how its words begin. */
  async select(label: string, option: string): Promise<this> {
    const field = this.page.locator('main').getByLabel(label);
    const texts = await field.locator('option').allInnerTexts();
    await field.selectOption({ index: texts.findIndex((text) => text.trim().startsWith(option)) });
    return this;
  }

  async heading(): Promise<string> {
    return (await this.page.locator('h1').innerText()).trim();
  }

  async expectHeading(words: string): Promise<this> {
    expect(await this.heading()).toBe(words);
    return this;
  }

  async expectText(...words: string[]): Promise<this> {
    const main = (await this.page.locator('main').innerText()).replace(/\s+/g, ' ');
    for (const part of words) expect(main).toContain(part);
    return this;
  }

  /** The errors at the top of the page, each linked to something that is there. */
  async errors(): Promise<string[]> {
    const links = this.page.locator('.govuk-error-summary__list a');
    for (const link of await links.all()) {
      const target = (await link.getAttribute('href'))?.slice(1) ?? '';
      expect(await this.page.locator(`[id="${target}"]`).count()).toBe(1);
    }
    return (await this.page.locator('.govuk-error-summary__list li').allInnerTexts()).map((one) => one.trim());
  }

  /** Keeps a picture for the README, when asked to: SCREENSHOTS=yes npm test. */
  async picture(name: string, width = 1200): Promise<this> {
    if (process.env['SCREENSHOTS'] !== 'yes') return this;
    await this.page.setViewportSize({ width, height: 900 });
    await this.page.screenshot({ path: join('docs/images', `${name}.png`), fullPage: true });
    await this.page.setViewportSize({ width: 1200, height: 900 });
    return this;
  }

  private async look(): Promise<this> {
    await this.checks.look(this.page);
    return this;
  }
}

/** Everybody in a story, each in a browser of their own. */
export class Journey {
  private readonly contexts: BrowserContext[] = [];
  private readonly visitors = new Map<string, Visitor>();

  private constructor(readonly t: TestApp, private readonly browser: Browser, readonly checks: PageChecks) {}

  static async begin(t: TestApp, browser: Browser): Promise<Journey> {
    return new Journey(t, browser, await PageChecks.open(browser));
  }

  /** Somebody who is not signed in. */
  async visitor(): Promise<Visitor> {
    const context = await this.browser.newContext({
      javaScriptEnabled: false, locale: 'en-GB', timezoneId: 'America/New_York', viewport: { width: 1200, height: 900 },
    });
    this.contexts.push(context);
    context.setDefaultTimeout(10_000);
    return new Visitor(await context.newPage(), this.t, this.checks);
  }

  /** A member of staff, by the demo's page of people. */
  async staff(name: string): Promise<Visitor> {
    const known = this.visitors.get(name);
    if (known) return known;
    const visitor = await this.visitor();
    await visitor.open('/demo/people');
    await visitor.press(`Be ${name}`);
    this.visitors.set(name, visitor);
    return visitor;
  }

  /** The same on another day: they sign in anew. */
  async staffAgain(name: string): Promise<Visitor> {
    this.visitors.delete(name);
    return this.staff(name);
  }

  /** A resident, signed in as at home: with the code from their message. */
  async resident(address: string): Promise<Visitor> {
    const visitor = await this.visitor();
    await visitor.open('/sign-in');
    await visitor.write({ 'Your email address or mobile number': address });
    await visitor.press('Send me a code');
    await visitor.write({ 'The 6 numbers': await this.codeFor(address) });
    return visitor.press('Continue');
  }

  /** The newest message to somebody, in the mailbox. */
  async newestMessage(address: string): Promise<Visitor> {
    const visitor = await this.visitor();
    await visitor.open(`/demo/mailbox?to=${encodeURIComponent(address)}`);
    await Promise.all([
      visitor.page.waitForEvent('domcontentloaded'),
      visitor.page.locator('article a').first().click(),
    ]);
    return visitor;
  }

  async codeFor(address: string): Promise<string> {
    const message = await this.newestMessage(address);
    const code = /\b(\d{6})\b/.exec(await message.page.locator('main').innerText())?.[1];
    if (!code) throw new Error(`no code for ${address}`);
    return code;
  }

  /** Moves the demo's clock with its own page. */
  async moveClock(day: string, time: string): Promise<void> {
    const visitor = await this.visitor();
    await visitor.open('/demo/clock');
    await visitor.writeDay('Day', day);
    await visitor.write({ 'Time in London': time });
    await visitor.press('Move the clock');
    expect(await visitor.errors()).toEqual([]);
  }

  async end(): Promise<void> {
    for (const context of this.contexts) await context.close();
  }
}
