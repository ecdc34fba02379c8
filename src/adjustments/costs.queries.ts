import { Injectable } from '@nestjs/common';
import { BudgetQueries } from '../budgets/budgets.queries.js';
import { Database } from '../platform/database.js';

/** What access costs in one month, for those who pay: never for whom, what it is or how many. */
export interface MonthCost {
  line: string;
  /** The council's year: from April to March. */
  year: string;
  /** Its first day. */
  month: string;
  expectedPence: number;
  actualPence: number;
  /** Owed for what was cancelled late. */
  feesPence: number;
}

type Row = Omit<MonthCost, 'line' | 'year'> & { budgetLineId: string | null };

const COSTS = {
  name: 'access-costs-by-month',
  text: `select budget_line_id as "budgetLineId", to_char(for_on, 'YYYY-MM-01') as month,
           coalesce(sum(expected_pence) filter (where not released), 0)::float8 as "expectedPence", coalesce(sum(actual_pence), 0)::float8 as "actualPence",
           coalesce(sum(due_pence) filter (where released), 0)::float8 as "feesPence"
         from access_cost group by 1, 2 order by 2 desc`,
};

/** Read with the rights of those who pay, who may see this view and nothing else of what people need. */
@Injectable()
export class CostsQueries {
  constructor(private readonly database: Database, private readonly budgets: BudgetQueries) {}

  /** By line and name of the line's year, the newest month first; what has no line yet comes last. */
  async byMonth(): Promise<MonthCost[]> {
    const rows = await this.database.rowsAs<Row>('payer', COSTS);
    const lines = new Map((await this.budgets.lines()).map(({ id, name, financialYear }) => [id, `${name} ${financialYear}`]));
    const named = rows.map(({ budgetLineId, ...row }) => ({ ...row, line: (budgetLineId && lines.get(budgetLineId)) ?? NO_LINE, year: councilYear(row.month) }));
    return named.sort((a, b) => Number(a.line === NO_LINE) - Number(b.line === NO_LINE) || a.line.localeCompare(b.line) || b.month.localeCompare(a.month));
  }
}

const NO_LINE = 'No budget line yet';

/** "2026/27", of a day. */
function councilYear(day: string): string {
  const year = Number(day.slice(0, 4)) - (day.slice(5, 7) < '04' ? 1 : 0);
  return `${year}/${String((year + 1) % 100).padStart(2, '0')}`;
}
