import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class TimetablesInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'Everybody in a released timetable has had an interview booked',
        sql: `select t.id from timetable t where t.state = 'released' and (
                not exists (select from timetable_person p where p.timetable_id = t.id) or exists (
                select from timetable_person p where p.timetable_id = t.id and not exists (
                  select from booking b where b.application_id = p.application_id and b.round_id = t.round_id
                    and (b.state = 'live' or b.cancelled_at >= t.released_at))))`,
      },
      {
        name: 'A round has one open timetable at the most',
        sql: `select round_id as id from timetable where state in ('solving', 'improving', 'proposed', 'reviewed') group by round_id having count(*) > 1`,
      },
      {
        name: 'Nobody in a released timetable had withdrawn before',
        sql: `select a.id from timetable t join timetable_person p on p.timetable_id = t.id join application a on a.id = p.application_id
              where t.state = 'released' and a.state = 'withdrawn' and a.withdrawn_at < t.released_at`,
      },
      {
        name: 'A timetable with everybody in it has a time for each of them',
        sql: `select t.id from timetable t join timetable_person p on p.timetable_id = t.id
              where t.state in ('improving', 'proposed', 'reviewed', 'released') and not exists (
                select from timetable_placement x where x.timetable_id = t.id and x.application_id = p.application_id)`,
      },
    );
  }
}
