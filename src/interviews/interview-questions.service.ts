import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { ChangedMeanwhile, NotFound, refuseUnless } from '../platform/errors.js';
import { refused } from '../shared/result.js';
import { InterviewQuestionsQueries } from './interview-questions.queries.js';
import type { RoundQuestionsDto } from './interviews.dto.js';
import { QuestionsSending } from './questions-sending.service.js';

/** The questions of a round, the same for everybody. Each saving is a version, and what was sent stays as it was. */
@Injectable()
export class InterviewQuestions {
  constructor(
    private readonly database: Database,
    private readonly queries: InterviewQuestionsQueries,
    private readonly sending: QuestionsSending,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps a draft, or makes the questions ready: then they go to whoever should have them by now, and changed ones go again.
   * Throws `ChangedMeanwhile`, `RuleViolation`, `NotFound`.
   */
  async save(actor: Actor, roundId: string, dto: RoundQuestionsDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [round] = await tx.query<unknown[]>(`select 1 from interview_round where id = $1 for update`, [roundId]);
      if (!round) throw new NotFound();
      if (await this.queries.version(dto.id)) return;
      const latest = await this.queries.latest(roundId);
      if (latest && latest.version !== dto.version) {
        throw new ChangedMeanwhile({
          by: latest.writtenBy, at: latest.writtenAt, version: latest.version,
          values: { questions: latest.questions.join('\n'), note: latest.note ?? '' },
        });
      }
      if (dto.as === 'draft' && latest?.ready && latest.sent > 0) {
        refuseUnless(refused('These questions were sent already. Save the change as ready, so that everybody gets the new ones'));
      }
      await tx.query(
        `insert into interview_questions (id, round_id, version, questions, note, ready, written_by, written_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [dto.id, roundId, (latest?.version ?? 0) + 1, dto.questions, dto.note ?? null, dto.as === 'ready', actor.personId, this.clock.now()]);
      await this.audit.record(
        tx, actor, dto.as === 'ready' ? 'interview-questions.ready' : 'interview-questions.saved', { type: 'interview_round', id: roundId }, { version: (latest?.version ?? 0) + 1 });
    });
    if (dto.as === 'ready') await this.sending.sendDue();
  }
}
