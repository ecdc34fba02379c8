import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Clock } from '../platform/clock.js';
import { NotFound } from '../platform/errors.js';
import { Cached } from '../platform/web/page-cache.js';
import { page, type Page } from '../platform/web/page.js';
import { Public } from '../platform/web/policies.js';
import { callBody } from './call.document.js';
import { timeline } from './call.rules.js';
import { CallVersionsQueries } from './call-versions.js';
import { CallsQueries, toCard } from './calls.queries.js';
import { PowerQueries } from './power.queries.js';

@ApiExcludeController()
@Controller('opportunities')
@Public()
@Cached()
export class CallsController {
  constructor(
    private readonly calls: CallsQueries,
    private readonly power: PowerQueries,
    private readonly versions: CallVersionsQueries,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(): Promise<Page> {
    const calls = (await this.calls.publicList()).map(toCard);
    const at = (...stages: string[]) => calls.filter(({ stage }) => stages.includes(stage));
    return page('calls/opportunities', { open: at('open'), coming: at('coming'), closed: at('closed') });
  }

  @Get(':slug')
  async show(@Param('slug') slug: string): Promise<Page> {
    const call = await this.calls.publicOne(slug);
    if (!call) throw new NotFound();
    return page('calls/opportunity', {
      call, ...toCard(call), body: callBody(call), whatHappens: timeline(call, this.clock.now()),
      power: await this.power.sentences(call.id), versions: await this.versions.of(call),
    });
  }
}
