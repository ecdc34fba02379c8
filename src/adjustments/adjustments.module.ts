import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { DiaryModule } from '../diary/diary.module.js';
import { AccessNeed } from './access-need.entity.js';
import { AdjustmentsController } from './adjustments.controller.js';
import { AdjustmentsMessages } from './adjustments.messages.js';
import { AdjustmentsQueries } from './adjustments.queries.js';
import { AdjustmentsService } from './adjustments.service.js';
import { AdjustmentsSubscriber } from './adjustments.subscriber.js';
import { Arrangement } from './arrangement.entity.js';
import { ArrangementsController } from './arrangements.controller.js';
import { ArrangingService } from './arranging.service.js';
import { InterpreterHolds } from './holds.service.js';
import { InterpretersQueries } from './interpreters.queries.js';
import { InterpretersService } from './interpreters.service.js';
import { Participation } from './participation.entity.js';
import { CallBacksQueries } from './call-backs.queries.js';
import { CallBacksService } from './call-backs.service.js';
import { AdjustmentsMerging } from './merging.subscriber.js';
import { AdjustmentsInvariants } from './adjustments.invariants.js';
import { CostsController } from './costs.controller.js';
import { CostsQueries } from './costs.queries.js';
import { VenueController } from './venue.controller.js';
import { AccessJobs } from './access-jobs.js';
import { AccessMessages } from './access.messages.js';
import { AccessRecordsController } from './access-records.controller.js';
import { AnswersController } from './answers.controller.js';
import { AnswersService } from './answers.service.js';
import { ApologiesService } from './apologies.service.js';
import { ArrangementAnswersQueries } from './answers.queries.js';
import { ChecksService } from './checks.service.js';
import { FeedbackController } from './feedback.controller.js';
import { FeedbackQueries } from './feedback.queries.js';
import { FeedbackService } from './feedback.service.js';
import { FiguresController } from './figures.controller.js';
import { FiguresQueries } from './figures.queries.js';
import { LooksQueries } from './looks.queries.js';
import { Looks } from './looks.js';
import { PanelToDo } from './panel-to-do.js';
import { ProfileQueries } from './profile.queries.js';
import { ProfileService } from './profile.service.js';
import { RisksService } from './risks.service.js';
import { StaffAnswersController } from './staff-answers.controller.js';
import { DateGuard } from './date-guard.service.js';
import { SafeDates } from './safe-dates.js';
import { SchedulingQueries } from './scheduling.queries.js';
import { SupplierBookings } from './supplier-bookings.service.js';
import { DateAgreementsController } from './date-agreements.controller.js';
import { DayQueries } from './day.queries.js';
import { WaitsQueries } from './waits.queries.js';
import { ItemController } from './item.controller.js';
import { ItemQueries } from './item.queries.js';
import { ItemService } from './item.service.js';
import { SuppliersMessages } from './suppliers.messages.js';
import { SuppliersController } from './suppliers.controller.js';
import { SuppliersQueries } from './suppliers.queries.js';
import { SuppliersService } from './suppliers.service.js';

@Module({
  imports: [BudgetsModule, DiaryModule, TypeOrmModule.forFeature([AccessNeed, Arrangement, Participation])],
  controllers: [
    AdjustmentsController, AccessRecordsController, FeedbackController, AnswersController, StaffAnswersController, FiguresController,
    VenueController, CostsController, ArrangementsController, SuppliersController, DateAgreementsController, ItemController,
  ],
  providers: [
    AccessJobs, AccessMessages, AnswersService, ApologiesService, ArrangementAnswersQueries, ChecksService, FeedbackQueries, FeedbackService, FiguresQueries,
    AdjustmentsInvariants, CostsQueries, LooksQueries, Looks, PanelToDo, ProfileQueries, ProfileService, RisksService,
    DateGuard, DayQueries, InterpreterHolds, ItemQueries, ItemService, SafeDates, SupplierBookings, SuppliersMessages, WaitsQueries, SuppliersQueries, SuppliersService,
    AdjustmentsService, CallBacksService, CallBacksQueries, AdjustmentsQueries, AdjustmentsMessages, AdjustmentsSubscriber, ArrangingService, AdjustmentsMerging, InterpretersQueries, InterpretersService, SchedulingQueries,
  ],
  exports: [ArrangementAnswersQueries, DateGuard, WaitsQueries, InterpreterHolds, SafeDates, AdjustmentsService, CallBacksService, CallBacksQueries, AdjustmentsQueries, InterpretersQueries, InterpretersService, SchedulingQueries, PanelToDo, ProfileQueries, FeedbackQueries, Looks],
})
export class AdjustmentsModule {}
