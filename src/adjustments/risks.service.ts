import { Injectable } from '@nestjs/common';
import { isDaytime } from '../shared/dates.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { EventBus } from '../platform/event-bus.js';
import { WorkingCalendar } from '../platform/working-calendar.js';

interface Overdue {
  id: string;
  dueOn: string;
  foundOn: string | null;
}

const OVERDUE = {
  name: 'arrangements-overdue-unheard',
  text: `select a.id, a.due_on::text as "dueOn", r.found_on::text as "foundOn" from arrangement a
         join person p on p.id = a.person_id and p.merged_into is null
         left join arrangement_risk r on r.arrangement_id = a.id and r.due_on = a.due_on
         where a.state in ('asked', 'acknowledged', 'arranging', 'alternative_offered') and a.due_on < $1 and a.needed_by >= $1 and r.escalated_at is null
         order by a.id`,
};

/** What is overdue is at risk. When it still is on the next working day, whoever stands in hears of it, and the leads; once. */
@Injectable()
export class RisksService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly calendar: WorkingCalendar,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** By day; whatever a stopped worker missed is found when it is back. */
  async escalate(): Promise<void> {
    if (!isDaytime(this.clock.now())) return;
    const today = this.clock.today();
    if (!await this.calendar.isWorkingDay(today)) return;
    const overdue = await this.database.rows<Overdue>(OVERDUE, [today]);
    const late: Overdue[] = [];
    for (const one of overdue) {
      // Overdue since the day after it was due; then the next working day is the one after that.
      const next = await this.calendar.addWorkingDays(one.foundOn ?? today, 1);
      if (one.foundOn && next <= today) late.push(one);
    }
    const found = overdue.filter(({ foundOn }) => foundOn === null);
    if (found.length + late.length > 0) await this.write(found, late, today);
  }

  private async write(found: readonly Overdue[], late: readonly Overdue[], today: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      for (const { id, dueOn } of found) {
        await tx.query(`insert into arrangement_risk (arrangement_id, due_on, found_on) values ($1, $2, $3) on conflict do nothing`, [id, dueOn, today]);
        await this.audit.record(tx, null, 'arrangement.at-risk', { type: 'arrangement', id });
      }
      const arrangementIds: string[] = [];
      for (const { id, dueOn } of late) {
        const [rows] = await tx.query<[{ id: string }[], number]>(
          `update arrangement_risk set escalated_at = $3 where arrangement_id = $1 and due_on = $2 and escalated_at is null returning arrangement_id as id`, [id, dueOn, this.clock.now()]);
        if (rows.length === 0) continue;
        arrangementIds.push(id);
        await this.audit.record(tx, null, 'arrangement.escalated', { type: 'arrangement', id });
      }
      if (arrangementIds.length > 0) await this.bus.emit(tx, 'arrangements.at-risk', { arrangementIds });
    });
  }
}
