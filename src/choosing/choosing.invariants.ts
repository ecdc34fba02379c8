import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class ChoosingInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'Whoever has accepted a place is a member',
        sql: `select a.id from application a where a.state = 'accepted'
              and not exists (select from membership m where m.application_id = a.id)`,
      },
      {
        name: 'A decision stands behind every outcome',
        sql: `select a.id from application a where a.state in ('shortlisted', 'reserve', 'not_selected', 'offered')
              and not exists (select from decision d where d.application_id = a.id and d.outcome = a.state and d.state <> 'undone')`,
      },
      {
        name: 'Whoever was offered a place and answered had been told',
        sql: `select a.id from application a where a.state in ('accepted', 'declined')
              and not exists (select from decision d where d.application_id = a.id and d.outcome = 'offered' and d.state = 'told')`,
      },
    );
  }
}
