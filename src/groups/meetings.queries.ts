import { Injectable } from '@nestjs/common';
import type { AttendanceState, OccasionFormat } from '../diary/diary.rules.js';
import { formatNames } from '../diary/diary.rules.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';

export interface MeetingRow {
  id: string;
  groupId: string;
  about: string;
  startsAt: Date;
  endsAt: Date;
  /** "In person", "By video". */
  formatName: string;
  format: OccasionFormat;
  roomId: string | null;
  roomName: string | null;
  roomDetails: string | null;
  joiningDetails: string | null;
  cancelledAt: Date | null;
  expected: number;
  /** Of those expected, how many are recorded as there or not. */
  recorded: number;
  /** People who are somewhere else at the same time. */
  overlaps: number;
}

export interface AttendanceRow {
  personId: string;
  name: string | null;
  state: AttendanceState;
  minutes: number | null;
}

export interface OwnMeeting extends Omit<MeetingRow, 'expected' | 'recorded' | 'overlaps'> {
  groupName: string;
  shortName: string;
}

const PLACE = `o.id, m.group_id as "groupId", m.about, o.starts_at as "startsAt", o.ends_at as "endsAt", o.format, o.room_id as "roomId",
  r.name as "roomName", r.details as "roomDetails", o.joining_details as "joiningDetails", o.cancelled_at as "cancelledAt"`;

const MEETING = `select ${PLACE},
    (select count(*)::int from attendance a where a.occasion_id = o.id) as expected,
    (select count(*)::int from attendance a where a.occasion_id = o.id and a.state <> 'expected') as recorded,
    (select count(distinct mine.resource_id)::int from reservation mine
       join resource who on who.id = mine.resource_id and who.person_id is not null
       join reservation other on other.resource_id = mine.resource_id and other.occasion_id <> mine.occasion_id
         and other.during && mine.during and other.released_at is null
     where mine.occasion_id = o.id and mine.released_at is null) as overlaps
  from meeting m join occasion o on o.id = m.occasion_id left join resource r on r.id = o.room_id`;

const OF_GROUP = { name: 'meetings-of-group', text: `${MEETING} where m.group_id = $1 order by o.starts_at desc` };

const ONE = { name: 'meeting-one', text: `${MEETING} where m.group_id = $1 and o.id = $2` };

const ATTENDANCE = {
  name: 'meeting-attendance',
  text: `select a.person_id as "personId", p.name, a.state, a.minutes
         from attendance a join person p on p.id = a.person_id where a.occasion_id = $1 order by p.name, p.id`,
};

const COMING = {
  name: 'meetings-of-person',
  text: `select ${PLACE}, g.name as "groupName", g.short_name as "shortName"
         from attendance a join meeting m on m.occasion_id = a.occasion_id join occasion o on o.id = m.occasion_id
         join involvement_group g on g.id = m.group_id left join resource r on r.id = o.room_id
         where a.person_id = $1 and o.cancelled_at is null and o.ends_at > $2 order by o.starts_at`,
};

const TO_TELL = {
  name: 'meeting-to-tell',
  text: `select ${PLACE}, g.name as "groupName", g.short_name as "shortName"
         from meeting m join occasion o on o.id = m.occasion_id
         join involvement_group g on g.id = m.group_id left join resource r on r.id = o.room_id where o.id = $1`,
};

const UNRECORDED = {
  name: 'meetings-unrecorded',
  text: `select count(distinct o.id)::int as meetings from meeting m join occasion o on o.id = m.occasion_id
         join attendance a on a.occasion_id = o.id and a.state = 'expected'
         where o.cancelled_at is null and o.ends_at <= $1`,
};

@Injectable()
export class MeetingQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** The newest first. */
  async ofGroup(groupId: string): Promise<MeetingRow[]> {
    return (await this.database.rows<Stored<MeetingRow>>(OF_GROUP, [groupId])).map(withFormatName);
  }

  async one(groupId: string, id: string): Promise<MeetingRow | null> {
    const row = await this.database.row<Stored<MeetingRow>>(ONE, [groupId, id]);
    return row && withFormatName(row);
  }

  async attendance(id: string): Promise<AttendanceRow[]> {
    return this.database.rows<AttendanceRow>(ATTENDANCE, [id]);
  }

  /** Meetings somebody is expected at, the next one first. */
  async comingFor(personId: string): Promise<OwnMeeting[]> {
    return (await this.database.rows<Stored<OwnMeeting>>(COMING, [personId, this.clock.now()])).map(withFormatName);
  }

  async toTell(id: string): Promise<OwnMeeting | null> {
    const row = await this.database.row<Stored<OwnMeeting>>(TO_TELL, [id]);
    return row && withFormatName(row);
  }

  /** How many meetings are over without knowing of everybody whether they came. */
  async countUnrecorded(): Promise<number> {
    return (await this.database.row<{ meetings: number }>(UNRECORDED, [this.clock.now()]))!.meetings;
  }
}

type Stored<T> = Omit<T, 'formatName'>;

function withFormatName<T extends { format: OccasionFormat }>(row: T): T & { formatName: string } {
  return { ...row, formatName: formatNames[row.format] };
}
