import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { OccasionFormat } from '../diary/diary.rules.js';
import { halfDayId, minutesBetween, type Half, type RoundHalfDay } from './half-day.rules.js';
import type { Shortage } from './shortage.rules.js';
import type { TimetableState } from './timetable-state.rules.js';
import type { Plan } from './timetable.rules.js';

export interface TimetableDetail {
  id: string;
  roundId: string;
  state: TimetableState;
  proposedAt: Date;
  proposedBy: string | null;
  expiresOn: string;
  proven: boolean;
  /** Nobody is at it: it was interrupted, and begins again by itself. */
  solvingUntil: Date | null;
  attempts: number;
  shortage: Shortage | null;
  releasedAt: Date | null;
  /** In the messages to everybody who is new or moves. */
  note: string | null;
  joiningDetails: string | null;
  people: number;
  members: string[];
}

export interface SittingRow {
  sittingId: string;
  day: string;
  half: Half;
  place: string;
  roomId: string | null;
  roomName: string | null;
  roomDetails: string | null;
  panel: string[];
  panelNames: string[];
  interpreters: string[];
}

export interface PlacementRow {
  applicationId: string;
  personId: string;
  name: string | null;
  sittingId: string;
  startsAt: Date;
  minutes: number;
  format: OccasionFormat;
  pinned: boolean;
  note: string | null;
}

const DETAIL = `
  select t.id, t.round_id as "roundId", t.state, t.proposed_at as "proposedAt", p.name as "proposedBy", t.expires_on::text as "expiresOn", t.proven,
    t.solving_until as "solvingUntil", t.attempts, t.shortage, t.released_at as "releasedAt", t.note, t.joining_details as "joiningDetails",
    (select count(*) from timetable_person x where x.timetable_id = t.id)::int as people,
    array(select x.member_id from timetable_panel x where x.timetable_id = t.id order by 1) as members
  from timetable t join person p on p.id = t.proposed_by`;

const ONE = { name: 'timetable-one', text: `${DETAIL} where t.id = $1` };
const LATEST = { name: 'timetable-latest', text: `${DETAIL} where t.round_id = $1 order by t.proposed_at desc, t.id desc limit 1` };

const SITTINGS = {
  name: 'timetable-sittings',
  text: `select s.id as "sittingId", s.on_day::text as day, s.half, s.place, s.room_id as "roomId", r.name as "roomName", r.details as "roomDetails", s.panel,
           array(select p.name from person p where p.id = any(s.panel) order by p.name) as "panelNames", s.interpreters
         from timetable_sitting s left join resource r on r.id = s.room_id
         where s.timetable_id = $1 order by s.on_day, s.half desc, r.name nulls last, s.place`,
};

const PLACEMENTS = {
  name: 'timetable-placements',
  text: `select x.application_id as "applicationId", a.person_id as "personId", p.name, x.sitting_id as "sittingId", x.starts_at as "startsAt",
           x.minutes, x.format, x.pinned, x.note
         from timetable_placement x join application a on a.id = x.application_id join person p on p.id = a.person_id
         where x.timetable_id = $1 order by x.starts_at, p.name`,
};

/** Put there by hand in the timetable before, for those for whom this one is. */
const PINS = {
  name: 'timetable-pins',
  text: `select x.application_id as "applicationId", s.on_day::text as day, s.half, s.place, x.starts_at as "startsAt", x.format
         from timetable t join timetable b on b.round_id = t.round_id and (b.proposed_at, b.id) < (t.proposed_at, t.id)
         join timetable_placement x on x.timetable_id = b.id join timetable_sitting s on s.id = x.sitting_id
         where t.id = $1 and b.state = 'discarded' and x.pinned and b.id = (
           select l.id from timetable l where l.round_id = t.round_id and (l.proposed_at, l.id) < (t.proposed_at, t.id) order by l.proposed_at desc, l.id desc limit 1)`,
};

export interface PinRow {
  applicationId: string;
  day: string;
  half: Half;
  place: string;
  startsAt: Date;
  format: OccasionFormat;
}

const FOR_WHOM = { name: 'timetable-for-whom', text: `select application_id as "applicationId" from timetable_person where timetable_id = $1 order by 1` };
const CALL = {
  name: 'timetable-call',
  text: `select c.id as "callId", c.title, c.short_name as "shortName", c.state from interview_round r join call c on c.id = r.call_id where r.id = $1`,
};

/** Proposals and what is in them. */
@Injectable()
export class TimetablesQueries {
  constructor(private readonly database: Database) {}

  async one(id: string): Promise<TimetableDetail | null> {
    return this.database.row<TimetableDetail>(ONE, [id]);
  }

  async latest(roundId: string): Promise<TimetableDetail | null> {
    return this.database.row<TimetableDetail>(LATEST, [roundId]);
  }

  async sittings(id: string): Promise<SittingRow[]> {
    return this.database.rows<SittingRow>(SITTINGS, [id]);
  }

  async placements(id: string): Promise<PlacementRow[]> {
    return this.database.rows<PlacementRow>(PLACEMENTS, [id]);
  }

  async pins(id: string): Promise<PinRow[]> {
    return this.database.rows<PinRow>(PINS, [id]);
  }

  async forWhom(id: string): Promise<string[]> {
    return (await this.database.rows<{ applicationId: string }>(FOR_WHOM, [id])).map(({ applicationId }) => applicationId);
  }

  async call(roundId: string): Promise<{ callId: string; title: string; shortName: string; state: string } | null> {
    return this.database.row(CALL, [roundId]);
  }
}

/** Rows as the plan that is checked; half-days that are over are not in it. */
export function planOf(sittings: readonly SittingRow[], placements: readonly PlacementRow[], halfDays: readonly RoundHalfDay[]): Plan {
  const starts = new Map(halfDays.map(({ id, startsAt }) => [id, startsAt]));
  return {
    sittings: sittings.map(({ sittingId, day, half, place, panel, interpreters }) => {
      const halfDay = halfDayId(day, half);
      return {
        halfDay, place, panel, interpreters,
        placements: placements.filter((placement) => placement.sittingId === sittingId).map(({ applicationId, startsAt, minutes, format }) => ({
          personId: applicationId, start: minutesBetween(starts.get(halfDay) ?? startsAt, startsAt), minutes, format,
        })),
      };
    }),
  };
}
