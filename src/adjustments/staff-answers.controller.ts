import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { BadRequest, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { ApologyDto, RefusalDecisionDto, WordsDto } from './adjustments.dto.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { AdjustmentsQueries } from './adjustments.queries.js';
import { AnswersService } from './answers.service.js';
import { ArrangementAnswersQueries, type ArrangementFacts } from './answers.queries.js';
import { ApologiesService } from './apologies.service.js';
import { FeedbackQueries, type ApologyItem } from './feedback.queries.js';
import { Looks } from './looks.js';
import { ProfileQueries } from './profile.queries.js';
import { requirementsDocument } from './requirements.document.js';

/** Answers that need words: something else instead, no, and sorry. For access co-ordinators; each look is written down. */
@ApiExcludeController()
@Controller('staff/arrangements')
export class StaffAnswersController {
  constructor(
    private readonly answers: AnswersService,
    private readonly apologies: ApologiesService,
    private readonly queries: ArrangementAnswersQueries,
    private readonly feedback: FeedbackQueries,
    private readonly profile: ProfileQueries,
    private readonly people: AdjustmentsQueries,
    private readonly looks: Looks,
  ) {}

  @Get(':id/alternative')
  @May('arrangement.write')
  async askAlternative(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.wordsPage('adjustments/offer-alternative', await this.seen(actor, id), emptyForm({ id: newId() }), adjustmentsPaths.offerAlternative(id));
  }

  @Post(':id/alternative')
  @May('arrangement.write')
  async offer(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    return this.withWords(actor, id, body, 'adjustments/offer-alternative', adjustmentsPaths.offerAlternative(id),
      (dto) => this.answers.offer(actor, id, dto.id, dto.words), 'We are asking them now.');
  }

  @Get(':id/refusal')
  @May('arrangement.write')
  async askRefusal(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.wordsPage('adjustments/propose-refusal', await this.seen(actor, id), emptyForm({ id: newId() }), adjustmentsPaths.refuse(id));
  }

  @Post(':id/refusal')
  @May('arrangement.write')
  async propose(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    return this.withWords(actor, id, body, 'adjustments/propose-refusal', adjustmentsPaths.refuse(id),
      (dto) => this.answers.proposeRefusal(actor, id, dto.id, dto.words), 'It waits for somebody else to agree.');
  }

  @Post('refusals/:id')
  @May('arrangement.write')
  async decide(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Redirect> {
    const { dto } = await readForm(RefusalDecisionDto, body);
    if (!dto) throw new BadRequest();
    await this.answers.decideRefusal(actor, id, dto.agreed === 'yes');
    return redirect(adjustmentsPaths.arrangements(), dto.agreed === 'yes' ? 'It is declined. We are telling them now, with the reason.' : 'It is not declined.');
  }

  @Get('apologies/:id')
  @May('arrangement.write')
  async apology(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.apologyPage(await this.openApology(actor, id), emptyForm());
  }

  @Post('apologies/:id')
  @May('arrangement.write')
  async apologised(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(ApologyDto, body);
    if (!form.dto) return this.apologyPage(await this.openApology(actor, id), form, 422);
    await this.apologies.done(actor, id, form.dto.words);
    return redirect(adjustmentsPaths.arrangements(), 'Written down.');
  }

  /** All somebody told us, for whoever arranges it. */
  @Get('people/:id')
  @May('arrangement.read')
  async person(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    const name = await this.people.nameOf(id);
    if (!name) throw new NotFound();
    await this.looks.record(actor, [id], 'requirements');
    return page('adjustments/person-requirements', { name: name.name, document: requirementsDocument(await this.profile.requirements(id), []), back: adjustmentsPaths.arrangements() });
  }

  private async withWords(
    actor: Actor, id: string, body: unknown, view: string, action: string, save: (dto: WordsDto) => Promise<void>, done: string,
  ): Promise<Page | Redirect> {
    const form = await readForm(WordsDto, body);
    if (!form.dto) return this.wordsPage(view, await this.seen(actor, id), form, action, 422);
    try {
      await save(form.dto);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.wordsPage(view, await this.seen(actor, id), withError(form, 'words', error.message), action, 422);
    }
    return redirect(adjustmentsPaths.arrangements(), done);
  }

  private wordsPage(view: string, arrangement: ArrangementFacts, form: Form<unknown>, action: string, status = 200): Page {
    return page(view, { arrangement, form, action, back: adjustmentsPaths.arrangements() }, status);
  }

  private apologyPage(apology: ApologyItem, form: Form<unknown>, status = 200): Page {
    return page('adjustments/apologise', { apology, form, action: adjustmentsPaths.apologise(apology.id), back: adjustmentsPaths.arrangements() }, status);
  }

  private async seen(actor: Actor, id: string): Promise<ArrangementFacts> {
    const arrangement = await this.queries.arrangement(id);
    if (!arrangement) throw new NotFound();
    await this.looks.record(actor, [arrangement.personId]);
    return arrangement;
  }

  private async openApology(actor: Actor, id: string): Promise<ApologyItem> {
    const apology = (await this.feedback.apologies()).find((one) => one.id === id);
    if (!apology) throw new NotFound();
    await this.looks.record(actor, [apology.personId]);
    return apology;
  }
}
