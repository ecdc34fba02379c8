import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { may, subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { BookingLocks } from '../interviews/booking-locks.js';
import { canChoose } from '../interviews/interview.rules.js';
import type { Answer, Half } from './half-day.rules.js';

export interface HalfDayAnswer {
  day: string;
  half: Half;
  answer: Answer;
}

/** Which half-days work for people. Whoever says nothing can come at any time. */
@Injectable()
export class AvailabilityService {
  constructor(
    private readonly database: Database,
    private readonly locks: BookingLocks,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** An applicant's own, or said for them by whom they asked. Throws `RuleViolation`, `NotFound`. */
  async sayForApplication(actor: Actor, applicationId: string, answers: readonly HalfDayAnswer[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await this.locks.application(tx, actor, applicationId);
      if (!application.roundId) throw new NotFound();
      refuseUnless(canChoose(application));
      await this.replace(tx, { roundId: application.roundId, applicationId, memberId: null }, answers);
      await this.audit.record(tx, actor, 'availability.said', { type: 'application', id: applicationId });
    });
  }

  /** Of somebody who may sit on the panel; `most` half-days, or as many as there are. */
  async sayForPanel(actor: Actor, roundId: string, answers: readonly HalfDayAnswer[], most: number | null): Promise<void> {
    if (!may(actor, 'interview.read')) throw new NotFound();
    const memberId = subjectOf(actor);
    await this.database.transaction(async (tx) => {
      const [round] = await tx.query<object[]>(`select 1 from interview_round where id = $1 for share`, [roundId]);
      if (!round) throw new NotFound();
      await this.replace(tx, { roundId, applicationId: null, memberId }, answers);
      await tx.query(`delete from panel_limit where round_id = $1 and member_id = $2`, [roundId, memberId]);
      if (most !== null) await tx.query(`insert into panel_limit (round_id, member_id, most) values ($1, $2, $3)`, [roundId, memberId, most]);
      await this.audit.record(tx, actor, 'availability.said', { type: 'interview_round', id: roundId });
    });
  }

  private async replace(
    tx: EntityManager, who: { roundId: string; applicationId: string | null; memberId: string | null }, answers: readonly HalfDayAnswer[],
  ): Promise<void> {
    await tx.query(
      `delete from availability where round_id = $1 and (application_id = $2 or member_id = $3)`, [who.roundId, who.applicationId, who.memberId]);
    for (const { day, half, answer } of answers) {
      await tx.query(
        `insert into availability (id, round_id, application_id, member_id, on_day, half, answer, said_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [newId(), who.roundId, who.applicationId, who.memberId, day, half, answer, this.clock.now()]);
    }
  }
}
