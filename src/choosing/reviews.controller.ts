import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { ReadingQueries, type Reading } from './reading.queries.js';
import { reviewerKindNames, seeOthersNames } from './review.rules.js';
import { ReviewQueries } from './review.queries.js';
import { DeclarationDto } from './reviews.dto.js';
import { reviewPaths } from './reviews.paths.js';
import { ReviewsService, ScoresChanged } from './reviews.service.js';
import { percent, points, possiblePoints } from './score.rules.js';
import { firstScore, readScores, scoreItems, scoresInWords, scoreValues } from './scores.form.js';

/** Those who score: their queues, one application at a time, and the next one. */
@ApiExcludeController()
@Controller('staff/reviews')
@May('review.score')
export class ReviewsController {
  constructor(
    private readonly reviews: ReviewsService,
    private readonly queries: ReviewQueries,
    private readonly reading: ReadingQueries,
  ) {}

  @Get()
  async mine(@CurrentActor() actor: Actor): Promise<Page> {
    return page('choosing/reviews', { queues: await this.queries.mine(actor.personId) });
  }

  @Get(':phaseId')
  async queue(@CurrentActor() actor: Actor, @IdParam('phaseId') phaseId: string): Promise<Page> {
    const phase = await this.queries.own(actor.personId, phaseId);
    if (!phase) throw new NotFound();
    return page('choosing/review-queue', {
      phase, maySeeScores: may(actor, 'review.read'), scored: await this.queries.scored(phaseId, phase.dutyId), othersShow: seeOthersNames[phase.seeOthers],
    });
  }

  @Post(':phaseId/next')
  async next(@CurrentActor() actor: Actor, @IdParam('phaseId') phaseId: string): Promise<Redirect> {
    return this.goOn(actor, phaseId, null, null);
  }

  @Get('applications/:key')
  async read(@CurrentActor() actor: Actor, @IdParam('key') key: string): Promise<Page> {
    const reading = await this.reading.read(actor.personId, key);
    return reading.declared ? scorePage(reading, emptyForm(scoreValues(reading.own)), 200) : declarationPage(reading, emptyForm(), 200);
  }

  @Post('applications/:key')
  async save(@CurrentActor() actor: Actor, @IdParam('key') key: string, @Body() body: unknown): Promise<Page | Redirect> {
    const reading = await this.reading.read(actor.personId, key);
    if (!reading.declared) return declarationPage(reading, emptyForm(), 422);
    const { form, then } = readScores(reading.criteria, body);
    if (!form.dto) return scorePage(reading, form, 422);
    try {
      await this.reviews.save(actor, key, form.dto);
    } catch (error) {
      if (error instanceof ScoresChanged) {
        const values = { ...form.values, version: reading.own.version };
        return scorePage(reading, withError({ ...form, values }, firstScore(reading.criteria), error.message), 409, true);
      }
      if (!(error instanceof RuleViolation)) throw error;
      return scorePage(reading, withError(form, firstScore(reading.criteria), error.message), 422);
    }
    if (then === 'draft' && reading.own.reviewState !== 'given') return redirect(reviewPaths.queue(reading.phase.id), `Your draft of application ${reading.number} is kept. It counts when you save it.`);
    const saved = `Your scores of application ${reading.number} are saved.`;
    if (then === 'next') return this.goOn(actor, reading.phase.id, key, saved);
    return redirect(reviewPaths.application(key), saved);
  }

  @Get('applications/:key/declaration')
  async declaration(@CurrentActor() actor: Actor, @IdParam('key') key: string): Promise<Page> {
    return declarationPage(await this.reading.read(actor.personId, key), emptyForm(), 200);
  }

  @Post('applications/:key/declaration')
  async declare(@CurrentActor() actor: Actor, @IdParam('key') key: string, @Body() body: unknown): Promise<Page | Redirect> {
    const reading = await this.reading.read(actor.personId, key);
    const form = await readForm(DeclarationDto, body);
    if (!form.dto) return declarationPage(reading, form, 422);
    await this.reviews.declare(actor, key, form.dto);
    return form.dto.answer === 'none'
      ? redirect(reviewPaths.application(key))
      : redirect(reviewPaths.queue(reading.phase.id), `Thank you for saying so. Somebody else scores application ${reading.number}.`);
  }

  private async goOn(actor: Actor, phaseId: string, after: string | null, said: string | null): Promise<Redirect> {
    const key = await this.reviews.next(actor, phaseId, after);
    if (key && key !== after) return redirect(reviewPaths.application(key), said && `${said} This is the next one.`);
    return redirect(reviewPaths.queue(phaseId), [said, 'There is nothing left for you to score. Thank you.'].filter(Boolean).join(' '));
  }
}

function declarationPage(reading: Reading, form: Form<unknown>, status: number): Page {
  return page('choosing/review-declaration', { ...reading, form }, status);
}

function scorePage(reading: Reading, form: Form<unknown>, status: number, changed = false): Page {
  const { criteria, own, others } = reading;
  const possible = possiblePoints(criteria);
  const total = (scores: readonly { criterionId: string; score: number | null }[]) =>
    percent(points(criteria, new Map(scores.map(({ criterionId, score }) => [criterionId, score ?? 0]))), possible);
  return page('choosing/review-application', {
    ...reading, form, mayChange: reading.phase.state === 'open',
    ownPercent: own.reviewState === 'given' ? total(own.scores) : null,
    saved: changed || reading.phase.state !== 'open' ? scoresInWords(criteria, own.scores) : null,
    others: others.map((other, index) => ({
      who: `${reviewerKindNames[other.kind]}, review ${index + 1}`, note: other.note, percent: total(other.scores), scores: scoresInWords(criteria, other.scores),
    })),
    items: scoreItems(criteria),
  }, status);
}
