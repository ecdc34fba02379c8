import { Injectable } from '@nestjs/common';
import { formatSpan } from '../shared/dates.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { InterviewsQueries } from './interviews.queries.js';

/** A number stays with its time for good, so that an old text means what it said. */
const OFFER = {
  name: 'interview-offer-times',
  text: `insert into offered_time (application_id, position, slot_id, offered_at)
         select $1, coalesce((select max(position) from offered_time where application_id = $1), 0) + row_number() over (order by n), slot_id, $3
         from unnest($2::uuid[]) with ordinality as x (slot_id, n)
         where not exists (select from offered_time t where t.application_id = $1 and t.slot_id = x.slot_id)
           and (select count(*) from offered_time where application_id = $1) + n <= 9
         on conflict do nothing`,
};

const OFFERED = { name: 'interview-offered-times', text: `select position, slot_id as "slotId" from offered_time where application_id = $1 order by position` };

const SHOWN = 3;

/** Times by number, for texts: "Reply 1, 2 or 3". */
@Injectable()
export class OfferedTimes {
  constructor(private readonly database: Database, private readonly interviews: InterviewsQueries, private readonly clock: Clock) {}

  /** The first few that fit, as words: "1: Tuesday 12 January 2027, 10am to 10:40am". Empty when there are none. */
  async inWords(applicationId: string): Promise<string> {
    const slots = (await this.interviews.slotsToChoose(applicationId)).slice(0, SHOWN);
    if (slots.length === 0) return '';
    await this.database.rows(OFFER, [applicationId, slots.map(({ slotId }) => slotId), this.clock.now()]);
    const positions = new Map((await this.database.rows<{ position: number; slotId: string }>(OFFERED, [applicationId])).map(({ position, slotId }) => [slotId, position]));
    return slots.flatMap(({ slotId, startsAt, endsAt }) => {
      const position = positions.get(slotId);
      return position === undefined ? [] : [`${position}: ${formatSpan(startsAt, endsAt)}`];
    }).join('. ');
  }
}
