import { Injectable } from '@nestjs/common';
import { addDays } from '../shared/dates.js';
import { plural } from '../shared/words.js';
import type { CalendarEntry } from '../platform/calendar.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { formatNames, type OccasionFormat } from '../diary/diary.rules.js';
import { PAST_DAYS, whereAndHow } from '../groups/meeting-calendar.queries.js';
import { applicationPaths } from '../applications/applications.paths.js';
import type { BookingState } from './interview.rules.js';
import { interviewPaths } from './interviews.paths.js';

interface Row {
  bookingId: string;
  applicationId: string;
  personId: string;
  state: BookingState;
  sequence: number;
  /** Placed for them, it is held until they say yes. */
  agreed: boolean;
  shortName: string;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomName: string | null;
  roomDetails: string | null;
  joiningDetails: string | null;
}

/** One panel member's times of one call in one place on one day. */
interface Sitting {
  callId: string;
  shortName: string;
  day: string;
  format: OccasionFormat;
  roomId: string | null;
  roomName: string | null;
  startsAt: Date;
  endsAt: Date;
  interviews: number;
}

const INTERVIEW = `
  select b.id as "bookingId", a.id as "applicationId", a.person_id as "personId", b.state, b.agreed_at is not null as agreed, b.sequence,
    c.short_name as "shortName", o.starts_at as "startsAt", o.ends_at as "endsAt", o.format, r.name as "roomName", r.details as "roomDetails",
    o.joining_details as "joiningDetails"
  from booking b join application a on a.id = b.application_id join call c on c.id = a.call_id
  join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id left join resource r on r.id = o.room_id`;

const ONE = { name: 'calendar-interview', text: `${INTERVIEW} where b.id = $1` };

const OF_PERSON = {
  name: 'calendar-interviews',
  text: `${INTERVIEW} where a.person_id = $1 and b.state = 'live' and (o.ends_at at time zone 'Europe/London')::date >= $2 order by o.starts_at, b.id`,
};

// How many, when and where: never whom they meet.
const SITTINGS = {
  name: 'calendar-sittings',
  text: `select c.id as "callId", c.short_name as "shortName", (o.starts_at at time zone 'Europe/London')::date::text as day, o.format,
           o.room_id as "roomId", r.name as "roomName", min(o.starts_at) as "startsAt", max(o.ends_at) as "endsAt",
           count(b.id)::int as interviews
         from slot_panel sp join slot s on s.id = sp.slot_id and s.removed_at is null
         join occasion o on o.id = s.occasion_id and o.cancelled_at is null join call c on c.id = s.call_id
         left join resource r on r.id = o.room_id left join booking b on b.slot_id = s.id and b.state = 'live'
         where sp.person_id = $1 and (o.ends_at at time zone 'Europe/London')::date >= $2
         group by c.id, c.short_name, day, o.format, o.room_id, r.name order by "startsAt", c.id`,
};

/** Interviews as calendar entries: an applicant's own, and when a panel member sits, without a word of whom they meet. */
@Injectable()
export class InterviewCalendar {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** Also of an interview that is cancelled: its entry says so. */
  async entry(bookingId: string): Promise<CalendarEntry | null> {
    const row = await this.database.row<Row>(ONE, [bookingId]);
    return row && toEntry(row);
  }

  async isOf(bookingId: string, personId: string): Promise<boolean> {
    return (await this.database.row<Row>(ONE, [bookingId]))?.personId === personId;
  }

  async ofPerson(personId: string): Promise<CalendarEntry[]> {
    return (await this.database.rows<Row>(OF_PERSON, [personId, this.since()])).map(toEntry);
  }

  async sittingsOf(personId: string): Promise<CalendarEntry[]> {
    return (await this.database.rows<Sitting>(SITTINGS, [personId, this.since()])).map(toSitting);
  }

  private since(): string {
    return addDays(this.clock.today(), -PAST_DAYS);
  }
}

/** A cancelled entry counts as a further change, or programs would not take it for newer. */
function toEntry(row: Row): CalendarEntry {
  const cancelled = row.state === 'cancelled';
  return {
    uid: `interview-${row.bookingId}`, sequence: row.sequence + (cancelled ? 1 : 0), startsAt: row.startsAt, endsAt: row.endsAt,
    summary: `Interview: ${row.shortName}`, ...whereAndHow(row), path: applicationPaths.one(row.applicationId), state: cancelled ? 'cancelled' : row.agreed ? 'planned' : 'kept-free',
  };
}

function toSitting({ callId, shortName, day, format, roomId, roomName, startsAt, endsAt, interviews }: Sitting): CalendarEntry {
  const booked = interviews === 0 ? 'Nobody has booked yet.' : `${plural(interviews, 'interview')}.`;
  return {
    uid: `panel-${callId}-${day}-${roomId ?? format}`, sequence: 0, startsAt, endsAt, summary: `Interview panel: ${shortName}`,
    location: roomName ?? formatNames[format], description: `${booked} Sign in to see who comes when.`,
    path: interviewPaths.daySheet(day), state: interviews === 0 ? 'kept-free' : 'planned',
  };
}
