import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class PaymentsInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'A claim is where its run is',
        sql: `select c.id from claim c join payment_run_line l on l.claim_id = c.id join payment_run r on r.id = l.run_id
              where c.state <> case r.state when 'built' then 'in_run' else r.state end`,
      },
      {
        name: 'What was exported was spent',
        sql: `select c.id from claim c where c.state in ('exported', 'paid') and c.fee_pence > 0
              and not exists (select from journal j where j.idempotency_key = 'spend:' || c.occasion_id || ':' || c.person_id)`,
      },
    );
  }
}
