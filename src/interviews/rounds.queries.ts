import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import type { OccasionFormat } from '../diary/diary.rules.js';
import type { InterviewOutcome } from './booking.rules.js';

/** Minutes; days in London. */
export interface RoundDetail {
  id: string;
  callId: string;
  number: number;
  name: string;
  fromOn: string;
  toOn: string;
  formats: OccasionFormat[];
  baseMinutes: number;
  breakMinutes: number;
  panelLeast: number;
  panelMost: number;
  /** Ids of the rooms it may use; none means any. */
  rooms: string[];
  version: number;
}

const ROUND = `
  select r.id, r.call_id as "callId", r.number, r.name, r.from_on::text as "fromOn", r.to_on::text as "toOn", r.formats,
    r.base_minutes as "baseMinutes", r.break_minutes as "breakMinutes", r.panel_least as "panelLeast", r.panel_most as "panelMost",
    array(select x.room_id from round_room x where x.round_id = r.id order by 1) as rooms, r.version
  from interview_round r`;

const ONE = { name: 'interview-round', text: `${ROUND} where r.id = $1` };
const OF_CALL = { name: 'interview-rounds-of-call', text: `${ROUND} where r.call_id = $1 order by r.number` };

export interface RoundTime {
  slotId: string;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomName: string | null;
  panel: string[];
  bookingId: string | null;
  person: string | null;
}

export interface RoundPerson {
  applicationId: string;
  person: string | null;
  isIn: boolean;
  /** What follows from their last interview. */
  outcome: InterviewOutcome | null;
  /** Of this round. */
  bookingId: string | null;
  startsAt: Date | null;
}

const TIMES = {
  name: 'interview-round-times',
  text: `select s.id as "slotId", o.starts_at as "startsAt", o.ends_at as "endsAt", o.format, r.name as "roomName", b.id as "bookingId", p.name as person,
           array(select q.name from slot_panel sp join person q on q.id = sp.person_id where sp.slot_id = s.id order by q.name) as panel
         from slot s join occasion o on o.id = s.occasion_id left join resource r on r.id = o.room_id
         left join booking b on b.slot_id = s.id and b.state = 'live' left join application a on a.id = b.application_id left join person p on p.id = a.person_id
         where s.round_id = $1 and s.removed_at is null and (b.id is not null or o.starts_at > $2) order by o.starts_at, s.id`,
};

const PEOPLE = {
  name: 'interview-round-people',
  text: `select a.id as "applicationId", p.name as person, r.number = 1 or x.round_id is not null as "isIn", b.id as "bookingId", o.starts_at as "startsAt", (
           select i.outcome from interview_outcome i join booking k on k.id = i.booking_id where k.application_id = a.id order by i.recorded_at desc limit 1) as outcome
         from interview_round r join application a on a.call_id = r.call_id join person p on p.id = a.person_id
         left join round_applicant x on x.round_id = r.id and x.application_id = a.id
         left join booking b on b.application_id = a.id and b.round_id = r.id and b.state = 'live'
         left join slot s on s.id = b.slot_id left join occasion o on o.id = s.occasion_id
         where r.id = $1 and a.state in ('shortlisted', 'interviewing') and a.superseded_by is null and exists (
           select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted') order by p.name, a.id`,
};

@Injectable()
export class RoundsQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async round(id: string): Promise<RoundDetail | null> {
    return this.database.row<RoundDetail>(ONE, [id]);
  }

  async ofCall(callId: string): Promise<RoundDetail[]> {
    return this.database.rows<RoundDetail>(OF_CALL, [callId]);
  }

  /** Free ones to come, and those that somebody has. */
  async times(roundId: string): Promise<RoundTime[]> {
    return this.database.rows<RoundTime>(TIMES, [roundId, this.clock.now()]);
  }

  /** Whoever is between the shortlist and the result, and knows it. */
  async people(roundId: string): Promise<RoundPerson[]> {
    return this.database.rows<RoundPerson>(PEOPLE, [roundId]);
  }
}
