import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApplicationsModule } from '../applications/applications.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { BulkController } from './bulk.controller.js';
import { ChasingController } from './chasing.controller.js';
import { ChasingQueries } from './chasing.queries.js';
import { ChasingService } from './chasing.service.js';
import { ChoosingController } from './choosing.controller.js';
import { ChoosingInvariants } from './choosing.invariants.js';
import { ChoosingMessages } from './choosing.messages.js';
import { ChoosingQueries } from './choosing.queries.js';
import { ChoosingService } from './choosing.service.js';
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
import { TalentPoolController } from './talent-pool.controller.js';
import { TalentPoolMessages } from './talent-pool.messages.js';
import { TalentPoolQueries } from './talent-pool.queries.js';
import { TalentPoolService } from './talent-pool.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Decision]), ApplicationsModule, CallsModule],
  controllers: [BulkController, ChasingController, CompositionController, TalentPoolController, ChoosingController, DraftsController, OffersController],
  providers: [
    ChasingService, ChasingQueries, TalentPoolService, TalentPoolQueries, TalentPoolMessages, CompositionQueries,
    ChoosingService, DecidingService, DraftsService, OffersService, ChoosingQueries, DecidingQueries, ChoosingMessages, ChoosingInvariants, ChoosingMerging,
  ],
  exports: [ChasingQueries, ChasingService, TalentPoolService, ChoosingService, DecidingService, DraftsService, ChoosingQueries, DecidingQueries, OffersService],
})
export class ChoosingModule {}
