import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { Forbidden, NotFound } from '../platform/errors.js';
import { isId } from '../platform/ids.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { ReadingQueries } from './reading.queries.js';
import { ReviewQueries } from './review.queries.js';
import { DeclarationDto, NextReviewAnswer, ReviewApplicationAnswer, ReviewDto } from './reviews.dto.js';
import { ReviewsService } from './reviews.service.js';

/** The same reading and scoring as on the pages, for programs. What pages hide in a blind review is not here either. */
@ApiTags('reviews')
@Controller('api/v1/reviews')
@SignedIn()
export class ReviewsApiController {
  constructor(
    private readonly reviews: ReviewsService,
    private readonly queries: ReviewQueries,
    private readonly reading: ReadingQueries,
  ) {}

  @Get('next')
  @ApiQuery({ name: 'phase', required: false, description: 'The id of a review; without it, the open one that ends first' })
  @ApiOkResponse({ type: NextReviewAnswer, description: 'The least-reviewed application you can score; it is held for you for 30 minutes' })
  async next(@CurrentActor() actor: Actor, @Query('phase') phase?: string): Promise<NextReviewAnswer> {
    if (!may(actor, 'review.score')) throw new Forbidden();
    const open = (await this.queries.mine(actor.personId, isId(phase) ? phase : null)).find(({ state }) => state === 'open');
    if (phase !== undefined && !open) throw new NotFound();
    const key = open ? await this.reviews.next(actor, open.id) : null;
    return { next: key ? await this.answer(actor, key) : null };
  }

  @Get(':key')
  @ApiOkResponse({ type: ReviewApplicationAnswer })
  async show(@CurrentActor() actor: Actor, @IdParam('key') key: string): Promise<ReviewApplicationAnswer> {
    return this.answer(actor, key);
  }

  @Put(':key/declaration')
  @ApiOkResponse({ type: ReviewApplicationAnswer, description: 'With "none" the answers follow; with "conflict" it is not found from then on' })
  async declare(@CurrentActor() actor: Actor, @IdParam('key') key: string, @Body() dto: DeclarationDto): Promise<ReviewApplicationAnswer> {
    this.refuseOthers(actor);
    await this.reviews.declare(actor, key, dto);
    return this.answer(actor, key);
  }

  @Put(':key')
  @ApiOkResponse({ type: ReviewApplicationAnswer })
  async save(@CurrentActor() actor: Actor, @IdParam('key') key: string, @Body() dto: ReviewDto): Promise<ReviewApplicationAnswer> {
    this.refuseOthers(actor);
    await this.reviews.save(actor, key, dto);
    return this.answer(actor, key);
  }

  private refuseOthers(actor: Actor): void {
    if (!may(actor, 'review.score')) throw new NotFound();
  }

  private async answer(actor: Actor, key: string): Promise<ReviewApplicationAnswer> {
    this.refuseOthers(actor);
    const { number, declared, answers, criteria, own } = await this.reading.read(actor.personId, key);
    const scored = new Map(own.scores.map((score) => [score.criterionId, score]));
    return {
      key, number, declared, answers,
      criteria: criteria.map((criterion) => ({ ...criterion, score: scored.get(criterion.id)?.score ?? null, note: scored.get(criterion.id)?.note ?? null })),
      note: own.note,
      state: own.reviewState === 'given' ? 'given' : own.reviewState === 'draft' ? 'draft' : 'none',
      version: own.version,
    };
  }
}
