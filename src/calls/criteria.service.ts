import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { BadRequest, NotFound, RuleViolation } from '../platform/errors.js';
import { CallEditing } from './call-editing.service.js';
import type { CriterionDto, TargetDto } from './calls.dto.js';
import { Criterion } from './criterion.entity.js';
import { usualScoreLabels } from './criterion.rules.js';

/** What people are chosen by, and what the group hopes for. Both are published with the call and then stay. */
@Injectable()
export class CriteriaService {
  constructor(private readonly editing: CallEditing) {}

  async add(actor: Actor, callId: string, dto: CriterionDto): Promise<void> {
    await this.editing.draft(actor, callId, 'call.criterion-added', async (tx) => {
      if (await tx.existsBy(Criterion, { id: dto.id })) return;
      await tx.insert(Criterion, {
        id: dto.id, callId, position: await tx.countBy(Criterion, { callId }) + 1, kind: dto.kind, label: dto.label,
        description: dto.description ?? null, weight: dto.weight, scoreLabels: dto.scoreLabels ?? [...usualScoreLabels],
      });
    });
  }

  async remove(actor: Actor, callId: string, id: string): Promise<void> {
    await this.editing.draft(actor, callId, 'call.criterion-removed', async (tx) => {
      const criterion = await tx.findOneBy(Criterion, { id, callId });
      if (!criterion) return;
      await tx.delete(Criterion, id);
      await tx.query(`update criterion set position = position - 1 where call_id = $1 and position > $2`, [callId, criterion.position]);
    });
  }

  /** One place up or down; at the end it stays. */
  async move(actor: Actor, callId: string, id: string, by: -1 | 1): Promise<void> {
    await this.editing.draft(actor, callId, 'call.criterion-moved', async (tx) => {
      const criterion = await tx.findOneBy(Criterion, { id, callId });
      if (!criterion) throw new NotFound();
      const other = await tx.findOneBy(Criterion, { callId, position: criterion.position + by });
      if (!other) return;
      await tx.update(Criterion, other.id, { position: criterion.position });
      await tx.update(Criterion, criterion.id, { position: other.position });
    });
  }

  /** Throws `BadRequest` when no question that counts for the composition has that choice. */
  async addTarget(actor: Actor, callId: string, dto: TargetDto): Promise<void> {
    const option = dto.what === 'first_time' ? null : dto.what.slice('barrier:'.length);
    await this.editing.draft(actor, callId, 'call.target-added', async (tx) => {
      const [asked] = await tx.query<unknown[]>(
        `select 1 from question where call_id = $1 and for_composition and replaced_at is null and $2 = any (options)`, [callId, option]);
      if (option !== null && !asked) throw new BadRequest('No question has that choice.', [{ field: 'what', message: 'Choose one of the options' }]);
      const there = await tx.query<{ id: string }[]>(
        `select id from call_target where call_id = $1 and coalesce(option, '') = $2`, [callId, option ?? '']);
      if (there.some(({ id }) => id === dto.id)) return;
      if (there.length > 0) throw new RuleViolation('The call says this already');
      await tx.query(`insert into call_target (id, call_id, what, option, at_least) values ($1, $2, $3, $4, $5)`,
        [dto.id, callId, option === null ? 'first_time' : 'barrier', option, dto.atLeast]);
    });
  }

  async removeTarget(actor: Actor, callId: string, id: string): Promise<void> {
    await this.editing.draft(actor, callId, 'call.target-removed', async (tx) => {
      await tx.query(`delete from call_target where id = $1 and call_id = $2`, [id, callId]);
    });
  }
}
