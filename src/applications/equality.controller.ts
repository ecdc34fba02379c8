import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest, NotFound, RuleViolation } from '../platform/errors.js';
import { emptyForm, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May, Public, SignedIn } from '../platform/web/policies.js';
import { equalityPaths } from './equality.paths.js';
import { EqualityQueries, type EqualityFigures, type EqualityQuestion, type ReportedCall } from './equality.queries.js';
import { isReported } from './equality.rules.js';
import { Equality } from './equality.service.js';

/** Questions after sending, for who wants to answer; and what staff see of the answers: counts, without the small ones. */
@ApiExcludeController()
@Controller()
export class EqualityController {
  constructor(private readonly equality: Equality, private readonly queries: EqualityQueries, private readonly clock: Clock) {}

  /** The last page that knows who they are. Nobody who helps them may answer for them. */
  @Get('my/applications/:id/equality')
  @SignedIn()
  async questions(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    const { token, used } = await this.equality.tokenFor(actor.personId, id);
    return page('applications/equality', { token, used, questions: await this.queries.questions(), form: emptyForm() });
  }

  /** Nothing of who they are comes along: no application, and the session is not asked. */
  @Post('equality')
  @Public()
  async answer(@Body() body: unknown): Promise<Page | Redirect> {
    const questions = await this.queries.questions();
    const { token, answers, form } = readAnswers(body, questions);
    const again = (problem: Form<never>) => page('applications/equality', { token, used: false, questions, form: problem }, 422);
    if (form.errors.length > 0) return again(form);
    try {
      // Whoever answers nothing may still answer later.
      if (answers.length > 0) await this.equality.give(token, answers);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return again({ ...form, errors: [{ field: '', message: error.message }] });
    }
    return redirect(equalityPaths.thanks());
  }

  @Get('equality/thanks')
  @Public()
  thanks(): Page {
    return page('applications/equality-thanks');
  }

  @Get('staff/equality')
  @May('equality.report')
  async calls(): Promise<Page> {
    const today = this.clock.today();
    const calls = await this.queries.calls();
    return page('applications/equality-calls', {
      reported: calls.filter(({ interviewsFrom }) => isReported(interviewsFrom, today)),
      waiting: calls.filter(({ interviewsFrom }) => !isReported(interviewsFrom, today)),
    });
  }

  @Get('staff/equality/:id')
  @May('equality.report')
  async report(@IdParam() id: string): Promise<Page> {
    const call = await this.call(id);
    return page('applications/equality-report', { call, figures: await this.queries.report(id), csv: equalityPaths.csv(id) });
  }

  @Get('staff/equality/:id/csv')
  @May('equality.report')
  async csv(@IdParam() id: string): Promise<Download> {
    const { slug } = await this.call(id);
    return new Download(`equality-${slug}.csv`, 'text/csv; charset=utf-8', toCsv(await this.queries.report(id)));
  }

  private async call(id: string): Promise<ReportedCall> {
    const call = await this.queries.call(id);
    if (!call) throw new NotFound();
    return call;
  }
}

/** One choice for each question, or none. */
function readAnswers(body: unknown, questions: readonly EqualityQuestion[]) {
  const values = { ...(body as Record<string, unknown> | null) };
  const { token } = values;
  if (typeof token !== 'string') throw new BadRequest();
  const chosen = questions.flatMap(({ code, options }) => {
    const typed = values[code];
    const option = typeof typed === 'string' ? typed : '-';
    return typed === undefined || typed === '' ? [] : [{ question: code, option, isKnown: options.some((one) => one.code === option) }];
  });
  const errors = chosen.filter(({ isKnown }) => !isKnown).map(({ question }) => ({ field: question, message: 'Choose one of the answers, or leave it out' }));
  const form: Form<never> = { values: Object.fromEntries(chosen.map(({ question, option }) => [question, option])), errors, dto: null };
  return { token, answers: chosen.map(({ question, option }) => ({ question, option })), form };
}

function toCsv(figures: readonly EqualityFigures[]): string {
  const cell = (text: string | number) => `"${String(text).replaceAll('"', '""')}"`;
  const rows = figures.flatMap(({ text, total, options }) => [
    ...options.map((option) => [text, option.text, option.people ?? 'not shown']), [text, 'Everybody who answered', total ?? 'not shown'],
  ]);
  return [['Question', 'Answer', 'People'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
