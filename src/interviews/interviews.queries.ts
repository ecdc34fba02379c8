import { Injectable } from '@nestjs/common';
import { addDays, formatSpan, weekday } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { formatNames, type AttendanceState, type OccasionFormat } from '../diary/diary.rules.js';
import type { ApplicationState } from '../applications/application.rules.js';
import type { BookingState } from './interview.rules.js';
import { SlotFit } from './slot-fit.queries.js';
import type { FitSlot } from './slot-fit.rules.js';
import { interviewPaths } from './interviews.paths.js';

export interface FreeSlot {
  slotId: string;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomName: string | null;
  roomDetails: string | null;
}

type FreeSlotRow = FreeSlot & FitSlot & { personId: string; callId: string };

/** What the partial interviews/choose-slot needs, beside `form` and `csrfToken`. */
export interface Choices {
  action: string;
  slots: { value: string; text: string; hint: string }[];
  /** They said that none work, and nobody has answered yet. */
  asked: boolean;
  /** They have a time, and choose another instead. */
  change: boolean;
}

export interface BookingDetail {
  bookingId: string;
  slotId: string;
  applicationId: string;
  personId: string;
  occasionId: string;
  state: BookingState;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomName: string | null;
  roomDetails: string | null;
  joiningDetails: string | null;
  /** Names of the panel. */
  panel: string[];
  attendance: AttendanceState;
  /** The lead who placed it; null when its resident chose it. */
  placedBy: string | null;
  agreedAt: Date | null;
  /** The last day to agree. */
  agreeBy: string | null;
  confirmedAt: Date | null;
  sequence: number;
  /** What a lead wrote into the message about this time. */
  note: string | null;
}

export interface ScheduledInterview {
  bookingId: string;
  applicationId: string;
  person: string;
  callId: string;
  shortName: string;
  startsAt: Date;
  endsAt: Date;
  format: OccasionFormat;
  roomName: string | null;
  panel: string[];
  attendance: AttendanceState;
}

export interface SlotRequestItem {
  requestId: string;
  applicationId: string;
  callId: string;
  person: string;
  shortName: string;
  note: string | null;
  askedAt: Date;
  /** Free times that were made since they asked. */
  newTimes: number;
}

export interface ChoosingApplication {
  applicationId: string;
  personId: string;
  callId: string;
  state: ApplicationState;
  toldShortlisted: boolean;
  shortName: string;
  title: string;
}

const PANEL = `array(select p.name from slot_panel sp join person p on p.id = sp.person_id where sp.slot_id = s.id order by p.name) as panel`;

const SLOT = `s.id as "slotId", o.starts_at as "startsAt", o.ends_at as "endsAt", o.format, r.name as "roomName", r.details as "roomDetails"`;

const FREE = `s.removed_at is null and o.cancelled_at is null
  and not exists (select from booking b where b.slot_id = s.id and b.state = 'live')`;

const TO_CHOOSE = {
  name: 'interview-slots-to-choose',
  text: `select ${SLOT}, coalesce(r.features, '{}') as features, ir.base_minutes as "baseMinutes", a.person_id as "personId", a.call_id as "callId"
         from application a join application_round ar on ar.application_id = a.id join slot s on s.round_id = ar.round_id
         join interview_round ir on ir.id = ar.round_id
         join occasion o on o.id = s.occasion_id left join resource r on r.id = o.room_id
         where a.id = $1 and ${FREE} and o.starts_at > $2 order by o.starts_at, s.id`,
};

const IS_TAKEN = {
  name: 'interview-slot-is-taken',
  text: `select b.application_id as "applicationId" from booking b where b.slot_id = $1 and b.state = 'live'`,
};

const APPLICATION = {
  name: 'interview-application',
  text: `select a.id as "applicationId", a.person_id as "personId", a.call_id as "callId", a.state, c.short_name as "shortName", c.title,
           exists (select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted') as "toldShortlisted"
         from application a join call c on c.id = a.call_id where a.id = $1`,
};

const HAS_REQUEST = {
  name: 'interview-request-open',
  text: `select id from slot_request where application_id = $1 and answered_at is null`,
};

const BOOKING = `
  select b.id as "bookingId", b.application_id as "applicationId", a.person_id as "personId", s.occasion_id as "occasionId", b.state,
    o.joining_details as "joiningDetails", coalesce(t.state, 'expected') as attendance,
    b.placed_by as "placedBy", b.agreed_at as "agreedAt", b.agree_by::text as "agreeBy", b.confirmed_at as "confirmedAt", b.sequence, b.note, ${PANEL}, ${SLOT}
  from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id
  join occasion o on o.id = s.occasion_id left join resource r on r.id = o.room_id
  left join attendance t on t.occasion_id = o.id and t.person_id = a.person_id`;

const ONE = { name: 'interview-booking', text: `${BOOKING} where b.id = $1` };
const LIVE = {
  name: 'interview-live-booking',
  text: `${BOOKING} where b.application_id = $1 and b.state = 'live' and b.round_id = (select r.round_id from application_round r where r.application_id = $1)`,
};
const LIVE_ALL = { name: 'interview-live-bookings', text: `${BOOKING} where b.application_id = $1 and b.state = 'live' order by o.starts_at, b.id` };

