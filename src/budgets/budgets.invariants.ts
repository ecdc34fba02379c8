import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class BudgetsInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'An account’s balance is the sum of its postings',
        sql: `select a.id from account a left join posting p on p.account_id = a.id
              group by a.id, a.balance_pence having a.balance_pence <> coalesce(sum(p.amount_pence), 0)`,
      },
      {
        name: 'A journal sums to nothing',
        sql: `select journal_id as id from posting group by journal_id having sum(amount_pence) <> 0`,
      },
      {
        name: 'The money committed is the sum of the open commitments',
        sql: `select a.id from account a left join commitment c on c.budget_line_id = a.budget_line_id and c.state = 'open'
              where a.kind = 'commitment' group by a.id, a.balance_pence having a.balance_pence <> coalesce(sum(c.amount_pence), 0)`,
      },
    );
  }
}
