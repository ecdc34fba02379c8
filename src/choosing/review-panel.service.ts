import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless } from '../platform/errors.js';
import { Application } from '../applications/application.entity.js';
import { ReviewDashboardQueries } from './review-dashboard.queries.js';
import { Reviewer } from './reviewer.entity.js';
import { canModerate } from './review.rules.js';
import type { ModerationDto } from './reviews.dto.js';

export interface Redacted {
  questionId: string;
  text: string;
}

/** What is done around the scores: answers prepared for reading without names, and the panel's agreed view. */
@Injectable()
export class ReviewPanelService {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly dashboard: ReviewDashboardQueries,
    private readonly clock: Clock,
  ) {}

  /** Keeps the prepared version of each answer; the answers stay as they were written. */
  async redact(actor: Actor, applicationId: string, answers: readonly Redacted[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await tx.findOne(Application, { where: { id: applicationId }, lock: { mode: 'pessimistic_write' } });
      if (!application?.submittedAt) throw new NotFound();
      for (const { questionId, text } of answers) {
        await tx.query(
          `insert into redaction (application_id, question_id, text, redacted_by, redacted_at) values ($1, $2, $3, $4, $5)
           on conflict (application_id, question_id) do update set text = $3, redacted_by = $4, redacted_at = $5`,
          [applicationId, questionId, text, actor.personId, this.clock.now()]);
      }
      await this.audit.record(tx, actor, 'review.answers-prepared', { type: 'application', id: applicationId }, { answers: answers.length });
    });
  }

  /** Writes down what the panel agreed, and why; the scores stay as they were given. The same id again changes nothing. */
  async moderate(actor: Actor, callId: string, key: string, dto: ModerationDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(`select from phase_application where id = $1 for update`, [key]);
      const row = await this.dashboard.one(callId, actor.personId, key);
      // Whoever may not see its scores yet can't agree on them either.
      if (!row || row.hidden) throw new NotFound();
      const [{ done }] = await tx.query<[{ done: boolean }]>(`select exists (select from moderation where id = $1) as done`, [dto.id]);
      if (done) return;
      const panel = (await tx.findBy(Reviewer, { phaseId: row.phaseId })).filter(({ removedAt }) => removedAt === null);
      const find = (personId: string) => panel.find((one) => one.personId === personId) ?? null;
      refuseUnless(canModerate({ by: find(actor.personId), with: find(dto.moderatedWith), given: row.given }));
      await tx.query(
        `insert into moderation (id, phase_id, application_id, agreed_percent, words, reason, moderated_by, moderated_with, moderated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [dto.id, row.phaseId, row.applicationId, dto.agreedPercent ?? null, dto.words, dto.reason, actor.personId, dto.moderatedWith, this.clock.now()]);
      await this.audit.record(tx, actor, 'review.moderated', { type: 'review_phase', id: row.phaseId },
        { moderationId: dto.id, key, with: dto.moderatedWith });
    });
  }
}
