import { Injectable } from '@nestjs/common';
import { may, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Database } from '../platform/database.js';
import { InterviewDaysQueries, type DaySitting } from './interview-days.queries.js';
import { InterviewQuestionsQueries } from './interview-questions.queries.js';

/** A sitting as its panel reads it on the day. */
export interface SheetSitting extends DaySitting {
  /** Asked to everybody; none before they are ready. */
  questions: string[];
}

/** The sheet of one day. Each reading is written down. */
@Injectable()
export class InterviewDays {
  constructor(
    private readonly database: Database,
    private readonly queries: InterviewDaysQueries,
    private readonly questions: InterviewQuestionsQueries,
    private readonly audit: Audit,
  ) {}

  /** Leads see everybody's sittings of that day, others their own. */
  async read(actor: Actor, day: string): Promise<SheetSitting[]> {
    const sittings = await this.queries.sittings(day, may(actor, 'interview.schedule') ? null : actor.personId);
    if (sittings.length === 0) return [];
    await this.database.transaction((tx) => this.audit.record(tx, actor, 'interview-day.read', { type: 'person', id: actor.personId }, { day }));
    const sheet: SheetSitting[] = [];
    for (const sitting of sittings) sheet.push({ ...sitting, questions: (await this.questions.ready(sitting.roundId))?.questions ?? [] });
    return sheet;
  }
}
