import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { formatExactMoney } from '../shared/money.js';
import { Download, page, type Page } from '../platform/web/page.js';
import { May } from '../platform/web/policies.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { CostsQueries, type MonthCost } from './costs.queries.js';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** What access costs, for those who pay. */
@ApiExcludeController()
@Controller('staff/access-costs')
@May('access-cost.read')
export class CostsController {
  constructor(private readonly costs: CostsQueries) {}

  @Get()
  async show(): Promise<Page> {
    const months = await this.costs.byMonth();
    const groups = [...new Set(months.map(groupOf))].map((name) => {
      const own = months.filter((month) => groupOf(month) === name);
      return { name, months: own.map((month) => ({ ...month, name: monthName(month) })), total: totalOf(own) };
    });
    return page('adjustments/costs', { groups, csvHref: adjustmentsPaths.costsCsv() });
  }

  @Get('csv')
  async csv(): Promise<Download> {
    const rows = (await this.costs.byMonth()).map((month) => [month.line, month.year, monthName(month), ...[month.expectedPence, month.actualPence, month.feesPence].map(pounds)]);
    const lines = [['Budget line', 'Year', 'Month', 'Expected', 'Actual', 'Cancellation fees due'], ...rows];
    return new Download('access-costs.csv', 'text/csv; charset=utf-8', lines.map((row) => `${row.map(cell).join(',')}\r\n`).join(''));
  }
}

function groupOf({ line, year }: MonthCost): string {
  return `${line}, ${year}`;
}

function monthName({ month }: MonthCost): string {
  return `${MONTHS[Number(month.slice(5, 7)) - 1]!} ${month.slice(0, 4)}`;
}

function totalOf(months: readonly MonthCost[]) {
  const sum = (of: (month: MonthCost) => number) => months.reduce((total, month) => total + of(month), 0);
  return { expectedPence: sum(({ expectedPence }) => expectedPence), actualPence: sum(({ actualPence }) => actualPence), feesPence: sum(({ feesPence }) => feesPence) };
}

function pounds(pence: number): string {
  return formatExactMoney(pence).replace(/[£,]/g, '');
}

/** A budget line may be called anything: nothing a spreadsheet would take for a formula. */
function cell(text: string): string {
  return `"${text.replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`;
}
