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
  booked: number;
  free: { slotId: string; startsAt: Date; endsAt: Date; format: OccasionFormat; roomName: string | null; panel: string[] }[];
}

const PANEL = `array(select p.name from slot_panel sp join person p on p.id = sp.person_id where sp.slot_id = s.id order by p.name) as panel`;

const CALLS = {
  name: 'interviews-calls',
  text: `select c.id as "callId", c.title, c.interviews_from::text as "interviewsFrom", c.interviews_to::text as "interviewsTo",
           (select count(*) from application a where a.call_id = c.id and a.state = 'shortlisted' and exists (
              select from decision d where d.application_id = a.id and d.outcome = 'shortlisted' and d.state = 'told'))::int as choosing,
           (select count(*) from booking b join application a on a.id = b.application_id
            where a.call_id = c.id and b.state = 'live')::int as booked
         from call c where c.state = 'published' and c.interviews_to >= $1 order by c.interviews_from, c.title, c.id`,
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

  /** Calls whose interviews are to come or going on, with their free times. */
  async calls(): Promise<CallSlots[]> {
    const calls = await this.database.rows<Omit<CallSlots, 'free'>>(CALLS, [this.clock.today()]);
    const free = await this.database.rows<FreeRow>(FREE, [calls.map(({ callId }) => callId), this.clock.now()]);
    return calls.map((call) => ({ ...call, free: free.filter(({ callId }) => callId === call.callId) }));
  }
}
