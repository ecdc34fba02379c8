import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { readCode } from '../shared/reference.js';
import { subjectOf, type Actor } from '../platform/actor.js';
import { toPlainText } from '../platform/documents/plain-text.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { CallsQueries } from '../calls/calls.queries.js';
import { ApplicationTimes } from './application-times.queries.js';
import { applicationPaths } from './applications.paths.js';
import { ApplicationsQueries } from './applications.queries.js';
import { keptDocument } from './kept.document.js';
import { keptPage } from './kept.page.js';
import { MoreTimeDto } from './late-access.dto.js';
import { LateAccess } from './late-access.service.js';

/** A draft after closing: what was written is kept, and there may be more time. */
@ApiExcludeController()
@Controller()
@SignedIn({ acting: 'apply' })
export class KeptController {
  constructor(
    private readonly queries: ApplicationsQueries,
    private readonly times: ApplicationTimes,
    private readonly calls: CallsQueries,
    private readonly late: LateAccess,
  ) {}

  @Get('my/applications/:id/kept')
  async kept(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const application = await this.queries.own(id, subjectOf(actor));
    if (!application) throw new NotFound();
    const times = await this.times.ofApplication(id);
    if (application.state !== 'draft' || times.open.ok) return redirect(applicationPaths.one(id));
    return keptPage(application, times, 200);
  }

  @Get('my/applications/:id/kept/text')
  async text(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Download> {
    const application = await this.queries.own(id, subjectOf(actor));
    if (!application) throw new NotFound();
    const { sendBefore } = await this.times.ofApplication(id);
    return new Download(`${application.reference}.txt`, 'text/plain; charset=utf-8', toPlainText(keptDocument(application, sendBefore)));
  }

  /** A link may bring the code along; nothing is used before they press. */
  @Get('opportunities/:slug/more-time')
  async moreTime(@Param('slug') slug: string, @Query('code') code: unknown): Promise<Page> {
    return this.codePage(slug, emptyForm({ code: typeof code === 'string' ? readCode(code) ?? '' : '' }), 200);
  }

  @Post('opportunities/:slug/more-time')
  async useCode(@CurrentActor() actor: Actor, @Param('slug') slug: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(MoreTimeDto, body);
    if (!form.dto) return this.codePage(slug, form, 422);
    try {
      return redirect(applicationPaths.tasks(await this.late.use(actor, slug, form.dto.code)), 'You have more time.');
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.codePage(slug, withError(form, 'code', error.message), 422);
    }
  }

  private async codePage(slug: string, form: Form<unknown>, status: number): Promise<Page> {
    const call = await this.calls.publicOne(slug);
    if (!call) throw new NotFound();
    return page('applications/more-time', { call, form }, status);
  }
}
