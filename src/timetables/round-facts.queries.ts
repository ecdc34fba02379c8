import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { OccasionFormat } from '../diary/diary.rules.js';
import type { Answer, Half } from './half-day.rules.js';

/** Somebody who is to have a time in a round, with the time they have now. */
export interface RoundPerson {
  applicationId: string;
  personId: string;
  name: string | null;
  booking: RoundBooking | null;
}

export interface RoundBooking {
  bookingId: string;
  slotId: string;
  occasionId: string;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  /** Of the room; for others where the timetable had them, or null. */
  place: string | null;
  panel: string[];
  interpreters: string[];
  attended: boolean;
}

/** In the round now, told that they are shortlisted, and not through with it. */
const PEOPLE = {
  name: 'timetable-people',
  text: `select a.id as "applicationId", a.person_id as "personId", p.name, case when b.id is null then null else json_build_object(
           'bookingId', b.id, 'slotId', s.id, 'occasionId', o.id, 'startsAt', o.starts_at, 'endsAt', o.ends_at, 'format', o.format,
           'place', coalesce(o.room_id::text, (
             select x.place from timetable_placement y join timetable_sitting x on x.id = y.sitting_id join timetable t on t.id = y.timetable_id
             where y.application_id = a.id and t.state = 'released' and y.starts_at = o.starts_at and t.round_id = $1 order by t.released_at desc limit 1)),
           'panel', array(select sp.person_id from slot_panel sp where sp.slot_id = s.id order by 1),
           'interpreters', array(select v.resource_id from reservation v join resource r on r.id = v.resource_id
             where v.occasion_id = o.id and v.released_at is null and r.kind = 'interpreter' order by 1),
           'attended', t.state <> 'expected') end as booking
         from application a join application_round x on x.application_id = a.id join person p on p.id = a.person_id
         left join booking b on b.application_id = a.id and b.round_id = $1 and b.state = 'live'
         left join slot s on s.id = b.slot_id left join occasion o on o.id = s.occasion_id
         left join attendance t on t.occasion_id = o.id and t.person_id = a.person_id
         where x.round_id = $1 and a.state in ('shortlisted', 'interviewing') and a.superseded_by is null and exists (
           select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted')
         order by a.id`,
};

const AVAILABILITY = {
  name: 'timetable-availability',
  text: `select application_id as "applicationId", member_id as "memberId", on_day::text as day, half, answer from availability where round_id = $1`,
};

const LIMITS = { name: 'timetable-limits', text: `select member_id as "memberId", most from panel_limit where round_id = $1` };

/** When rooms, people and interpreters are somewhere else; what this round has planned itself is not counted. */
const ELSEWHERE = {
  name: 'timetable-elsewhere',
  text: `select v.resource_id as "resourceId", r.person_id as "personId", lower(v.during) as "from", upper(v.during) as "to"
         from reservation v join resource r on r.id = v.resource_id
         where v.released_at is null and v.firm and v.during && tstzrange($1, $2)
           and (v.occasion_id is not null or v.holder_id <> $3) and not (v.occasion_id = any($4))`,
};

/** Nobody meets themselves, whom they share a job with, or whom they help. */
const CONFLICTS = {
  name: 'timetable-conflicts',
  text: `select a.id as "applicationId", m.id as "memberId" from application a cross join unnest($2::uuid[]) as m (id)
         where a.id = any($1) and (duty_identity(a.person_id) = duty_identity(m.id) or exists (
           select from supporter s where s.person_id = a.person_id and s.supporter_id = m.id))`,
};

/** Times of the round that nobody has booked, and that have not begun. */
const UNBOOKED = {
  name: 'timetable-unbooked',
  text: `select s.id as "slotId", s.occasion_id as "occasionId" from slot s join occasion o on o.id = s.occasion_id
         where s.round_id = $1 and s.removed_at is null and o.starts_at > $2
           and not exists (select from booking b where b.slot_id = s.id and b.state = 'live') order by s.id`,
};

export interface AvailabilityRow {
  applicationId: string | null;
  memberId: string | null;
  day: string;
  half: Half;
  answer: Answer;
}

export interface ElsewhereRow {
  resourceId: string;
  personId: string | null;
  from: Date;
  to: Date;
}

/** What a round's timetable is made from. */
@Injectable()
export class RoundFacts {
  constructor(private readonly database: Database) {}

  async people(roundId: string): Promise<RoundPerson[]> {
    const rows = await this.database.rows<RoundPerson>(PEOPLE, [roundId]);
    return rows.map((row) => ({
      ...row,
      booking: row.booking && { ...row.booking, startsAt: new Date(row.booking.startsAt), endsAt: new Date(row.booking.endsAt) },
    }));
  }

  async availability(roundId: string): Promise<AvailabilityRow[]> {
    return this.database.rows(AVAILABILITY, [roundId]);
  }

  async limits(roundId: string): Promise<Map<string, number>> {
    const rows = await this.database.rows<{ memberId: string; most: number }>(LIMITS, [roundId]);
    return new Map(rows.map(({ memberId, most }) => [memberId, most]));
  }

  async elsewhere(from: Date, to: Date, callId: string, besides: readonly string[]): Promise<ElsewhereRow[]> {
    return this.database.rows(ELSEWHERE, [from, to, callId, besides]);
  }

  async conflicts(applicationIds: readonly string[], memberIds: readonly string[]): Promise<{ applicationId: string; memberId: string }[]> {
    return this.database.rows(CONFLICTS, [applicationIds, memberIds]);
  }

  async unbooked(roundId: string, now: Date): Promise<{ slotId: string; occasionId: string }[]> {
    return this.database.rows(UNBOOKED, [roundId, now]);
  }
}
