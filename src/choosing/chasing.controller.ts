import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { BlindQueries } from './blind.queries.js';
import { ChasingQueries } from './chasing.queries.js';
import { ChasingService } from './chasing.service.js';
import { ContactTriedDto } from './choosing.dto.js';
import { choosingPaths } from './choosing.paths.js';
import { ChoosingQueries } from './choosing.queries.js';
import { contactChannelNames, contactChannels } from './decision.rules.js';

/** Reaching somebody who has not answered an offer, and ending it only after that. */
@ApiExcludeController()
@Controller('staff/applications/:id')
@May('application.decide')
export class ChasingController {
  constructor(
    private readonly chasing: ChasingService,
    private readonly tries: ChasingQueries,
    private readonly queries: ChoosingQueries,
    private readonly blind: BlindQueries,
  ) {}

  @Get('contacts')
  async contacts(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.contactsPage(actor, id, emptyForm({ id: newId() }), 200);
  }

  @Post('contacts')
  async record(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(ContactTriedDto, body);
    if (!form.dto) return this.contactsPage(actor, id, form, 422);
    await this.chasing.recordContact(actor, id, form.dto);
    return redirect(choosingPaths.contacts(id), 'It is recorded that you tried to reach them.');
  }

  @Post('lapse')
  async lapse(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    try {
      await this.chasing.lapse(actor, id);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.contactsPage(actor, id, withError(emptyForm({ id: newId() }), 'channel', error.message), 422);
    }
    return redirect(choosingPaths.one(id), 'The offer has ended. They are told, and the place is free.');
  }

  private async contactsPage(actor: Actor, id: string, form: Form<unknown>, status: number): Promise<Page> {
    const application = await this.queries.one(id);
    if (!application) throw new NotFound();
    await this.blind.refuseNames(actor.personId, application.callId);
    return page('choosing/contacts', {
      application, form, tries: await this.tries.triesOf(id),
      channels: contactChannels.map((channel) => ({ value: channel, text: contactChannelNames[channel] })),
    }, status);
  }
}
