import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { BadRequest, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { canEdit } from './call.rules.js';
import { CriterionDto, MoveDto, TargetDto } from './calls.dto.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries, type CallDetail } from './calls.queries.js';
import { CriteriaService } from './criteria.service.js';
import { targetWords, usualScoreLabels } from './criterion.rules.js';

/** What a call looks for, and what its group hopes for. */
@ApiExcludeController()
@Controller('staff/calls/:id')
@May('call.write')
export class CriteriaController {
  constructor(private readonly criteria: CriteriaService, private readonly queries: CallsQueries) {}

  @Get('criteria')
  async list(@IdParam() id: string): Promise<Page> {
    return this.criteriaPage(id, emptyForm({ id: newId(), weight: 1, kind: 'essential', scoreLabels: usualScoreLabels.join('\n') }), 200);
  }

  @Post('criteria')
  async add(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(CriterionDto, body);
    if (!form.dto) return this.criteriaPage(id, form, 422);
    await this.criteria.add(actor, id, form.dto);
    return redirect(callPaths.criteria(id), 'It is added.');
  }

  @Post('criteria/:criterionId/removal')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('criterionId') criterionId: string): Promise<Redirect> {
    await this.criteria.remove(actor, id, criterionId);
    return redirect(callPaths.criteria(id), 'It is removed.');
  }

  @Post('criteria/:criterionId/move')
  async move(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('criterionId') criterionId: string, @Body() body: unknown): Promise<Redirect> {
    const { dto } = await readForm(MoveDto, body);
    if (!dto) throw new BadRequest();
    await this.criteria.move(actor, id, criterionId, dto.to === 'up' ? -1 : 1);
    return redirect(callPaths.criteria(id));
  }

  @Get('targets')
  async targets(@IdParam() id: string): Promise<Page> {
    return this.targetsPage(id, emptyForm({ id: newId(), atLeast: 1 }), 200);
  }

  @Post('targets')
  async addTarget(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(TargetDto, body);
    if (!form.dto) return this.targetsPage(id, form, 422);
    try {
      await this.criteria.addTarget(actor, id, form.dto);
    } catch (error) {
      if (!(error instanceof RuleViolation) && !(error instanceof BadRequest)) throw error;
      return this.targetsPage(id, withError(form, 'what', error instanceof BadRequest ? error.errors[0]!.message : error.message), 422);
    }
    return redirect(callPaths.targets(id), 'It is added.');
  }

  @Post('targets/:targetId/removal')
  async removeTarget(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('targetId') targetId: string): Promise<Redirect> {
    await this.criteria.removeTarget(actor, id, targetId);
    return redirect(callPaths.targets(id), 'It is removed.');
  }

  private async detail(id: string): Promise<CallDetail> {
    const call = await this.queries.detail(id);
    if (!call) throw new NotFound();
    return call;
  }

  private async criteriaPage(id: string, form: Form<unknown>, status: number): Promise<Page> {
    const call = await this.detail(id);
    return page('calls/criteria', { call, form, mayEdit: canEdit(call).ok }, status);
  }

  private async targetsPage(id: string, form: Form<unknown>, status: number): Promise<Page> {
    const call = await this.detail(id);
    const choices = call.questions.filter(({ forComposition }) => forComposition).flatMap(({ options }) => options);
    const targets = call.targets.map((target) => ({ ...target, words: targetWords(target) }));
    return page('calls/targets', { call, form, targets, choices: [...new Set(choices)], mayEdit: canEdit(call).ok }, status);
  }
}
