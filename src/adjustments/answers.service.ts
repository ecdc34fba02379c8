import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint, Database } from '../platform/database.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { AdjustmentsService } from './adjustments.service.js';
import { Arrangement } from './arrangement.entity.js';
import { arrangementStates, stateNames, type ArrangementState } from './arrangement.rules.js';

interface Refusal {
  id: string;
  arrangementId: string;
  proposedBy: string;
  agreedBy: string | null;
  droppedAt: Date | null;
  appealedAt: Date | null;
  comesAnywayAt: Date | null;
}

const REFUSAL = `select id, arrangement_id as "arrangementId", proposed_by as "proposedBy", agreed_by as "agreedBy", dropped_at as "droppedAt", appealed_at as "appealedAt",
  comes_anyway_at as "comesAnywayAt" from arrangement_refusal`;

/** Something else instead, which the person agrees to or not; and no, which takes two people and can be asked about again. */
@Injectable()
export class AnswersService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly adjustments: AdjustmentsService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** `id` is the new row's; twice is once. Throws `RuleViolation`, `NotFound`. */
  async offer(actor: Actor, arrangementId: string, id: string, words: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const arrangement = await this.lock(tx, arrangementId);
      if (await this.has(tx, 'arrangement_alternative', id, arrangementId)) return;
      refuseUnlessPossible(arrangement.state, 'alternative_offered');
      await tx.query(
        `insert into arrangement_alternative (id, arrangement_id, words, offered_by, offered_at) values ($1, $2, $3, $4, $5)`,
        [id, arrangementId, words, actor.personId, this.clock.now()]);
      await this.adjustments.take(tx, actor, arrangement, 'alternative_offered', { stillBookedFor: arrangement.stillBookedFor });
      await this.bus.emit(tx, 'arrangement.alternative-offered', { arrangementId, alternativeId: id, personId: arrangement.personId });
    });
  }

  /** By the person themselves. Either way it is arranged further: what was offered, or something else. Throws `NotFound`. */
  async answerOffer(actor: Actor, alternativeId: string, agreed: boolean, words: string | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [offer] = await tx.query<{ arrangementId: string; answer: string | null }[]>(
        `select arrangement_id as "arrangementId", answer from arrangement_alternative where id = $1 for update`, [alternativeId]);
      if (!offer) throw new NotFound();
      const arrangement = await this.lock(tx, offer.arrangementId);
      if (arrangement.personId !== subjectOf(actor)) throw new NotFound();
      if (offer.answer) return;
      await tx.query(
        `update arrangement_alternative set answer = $2, answer_words = $3, answered_by = $4, answered_at = $5 where id = $1`,
        [alternativeId, agreed ? 'agreed' : 'refused', words, actor.personId, this.clock.now()]);
      if (arrangement.state !== 'alternative_offered') return;
      await this.adjustments.take(tx, actor, arrangement, 'arranging', {
        stillBookedFor: arrangement.stillBookedFor, ...(!agreed && { changed: 'alternative_refused' as const }),
      });
    });
  }

  /** One co-ordinator says why it should be a no. Nothing happens until another agrees. */
  async proposeRefusal(actor: Actor, arrangementId: string, id: string, reason: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const arrangement = await this.lock(tx, arrangementId);
      if (await this.has(tx, 'arrangement_refusal', id, arrangementId)) return;
      refuseUnlessPossible(arrangement.state, 'declined');
      try {
        await tx.query(
          `insert into arrangement_refusal (id, arrangement_id, reason, proposed_by, proposed_at) values ($1, $2, $3, $4, $5)`,
          [id, arrangementId, reason, actor.personId, this.clock.now()]);
      } catch (error) {
        if (brokenConstraint(error) === 'arrangement_refusal_one_open') throw new Conflict('Somebody has proposed that already. Look at it again.');
        throw error;
      }
      await this.audit.record(tx, actor, 'arrangement.refusal-proposed', { type: 'arrangement', id: arrangementId });
    });
  }

  /** Another co-ordinator, who does not share a job with the first, agrees or does not. Throws `RuleViolation`, `NotFound`. */
  async decideRefusal(actor: Actor, refusalId: string, agreed: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      const refusal = await this.lockRefusal(tx, refusalId);
      const arrangement = await this.lock(tx, refusal.arrangementId);
      if (refusal.agreedBy || refusal.droppedAt) return;
      if (!agreed) {
        await tx.query(`update arrangement_refusal set dropped_at = $2 where id = $1`, [refusalId, this.clock.now()]);
        await this.audit.record(tx, actor, 'arrangement.refusal-dropped', { type: 'arrangement', id: arrangement.id });
        return;
      }
      refuseUnlessPossible(arrangement.state, 'declined');
      try {
        await tx.query(`update arrangement_refusal set agreed_by = $2, agreed_at = $3 where id = $1`, [refusalId, actor.personId, this.clock.now()]);
      } catch (error) {
        if (brokenConstraint(error) === 'arrangement_refusal_two_people') throw new RuleViolation('Somebody else has to agree: not you, and not whoever shares your job');
        throw error;
      }
      await this.adjustments.take(tx, actor, arrangement, 'declined', { stillBookedFor: arrangement.stillBookedFor });
      await this.bus.emit(tx, 'arrangement.declined', { arrangementId: arrangement.id, personId: arrangement.personId });
    });
  }

  /** The person asks again: somebody who said neither yes nor no to the refusal looks at it. Throws `NotFound`. */
  async appeal(actor: Actor, refusalId: string, words: string | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const refusal = await this.lockRefusal(tx, refusalId);
      const arrangement = await this.lock(tx, refusal.arrangementId);
      if (arrangement.personId !== subjectOf(actor) || !refusal.agreedBy) throw new NotFound();
      if (refusal.appealedAt || arrangement.state !== 'declined') return;
      await tx.query(`update arrangement_refusal set appealed_at = $2, appeal_words = $3 where id = $1`, [refusalId, this.clock.now(), words]);
      const [other = null, deputy = null] = await this.others(tx, refusal);
      await this.adjustments.take(tx, actor, arrangement, 'arranging', { ownerId: other, deputyId: deputy, stillBookedFor: arrangement.stillBookedFor, changed: 'appeal' });
      await this.audit.record(tx, actor, 'arrangement.appealed', { type: 'arrangement', id: arrangement.id });
      if (!refusal.comesAnywayAt) return;
      await this.bus.emit(tx, 'arrangement.reopened', { arrangementId: arrangement.id, personId: arrangement.personId, occasionId: arrangement.occasionId });
    });
  }

  /** "I come all the same": this event does not wait for it any more. Twice is once. Throws `NotFound`. */
  async comeAnyway(actor: Actor, refusalId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const refusal = await this.lockRefusal(tx, refusalId);
      const arrangement = await this.lock(tx, refusal.arrangementId);
      if (arrangement.personId !== subjectOf(actor) || !refusal.agreedBy) throw new NotFound();
      if (refusal.comesAnywayAt || refusal.appealedAt || arrangement.state !== 'declined') return;
      await tx.query(`update arrangement_refusal set comes_anyway_at = $2 where id = $1`, [refusalId, this.clock.now()]);
      await this.audit.record(tx, actor, 'arrangement.comes-anyway', { type: 'arrangement', id: arrangement.id });
      await this.bus.emit(tx, 'arrangement.comes-anyway', { arrangementId: arrangement.id, personId: arrangement.personId, occasionId: arrangement.occasionId });
    });
  }

  /** Co-ordinators with another duty than the two who said no. */
  private async others(tx: EntityManager, { proposedBy, agreedBy }: Refusal): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `select distinct r.person_id as id from role_assignment r
       where r.role = 'access_coordinator' and r.from_on <= $1 and (r.to_on is null or r.to_on >= $1)
       and duty_identity(r.person_id) not in (duty_identity($2), duty_identity($3)) order by 1 limit 2`, [this.clock.today(), proposedBy, agreedBy]);
    return rows.map(({ id }) => id);
  }

  private async lock(tx: EntityManager, id: string): Promise<Arrangement> {
    const arrangement = await tx.findOne(Arrangement, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!arrangement) throw new NotFound();
    return arrangement;
  }

  private async lockRefusal(tx: EntityManager, id: string): Promise<Refusal> {
    const [refusal] = await tx.query<Refusal[]>(`${REFUSAL} where id = $1 for update`, [id]);
    if (!refusal) throw new NotFound();
    return refusal;
  }

  private async has(tx: EntityManager, table: 'arrangement_alternative' | 'arrangement_refusal', id: string, arrangementId: string): Promise<boolean> {
    return (await tx.query<unknown[]>(`select 1 from ${table} where id = $1 and arrangement_id = $2`, [id, arrangementId])).length > 0;
  }
}

function refuseUnlessPossible(from: ArrangementState, to: ArrangementState): void {
  if (!arrangementStates.can(from, to)) throw new RuleViolation(`It is ${stateNames[from].toLowerCase()} now, so this step is not possible`);
}
