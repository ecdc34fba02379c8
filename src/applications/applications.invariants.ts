import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class ApplicationsInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'Each question that must be answered is answered in what was sent',
        sql: `select a.id from application a join question q on q.call_id = a.call_id and q.required
              left join answer w on w.application_id = a.id and w.question_id = q.id
              where a.state not in ('draft', 'withdrawn') and coalesce(w.text, '') = '' group by a.id`,
      },
    );
  }
}
