import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { journalKindNames, type JournalKind } from './budget.rules.js';

export interface LineBalance {
  id: string;
  name: string;
  financialYear: string;
  funder: string;
  costCode: string;
  allocatedPence: number;
  spentPence: number;
  committedPence: number;
  /** Below zero when work that was done cost more than there was. */
  leftPence: number;
}

export interface JournalEntry {
  id: string;
  at: Date;
  lineName: string;
  what: string;
  pence: number;
  /** A member who says no to a payment is not named: whether they take money is theirs. */
  actorName: string;
}

// bigint arrives as text; float8 is exact for pence up to £90 trillion.
const LINES = {
  name: 'budget-lines',
  text: `select l.id, l.name, l.financial_year as "financialYear", l.funder, l.cost_code as "costCode",
           b.allocated_pence::float8 as "allocatedPence", b.spent_pence::float8 as "spentPence",
           b.committed_pence::float8 as "committedPence", b.left_pence::float8 as "leftPence"
         from budget_line l join budget_balance b on b.budget_line_id = l.id
         order by l.financial_year desc, l.name`,
};

const RECENT = {
  name: 'budget-recent-journals',
  text: `select j.id, j.at, j.kind, l.name as "lineName", moved.pence::float8 as pence,
           case when p.id is null then 'The service'
             when exists (select from role_assignment r where r.person_id = p.id and r.role in ('strategic_lead', 'budget_holder', 'finance_officer')) then p.name
             else 'A member' end as "actorName"
         from (select * from journal order by id desc limit $1) j
         cross join lateral (
           select (array_agg(a.budget_line_id))[1] as line_id,
             coalesce(sum(x.amount_pence) filter (where a.kind = 'actual'), sum(x.amount_pence) filter (where x.amount_pence > 0)) as pence
           from posting x join account a on a.id = x.account_id where x.journal_id = j.id) moved
         join budget_line l on l.id = moved.line_id
         left join person p on p.id = j.actor_id
         order by j.id desc`,
};

const SHOWN_ENTRIES = 20;

@Injectable()
export class BudgetQueries {
  constructor(private readonly database: Database) {}

  async lines(): Promise<LineBalance[]> {
    return this.database.rows<LineBalance>(LINES);
  }

  /** The newest journals, with the staff who wrote them. */
  async recentEntries(): Promise<JournalEntry[]> {
    const rows = await this.database.rows<Omit<JournalEntry, 'what'> & { kind: JournalKind }>(RECENT, [SHOWN_ENTRIES]);
    return rows.map(({ kind, ...entry }) => ({ ...entry, what: journalKindNames[kind] }));
  }
}
