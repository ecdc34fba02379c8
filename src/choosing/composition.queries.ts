import { Injectable } from '@nestjs/common';
import { seatKinds } from '../shared/seats.js';
import { Database } from '../platform/database.js';
import type { SeatCount } from './composition.rules.js';

// Counts only: no names, no order, and nothing of what somebody needs to take part.
const SEATS = {
  name: 'composition-seats',
  text: `select s.kind, s.places,
           count(a.id) filter (where a.state = 'offered' and d.seat_kind = s.kind)::int as offered,
           count(a.id) filter (where a.state = 'accepted' and d.seat_kind = s.kind)::int as accepted,
           count(a.id) filter (where s.kind = any(a.seat_kinds))::int as applicants
         from call_seat s
         left join application a on a.call_id = s.call_id and a.submitted_at is not null and a.superseded_by is null and a.state <> 'withdrawn'
         left join decision d on d.application_id = a.id and d.outcome = 'offered' and d.state in ('applied', 'told')
         where s.call_id = $1 group by s.kind, s.places order by array_position($2::text[], s.kind)`,
};

// A member before, of any group, or interviewed before for another call.
const FIRST = {
  name: 'composition-first-timers',
  text: `select count(*)::int as shortlisted, count(*) filter (where
           not exists (select from membership m where m.person_id = a.person_id and m.application_id is distinct from a.id)
           and not exists (select from booking b join application o on o.id = b.application_id where o.person_id = a.person_id and o.id <> a.id
             and b.state = 'live'))::int as first
         from application a where a.call_id = $1 and a.superseded_by is null and a.state in ('shortlisted', 'interviewing', 'offered', 'accepted')`,
};

@Injectable()
export class CompositionQueries {
  constructor(private readonly database: Database) {}

  async seats(callId: string): Promise<SeatCount[]> {
    return this.database.rows<SeatCount>(SEATS, [callId, seatKinds]);
  }

  /** Of everybody from the shortlist on. */
  async firstTimers(callId: string): Promise<{ shortlisted: number; first: number }> {
    return (await this.database.row<{ shortlisted: number; first: number }>(FIRST, [callId]))!;
  }
}
