import { Injectable } from '@nestjs/common';
import { seatKinds } from '../shared/seats.js';
import { Database } from '../platform/database.js';
import type { ExperienceCount, SeatCount, TargetCount } from './composition.rules.js';

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

const SHORTLIST = `a.superseded_by is null and a.state in ('shortlisted', 'interviewing', 'offered', 'accepted')`;

// A member before, of any group, or interviewed before for another call.
const FIRST = {
  name: 'composition-first-timers',
  text: `select count(*)::int as shortlisted, count(*) filter (where
           not exists (select from membership m where m.person_id = a.person_id and m.application_id is distinct from a.id)
           and not exists (select from booking b join application o on o.id = b.application_id where o.person_id = a.person_id and o.id <> a.id
             and b.state = 'live'))::int as first
         from application a where a.call_id = $1 and ${SHORTLIST}`,
};

// What somebody chose in any version of a question: its choices stay as they are once it is published.
const CHOSE = `(application a join answer w on w.application_id = a.id join question v on v.id = w.question_id and v.for_composition)`;

const EXPERIENCE = {
  name: 'composition-experience',
  text: `select q.id as "questionId", q.text as question, q.kind = 'one' as "onlyOne", o.option, count(distinct a.id)::int as people
         from question q cross join lateral unnest(q.options) with ordinality o (option, place)
         left join ${CHOSE} on a.call_id = q.call_id and v.lineage_id = q.lineage_id and ${SHORTLIST} and o.option = any (string_to_array(w.text, E'\\n'))
         where q.call_id = $1 and q.for_composition and q.replaced_at is null
         group by q.id, o.option, o.place order by q.position, o.place`,
};

const TARGETS = {
  name: 'composition-targets',
  text: `select t.what, t.option, t.at_least as "atLeast", count(distinct a.id)::int as people
         from call_target t left join ${CHOSE} on a.call_id = t.call_id and ${SHORTLIST} and t.option = any (string_to_array(w.text, E'\\n'))
         where t.call_id = $1 group by t.id order by t.what, t.option`,
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

  /** How many of the shortlist chose each choice of the questions that are counted for this. */
  async experience(callId: string): Promise<ExperienceCount[]> {
    return this.database.rows<ExperienceCount>(EXPERIENCE, [callId]);
  }

  /** What the call hopes for in public, and how many of the shortlist bring it. */
  async targets(callId: string, first: number): Promise<TargetCount[]> {
    const targets = await this.database.rows<TargetCount>(TARGETS, [callId]);
    return targets.map((target) => (target.what === 'first_time' ? { ...target, people: first } : target));
  }
}
