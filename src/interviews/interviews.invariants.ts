import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class InterviewsInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'Whoever is between shortlist and result has an interview booked',
        sql: `select a.id from application a where a.state = 'interviewing'
              and not exists (select from booking b where b.application_id = a.id and b.state = 'live')`,
      },
      {
        name: 'A withdrawn application holds no interview',
        sql: `select b.id from booking b join application a on a.id = b.application_id where b.state = 'live' and a.state = 'withdrawn'`,
      },
      {
        name: 'A confirmed interview has nothing essential left to book',
        sql: `select b.id from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
              join attendance t on t.occasion_id = o.id and t.person_id = a.person_id
              where b.state = 'live' and b.confirmed_at is not null and t.state = 'expected' and interview_waits(a.person_id, o.id)`,
      },
      {
        name: 'Scores of an interview that show are of people who sat on its panel',
        sql: `select i.id from interview_score i join interview_reveal r on r.booking_id = i.booking_id join booking b on b.id = i.booking_id
              where i.given and not exists (select from slot_panel p where p.slot_id = b.slot_id and p.person_id = i.person_id)`,
      },
      {
        name: 'A booked interview has not been taken back or cancelled',
        sql: `select b.id from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
              where b.state = 'live' and (s.removed_at is not null or o.cancelled_at is not null)`,
      },
    );
  }
}
