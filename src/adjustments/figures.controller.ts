import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Cached } from '../platform/web/page-cache.js';
import { page, type Page } from '../platform/web/page.js';
import { Public } from '../platform/web/policies.js';
import { FiguresQueries } from './figures.queries.js';
import { WaitsQueries } from './waits.queries.js';

/** What everybody may know about how well we do. */
@ApiExcludeController()
@Controller('access-requirements-met')
@Public()
@Cached()
export class FiguresController {
  constructor(private readonly figures: FiguresQueries, private readonly waits: WaitsQueries) {}

  @Get()
  async met(): Promise<Page> {
    return page('adjustments/figures', { quarters: await this.figures.byQuarter(), waits: await this.waits.figures() });
  }
}
