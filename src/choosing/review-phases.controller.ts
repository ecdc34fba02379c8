import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { BadRequest, Forbidden, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { CallsQueries, type CallDetail } from '../calls/calls.queries.js';
import { PeopleQueries } from '../people/people.queries.js';
import { BlindQueries } from './blind.queries.js';
import { ReviewDashboardQueries } from './review-dashboard.queries.js';
import { ReviewPanelService } from './review-panel.service.js';
import { ReviewPhasesService } from './review-phases.service.js';
import { ReviewQueries } from './review.queries.js';
import { reviewerKindNames, reviewerKinds, seeOthers, seeOthersNames } from './review.rules.js';
import { PhaseDto, ReviewerDto } from './reviews.dto.js';
import { reviewPaths } from './reviews.paths.js';

const ANSWER = 20_000;

/** Leads plan reviews of a call, say who scores, open and close them, and prepare answers to be read without names. */
@ApiExcludeController()
@Controller('staff/calls/:id/review')
@May('review.prepare')
export class ReviewPhasesController {
  constructor(
    private readonly phases: ReviewPhasesService,
    private readonly panel: ReviewPanelService,
    private readonly dashboard: ReviewDashboardQueries,
    private readonly reviews: ReviewQueries,
    private readonly blind: BlindQueries,
    private readonly calls: CallsQueries,
    private readonly people: PeopleQueries,
  ) {}

  @Get()
  async manage(@IdParam() id: string): Promise<Page> {
    return this.managePage(id, emptyForm({ id: newId(), reviewsEach: '3', blind: 'yes', seeOthers: 'after_own' }), 200);
  }

  @Post()
  async plan(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(PhaseDto, body);
    if (!form.dto) return this.managePage(id, form, 422);
    try {
      await this.phases.plan(actor, id, form.dto);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.managePage(id, withError(form, 'endsOn', error.message), 422);
    }
    return redirect(reviewPaths.phase(id, form.dto.id), 'The review is planned. Now say who scores.');
  }

  @Get('phases/:phaseId')
  async phase(@IdParam() id: string, @IdParam('phaseId') phaseId: string): Promise<Page> {
    return this.phasePage(id, phaseId, emptyForm(), 200);
  }

  @Post('phases/:phaseId/reviewers')
  async addReviewer(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('phaseId') phaseId: string, @Body() body: unknown): Promise<Page | Redirect> {
    await this.find(id, phaseId);
    const form = await readForm(ReviewerDto, body);
    if (!form.dto) return this.phasePage(id, phaseId, form, 422);
    try {
      await this.phases.addReviewer(actor, phaseId, { ...form.dto, decides: form.dto.decides === 'yes' });
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.phasePage(id, phaseId, withError(form, 'kind', error.message), 422);
    }
    return redirect(reviewPaths.phase(id, phaseId), 'They are added.');
  }

  @Post('phases/:phaseId/reviewers/:personId/removal')
  async removeReviewer(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('phaseId') phaseId: string, @IdParam('personId') personId: string): Promise<Redirect> {
    await this.find(id, phaseId);
    await this.phases.removeReviewer(actor, phaseId, personId);
    return redirect(reviewPaths.phase(id, phaseId), 'They are removed.');
  }

  @Post('phases/:phaseId/opening')
  async open(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('phaseId') phaseId: string): Promise<Page | Redirect> {
    await this.find(id, phaseId);
    try {
      await this.phases.open(actor, phaseId);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.phasePage(id, phaseId, withError(emptyForm(), 'open', error.message), 422);
    }
    return redirect(reviewPaths.phase(id, phaseId), 'The review is open. Everybody who scores is told.');
  }

  @Post('phases/:phaseId/closing')
  async close(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('phaseId') phaseId: string): Promise<Redirect> {
    await this.find(id, phaseId);
    await this.phases.close(actor, phaseId);
    return redirect(reviewPaths.dashboard(id), 'The review is closed. Now look at the scores together, and decide.');
  }

  @Get('answers')
  async toPrepare(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    const call = await this.call(id);
    const nameless = (await this.blind.callsHiddenFrom(actor.personId)).includes(id);
    return page('choosing/review-answers', { call, nameless, applications: nameless ? [] : await this.dashboard.toPrepare(id) });
  }

  @Get('answers/:applicationId')
  async prepare(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('applicationId') applicationId: string): Promise<Page> {
    return this.preparePage(actor, id, applicationId, null, 200);
  }

  @Post('answers/:applicationId')
  async savePrepared(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('applicationId') applicationId: string, @Body() body: unknown): Promise<Page | Redirect> {
    await this.toPrepareOne(actor, id, applicationId);
    const answers = await this.reviews.answersToPrepare(applicationId);
    if (typeof body !== 'object' || body === null) throw new BadRequest();
    const { _csrf, ...values } = body as Record<string, unknown>;
    const texts = answers.map(({ questionId }) => ({ questionId, text: values[`text-${questionId}`] }));
    if (Object.keys(values).length === 0 || texts.some(({ text }) => typeof text !== 'string')) {
      const errors = texts.filter(({ text }) => typeof text !== 'string').map(({ questionId }) => ({ field: `text-${questionId}`, message: 'Write what reviewers may read' }));
      return this.preparePage(actor, id, applicationId, { values, errors, dto: null }, 422);
    }
    const prepared = texts as { questionId: string; text: string }[];
    const long = prepared.filter(({ text }) => text.length > ANSWER).map(({ questionId }) => ({ field: `text-${questionId}`, message: `Use ${ANSWER} characters or fewer` }));
    if (long.length > 0) return this.preparePage(actor, id, applicationId, { values, errors: long, dto: null }, 422);
    await this.panel.redact(actor, applicationId, prepared.map(({ questionId, text }) => ({ questionId, text: text.replace(/\r\n/g, '\n').trim() })));
    return redirect(reviewPaths.redactions(id), 'The answers are prepared.');
  }

  private async managePage(id: string, form: Form<unknown>, status: number): Promise<Page> {
    const [call, phases, criteria] = [await this.call(id), await this.dashboard.phases(id), await this.reviews.criteria(id)];
    return page('choosing/review-manage', {
      call, form, phases, criteria, seeOthersItems: seeOthers.map((value) => ({ value, text: seeOthersNames[value] })),
    }, status);
  }

  private async phasePage(id: string, phaseId: string, form: Form<unknown>, status: number): Promise<Page> {
    const [call, phase, people] = [await this.call(id), await this.find(id, phaseId), await this.people.withAnyRole()];
    const mayScore = people.filter(({ roles }) => roles.some((role) => ['strategic_lead', 'co_decider', 'panel_member'].includes(role)));
    return page('choosing/review-phase', {
      call, phase, form, othersShow: seeOthersNames[phase.seeOthers],
      panel: phase.panel.map((one) => ({ ...one, kindName: reviewerKindNames[one.kind] })),
      people: mayScore.map((person) => ({ value: person.id, text: person.name })),
      kinds: reviewerKinds.map((value) => ({ value, text: reviewerKindNames[value] })),
    }, status);
  }

  private async preparePage(actor: Actor, id: string, applicationId: string, form: Form<unknown> | null, status: number): Promise<Page> {
    const call = await this.call(id);
    const application = await this.toPrepareOne(actor, id, applicationId);
    const answers = await this.reviews.answersToPrepare(applicationId);
    const values = Object.fromEntries(answers.map(({ questionId, redacted, suggested }) => [`text-${questionId}`, redacted ?? suggested]));
    return page('choosing/review-answers-one', { call, application, answers, form: form ? { ...form, values: { ...values, ...form.values } } : emptyForm(values) }, status);
  }

  /** Whoever scores this call without names can't prepare its answers. */
  private async toPrepareOne(actor: Actor, id: string, applicationId: string) {
    if ((await this.blind.callsHiddenFrom(actor.personId)).includes(id)) throw new Forbidden('You score these answers without names. Somebody else prepares them.');
    const [application] = await this.dashboard.toPrepare(id, applicationId);
    if (!application) throw new NotFound();
    return application;
  }

  private async call(id: string): Promise<CallDetail> {
    const call = await this.calls.detail(id);
    if (!call) throw new NotFound();
    return call;
  }

  private async find(id: string, phaseId: string) {
    const phase = (await this.dashboard.phases(id)).find((one) => one.id === phaseId);
    if (!phase) throw new NotFound();
    return phase;
  }
}
