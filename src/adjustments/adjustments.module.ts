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
  controllers: [AdjustmentsController, ArrangementsController, SuppliersController, DateAgreementsController, ItemController],
  providers: [
    DateGuard, DayQueries, InterpreterHolds, ItemQueries, ItemService, SafeDates, SupplierBookings, SuppliersMessages, WaitsQueries, SuppliersQueries, SuppliersService,
    AdjustmentsService, CallBacksService, CallBacksQueries, AdjustmentsQueries, AdjustmentsMessages, AdjustmentsSubscriber, ArrangingService, AdjustmentsMerging, InterpretersQueries, InterpretersService, SchedulingQueries,
  ],
  exports: [DateGuard, WaitsQueries, InterpreterHolds, SafeDates, AdjustmentsService, CallBacksService, CallBacksQueries, AdjustmentsQueries, InterpretersQueries, InterpretersService, SchedulingQueries],
})
export class AdjustmentsModule {}
