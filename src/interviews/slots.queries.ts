import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import type { OccasionFormat } from '../diary/diary.rules.js';

export interface CallSlots {
  callId: string;
  title: string;
  interviewsFrom: string;
  interviewsTo: string;
  /** Shortlisted and told, without a time. */
  choosing: number;
  /** Nobody has said yet who came. */
  booked: number;
  held: number;
  missed: number;
  free: { slotId: string; startsAt: Date; endsAt: Date; format: OccasionFormat; roomName: string | null; panel: string[] }[];
}

const PANEL = `array(select p.name from slot_panel sp join person p on p.id = sp.person_id where sp.slot_id = s.id order by p.name) as panel`;

/** The people of a call who can choose, as a query to count or to look for. */
const CHOOSING = `from application a join application_round ar on ar.application_id = a.id
  where a.call_id = c.id and a.state in ('shortlisted', 'interviewing') and a.superseded_by is null
  and not exists (select from booking b where b.application_id = a.id and b.round_id = ar.round_id and b.state = 'live') and exists (
  select from decision d where d.application_id = a.id and d.outcome = 'shortlisted' and d.state = 'told')`;

const CALLS = {
  name: 'interviews-calls',
  text: `select c.id as "callId", c.title, c.interviews_from::text as "interviewsFrom", c.interviews_to::text as "interviewsTo",
           (select count(*) ${CHOOSING})::int as choosing, i.booked, i.held, i.missed
         from call c cross join lateral (
           select count(*) filter (where t.state = 'expected')::int as booked, count(*) filter (where t.state = 'attended')::int as held,
             count(*) filter (where t.state = 'absent')::int as missed
           from booking b join application a on a.id = b.application_id join slot s on s.id = b.slot_id
           join attendance t on t.occasion_id = s.occasion_id and t.person_id = a.person_id
           where a.call_id = c.id and b.state = 'live') i
         where c.state = 'published' and (c.interviews_to >= $1
           or exists (select ${CHOOSING})
           or exists (select from slot_request q join application a on a.id = q.application_id
             where a.call_id = c.id and q.answered_at is null and a.state in ('shortlisted', 'interviewing'))
           or exists (select from slot s join occasion o on o.id = s.occasion_id
             where s.call_id = c.id and s.removed_at is null and o.ends_at > $2))
         order by c.interviews_from, c.title, c.id`,
};

const FREE = {
  name: 'interviews-free-slots',
  text: `select s.call_id as "callId", s.id as "slotId", o.starts_at as "startsAt", o.ends_at as "endsAt", o.format, r.name as "roomName", ${PANEL}
         from slot s join occasion o on o.id = s.occasion_id left join resource r on r.id = o.room_id
         where s.call_id = any($1) and s.removed_at is null and o.starts_at > $2
         and not exists (select from booking b where b.slot_id = s.id and b.state = 'live')
         order by o.starts_at, s.id`,
};

type FreeRow = CallSlots['free'][number] & { callId: string };

/** The times of each call. */
@Injectable()
export class SlotsQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** Calls whose interviews are to come or going on, also after their last day, with their free times. */
  async calls(): Promise<CallSlots[]> {
    const calls = await this.database.rows<Omit<CallSlots, 'free'>>(CALLS, [this.clock.today(), this.clock.now()]);
    const free = await this.database.rows<FreeRow>(FREE, [calls.map(({ callId }) => callId), this.clock.now()]);
    return calls.map((call) => ({ ...call, free: free.filter(({ callId }) => callId === call.callId) }));
  }
}
