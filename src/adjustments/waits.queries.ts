import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { addMonths } from '../shared/dates.js';
import { quarterOf } from './figure.rules.js';
import { waitFigures, type Wait, type WaitFigure } from './waits.rules.js';

const WAITS = {
  name: 'waits-for-interviews',
  text: `select (d.told_at at time zone 'Europe/London')::date::text as "toldOn", (o.starts_at at time zone 'Europe/London')::date::text as "heldOn",
           exists (select from arrangement x where x.person_id = a.person_id and x.call_id = a.call_id and x.sitting_on is null and x.state <> 'withdrawn') as "withAdjustments"
         from application a
         join lateral (select told_at from decision where application_id = a.id and outcome = 'shortlisted' and told_at is not null order by told_at limit 1) d on true
         join lateral (select o.starts_at from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
           join attendance t on t.occasion_id = o.id and t.person_id = a.person_id and t.state = 'attended'
           where b.application_id = a.id order by o.starts_at limit 1) o on true
         where o.starts_at > d.told_at and (o.starts_at at time zone 'Europe/London')::date >= $1 and (o.starts_at at time zone 'Europe/London')::date < $2`,
};

/**
 * Whether anybody waits longer because of what they need. Of the four quarters before this one, so that no day shows what one
 * more interview changed; nothing where it could lead to somebody.
 */
@Injectable()
export class WaitsQueries {
  constructor(private readonly database: Database, private readonly calendar: WorkingCalendar, private readonly clock: Clock) {}

  async figures(): Promise<{ withAdjustments: WaitFigure; without: WaitFigure } | null> {
    const thisQuarter = quarterOf(this.clock.today());
    const waits = await this.database.rows<Wait>(WAITS, [addMonths(thisQuarter, -12), thisQuarter]);
    return waitFigures(waits, await this.calendar.days());
  }
}
