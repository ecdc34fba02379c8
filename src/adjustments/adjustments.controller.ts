import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { subjectOf } from '../platform/actor.js';
import { Database } from '../platform/database.js';
import { emptyForm, readForm, type Form } from '../platform/web/form.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { NeedsDto, toNeeds, toNeedsValues } from './adjustments.dto.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { AdjustmentsQueries } from './adjustments.queries.js';
import { AdjustmentsService } from './adjustments.service.js';

/** A resident's own page: what they need, and what we arrange. */
@ApiExcludeController()
@Controller('my/access')
@SignedIn()
export class AdjustmentsController {
  constructor(
    private readonly database: Database,
    private readonly adjustments: AdjustmentsService,
    private readonly queries: AdjustmentsQueries,
  ) {}

  @Get()
  async mine(@CurrentActor() actor: Actor): Promise<Page> {
    const needs = await this.queries.needsOf(subjectOf(actor));
    return this.mineWith(actor, emptyForm(toNeedsValues(needs)));
  }

  @Post()
  async save(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(NeedsDto, body);
    const { dto } = form;
    if (!dto) return this.mineWith(actor, form, 422);
    await this.database.transaction((tx) => this.adjustments.saveNeeds(tx, actor, subjectOf(actor), toNeeds(dto)));
    return redirect(adjustmentsPaths.mine(), 'We have saved what you need.');
  }

  private async mineWith(actor: Actor, form: Form<unknown>, status = 200): Promise<Page> {
    const catalogue = await this.queries.catalogue();
    const arrangements = await this.queries.arrangementsOf(subjectOf(actor));
    return page('adjustments/my-access', {
      form, catalogue, action: adjustmentsPaths.mine(),
      standing: catalogue.flatMap(({ kinds }) => kinds.filter(({ standing }) => standing)),
      open: arrangements.filter((arrangement) => arrangement.open),
      over: arrangements.filter((arrangement) => !arrangement.open),
    }, status);
  }
}
