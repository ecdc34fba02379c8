import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { BadRequest, NotFound } from '../platform/errors.js';
import { bothVersions } from '../platform/web/both-versions.js';
import { emptyForm, readForm, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { BlindQueries } from './blind.queries.js';
import { MessageDraftDto } from './choosing.dto.js';
import { choosingPaths } from './choosing.paths.js';
import { ChoosingQueries } from './choosing.queries.js';
import { DraftsService } from './drafts.service.js';

/** The message about a decision is read, and changed, before it goes. */
@ApiExcludeController()
@Controller('staff/applications/:id/message')
@May('application.decide')
export class DraftsController {
  constructor(private readonly drafts: DraftsService, private readonly queries: ChoosingQueries, private readonly blind: BlindQueries) {}

  @Get()
  async read(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const untold = await this.untold(actor, id);
    if (!untold) return redirect(choosingPaths.one(id), 'There is no message to read: nothing is decided, or it was sent.');
    return this.messagePage(actor, id, emptyForm(await this.drafts.draft(untold)), 200);
  }

  @Post()
  async edit(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(MessageDraftDto, body);
    if (!form.dto) return this.messagePage(actor, id, form, 422);
    try {
      await this.drafts.edit(actor, id, form.dto);
    } catch (error) {
      if (error instanceof BadRequest && error.errors.length > 0) return this.messagePage(actor, id, { ...form, errors: [...error.errors] }, 422);
      return bothVersions(error, form, {
        title: 'Two of you changed the same message', keepHref: choosingPaths.message(id), action: choosingPaths.message(id),
        fields: [{ name: 'subject', label: 'Subject' }, { name: 'body', label: 'Email' }, { name: 'text', label: 'Text message' }],
      });
    }
    return redirect(choosingPaths.message(id), 'The message is saved. It has not gone yet.');
  }

  private async messagePage(actor: Actor, id: string, form: Form<unknown>, status: number): Promise<Page> {
    const application = await this.queries.one(id);
    if (!application) throw new NotFound();
    await this.blind.refuseNames(actor.personId, application.callId);
    return page('choosing/message', { application, form }, status);
  }

  /** The decision that nobody was told of and that is not on its way. */
  private async untold(actor: Actor, id: string): Promise<string | null> {
    const application = await this.queries.one(id);
    if (!application) throw new NotFound();
    await this.blind.refuseNames(actor.personId, application.callId);
    return application.decisions.find(({ state, tellingAt }) => state === 'applied' && !tellingAt)?.id ?? null;
  }
}
