import { Body, Controller, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { NotFound } from '../platform/errors.js';
import { readForm } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { ApplicationsQueries } from '../applications/applications.queries.js';
import { OfferAnswerDto } from './choosing.dto.js';
import { OffersService } from './offers.service.js';

/** A resident answers an offer. */
@ApiExcludeController()
@Controller('my/applications/:id/offer')
@SignedIn({ acting: 'offer' })
export class OffersController {
  constructor(private readonly offers: OffersService, private readonly applications: ApplicationsQueries) {}

  @Post()
  async answer(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(OfferAnswerDto, body);
    if (!form.dto) {
      const application = await this.applications.own(id, subjectOf(actor));
      if (!application) throw new NotFound();
      return page('choosing/offer', { application, form }, 422);
    }
    if (form.dto.answer === 'accept') {
      await this.offers.accept(actor, id);
      return redirect(applicationPaths.one(id), 'Welcome. You are a member of the group.');
    }
    await this.offers.decline(actor, id);
    return redirect(applicationPaths.one(id), 'Thank you for telling us.');
  }
}
