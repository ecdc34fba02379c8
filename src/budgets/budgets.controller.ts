import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { page, type Page } from '../platform/web/page.js';
import { May } from '../platform/web/policies.js';
import { BudgetQueries } from './budgets.queries.js';

@ApiExcludeController()
@Controller('staff/budget')
@May('budget.read')
export class BudgetsController {
  constructor(private readonly budgets: BudgetQueries) {}

  @Get()
  async show(): Promise<Page> {
    return page('budgets/budget', { lines: await this.budgets.lines(), entries: await this.budgets.recentEntries() });
  }
}
