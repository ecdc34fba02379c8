import { Injectable } from '@nestjs/common';
import { may, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Database } from '../platform/database.js';
import { PanelToDo } from '../adjustments/panel-to-do.js';
import { InterviewDaysQueries, type DaySitting, type DaySlot } from './interview-days.queries.js';
import { InterviewQuestionsQueries } from './interview-questions.queries.js';

export interface SheetSlot extends DaySlot {
  /** What to do, never why: on the day itself, for those who sit there, once nobody scores applications any more. */
  toDo: string[];
}

/** A sitting as its panel reads it on the day. */
export interface SheetSitting extends DaySitting {
  slots: SheetSlot[];
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
    private readonly panel: PanelToDo,
    private readonly audit: Audit,
  ) {}

  /** Leads see everybody's sittings of that day, others their own. */
  async read(actor: Actor, day: string): Promise<SheetSitting[]> {
    const sittings = await this.queries.sittings(day, may(actor, 'interview.schedule') ? null : actor.personId);
    if (sittings.length === 0) return [];
    await this.database.transaction((tx) => this.audit.record(tx, actor, 'interview-day.read', { type: 'person', id: actor.personId }, { day }));
    const toDo = await this.panel.on(day, actor.personId);
    const sheet: SheetSitting[] = [];
    for (const sitting of sittings) {
      const slots = sitting.slots.map((slot) => ({
        ...slot, toDo: toDo.find(({ occasionId, personId }) => occasionId === slot.occasionId && personId === slot.personId)?.words ?? [],
      }));
      sheet.push({ ...sitting, slots, questions: (await this.questions.ready(sitting.roundId))?.questions ?? [] });
    }
    return sheet;
  }
}
