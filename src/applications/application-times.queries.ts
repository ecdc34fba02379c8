import { Injectable } from '@nestjs/common';
import type { Outcome } from '../shared/result.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { canApply, type CallDates, type MoreTime } from '../calls/call.rules.js';
import { closingOf } from './late-access.rules.js';

type Row = CallDates & { moreTimeUntil: Date | null; attachedId: string | null; permissionId: string | null };

export interface Times {
  /** Whether it can be written and sent now, and the reason when not. */
  open: Outcome;
  /** The moment before which it must be sent: the call's, or their own. */
  sendBefore: Date;
  /** What gives them more time, where they have it and don't hold it yet. */
  permissionToAttach: string | null;
}

const CALL_DATES = `
  c.state, c.opens_at as "opensAt", c.closes_at as "closesAt", c.closed_early_at as "closedEarlyAt",
  c.interviews_from::text as "interviewsFrom", c.interviews_to::text as "interviewsTo", c.first_meeting_on::text as "firstMeetingOn"`;

const OF_APPLICATION = {
  name: 'application-times',
  text: `select ${CALL_DATES}, a.late_permission_id as "attachedId", late.id as "permissionId", late.deadline as "moreTimeUntil"
         from application a join call c on c.id = a.call_id
         left join lateral (select l.id, l.deadline from late_permission l
           where l.call_id = a.call_id and l.revoked_at is null and (l.id = a.late_permission_id or l.person_id = a.person_id)
           order by l.deadline desc limit 1) late on true
         where a.id = $1`,
};

/** Before there is an application: first contact is known by the person. */
const OF_PERSON = {
  name: 'application-times-person',
  text: `select ${CALL_DATES}, null as "attachedId", late.id as "permissionId", late.deadline as "moreTimeUntil"
         from call c left join lateral (select l.id, l.deadline from late_permission l
           where l.call_id = c.id and l.revoked_at is null and l.person_id = $2 order by l.deadline desc limit 1) late on true
         where c.id = $1`,
};

/** Until when somebody may write and send an application. Only its own pages may ask: more time is an adjustment. */
@Injectable()
export class ApplicationTimes {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async ofApplication(id: string): Promise<Times> {
    return this.times((await this.database.row<Row>(OF_APPLICATION, [id]))!);
  }

  async ofPerson(callId: string, personId: string): Promise<Times> {
    return this.times((await this.database.row<Row>(OF_PERSON, [callId, personId]))!);
  }

  private times(row: Row): Times {
    const moreTime: MoreTime | null = row.moreTimeUntil && { deadline: row.moreTimeUntil };
    const now = this.clock.now();
    const isLate = moreTime !== null && closingOf(row) <= now;
    return {
      open: canApply(row, now, moreTime),
      sendBefore: isLate ? moreTime.deadline : closingOf(row),
      permissionToAttach: isLate && row.permissionId !== row.attachedId ? row.permissionId : null,
    };
  }
}
