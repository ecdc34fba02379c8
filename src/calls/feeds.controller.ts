import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Config } from '../platform/config.js';
import { NotFound } from '../platform/errors.js';
import { SettingsReader } from '../platform/settings.js';
import { Cached } from '../platform/web/page-cache.js';
import { Download } from '../platform/web/page.js';
import { Public } from '../platform/web/policies.js';
import { Views } from '../platform/web/views.js';
import { CallsQueries } from './calls.queries.js';
import { toCalendar, toJsonFeed } from './feeds.js';

/** What opens and when, for programs that people already use. */
@ApiExcludeController()
@Controller()
@Public()
@Cached()
export class FeedsController {
  constructor(
    private readonly calls: CallsQueries,
    private readonly settings: SettingsReader,
    private readonly views: Views,
    private readonly config: Config,
  ) {}

  @Get('opportunities.atom')
  async atom(): Promise<Download> {
    const calls = await this.calls.publicList();
    const updated = new Date(Math.max(0, ...calls.map(({ opensAt }) => opensAt.getTime())));
    const xml = this.views.render('calls/atom', { calls, updated, publicUrl: this.config.publicUrl, organisation: await this.organisation() });
    return new Download(null, 'application/atom+xml; charset=utf-8', xml);
  }

  @Get('opportunities.json')
  async json(): Promise<Download> {
    const feed = toJsonFeed(await this.calls.publicList(), this.config.publicUrl, await this.organisation());
    return new Download(null, 'application/feed+json; charset=utf-8', JSON.stringify(feed));
  }

  @Get('opportunities.ics')
  async calendar(): Promise<Download> {
    return this.asCalendar(await this.calls.publicList());
  }

  @Get('opportunities/:slug/calendar')
  async calendarOfOne(@Param('slug') slug: string): Promise<Download> {
    const call = await this.calls.publicOne(slug);
    if (!call || call.state !== 'published') throw new NotFound();
    return this.asCalendar([call], `${slug}.ics`);
  }

  private async asCalendar(calls: Parameters<typeof toCalendar>[0], name: string | null = null): Promise<Download> {
    return new Download(name, 'text/calendar; charset=utf-8', toCalendar(calls, this.config.publicUrl, await this.organisation()));
  }

  private async organisation(): Promise<string> {
    return (await this.settings.current()).organisation.name;
  }
}
