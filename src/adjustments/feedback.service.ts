import { Injectable } from '@nestjs/common';
import { addDays, isDaytime } from '../shared/dates.js';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { AdjustmentsService } from './adjustments.service.js';
import { ApologiesService } from './apologies.service.js';
import { Arrangement } from './arrangement.entity.js';
import { ASK_WITHIN_DAYS, stepsToFeedback, TELL_WITHIN_DAYS, type FeedbackAnswer } from './feedback.rules.js';

export interface Said {
  arrangementId: string;
  answer: FeedbackAnswer;
  words: string | null;
}

// What nobody has heard about yet, of events that are over. An interview without a time was none.
const TO_ASK = {
  name: 'access-feedback-to-ask',
  text: `select distinct a.person_id as "personId", coalesce(a.occasion_id, a.call_id) as "eventId", a.needed_by::text as "onDay"
         from arrangement a join person p on p.id = a.person_id and p.merged_into is null left join occasion o on o.id = a.occasion_id
         where a.needed_by between $1 and $2 and (a.occasion_id is not null or a.sitting_on is not null) and o.cancelled_at is null
         and a.state not in ('feedback', 'declined', 'withdrawn')
         and not exists (select from feedback_ask f where f.person_id = a.person_id and f.event_id = coalesce(a.occasion_id, a.call_id) and f.on_day = a.needed_by)
         order by 3, 1, 2`,
};

const STILL_OPEN = {
  name: 'access-feedback-open',
  text: `select id from arrangement where person_id = $1 and needed_by between $2 and $3 and (occasion_id is not null or sitting_on is not null)
         and state not in ('feedback', 'declined', 'withdrawn')`,
};

/** Whether we got it right, asked the day after, said in people's own words. */
@Injectable()
export class FeedbackService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly adjustments: AdjustmentsService,
    private readonly apologies: ApologiesService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** By day, each event once. */
  async ask(): Promise<void> {
    if (!isDaytime(this.clock.now())) return;
    const today = this.clock.today();
    const events = await this.database.rows<{ personId: string; eventId: string; onDay: string }>(TO_ASK, [addDays(today, -ASK_WITHIN_DAYS), addDays(today, -1)]);
    for (const { personId, eventId, onDay } of events) {
      await this.database.transaction(async (tx) => {
        const [ask] = await tx.query<{ id: string }[]>(
          `insert into feedback_ask (id, person_id, event_id, on_day, asked_at) values ($1, $2, $3, $4, $5) on conflict do nothing returning id`,
          [newId(), personId, eventId, onDay, this.clock.now()]);
        if (!ask) return;
        await this.audit.record(tx, null, 'arrangement.feedback-asked', { type: 'person', id: personId });
        await this.bus.emit(tx, 'access.feedback-asked', { askId: ask.id, personId });
      });
    }
  }

  async isWanted(personId: string): Promise<boolean> {
    const today = this.clock.today();
    return (await this.database.row(STILL_OPEN, [personId, addDays(today, -TELL_WITHIN_DAYS), today])) !== null;
  }

  /** Each thing once: who says it again changes nothing. Throws `NotFound` for somebody else's, or before the day is over. */
  async give(actor: Actor, said: readonly Said[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      for (const { arrangementId, answer, words } of [...said].sort((a, b) => a.arrangementId.localeCompare(b.arrangementId))) {
        const arrangement = await tx.findOne(Arrangement, { where: { id: arrangementId }, lock: { mode: 'pessimistic_write' } });
        if (!arrangement || arrangement.personId !== subjectOf(actor) || arrangement.neededBy > this.clock.today()) throw new NotFound();
        if (arrangement.state === 'feedback') continue;
        if (arrangement.state === 'declined' || arrangement.state === 'withdrawn') throw new NotFound();
        await tx.query(
          `insert into arrangement_feedback (arrangement_id, answer, words, given_by, given_at) values ($1, $2, $3, $4, $5)`,
          [arrangementId, answer, words, actor.personId, this.clock.now()]);
        for (const to of stepsToFeedback(arrangement.state, answer)) await this.adjustments.take(tx, actor, arrangement, to);
        await this.audit.record(tx, actor, 'arrangement.feedback-given', { type: 'arrangement', id: arrangementId }, { answer });
        if (answer === 'no') await this.apologies.raise(tx, arrangement);
      }
    });
  }
}
