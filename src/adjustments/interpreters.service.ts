import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DiaryService } from '../diary/diary.service.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { AdjustmentsService } from './adjustments.service.js';
import { Arrangement } from './arrangement.entity.js';
import { openStates, stepsToBooked } from './arrangement.rules.js';

/** An interpreter for one person at one occasion. */
export interface InterpreterFor {
  personId: string;
  occasionId: string;
  resourceId: string;
  /** The kind of adjustment: 'bsl-interpreter'. */
  skill: string;
}

const TAKEN = 'That interpreter is taken at that time.';

/** Interpreters are in one place at a time: held for a call, reserved for an occasion, released when not needed. */
@Injectable()
export class InterpretersService {
  constructor(
    private readonly diary: DiaryService,
    private readonly adjustments: AdjustmentsService,
    private readonly audit: Audit,
  ) {}

  /** Reserves somebody for an occasion, and marks what was asked for as booked. Twice is once. Throws `Conflict`, `NotFound`. */
  async reserve(tx: EntityManager, actor: Actor, { personId, occasionId, resourceId, skill }: InterpreterFor): Promise<void> {
    const arrangement = await this.askedFor(tx, personId, occasionId, skill);
    await this.refuseWithoutSkill(tx, resourceId, skill);
    await this.reserveOnce(tx, actor, arrangement.id, occasionId, resourceId);
    await this.markBooked(tx, actor, arrangement);
  }

  /** From wherever it stands to booked, by the steps there are. */
  async markBooked(tx: EntityManager, actor: Actor, arrangement: Arrangement): Promise<void> {
    for (const to of stepsToBooked(arrangement.state)) await this.adjustments.take(tx, actor, arrangement, to);
  }

  private async askedFor(tx: EntityManager, personId: string, occasionId: string, skill: string): Promise<Arrangement> {
    const arrangement = await tx.getRepository(Arrangement).createQueryBuilder('a').setLock('pessimistic_write')
      .where('a.personId = :personId and a.occasionId = :occasionId and a.kindCode = :skill and a.state in (:...openStates)', {
        personId, occasionId, skill, openStates,
      }).getOne();
    if (!arrangement) throw new NotFound();
    return arrangement;
  }

  private async refuseWithoutSkill(tx: EntityManager, resourceId: string, skill: string): Promise<void> {
    const [row] = await tx.query<{ skills: string[] }[]>(`select skills from resource where id = $1 and kind = 'interpreter'`, [resourceId]);
    if (!row) throw new NotFound();
    if (!row.skills.includes(skill)) throw new Conflict('They do other work than this. Choose somebody else.');
  }

  private async reserveOnce(tx: EntityManager, actor: Actor, arrangementId: string, occasionId: string, resourceId: string): Promise<void> {
    const there = await tx.query<unknown[]>(
      `select 1 from reservation where occasion_id = $1 and resource_id = $2 and released_at is null`, [occasionId, resourceId]);
    if (there.length > 0) return;
    await this.diary.reserveResource(tx, occasionId, resourceId, TAKEN);
    await this.audit.record(tx, actor, 'arrangement.reserved', { type: 'arrangement', id: arrangementId });
  }
}
