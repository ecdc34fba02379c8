import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { Application } from '../applications/application.entity.js';
import type { DecisionDto } from './choosing.dto.js';
import { DecidingService, lockApplication } from './deciding.service.js';
import { Decision } from './decision.entity.js';
import { canTell, canUndo } from './decision.rules.js';

/** What follows a decision: told, or undone before that. */
@Injectable()
export class ChoosingService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly deciding: DecidingService,
    private readonly clock: Clock,
  ) {}

  /** Recorded and applied in one step. Throws `RuleViolation` when it can't be decided now, or not with this person. */
  async decide(actor: Actor, applicationId: string, dto: DecisionDto): Promise<void> {
    await this.deciding.decide(actor, applicationId, dto);
  }

  /** Takes back a decision nobody was told of, and discards the message that was drafted for it. */
  async undo(actor: Actor, applicationId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lockApplication(tx, applicationId);
      const decision = await untold(tx, applicationId);
      refuseUnless(canUndo(decision));
      await tx.update(Decision, decision.id, { state: 'undone', undoneAt: this.clock.now() });
      await tx.update(Application, applicationId, { state: decision.stateBefore });
      await tx.query(`delete from decision_message where decision_id = $1`, [decision.id]);
      await this.audit.record(tx, actor, 'application.decision-undone', { type: 'application', id: applicationId }, { decisionId: decision.id });
    });
  }

  /** Sends the message; the person sees the outcome once it has gone. */
  async tell(actor: Actor, applicationId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await lockApplication(tx, applicationId);
      const decision = await untold(tx, applicationId);
      refuseUnless(canTell(decision));
      await tx.update(Decision, decision.id, { tellingAt: this.clock.now() });
      await this.audit.record(tx, actor, 'application.telling', { type: 'application', id: applicationId }, { decisionId: decision.id });
      await this.bus.emit(tx, 'decision.telling', {
        decisionId: decision.id, applicationId, callId: application.callId, personId: application.personId,
      });
    });
  }

  /** Somebody has told them, on the phone or in person. */
  async toldByPerson(actor: Actor, applicationId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lockApplication(tx, applicationId);
      const decision = await untold(tx, applicationId);
      await this.markTold(tx, decision.id, actor);
    });
  }

  /** Its message has gone, or `actor` has said it. From here on the person sees it, and what follows from it happens. */
  async markTold(tx: EntityManager, decisionId: string, actor: Actor | null = null): Promise<void> {
    const decision = await tx.findOne(Decision, { where: { id: decisionId }, lock: { mode: 'pessimistic_write' } });
    if (decision?.state !== 'applied') return;
    const now = this.clock.now();
    await tx.update(Decision, decisionId, { state: 'told', toldAt: now, tellingAt: decision.tellingAt ?? now });
    const application = await tx.findOneByOrFail(Application, { id: decision.applicationId });
    await this.audit.record(tx, actor, 'application.told', { type: 'application', id: application.id }, { decisionId, by: actor ? 'person' : 'message' });
    await this.bus.emit(tx, 'decision.told', {
      decisionId, applicationId: application.id, callId: application.callId, personId: application.personId, outcome: decision.outcome,
    });
  }

  /** Somebody spoke with a person under 18, and with an adult who agrees where one must. */
  async recordAgeCheck(actor: Actor, applicationId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await lockApplication(tx, applicationId);
      if (!application.needsAgeCheck || application.ageCheckedAt) return;
      await tx.update(Application, applicationId, { ageCheckedBy: actor.personId, ageCheckedAt: this.clock.now() });
      await this.audit.record(tx, actor, 'application.age-checked', { type: 'application', id: applicationId });
    });
  }
}

async function untold(tx: EntityManager, applicationId: string): Promise<Decision> {
  const decision = await tx.findOne(Decision, { where: { applicationId, state: 'applied' }, lock: { mode: 'pessimistic_write' } });
  if (!decision) throw new RuleViolation('There is nothing to tell or to undo: it was told or undone already');
  return decision;
}
