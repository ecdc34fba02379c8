import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { dayParts, emptyForm, readForm, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { canEdit, canMendQuestion } from './call.rules.js';
import { MoveDto, QuestionDto, QuestionWordsDto } from './calls.dto.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries, type CallDetail, type CallQuestion } from './calls.queries.js';
import { kindNames } from './question.rules.js';
import { QuestionsService } from './questions.service.js';

/** Building the questions of a draft; mending the words of a call that is public. */
@ApiExcludeController()
@Controller('staff/calls/:id/questions')
@May('call.write')
export class QuestionsController {
  constructor(
    private readonly questions: QuestionsService,
    private readonly queries: CallsQueries,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@IdParam() id: string): Promise<Page> {
    return this.listPage(id, emptyForm({ id: newId(), kind: 'long_text', wordLimit: 200, required: 'yes', visibleToReviewers: 'yes', forComposition: 'no' }), 200);
  }

  @Post()
  async add(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(QuestionDto, body);
    if (!form.dto) return this.listPage(id, form, 422);
    await this.questions.add(actor, id, form.dto);
    return redirect(callPaths.questions(id), 'The question is added.');
  }

  @Get(':questionId')
  async one(@IdParam() id: string, @IdParam('questionId') questionId: string): Promise<Page | Redirect> {
    const { call, question } = await this.find(id, questionId);
    if (canEdit(call).ok) return this.onePage(call, question, emptyForm(toFormValues(question)), 200);
    if (!canMendQuestion(call, this.clock.now()).ok) return redirect(callPaths.manage(id));
    return this.onePage(call, question, emptyForm({ ...toFormValues(question), id: newId() }), 200);
  }

  @Post(':questionId')
  async change(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('questionId') questionId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const { call, question } = await this.find(id, questionId);
    if (call.state === 'published') {
      const form = await readForm(QuestionWordsDto, body);
      if (!form.dto) return this.onePage(call, question, form, 422);
      await this.questions.mend(actor, id, questionId, form.dto);
      return redirect(callPaths.questions(id), 'The words are mended. The public page says so.');
    }
    const form = await readForm(QuestionDto, body);
    if (!form.dto) return this.onePage(call, question, form, 422);
    await this.questions.change(actor, id, questionId, form.dto);
    return redirect(callPaths.questions(id), 'The question is changed.');
  }

  @Post(':questionId/removal')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('questionId') questionId: string): Promise<Redirect> {
    const call = await this.detail(id);
    if (call.state === 'published') await this.questions.leaveOut(actor, id, questionId);
    else await this.questions.remove(actor, id, questionId);
    return redirect(callPaths.questions(id), 'The question is removed.');
  }

  @Post(':questionId/move')
  async move(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('questionId') questionId: string, @Body() body: unknown): Promise<Redirect> {
    await this.detail(id);
    const { dto } = await readForm(MoveDto, body);
    if (dto) await this.questions.move(actor, id, questionId, dto.to === 'up' ? -1 : 1);
    return redirect(callPaths.questions(id));
  }

  private async detail(id: string): Promise<CallDetail> {
    const call = await this.queries.detail(id);
    if (!call) throw new NotFound();
    return call;
  }

  private async find(id: string, questionId: string): Promise<{ call: CallDetail; question: CallQuestion }> {
    const call = await this.detail(id);
    const question = call.questions.find((one) => one.id === questionId);
    if (!question) throw new NotFound();
    return { call, question };
  }

  private async listPage(id: string, form: Form<unknown>, status: number): Promise<Page> {
    const call = await this.detail(id);
    return page('calls/questions', { call, form, kindNames, may: { edit: canEdit(call).ok, mend: canMendQuestion(call, this.clock.now()).ok } }, status);
  }

  private async onePage(call: CallDetail, question: CallQuestion, form: Form<unknown>, status: number): Promise<Page> {
    return page('calls/question', { call, question, form, kindNames, mends: call.state === 'published' }, status);
  }
}

function toFormValues(question: CallQuestion): Record<string, unknown> {
  const yesNo = (value: boolean) => (value ? 'yes' : 'no');
  return {
    id: question.id, text: question.text, help: question.help, kind: question.kind, wordLimit: question.wordLimit, options: question.options.join('\n'),
    required: yesNo(question.required), visibleToReviewers: yesNo(question.visibleToReviewers), forComposition: yesNo(question.forComposition),
    ...dayParts('freezeAfter', question.freezeAfter),
  };
}
