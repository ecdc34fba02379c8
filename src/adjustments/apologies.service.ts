import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DiaryService } from '../diary/diary.service.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import type { Arrangement } from './arrangement.entity.js';

/** What was not there: somebody says sorry the same day, and it never counts as not coming. */
@Injectable()
export class ApologiesService {
  constructor(
    private readonly database: Database,
    private readonly diary: DiaryService,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Whoever says that it was not there; twice is once. */
  async raise(tx: EntityManager, { id, personId, callId, sittingOn, occasionId, ownerId, essential }: Arrangement): Promise<void> {
    const raised = await tx.query<unknown[]>(
      `insert into apology (id, arrangement_id, occasion_id, owner_id, due_on, raised_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (arrangement_id) do nothing returning id`,
      [newId(), id, occasionId, ownerId, this.clock.today(), this.clock.now()]);
    if (raised.length === 0) return;
    await this.audit.record(tx, null, 'arrangement.apology-due', { type: 'arrangement', id });
    if (!essential) return;
    if (occasionId) await this.diary.markNotHeld(tx, occasionId, personId);
    await this.bus.emit(tx, 'arrangement.not-delivered', { arrangementId: id, personId, occasionId, callId: sittingOn ? null : callId });
  }

  /** What was said is kept. Twice is once. Throws `NotFound`. */
  async done(actor: Actor, apologyId: string, words: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [apology] = await tx.query<{ arrangementId: string; doneAt: Date | null }[]>(
        `select arrangement_id as "arrangementId", done_at as "doneAt" from apology where id = $1 for update`, [apologyId]);
      if (!apology) throw new NotFound();
      if (apology.doneAt) return;
      await tx.query(`update apology set words = $2, done_by = $3, done_at = $4 where id = $1`, [apologyId, words, actor.personId, this.clock.now()]);
      await this.audit.record(tx, actor, 'arrangement.apologised', { type: 'arrangement', id: apology.arrangementId });
    });
  }
}
