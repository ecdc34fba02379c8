import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { readFeedback } from './feedback.form.js';
import { FeedbackQueries, type ToSay } from './feedback.queries.js';
import { feedbackAnswers } from './feedback.rules.js';
import { FeedbackService } from './feedback.service.js';

/** "Did we get this right?" */
@ApiExcludeController()
@Controller('my/access/feedback')
@SignedIn()
export class FeedbackController {
  constructor(private readonly feedback: FeedbackService, private readonly queries: FeedbackQueries) {}

  @Get()
  async ask(@CurrentActor() actor: Actor): Promise<Page> {
    return feedbackPage(await this.queries.toSay(subjectOf(actor)), { values: {}, errors: [] });
  }

  @Post()
  async give(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const items = await this.queries.toSay(subjectOf(actor));
    const form = readFeedback(items, body);
    if (form.errors.length > 0) return feedbackPage(items, form, 422);
    await this.feedback.give(actor, form.said);
    const sorry = form.said.some(({ answer }) => answer === 'no');
    return redirect(adjustmentsPaths.mine(), sorry ? 'Thank you for telling us. We are sorry. Somebody calls you today.' : 'Thank you for telling us.');
  }
}

function feedbackPage(items: readonly ToSay[], form: { values: object; errors: object[] }, status = 200): Page {
  const choices = Object.entries(feedbackAnswers).map(([value, text]) => ({ value, text }));
  return page('adjustments/feedback', { items, form, choices, action: adjustmentsPaths.feedback(), back: adjustmentsPaths.mine() }, status);
}
