import { AxeBuilder } from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import type { Browser, Page } from 'playwright-core';

const WIDE = { width: 1200, height: 900 };
const NARROW = 320;

const markup = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: {
    'no-trailing-whitespace': 'off', 'no-redundant-role': 'off', 'form-dup-name': 'off', 'long-title': 'off',
    'attribute-boolean-style': 'off', 'doctype-style': 'off', 'void-style': 'off', 'prefer-native-element': 'off',
    'no-inline-style': 'error', 'wcag/h37': 'error', 'tel-non-breaking': 'off', 'valid-id': 'off',
  },
});

/**
 * Looks at a page as it stands in a browser without JavaScript, errors and all. The page itself can't run the tools,
 * so a second browser window is given the same markup at the same address.
 */
export class PageChecks {
  private readonly seen = new Set<string>();
  readonly complaints: string[] = [];

  private constructor(private readonly page: Page) {}

  static async open(browser: Browser): Promise<PageChecks> {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    return new PageChecks(await context.newPage());
  }

  /** How many different pages and states were looked at. */
  get count(): number {
    return this.seen.size;
  }

  /** Once for each page and state: its address without ids, its title, and whether it shows errors. */
  async look(page: Page): Promise<void> {
    const html = await page.content();
    const title = await page.title();
    const path = new URL(page.url()).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/\/link\/.*/, '/link');
    const key = `${path} ${title.replace(/\d+/g, '0')} ${/<main[^]*?class="[^"]*(doNow|al-card--now|al-empty)/.exec(html)?.[1] ?? ''}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const problems = [...this.inMarkup(html, title), ...await this.inBrowser(page.url(), html)];
    this.complaints.push(...problems.map((problem) => `${key.trim()}: ${problem}`));
  }

  private inMarkup(html: string, title: string): string[] {
    const problems: string[] = [];
    const headings = [...html.matchAll(/<h1[^>]*>([^]*?)<\/h1>/g)].map(([, inner]) => text(inner ?? ''));
    if (headings.length !== 1) problems.push(`${headings.length} h1`);
    const expected = `${html.includes('govuk-error-summary') ? 'Error: ' : ''}${headings[0]} – Alongside`;
    if (title !== expected) problems.push(`title "${title}", expected "${expected}"`);
    const report = markup.validateStringSync(html);
    for (const message of report.results.flatMap((result) => result.messages)) {
      if (message.severity === 2) problems.push(`${message.ruleId}: ${message.message} (line ${message.line})`);
    }
    return problems;
  }

  private async inBrowser(url: string, html: string): Promise<string[]> {
    const { page } = this;
    await page.route(url, (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }));
    try {
      await page.setViewportSize(WIDE);
      await page.goto(url, { waitUntil: 'load' });
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .options({ resultTypes: ['violations'] }).analyze();
      const problems = violations.map((violation) => `axe ${violation.id}: ${violation.help} (${violation.nodes[0]?.target.join(' ')})`);
      await page.setViewportSize({ width: NARROW, height: 800 });
      problems.push(...await this.tooWide(NARROW, 'on a narrow screen'));
      await page.setViewportSize(WIDE);
      await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
      problems.push(...await this.tooWide(WIDE.width, 'with text twice as large'));
      return problems;
    } finally {
      await page.unroute(url);
    }
  }

  private async tooWide(limit: number, when: string): Promise<string[]> {
    const width = Number(await this.page.evaluate('document.documentElement.scrollWidth'));
    return width > limit ? [`${width} px wide ${when} of ${limit}`] : [];
  }
}

function text(html: string): string {
  return html.replace(/<[^>]+>/g, '').replace(/&amp;/g, '&').replace(/&#39;/g, "'").replace(/\s+/g, ' ').trim();
}
