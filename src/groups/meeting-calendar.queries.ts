import { Injectable } from '@nestjs/common';
import { formatNames, type OccasionFormat } from '../diary/diary.rules.js';
import type { CalendarEntry } from '../platform/calendar.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { addDays } from '../shared/dates.js';
import { groupPaths } from './groups.paths.js';

interface Row {
  id: string;
  sequence: number;
  shortName: string;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomName: string | null;
  roomDetails: string | null;
  joiningDetails: string | null;
  cancelled: boolean;
}

const MEETING = `
  select o.id, o.sequence, g.short_name as "shortName", o.starts_at as "startsAt", o.ends_at as "endsAt", o.format, r.name as "roomName",
    r.details as "roomDetails", o.joining_details as "joiningDetails", o.cancelled_at is not null as cancelled
  from meeting m join occasion o on o.id = m.occasion_id join involvement_group g on g.id = m.group_id left join resource r on r.id = o.room_id`;

const ONE = { name: 'calendar-meeting', text: `${MEETING} where o.id = $1` };

const INVITED = { name: 'calendar-meeting-invited', text: `select from attendance where occasion_id = $1 and person_id = $2` };

const OF_PERSON = {
  name: 'calendar-meetings',
  text: `${MEETING} join attendance a on a.occasion_id = o.id
         where a.person_id = $1 and o.cancelled_at is null and (o.ends_at at time zone 'Europe/London')::date >= $2 order by o.starts_at, o.id`,
};

/** How long what is over stays in a calendar that is fetched, in days. */
export const PAST_DAYS = 60;

/** Meetings as entries of a member's own calendar: by the neutral short name, because a group's name can tell who is Disabled. */
@Injectable()
export class MeetingCalendar {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async entry(occasionId: string): Promise<CalendarEntry | null> {
    const row = await this.database.row<Row>(ONE, [occasionId]);
    return row && toEntry(row);
  }

  async isInvited(occasionId: string, personId: string): Promise<boolean> {
    return (await this.database.row(INVITED, [occasionId, personId])) !== null;
  }

  async ofPerson(personId: string): Promise<CalendarEntry[]> {
    const rows = await this.database.rows<Row>(OF_PERSON, [personId, addDays(this.clock.today(), -PAST_DAYS)]);
    return rows.map(toEntry);
  }
}

function toEntry(row: Row): CalendarEntry {
  return {
    uid: `meeting-${row.id}`, sequence: row.sequence, startsAt: row.startsAt, endsAt: row.endsAt,
    summary: `Meeting: ${row.shortName}`, ...whereAndHow(row), path: groupPaths.mine(), state: row.cancelled ? 'cancelled' : 'planned',
  };
}

/** Where somebody goes, and how they join: in their own entries only. Whose home we visit is in no calendar. */
export function whereAndHow({ format, roomName, roomDetails, joiningDetails }: Pick<Row, 'format' | 'roomName' | 'roomDetails' | 'joiningDetails'>): Pick<CalendarEntry, 'location' | 'description'> {
  const room = [roomName, roomDetails].filter((part) => part !== null).map((part) => part.replace(/\.$/, '')).join('. ');
  return { location: room || formatNames[format], description: joiningDetails && format !== 'home_visit' ? `How to join: ${joiningDetails}` : null };
}