const SCHEDULED = `
  select b.id as "bookingId", a.id as "applicationId", p.name as person, c.id as "callId", c.short_name as "shortName",
    o.starts_at as "startsAt", o.ends_at as "endsAt", o.format, r.name as "roomName", t.state as attendance, ${PANEL}
  from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
  join application a on a.id = b.application_id join person p on p.id = a.person_id join call c on c.id = a.call_id
  join attendance t on t.occasion_id = o.id and t.person_id = a.person_id
  left join resource r on r.id = o.room_id
  where b.state = 'live'`;

const UPCOMING = {
  name: 'interviews-upcoming',
  text: `${SCHEDULED} and o.ends_at > $1 and ($3::uuid is null or exists (select from slot_panel sp where sp.slot_id = s.id and sp.person_id = $3))
         order by o.starts_at, b.id limit $2`,
};

/** Begun, and nobody has said who came; or somebody did not, and may get another time. */
const TO_RECORD = {
  name: 'interviews-to-record',
  text: `${SCHEDULED} and o.starts_at <= $1 and (t.state = 'expected' or (t.state in ('absent', 'not_held') and a.state = 'interviewing')) order by o.starts_at, b.id`,
};

const REQUESTS = {
  name: 'interview-requests',
  text: `select q.id as "requestId", a.id as "applicationId", c.id as "callId", p.name as person, c.short_name as "shortName", q.note,
           q.asked_at as "askedAt", (
             select count(*) from slot s join occasion o on o.id = s.occasion_id
             where s.round_id = (select r.round_id from application_round r where r.application_id = a.id) and s.created_at >= q.asked_at and s.removed_at is null and o.starts_at > $1
             and not exists (select from booking b where b.slot_id = s.id and b.state = 'live'))::int as "newTimes"
         from slot_request q join application a on a.id = q.application_id join person p on p.id = a.person_id join call c on c.id = a.call_id
         where q.answered_at is null and a.state in ('shortlisted', 'interviewing') order by q.asked_at, q.id`,
};

const THIS_WEEK = {
  name: 'interviews-between',
  text: `select count(*)::int as count from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
         where b.state = 'live' and (o.starts_at at time zone 'Europe/London')::date between $1 and $2`,
};

/** Times, and who has them; nothing of what anybody needs. */
@Injectable()
export class InterviewsQueries {
  constructor(private readonly database: Database, private readonly slotFit: SlotFit, private readonly clock: Clock) {}

  /** Free times of their round that fit them. */
  async slotsToChoose(applicationId: string, now = this.clock.now()): Promise<FreeSlot[]> {
    const slots = await this.freeSlots(applicationId, now);
    return slots[0] ? this.slotFit.fitting(slots[0].personId, slots[0].callId, slots) : [];
  }

  /** All free times of their round, whether they fit or not: for whoever schedules. */
  async freeSlots(applicationId: string, now = this.clock.now()): Promise<FreeSlotRow[]> {
    return this.database.rows<FreeSlotRow>(TO_CHOOSE, [applicationId, now]);
  }

  async choices(applicationId: string): Promise<Choices> {
    const slots = await this.slotsToChoose(applicationId);
    return {
      action: interviewPaths.choose(applicationId),
      slots: slots.map((slot) => ({ value: slot.slotId, text: formatSpan(slot.startsAt, slot.endsAt), hint: placeOf(slot) })),
      asked: (await this.database.row(HAS_REQUEST, [applicationId])) !== null, change: false,
    };
  }

  async application(applicationId: string): Promise<ChoosingApplication | null> {
    return this.database.row<ChoosingApplication>(APPLICATION, [applicationId]);
  }

  /** Whose a slot is now, read without waiting for anybody. */
  async takenBy(slotId: string): Promise<string | null> {
    return (await this.database.row<{ applicationId: string }>(IS_TAKEN, [slotId]))?.applicationId ?? null;
  }

  async booking(bookingId: string): Promise<BookingDetail | null> {
    return this.database.row<BookingDetail>(ONE, [bookingId]);
  }

  /** Of all rounds. */
  async liveBookings(applicationId: string): Promise<BookingDetail[]> {
    return this.database.rows<BookingDetail>(LIVE_ALL, [applicationId]);
  }

  /** Of the round that somebody is in now. */
  async liveBooking(applicationId: string): Promise<BookingDetail | null> {
    return this.database.row<BookingDetail>(LIVE, [applicationId]);
  }

  /** Of everybody's panels, or of those one person sits on. */
  async upcoming(limit: number, panelMemberId: string | null = null): Promise<ScheduledInterview[]> {
    return this.database.rows<ScheduledInterview>(UPCOMING, [this.clock.now(), limit, panelMemberId]);
  }

  async toRecord(): Promise<ScheduledInterview[]> {
    return this.database.rows<ScheduledInterview>(TO_RECORD, [this.clock.now()]);
  }

  async openSlotRequests(): Promise<SlotRequestItem[]> {
    return this.database.rows<SlotRequestItem>(REQUESTS, [this.clock.now()]);
  }

  /** From Monday to Sunday, in London. */
  async countThisWeek(): Promise<number> {
    const today = this.clock.today();
    const monday = addDays(today, 1 - weekday(today));
    return (await this.database.row<{ count: number }>(THIS_WEEK, [monday, addDays(monday, 6)]))!.count;
  }
}

/** "In person, Town Hall, room 3", "By video". */
export function placeOf(time: { format: OccasionFormat; roomName: string | null; roomDetails: string | null }): string {
  const place = time.format === 'in_person' ? [time.roomName, time.roomDetails] : [];
  return [formatNames[time.format], ...place].filter(Boolean).join('. ');
}
