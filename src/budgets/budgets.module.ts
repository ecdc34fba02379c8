import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BudgetLine } from './budget-line.entity.js';
import { BudgetsController } from './budgets.controller.js';
import { BudgetsInvariants } from './budgets.invariants.js';
import { BudgetQueries } from './budgets.queries.js';
import { BudgetsService } from './budgets.service.js';
import { BudgetsMerging } from './merging.subscriber.js';

@Module({
  imports: [TypeOrmModule.forFeature([BudgetLine])],
  controllers: [BudgetsController],
  providers: [BudgetsService, BudgetQueries, BudgetsInvariants, BudgetsMerging],
  exports: [BudgetsService, BudgetQueries],
})
export class BudgetsModule {}
