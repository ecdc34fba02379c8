import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { list } from '../shared/words.js';

interface Row {
  outcome: 'shortlisted' | 'offered';
  leads: string[];
  coDeciders: string[];
  reasons: string[];
}

// Only what people were told of.
const POWER = {
  name: 'call-power',
  text: `select d.outcome, array_agg(distinct lead.name) as leads,
           coalesce(array_agg(distinct co.name) filter (where co.name is not null), '{}') as "coDeciders",
           coalesce(array_agg(distinct d.no_co_decider_reason) filter (where d.no_co_decider_reason is not null), '{}') as reasons
         from decision d join application a on a.id = d.application_id join person lead on lead.id = d.applied_by
         left join decision_co_decider w on w.decision_id = d.id left join person co on co.id = w.person_id
         where a.call_id = $1 and d.state = 'told' and d.outcome in ('shortlisted', 'offered') group by d.outcome order by d.outcome desc`,
};

const WHAT = { shortlisted: 'The shortlist was', offered: 'The offers were' } as const;

/** Who decided with whom, for the public page of a call. */
@Injectable()
export class PowerQueries {
  constructor(private readonly database: Database) {}

  /** "The shortlist was decided by Dana Reid with Ruth Adeyemi, a Disabled resident." */
  async sentences(callId: string): Promise<string[]> {
    const rows = await this.database.rows<Row>(POWER, [callId]);
    return rows.flatMap(({ outcome, leads, coDeciders, reasons }) => [
      ...(coDeciders.length > 0
        ? [`${WHAT[outcome]} decided by ${list(leads)} from the council with ${list(coDeciders)}, ${coDeciders.length === 1 ? 'a Disabled resident' : 'Disabled residents'}.`]
        : []),
      ...reasons.map((reason) => `${coDeciders.length > 0 ? 'In part' : WHAT[outcome]}${coDeciders.length > 0 ? ' it was' : ''} decided without a Disabled resident. Why: ${reason}`),
    ]);
  }
}
