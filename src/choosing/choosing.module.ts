import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApplicationsModule } from '../applications/applications.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { ApplicationFacts } from './application-facts.js';
import { BlindQueries } from './blind.queries.js';
import { BulkController } from './bulk.controller.js';
import { ChasingController } from './chasing.controller.js';
import { ChasingQueries } from './chasing.queries.js';
import { ChasingService } from './chasing.service.js';
import { ChoosingController } from './choosing.controller.js';
import { ChoosingInvariants } from './choosing.invariants.js';
import { ChoosingMessages } from './choosing.messages.js';
import { ChoosingQueries } from './choosing.queries.js';
import { ChoosingService } from './choosing.service.js';
import { ChoosingSubscriber } from './choosing.subscriber.js';
import { CompositionController } from './composition.controller.js';
import { CompositionQueries } from './composition.queries.js';
import { DecidingQueries } from './deciding.queries.js';
import { DecidingService } from './deciding.service.js';
import { Decision } from './decision.entity.js';
import { DraftsController } from './drafts.controller.js';
import { DraftsService } from './drafts.service.js';
import { ChoosingMerging } from './merging.subscriber.js';
import { OffersController } from './offers.controller.js';
import { OffersService } from './offers.service.js';
import { ReadingQueries } from './reading.queries.js';
import { ReviewDashboardController } from './review-dashboard.controller.js';
import { ReviewDashboardQueries } from './review-dashboard.queries.js';
import { ReviewInvariants } from './review.invariants.js';
import { ReviewMessages } from './review.messages.js';
import { ReviewPanelService } from './review-panel.service.js';
import { ReviewPhase } from './review-phase.entity.js';
import { ReviewPhasesController } from './review-phases.controller.js';
import { ReviewPhasesService } from './review-phases.service.js';
import { ReviewQueries } from './review.queries.js';
import { ReviewSubscriber } from './review.subscriber.js';
import { Review } from './review.entity.js';
import { Reviewer } from './reviewer.entity.js';
import { ReviewsApiController } from './reviews.api.controller.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewsService } from './reviews.service.js';
import { TalentPoolController } from './talent-pool.controller.js';
import { TalentPoolMessages } from './talent-pool.messages.js';
import { TalentPoolQueries } from './talent-pool.queries.js';
import { TalentPoolService } from './talent-pool.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Decision, ReviewPhase, Reviewer, Review]), ApplicationsModule, CallsModule],
  controllers: [
    BulkController, ChasingController, CompositionController, TalentPoolController, ChoosingController, DraftsController, OffersController,
    ReviewsController, ReviewsApiController, ReviewDashboardController, ReviewPhasesController,
  ],
  providers: [
    ChasingService, ChasingQueries, TalentPoolService, TalentPoolQueries, TalentPoolMessages, CompositionQueries,
    ChoosingService, ChoosingSubscriber, DecidingService, DraftsService, OffersService, ChoosingQueries, DecidingQueries, ChoosingMessages, ChoosingInvariants, ChoosingMerging,
    ApplicationFacts, BlindQueries, ReviewQueries, ReadingQueries, ReviewDashboardQueries, ReviewPhasesService, ReviewsService, ReviewPanelService,
    ReviewSubscriber, ReviewMessages, ReviewInvariants,
  ],
  exports: [
    ChasingQueries, ChasingService, TalentPoolService, ChoosingService, DecidingService, DraftsService, ChoosingQueries, DecidingQueries, OffersService,
    ApplicationFacts, BlindQueries, ReviewQueries, ReviewDashboardQueries,
  ],
})
export class ChoosingModule {}
