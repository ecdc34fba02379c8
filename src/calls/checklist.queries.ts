import { Injectable } from '@nestjs/common';
import { londonDay } from '../shared/dates.js';
import type { Outcome } from '../shared/result.js';
import { Database } from '../platform/database.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { AdjustmentsQueries } from '../adjustments/adjustments.queries.js';
import { formatsArrive, leavesLeadTime, type ChecklistDates, type LongestLead } from './checklist.rules.js';

export interface Gate {
  code: string;
  question: string;
  help: string;
  pass: { by: string; at: string; reason: string } | null;
}

export interface LeadTime {
  lead: LongestLead;
  firstSafeDay: string;
}

const GATES = {
  name: 'call-checklist',
  text: `select g.code, g.question, g.help,
           case when p.id is not null then json_build_object('by', who.name, 'at', p.passed_at, 'reason', p.reason) end as pass
         from call_gate g
         left join call_gate_pass p on p.gate = g.code and p.call_id = $1 and p.taken_back_at is null
         left join person who on who.id = p.passed_by
         order by g.position`,
};

const CO_DECIDERS = { name: 'call-co-deciders', text: `select person_id as id from call_co_decider where call_id = $1` };

/** The checklist of a call: what is asked, who answered, and what the dates say. */
@Injectable()
export class ChecklistQueries {
  constructor(
    private readonly database: Database,
    private readonly adjustments: AdjustmentsQueries,
    private readonly calendar: WorkingCalendar,
  ) {}

  async gates(callId: string): Promise<Gate[]> {
    return this.database.rows<Gate>(GATES, [callId]);
  }

  async coDeciderIds(callId: string): Promise<string[]> {
    return (await this.database.rows<{ id: string }>(CO_DECIDERS, [callId])).map(({ id }) => id);
  }

  async leadTime(closesAt: Date): Promise<LeadTime> {
    const lead = await this.adjustments.longestCommonLead();
    return { lead, firstSafeDay: await this.calendar.addWorkingDays(londonDay(closesAt), lead.days) };
  }

  /** What the dates of a call say to a question of its checklist; null where no date answers it. */
  async computed(gate: string, dates: ChecklistDates): Promise<Outcome | null> {
    if (gate === 'formats') return formatsArrive(dates);
    if (gate !== 'lead-time') return null;
    const { lead, firstSafeDay } = await this.leadTime(dates.closesAt);
    return leavesLeadTime(dates, firstSafeDay, lead);
  }
}

