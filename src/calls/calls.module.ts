import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdjustmentsModule } from '../adjustments/adjustments.module.js';
import { CallEditing } from './call-editing.service.js';
import { Call } from './call.entity.js';
import { AlertsController } from './alerts.controller.js';
import { AlertsMessages } from './alerts.messages.js';
import { AlertsService } from './alerts.service.js';
import { CallVersionsController } from './call-versions.controller.js';
import { CallVersionsQueries } from './call-versions.js';
import { CallVersionsService } from './call-versions.service.js';
import { CallsApiController } from './calls.api.controller.js';
import { CallsController } from './calls.controller.js';
import { CallsQueries } from './calls.queries.js';
import { PowerQueries } from './power.queries.js';
import { CallsService } from './calls.service.js';
import { ChannelVisits } from './channel-visits.js';
import { ChannelsController } from './channels.controller.js';
import { ChannelsQueries } from './channels.queries.js';
import { ChannelsService } from './channels.service.js';
import { FeedsController } from './feeds.controller.js';
import { FormatsController } from './formats.controller.js';
import { CallsStaffController } from './calls.staff.controller.js';
import { OpeningsService } from './openings.service.js';
import { PublicInstants } from './public-instants.js';
import { ChecklistController } from './checklist.controller.js';
import { ChecklistQueries } from './checklist.queries.js';
import { CriteriaController } from './criteria.controller.js';
import { CriteriaService } from './criteria.service.js';
import { Criterion } from './criterion.entity.js';
import { HoldingService } from './holding.service.js';
import { InterpretersController } from './interpreters.controller.js';
import { PublishingService } from './publishing.service.js';
import { Question } from './question.entity.js';
import { QuestionsController } from './questions.controller.js';
import { QuestionsService } from './questions.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Call, Question, Criterion]), AdjustmentsModule],
  controllers: [
    AlertsController, CallsController, FormatsController, FeedsController, CallsStaffController, QuestionsController, CriteriaController,
    ChecklistController, InterpretersController, ChannelsController, CallVersionsController, CallsApiController,
  ],
  providers: [
    CallEditing, CallsService, QuestionsService, CriteriaService, HoldingService, PublishingService, CallsQueries, ChecklistQueries, PowerQueries,
    ChannelsService, ChannelsQueries, ChannelVisits, PublicInstants, AlertsService, AlertsMessages, OpeningsService,
    CallVersionsService, CallVersionsQueries,
  ],
  exports: [CallsService, CallsQueries, CallVersionsService, CallVersionsQueries],
})
export class CallsModule {}
