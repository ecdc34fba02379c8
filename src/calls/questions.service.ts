import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { CallEditing } from './call-editing.service.js';
import { canMendQuestion } from './call.rules.js';
import type { QuestionDto, QuestionWordsDto } from './calls.dto.js';
import { Question } from './question.entity.js';

/** The questions of a call. Nobody's answer changes: a question mended in public gets a new version. */
@Injectable()
export class QuestionsService {
  constructor(private readonly editing: CallEditing, private readonly clock: Clock) {}

  async add(actor: Actor, callId: string, dto: QuestionDto): Promise<void> {
    await this.editing.draft(actor, callId, 'call.question-added', async (tx) => {
      if (await tx.existsBy(Question, { id: dto.id })) return;
      const position = await tx.countBy(Question, { callId, replacedAt: IsNull() }) + 1;
      await tx.insert(Question, { id: dto.id, callId, lineageId: dto.id, version: 1, position, createdAt: this.clock.now(), ...toColumns(dto) });
    });
  }

  async change(actor: Actor, callId: string, questionId: string, dto: QuestionDto): Promise<void> {
    await this.editing.draft(actor, callId, 'call.question-changed', async (tx) => {
      await current(tx, callId, questionId);
      await tx.update(Question, questionId, toColumns(dto));
    });
  }

  async remove(actor: Actor, callId: string, questionId: string): Promise<void> {
    await this.editing.draft(actor, callId, 'call.question-removed', async (tx) => {
      const question = await tx.findOneBy(Question, { id: questionId, callId });
      if (!question) return;
      await tx.delete(Question, questionId);
      await this.closeGap(tx, question);
    });
  }

  /** One place up or down; at the end it stays. */
  async move(actor: Actor, callId: string, questionId: string, by: -1 | 1): Promise<void> {
    await this.editing.draft(actor, callId, 'call.question-moved', async (tx) => {
      const question = await current(tx, callId, questionId);
      const other = await tx.findOneBy(Question, { callId, position: question.position + by, replacedAt: IsNull() });
      if (!other) return;
      await tx.update(Question, other.id, { position: question.position });
      await tx.update(Question, question.id, { position: other.position });
    });
  }

  /** Mends the words of a question that people read already. Saying it twice makes one version. */
  async mend(actor: Actor, callId: string, questionId: string, dto: QuestionWordsDto): Promise<void> {
    const help = dto.help ?? null;
    await this.inPublic(actor, callId, 'call.question-mended', async (tx) => {
      if (await tx.existsBy(Question, { id: dto.id })) return;
      const old = await current(tx, callId, questionId);
      if (old.text === dto.text && old.help === help) return;
      await tx.update(Question, questionId, { replacedAt: this.clock.now() });
      await tx.insert(Question, {
        ...old, id: dto.id, version: old.version + 1, text: dto.text, help, createdAt: this.clock.now(), replacedAt: null,
      });
    });
  }

  /** Leaves out a question that people read already. What was sent keeps its answers. */
  async leaveOut(actor: Actor, callId: string, questionId: string): Promise<void> {
    await this.inPublic(actor, callId, 'call.question-left-out', async (tx) => {
      const question = await current(tx, callId, questionId);
      if (await tx.countBy(Question, { callId, replacedAt: IsNull() }) === 1) throw new RuleViolation('A call asks at least one question');
      await tx.update(Question, questionId, { replacedAt: this.clock.now() });
      await this.closeGap(tx, question);
    });
  }

  private async inPublic(actor: Actor, callId: string, action: string, work: (tx: EntityManager) => Promise<void>): Promise<void> {
    await this.editing.change(actor, callId, action, (call) => canMendQuestion(call, this.clock.now()), work);
  }

  private async closeGap(tx: EntityManager, { callId, position }: Question): Promise<void> {
    await tx.query(`update question set position = position - 1 where call_id = $1 and position > $2 and replaced_at is null`, [callId, position]);
  }
}

async function current(tx: EntityManager, callId: string, id: string): Promise<Question> {
  const question = await tx.findOneBy(Question, { id, callId, replacedAt: IsNull() });
  if (!question) throw new NotFound();
  return question;
}

/** Each kind keeps only what belongs to it. */
function toColumns(dto: QuestionDto): Omit<Question, 'id' | 'callId' | 'lineageId' | 'version' | 'position' | 'createdAt' | 'replacedAt'> {
  const { text, kind } = dto;
  const chooses = kind === 'one' || kind === 'many';
  return {
    text, kind, help: dto.help ?? null, required: dto.required === 'yes', freezeAfter: dto.freezeAfter ?? null,
    options: chooses ? dto.options ?? [] : [], wordLimit: kind === 'long_text' ? dto.wordLimit ?? null : null,
    visibleToReviewers: dto.visibleToReviewers !== 'no', forComposition: chooses && dto.forComposition === 'yes',
  };
}
