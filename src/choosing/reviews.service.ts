import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit, type AuditDetails } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { ReviewPhase } from './review-phase.entity.js';
import { ReviewQueries, type ReviewSubject } from './review.queries.js';
import { Review } from './review.entity.js';
import { Reviewer } from './reviewer.entity.js';
import { canScore, missingScores } from './review.rules.js';
import type { DeclarationDto, ReviewDto } from './reviews.dto.js';

/** How long an application counts as being read by whoever opened it. */
const CLAIM_MINUTES = 30;

/** Somebody read it and typed on: what they based it on has changed meanwhile. */
export class ScoresChanged extends Conflict {}

/** What a reviewer does: say whether they know somebody, score, and take the next one. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly queries: ReviewQueries,
    private readonly clock: Clock,
  ) {}

  /** Said before the first reading, or at any time while the review is open. A conflict voids one's own scores and stays. */
  async declare(actor: Actor, key: string, dto: DeclarationDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { subject, phase } = await this.lock(tx, actor, key);
      if (phase.state !== 'open') throw new RuleViolation('This review has closed. Tell a strategic lead');
      if (subject.own) throw new NotFound('This one is yours, so others score it.');
      if (subject.declared === 'conflict' || subject.declared === dto.answer) return;
      const hasConflict = dto.answer === 'conflict';
      await tx.query(
        `insert into conflict_declaration (id, phase_id, application_id, reviewer_id, has_conflict, words, declared_at) values ($1, $2, $3, $4, $5, $6, $7)`,
        [newId(), phase.id, subject.applicationId, actor.personId, hasConflict, hasConflict ? dto.words ?? null : null, this.clock.now()]);
      if (hasConflict) {
        const voided = await tx.query<[unknown[], number]>(
          `update review set state = 'void', updated_at = $4, version = version + 1
           where phase_id = $1 and application_id = $2 and reviewer_id = $3 and state <> 'void'`,
          [phase.id, subject.applicationId, actor.personId, this.clock.now()]);
        await tx.query(`update review_claim set until = $4 where phase_id = $1 and application_id = $2 and duty_id = $3`,
          [phase.id, subject.applicationId, await dutyOf(tx, phase.id, actor.personId), this.clock.realNow()]);
        await this.audit.record(tx, actor, 'review.conflict-declared', { type: 'review_phase', id: phase.id }, { key, voided: voided[1] > 0 });
        return;
      }
      await this.audit.record(tx, actor, 'review.no-conflict-declared', { type: 'review_phase', id: phase.id }, { key });
    });
  }

  /** Keeps a draft or gives the scores. Given ones can be changed until the review closes; the audit keeps what they were. */
  async save(actor: Actor, key: string, dto: ReviewDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { subject, phase } = await this.lock(tx, actor, key);
      this.refuseUnlessScorable(subject, phase);
      if (subject.version !== dto.version) {
        throw new ScoresChanged('These scores were saved elsewhere meanwhile: in another window, or by somebody who shares your job. Look at what is saved before you save yours.');
      }
      const criteria = await this.queries.criteria(phase.callId);
      const sent = dto.scores.filter(({ criterionId }) => criteria.some(({ id }) => id === criterionId));
      if (sent.length !== dto.scores.length) throw new RuleViolation('One of these criteria is not part of this call');
      const give = dto.give || subject.reviewState === 'given';
      const scores = new Map(sent.map(({ criterionId, score }) => [criterionId, score ?? null]));
      const missing = give ? missingScores(criteria.map(({ id }) => id), scores) : [];
      if (missing.length > 0) throw new RuleViolation('Score each criterion, or keep it as a draft');
      const before = scoresOf(subject);
      const now = this.clock.now();
      const dutyId = await dutyOf(tx, phase.id, actor.personId);
      const id = subject.reviewId ?? newId();
      if (!subject.reviewId) {
        await tx.insert(Review, {
          id, phaseId: phase.id, applicationId: subject.applicationId, reviewerId: actor.personId, dutyId, state: 'draft', createdAt: now, updatedAt: now,
        });
      }
      for (const { criterionId, score, note } of sent) {
        await tx.query(
          `insert into review_score (review_id, criterion_id, score, note) values ($1, $2, $3, $4)
           on conflict (review_id, criterion_id) do update set score = $3, note = $4`, [id, criterionId, score ?? null, note ?? null]);
      }
      const givenAt = subject.reviewState === 'given' ? {} : { givenAt: now };
      await tx.query(
        `update review set reviewer_id = $2, note = $3, updated_at = $4, version = $5, state = $6, given_at = coalesce($7, given_at) where id = $1`,
        [id, actor.personId, dto.note ?? null, now, dto.version + 1, give ? 'given' : 'draft', give ? givenAt.givenAt ?? null : null]);
      await tx.query(`update review_claim set until = $3 where phase_id = $1 and duty_id = $2`, [phase.id, dutyId, this.clock.realNow()]);
      if (give) {
        const changed = subject.reviewState === 'given';
        await this.audit.record(tx, actor, changed ? 'review.changed' : 'review.given', { type: 'review', id }, changed ? before : {});
      }
    });
  }

  /** The next one for this reviewer, held for half an hour so that others get different ones; null when none is left. */
  async next(actor: Actor, phaseId: string, afterKey: string | null = null): Promise<string | null> {
    return this.database.transaction(async (tx) => {
      const reviewer = await tx.findOneBy(Reviewer, { phaseId, personId: actor.personId });
      const phase = await tx.findOneBy(ReviewPhase, { id: phaseId });
      if (!reviewer || reviewer.removedAt || !phase || phase.state === 'planned') throw new NotFound();
      if (phase.state !== 'open') return null;
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('review-next ' || $1, 0))`, [phaseId]);
      const after = afterKey ? await this.queries.subject(afterKey, actor.personId) : null;
      const now = this.clock.realNow();
      const found = await this.queries.next({ phaseId, personId: actor.personId, dutyId: reviewer.dutyId }, now, after?.applicationId ?? null);
      if (!found) return null;
      await tx.query(
        `insert into review_claim (phase_id, duty_id, application_id, until) values ($1, $2, $3, $4)
         on conflict (phase_id, duty_id) do update set application_id = $3, until = $4`,
        [phaseId, reviewer.dutyId, found.applicationId, new Date(now.getTime() + CLAIM_MINUTES * 60_000)]);
      return found.key;
    });
  }

  private async lock(tx: EntityManager, actor: Actor, key: string): Promise<{ subject: ReviewSubject; phase: ReviewPhase }> {
    await tx.query(`select from phase_application where id = $1 for update`, [key]);
    const subject = await this.queries.subject(key, actor.personId);
    if (!subject) throw new NotFound();
    const phase = await tx.findOne(ReviewPhase, { where: { id: subject.phaseId }, lock: { mode: 'pessimistic_read' } });
    return { subject, phase: phase! };
  }

  private refuseUnlessScorable(subject: ReviewSubject, phase: ReviewPhase): void {
    const outcome = canScore({ phase: phase.state, ...subject });
    if (outcome.ok) return;
    throw subject.own || subject.declared === 'conflict' ? new NotFound(outcome.reason) : new RuleViolation(outcome.reason);
  }
}

async function dutyOf(tx: EntityManager, phaseId: string, personId: string): Promise<string> {
  return (await tx.findOneByOrFail(Reviewer, { phaseId, personId })).dutyId;
}

/** For the audit: what each criterion had before. */
function scoresOf(subject: ReviewSubject): AuditDetails {
  return Object.fromEntries([
    ['version', subject.version],
    ...subject.scores.map(({ criterionId, score }) => [criterionId, score] as const),
  ]);
}
