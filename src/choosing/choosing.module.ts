import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApplicationsModule } from '../applications/applications.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { ChoosingController } from './choosing.controller.js';
import { ChoosingInvariants } from './choosing.invariants.js';
import { ChoosingMessages } from './choosing.messages.js';
import { ChoosingQueries } from './choosing.queries.js';
import { ChoosingService } from './choosing.service.js';
import { Decision } from './decision.entity.js';
import { OffersController } from './offers.controller.js';
import { OffersService } from './offers.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Decision]), ApplicationsModule, CallsModule],
  controllers: [ChoosingController, OffersController],
  providers: [ChoosingService, ChoosingQueries, ChoosingMessages, ChoosingInvariants, OffersService],
  exports: [ChoosingService, ChoosingQueries, OffersService],
})
export class ChoosingModule {}
