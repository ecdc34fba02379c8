import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { BankDetailsQueries } from './bank-details.queries.js';
import { BankDetailsService } from './bank-details.service.js';
import { Claim } from './claim.entity.js';
import { ClaimsController } from './claims.controller.js';
import { ClaimQueries } from './claims.queries.js';
import { ClaimsService } from './claims.service.js';
import { MyPaymentsController } from './my-payments.controller.js';
import { PaymentRun } from './payment-run.entity.js';
import { PaymentsInvariants } from './payments.invariants.js';
import { PaymentsMessages } from './payments.messages.js';
import { PaymentsSubscriber } from './payments.subscriber.js';
import { RunExportService } from './run-export.service.js';
import { RunsController } from './runs.controller.js';
import { RunQueries } from './runs.queries.js';
import { RunsService } from './runs.service.js';
import { PaymentsMerging } from './merging.subscriber.js';

@Module({
  imports: [TypeOrmModule.forFeature([Claim, PaymentRun]), BudgetsModule],
  controllers: [MyPaymentsController, ClaimsController, RunsController],
  providers: [
    ClaimsService, BankDetailsService, RunsService, RunExportService,
    ClaimQueries, BankDetailsQueries, RunQueries, PaymentsSubscriber, PaymentsMessages, PaymentsMerging, PaymentsInvariants,
  ],
  exports: [ClaimsService, BankDetailsService, RunsService, RunExportService, ClaimQueries, BankDetailsQueries, RunQueries],
})
export class PaymentsModule {}
