import { Injectable } from '@nestjs/common';
import { addDays } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import type { AttendanceState, OccasionFormat } from '../diary/diary.rules.js';

/** One time of a panel, with whoever comes. */
export interface DaySlot {
  slotId: string;
  occasionId: string;
  callId: string;
  callTitle: string;
  roundId: string;
  roundName: string;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomId: string | null;
  roomName: string | null;
  roomDetails: string | null;
  joiningDetails: string | null;
  panel: string[];
  bookingId: string | null;
  personId: string | null;
  /** As they wrote it themselves. */
  person: string | null;
  attendance: AttendanceState | null;
}

/** A call's times in one place on one day, in order. */
export interface DaySitting {
  callTitle: string;
  roundId: string;
  roundName: string;
  format: OccasionFormat;
  roomName: string | null;
  roomDetails: string | null;
  startsAt: Date;
  endsAt: Date;
  panel: string[];
  slots: DaySlot[];
}

export interface OwnSitting {
  day: string;
  shortName: string;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomName: string | null;
  interviews: number;
}

/** An interview that has started, as one of its panel has it. */
export interface InterviewToScore {
  bookingId: string;
  person: string;
  shortName: string;
  startsAt: Date;
  given: boolean;
  conflict: boolean;
  revealed: boolean;
  agreed: boolean;
  onPanel: boolean;
}

const DAY = {
  name: 'interview-day',
  text: `select s.id as "slotId", s.occasion_id as "occasionId", c.id as "callId", c.title as "callTitle", r.id as "roundId", r.name as "roundName", o.starts_at as "startsAt", o.ends_at as "endsAt",
           o.format, o.room_id as "roomId", room.name as "roomName", room.details as "roomDetails", o.joining_details as "joiningDetails",
           array(select p.name from slot_panel sp join person p on p.id = sp.person_id where sp.slot_id = s.id order by p.name) as panel,
           b.id as "bookingId", a.person_id as "personId", a.name as person, t.state as attendance
         from slot s join occasion o on o.id = s.occasion_id join call c on c.id = s.call_id join interview_round r on r.id = s.round_id
         left join resource room on room.id = o.room_id left join booking b on b.slot_id = s.id and b.state = 'live'
         left join application a on a.id = b.application_id left join attendance t on t.occasion_id = o.id and t.person_id = a.person_id
         where (o.starts_at at time zone 'Europe/London')::date = $1 and s.removed_at is null and o.cancelled_at is null
           and ($2::uuid is null or exists (select from slot_panel sp where sp.slot_id = s.id and sp.person_id = $2))
         order by o.starts_at, s.id`,
};

const SITTINGS = {
  name: 'interview-own-sittings',
  text: `select (o.starts_at at time zone 'Europe/London')::date::text as day, c.short_name as "shortName", min(o.starts_at) as "startsAt", max(o.ends_at) as "endsAt",
           o.format, room.name as "roomName", count(b.id)::int as interviews
         from slot_panel sp join slot s on s.id = sp.slot_id and s.removed_at is null join occasion o on o.id = s.occasion_id and o.cancelled_at is null
         join call c on c.id = s.call_id left join resource room on room.id = o.room_id left join booking b on b.slot_id = s.id and b.state = 'live'
         where sp.person_id = $1 and (o.ends_at at time zone 'Europe/London')::date >= $2
         group by day, c.id, c.short_name, o.format, o.room_id, room.name order by "startsAt", c.id limit 20`,
};

const SCORES = {
  name: 'interview-own-scores',
  text: `select b.id as "bookingId", a.name as person, c.short_name as "shortName", o.starts_at as "startsAt", interview_conflict_of(b.id, $1) as conflict,
           exists (select from interview_score i where i.booking_id = b.id and i.person_id = $1 and i.given) as given,
           exists (select from interview_reveal r where r.booking_id = b.id) as revealed,
           exists (select from interview_agreement g where g.booking_id = b.id) as agreed,
           exists (select from slot_panel sp where sp.slot_id = s.id and sp.person_id = $1) as "onPanel"
         from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id join application a on a.id = b.application_id
         join call c on c.id = s.call_id left join attendance t on t.occasion_id = o.id and t.person_id = a.person_id
         where b.state = 'live' and o.starts_at <= $2 and o.starts_at > $3 and (t.state is null or t.state not in ('absent', 'not_held'))
           and exists (select from criterion k where k.call_id = c.id) and duty_identity(a.person_id) <> duty_identity($1)
           and ($4 or exists (select from slot_panel sp where sp.slot_id = s.id and sp.person_id = $1))
         order by o.starts_at desc, b.id limit 100`,
};

/** How long the scores of an interview stay on its panel's page, in days. */
const SHOWN_DAYS = 90;

/** A panel's days: times, rooms, and who comes when. Nothing of what anybody needs. */
@Injectable()
export class InterviewDaysQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** The sittings of one day: those somebody is part of, or all of them. */
  async sittings(day: string, panelMemberId: string | null): Promise<DaySitting[]> {
    const slots = await this.database.rows<DaySlot>(DAY, [day, panelMemberId]);
    const keyOf = ({ roundId, roomId, format, panel }: DaySlot) => [roundId, roomId, format, ...panel].join('|');
    return [...new Set(slots.map(keyOf))].map((key) => {
      const together = slots.filter((slot) => keyOf(slot) === key);
      const { callTitle, roundId, roundName, format, roomName, roomDetails, startsAt, panel } = together[0]!;
      return { callTitle, roundId, roundName, format, roomName, roomDetails, startsAt, endsAt: together.at(-1)!.endsAt, panel, slots: together };
    });
  }

  /** When somebody sits on a panel, from today on. */
  async ownSittings(personId: string): Promise<OwnSitting[]> {
    return this.database.rows<OwnSitting>(SITTINGS, [personId, this.clock.today()]);
  }

  /** Interviews that have started, the latest first: those on whose panel somebody sat, or all of them. */
  async toScore(personId: string, all: boolean): Promise<InterviewToScore[]> {
    const now = this.clock.now();
    return this.database.rows<InterviewToScore>(SCORES, [personId, now, new Date(`${addDays(this.clock.today(), -SHOWN_DAYS)}T00:00:00Z`), all]);
  }
}
