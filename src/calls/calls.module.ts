import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Call } from './call.entity.js';
import { CallsApiController } from './calls.api.controller.js';
import { CallsController } from './calls.controller.js';
import { CallsQueries } from './calls.queries.js';
import { CallsService } from './calls.service.js';
import { FeedsController } from './feeds.controller.js';
import { FormatsController } from './formats.controller.js';
import { CallsStaffController } from './calls.staff.controller.js';
import { Question } from './question.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([Call, Question])],
  controllers: [CallsController, FormatsController, FeedsController, CallsStaffController, CallsApiController],
  providers: [CallsService, CallsQueries],
  exports: [CallsService, CallsQueries],
})
export class CallsModule {}
