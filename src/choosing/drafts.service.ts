import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { BadRequest, ChangedMeanwhile, RuleViolation } from '../platform/errors.js';
import type { Words } from '../platform/messages.js';
import { Person } from '../people/person.entity.js';
import type { MessageDraftDto } from './choosing.dto.js';
import { lockApplication } from './deciding.service.js';
import { DECISION_FACTS, decisionWords, type DecisionFacts } from './decision-words.js';
import { Decision } from './decision.entity.js';
import { draftProblems, paragraphsOf, type Draft } from './draft.rules.js';

interface Edited extends Draft {
  editedBy: string;
  editedAt: Date;
  version: number;
}

const EDITED = {
  name: 'decision-message',
  text: `select subject, body, text, edited_by as "editedBy", edited_at as "editedAt", version from decision_message where decision_id = $1`,
};

export interface DraftedMessage extends Draft {
  /** 0 while it says what its template says. */
  version: number;
}

/** The message about a decision: made from its template, read and changed by a lead before it goes. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async draft(decisionId: string): Promise<DraftedMessage> {
    const edited = await this.database.row<Edited>(EDITED, [decisionId]);
    if (edited) return edited;
    const { subject, paragraphs, text } = decisionWords(await this.facts(decisionId));
    return { subject, body: paragraphs.join('\n\n'), text, version: 0 };
  }

  /** As it goes: what somebody changed, with the link of its template. */
  async words(decisionId: string): Promise<Words> {
    const template = decisionWords(await this.facts(decisionId));
    const { subject, body, text } = await this.draft(decisionId);
    return { ...template, subject, paragraphs: paragraphsOf(body), text };
  }

  /** Whether it still counts at the time of sending; also for somebody who heard it from a person meanwhile. */
  async counts(decisionId: string): Promise<boolean> {
    const { state } = await this.facts(decisionId);
    return state === 'applied' || state === 'told';
  }

  /** Throws `BadRequest` by field, `ChangedMeanwhile`, and `RuleViolation` once it is on its way. */
  async edit(actor: Actor, applicationId: string, { version, ...draft }: MessageDraftDto): Promise<void> {
    const problems = draftProblems(draft);
    if (problems.length > 0) throw new BadRequest('The message is not right yet.', problems);
    await this.database.transaction(async (tx) => {
      await lockApplication(tx, applicationId);
      const decision = await tx.findOne(Decision, { where: { applicationId, state: 'applied' }, lock: { mode: 'pessimistic_write' } });
      if (!decision || decision.tellingAt) throw new RuleViolation('This message has gone, or its decision was undone. It can’t be changed any more');
      const edited = await this.database.row<Edited>(EDITED, [decision.id]);
      if (edited && edited.version !== version) {
        if (sameDraft(edited, draft)) return;
        throw new ChangedMeanwhile(await saved(tx, edited));
      }
      await tx.query(
        `insert into decision_message (decision_id, subject, body, text, edited_by, edited_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (decision_id) do update set subject = excluded.subject, body = excluded.body, text = excluded.text,
           edited_by = excluded.edited_by, edited_at = excluded.edited_at, version = decision_message.version + 1`,
        [decision.id, draft.subject, draft.body, draft.text, actor.personId, this.clock.now()],
      );
      await this.audit.record(tx, actor, 'decision.message-edited', { type: 'application', id: applicationId }, { decisionId: decision.id });
    });
  }

  private async facts(decisionId: string): Promise<DecisionFacts> {
    return (await this.database.row<DecisionFacts>(DECISION_FACTS, [decisionId]))!;
  }
}

function sameDraft(one: Draft, other: Draft): boolean {
  return one.subject === other.subject && one.body === other.body && one.text === other.text;
}

async function saved(tx: EntityManager, { editedBy, editedAt, version, subject, body, text }: Edited) {
  const lead = await tx.findOneBy(Person, { id: editedBy });
  return { by: lead?.name ?? null, at: editedAt, version, values: { subject, body, text } };
}
