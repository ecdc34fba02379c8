import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class ReviewInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'An open review has a resident, and a lead or officer, among those who score',
        sql: `select p.id from review_phase p where p.state = 'open' and not (
                exists (select from reviewer w where w.phase_id = p.id and w.removed_at is null and w.kind = 'resident')
                and exists (select from reviewer w where w.phase_id = p.id and w.removed_at is null and w.kind in ('lead', 'officer')))`,
      },
      {
        name: 'Scores that were given have one for each criterion',
        sql: `select r.id from review r join review_phase p on p.id = r.phase_id join criterion c on c.call_id = p.call_id
              left join review_score s on s.review_id = r.id and s.criterion_id = c.id
              where r.state = 'given' and s.score is null group by r.id`,
      },
      {
        name: 'Nobody’s scores count who knows the person or gains anything',
        sql: `select r.id from review r join conflict_declaration d on d.application_id = r.application_id and d.reviewer_id = r.reviewer_id and d.has_conflict
              where r.state <> 'void' and d.phase_id = r.phase_id group by r.id`,
      },
      {
        name: 'Each application that waits for a decision is part of its call’s open review',
        sql: `select a.id from application a join review_phase p on p.call_id = a.call_id and p.state = 'open'
              where a.state = 'submitted' and a.superseded_by is null and not exists (select from phase_application pa where pa.phase_id = p.id and pa.application_id = a.id)`,
      },
    );
  }
}
