import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdjustmentsModule } from '../adjustments/adjustments.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { Application } from './application.entity.js';
import { ApplicationsApiController } from './applications.api.controller.js';
import { ApplicationsController } from './applications.controller.js';
import { ApplicationsInvariants } from './applications.invariants.js';
import { ApplicationsMessages } from './applications.messages.js';
import { ApplicationsQueries } from './applications.queries.js';
import { ApplicationsService } from './applications.service.js';
import { ChoosingController } from './choosing.controller.js';
import { ChoosingQueries } from './choosing.queries.js';
import { ChoosingService } from './choosing.service.js';
import { Decision } from './decision.entity.js';
import { OffersService } from './offers.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Application, Decision]), CallsModule, AdjustmentsModule],
  controllers: [ApplicationsController, ChoosingController, ApplicationsApiController],
  providers: [ApplicationsService, ApplicationsQueries, ApplicationsMessages, ApplicationsInvariants, ChoosingService, ChoosingQueries, OffersService],
  exports: [ApplicationsService, ApplicationsQueries, ChoosingService, ChoosingQueries, OffersService],
})
export class ApplicationsModule {}
