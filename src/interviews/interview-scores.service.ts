import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { may, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { missingScores } from '../choosing/review.rules.js';
import type { ReviewDto } from '../choosing/reviews.dto.js';
import { canAgree, canClose, canScore, everybodyGave } from './interview-score.rules.js';
import { InterviewScoresQueries, type ScoringSubject } from './interview-scores.queries.js';

/** Somebody saved in another window meanwhile. */
export class InterviewScoresChanged extends Conflict {}

export interface NewAgreement {
  id: string;
  reason: string;
  agreedWith: string;
  scores: { criterionId: string; score: number }[];
}

/** What a panel makes of an interview: each scores alone, all scores show together, and what was agreed is kept beside them. */
@Injectable()
export class InterviewScoresService {
  constructor(
    private readonly database: Database,
    private readonly queries: InterviewScoresQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Keeps a draft or gives the scores; given ones can be changed until all show. Each saving is a version. Throws `RuleViolation`, `NotFound`. */
  async save(actor: Actor, bookingId: string, dto: ReviewDto): Promise<{ revealed: boolean }> {
    return this.database.transaction(async (tx) => {
      const subject = await this.lock(tx, actor, bookingId);
      if (!subject.onPanel) throw new NotFound();
      refuseUnless(canScore(subject));
      if (subject.version !== dto.version) {
        throw new InterviewScoresChanged('These scores were saved in another window meanwhile. Look at what is saved before you save yours.');
      }
      const criteria = await this.queries.criteria(subject.callId);
      if (dto.scores.some(({ criterionId }) => !criteria.some(({ id }) => id === criterionId))) throw new RuleViolation('One of these criteria is not part of this call');
      const give = dto.give || subject.given;
      const scores = new Map(dto.scores.map(({ criterionId, score }) => [criterionId, score ?? null]));
      if (give && missingScores(criteria.map(({ id }) => id), scores).length > 0) throw new RuleViolation('Score each criterion, or keep it as a draft');
      const id = newId();
      await tx.query(
        `insert into interview_score (id, booking_id, person_id, version, given, note, saved_at) values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, bookingId, actor.personId, subject.version + 1, give, dto.note ?? null, this.clock.now()]);
      for (const { criterionId, score, note } of dto.scores) {
        await tx.query(`insert into interview_mark (score_id, criterion_id, score, note) values ($1, $2, $3, $4)`, [id, criterionId, score ?? null, note ?? null]);
      }
      if (give) await this.audit.record(tx, actor, subject.given ? 'interview-score.changed' : 'interview-score.given', { type: 'booking', id: bookingId }, { version: subject.version + 1 });
      return { revealed: await this.revealIfAllGave(tx, actor, bookingId) };
    });
  }

  /** They know the person, or gain something: they neither score this interview nor see its scores. It stays so. */
  async declareConflict(actor: Actor, bookingId: string, words: string | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const subject = await this.lock(tx, actor, bookingId);
      if (subject.conflict) return;
      if (subject.revealed) throw new RuleViolation('The scores are shown already. Tell a strategic lead');
      await tx.query(
        `insert into interview_conflict (booking_id, person_id, words, declared_at) values ($1, $2, $3, $4)`, [bookingId, actor.personId, words, this.clock.now()]);
      await this.audit.record(tx, actor, 'interview-score.conflict-declared', { type: 'booking', id: bookingId });
      await this.revealIfAllGave(tx, actor, bookingId);
    });
  }

  /** A lead shows the scores although somebody has not given theirs. Throws `RuleViolation`. */
  async close(actor: Actor, bookingId: string, reason: string): Promise<void> {
    requireLead(actor);
    await this.database.transaction(async (tx) => {
      const subject = await this.lock(tx, actor, bookingId);
      refuseUnless(canClose(await this.queries.panel(bookingId), subject));
      await this.reveal(tx, actor, bookingId, reason);
    });
  }

  /** What the panel agreed for each criterion, and why. Saying it again is kept beside it, and the latest counts. */
  async agree(actor: Actor, bookingId: string, agreement: NewAgreement): Promise<void> {
    requireLead(actor);
    await this.database.transaction(async (tx) => {
      const subject = await this.lock(tx, actor, bookingId);
      const made = await tx.query<unknown[]>(`select 1 from interview_agreement where id = $1 and booking_id = $2`, [agreement.id, bookingId]);
      if (made.length > 0) return;
      const panel = await this.queries.panel(bookingId);
      refuseUnless(canAgree(subject, panel.find(({ personId }) => personId === agreement.agreedWith) ?? null, subject.revealed));
      const criteria = await this.queries.criteria(subject.callId);
      const scores = new Map(agreement.scores.map(({ criterionId, score }) => [criterionId, score]));
      if (missingScores(criteria.map(({ id }) => id), scores).length > 0) throw new RuleViolation('Agree on a score for each criterion');
      await tx.query(
        `insert into interview_agreement (id, booking_id, reason, agreed_by, agreed_with, agreed_at) values ($1, $2, $3, $4, $5, $6)`,
        [agreement.id, bookingId, agreement.reason, actor.personId, agreement.agreedWith, this.clock.now()]);
      for (const { id } of criteria) {
        await tx.query(`insert into interview_agreed_mark (agreement_id, criterion_id, score) values ($1, $2, $3)`, [agreement.id, id, scores.get(id)]);
      }
      await this.audit.record(tx, actor, 'interview-score.agreed', { type: 'booking', id: bookingId }, { agreedWith: agreement.agreedWith });
    });
  }

  /** The interview, while nobody else scores it. For its panel and for leads; to others it is not there. */
  private async lock(tx: EntityManager, actor: Actor, bookingId: string): Promise<ScoringSubject> {
    await tx.query(`select from booking where id = $1 for no key update`, [bookingId]);
    const subject = await this.queries.subject(bookingId, actor.personId);
    if (!subject || subject.own || !(subject.onPanel || may(actor, 'interview.schedule'))) throw new NotFound();
    return subject;
  }

  private async revealIfAllGave(tx: EntityManager, actor: Actor, bookingId: string): Promise<boolean> {
    const all = everybodyGave(await this.queries.panel(bookingId));
    if (all) await this.reveal(tx, actor, bookingId, null);
    return all;
  }

  private async reveal(tx: EntityManager, actor: Actor, bookingId: string, reason: string | null): Promise<void> {
    await tx.query(
      `insert into interview_reveal (booking_id, revealed_at, closed_by, reason) values ($1, $2, $3, $4)`,
      [bookingId, this.clock.now(), reason === null ? null : actor.personId, reason]);
    await this.audit.record(tx, actor, 'interview-score.shown', { type: 'booking', id: bookingId }, { early: reason !== null });
  }
}

function requireLead(actor: Actor): void {
  if (!may(actor, 'interview.schedule')) throw new NotFound();
}
