import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { NotFound } from '../platform/errors.js';
import { emptyForm, readForm, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { AlternativeAnswerDto, AppealDto } from './adjustments.dto.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { AnswersService } from './answers.service.js';
import { ArrangementAnswersQueries, type Alternative, type RefusalDetail } from './answers.queries.js';

/** What we offer instead, and what we declined: the person has the next word. */
@ApiExcludeController()
@Controller('my/access')
@SignedIn()
export class AnswersController {
  constructor(private readonly answers: AnswersService, private readonly queries: ArrangementAnswersQueries) {}

  @Get('alternatives/:id')
  async alternative(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const offer = await this.ownOffer(actor, id);
    return offer.answer ? redirect(adjustmentsPaths.mine()) : offerPage(offer, emptyForm());
  }

  @Post('alternatives/:id')
  async answer(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const offer = await this.ownOffer(actor, id);
    const form = await readForm(AlternativeAnswerDto, body);
    if (!form.dto) return offerPage(offer, form, 422);
    const agreed = form.dto.agreed === 'yes';
    await this.answers.answerOffer(actor, id, agreed, form.dto.words ?? null);
    return redirect(adjustmentsPaths.mine(), agreed ? 'Thank you. We arrange it that way.' : 'Thank you. We look for something else.');
  }

  @Get('refusals/:id')
  async refusal(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return refusalPage(await this.ownRefusal(actor, id), emptyForm());
  }

  @Post('refusals/:id/appeal')
  async appeal(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const refusal = await this.ownRefusal(actor, id);
    const form = await readForm(AppealDto, body);
    if (!form.dto) return refusalPage(refusal, form, 422);
    await this.answers.appeal(actor, id, form.dto.words ?? null);
    return redirect(adjustmentsPaths.mine(), 'Somebody else looks at it now.');
  }

  @Post('refusals/:id/coming')
  async comeAnyway(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.answers.comeAnyway(actor, (await this.ownRefusal(actor, id)).id);
    return redirect(adjustmentsPaths.mine(), 'Thank you. We expect you. You can still ask for another look.');
  }

  private async ownOffer(actor: Actor, id: string): Promise<Alternative> {
    const offer = await this.queries.alternative(id);
    if (!offer || offer.personId !== subjectOf(actor)) throw new NotFound();
    return offer;
  }

  private async ownRefusal(actor: Actor, id: string): Promise<RefusalDetail> {
    const refusal = await this.queries.refusal(id);
    if (!refusal?.agreedAt || refusal.personId !== subjectOf(actor)) throw new NotFound();
    return refusal;
  }
}

function offerPage(offer: Alternative, form: Form<unknown>, status = 200): Page {
  return page('adjustments/alternative', { offer, form, action: adjustmentsPaths.alternative(offer.id), back: adjustmentsPaths.mine() }, status);
}

function refusalPage(refusal: RefusalDetail, form: Form<unknown>, status = 200): Page {
  return page('adjustments/refusal', {
    refusal, form, action: adjustmentsPaths.appeal(refusal.id), coming: adjustmentsPaths.comeAnyway(refusal.id), back: adjustmentsPaths.mine(),
  }, status);
}
