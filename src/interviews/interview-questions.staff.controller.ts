import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { bothVersions } from '../platform/web/both-versions.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { InterviewQuestionsQueries } from './interview-questions.queries.js';
import { InterviewQuestions } from './interview-questions.service.js';
import { RoundQuestionsDto } from './interviews.dto.js';
import { interviewPaths } from './interviews.paths.js';

/** Leads and co-deciders write what everybody in a round is asked. */
@ApiExcludeController()
@Controller('staff/rounds/:id/questions')
@May('interview.question')
export class InterviewQuestionsStaffController {
  constructor(private readonly questions: InterviewQuestions, private readonly queries: InterviewQuestionsQueries) {}

  @Get()
  async show(@IdParam() roundId: string): Promise<Page> {
    const latest = await this.queries.latest(roundId);
    return this.questionsPage(roundId, emptyForm({
      id: newId(), version: latest?.version ?? 0, questions: latest?.questions.join('\n') ?? '', note: latest?.note ?? '',
    }), 200);
  }

  @Post()
  async save(@CurrentActor() actor: Actor, @IdParam() roundId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(RoundQuestionsDto, body);
    if (!form.dto) return this.questionsPage(roundId, form, 422);
    try {
      await this.questions.save(actor, roundId, form.dto);
    } catch (error) {
      if (error instanceof RuleViolation) return this.questionsPage(roundId, withError(form, 'questions', error.message), 422);
      return bothVersions(error, form, {
        title: 'Two of you wrote these questions', keepHref: interviewPaths.roundQuestions(roundId), action: interviewPaths.roundQuestions(roundId),
        fields: [{ name: 'questions', label: 'Questions' }, { name: 'note', label: 'What people should know' }],
      });
    }
    return redirect(interviewPaths.roundQuestions(roundId), form.dto.as === 'ready'
      ? 'The questions are ready. Everybody gets them at the same time before their interview.' : 'The draft is kept. Nobody gets it yet.');
  }

  private async questionsPage(roundId: string, form: Form<unknown>, status: number): Promise<Page> {
    const round = await this.queries.round(roundId);
    if (!round) throw new NotFound();
    const [latest, ready] = [await this.queries.latest(roundId), await this.queries.ready(roundId)];
    return page('interviews/round-questions', {
      round, form, latest, ready, action: interviewPaths.roundQuestions(roundId), back: interviewPaths.list(),
      dueOn: round.firstStartsAt && await this.queries.dueOn(round.firstStartsAt),
    }, status);
  }
}
