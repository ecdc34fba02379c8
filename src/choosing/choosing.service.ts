import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { PeopleQueries } from '../people/people.queries.js';
import { Application } from '../applications/application.entity.js';
import type { DecisionDto } from './choosing.dto.js';
import { Decision } from './decision.entity.js';
import { canDecide, canTell, canUndo } from './decision.rules.js';

/** What leads decide together with Disabled residents. Decided, then told; undone only in between. */
@Injectable()
export class ChoosingService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly people: PeopleQueries,
    private readonly clock: Clock,
  ) {}

  /** Throws `RuleViolation` when it can't be decided now, or not with this person. */
  async decide(actor: Actor, applicationId: string, dto: DecisionDto): Promise<void> {
    const coDeciders = await this.people.withRole('co_decider');
    if (!coDeciders.some(({ id }) => id === dto.coDecidedBy) || dto.coDecidedBy === actor.personId) {
      throw new RuleViolation('Choose a Disabled resident who is a co-decider, other than yourself');
    }
    await this.database.transaction(async (tx) => {
      const application = await lockApplication(tx, applicationId);
      if (application.personId === dto.coDecidedBy || application.personId === actor.personId) {
        throw new RuleViolation('Nobody decides about their own application');
      }
      refuseUnless(canDecide({
        state: application.state, needsAgeCheck: application.needsAgeCheck, ageChecked: application.ageCheckedAt !== null,
        untold: await tx.existsBy(Decision, { applicationId, state: 'applied' }),
      }, dto.outcome));
      if (dto.outcome === 'offered' && !dto.seatKind) throw new RuleViolation('Choose the kind of seat you offer');
      const id = newId();
      await tx.insert(Decision, {
        id, applicationId, outcome: dto.outcome, seatKind: dto.outcome === 'offered' ? dto.seatKind! : null,
        state: 'applied', stateBefore: application.state, reason: dto.reason,
        decidedBy: actor.personId, coDecidedBy: dto.coDecidedBy, decidedAt: this.clock.now(),
      });
      await tx.update(Application, applicationId, { state: dto.outcome });
      await this.audit.record(tx, actor, 'application.decided', { type: 'application', id: applicationId },
        { decisionId: id, outcome: dto.outcome, coDecidedBy: dto.coDecidedBy });
    });
  }

  /** Takes back a decision nobody was told of. */
  async undo(actor: Actor, applicationId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lockApplication(tx, applicationId);
      const decision = await untold(tx, applicationId);
      refuseUnless(canUndo(decision));
      await tx.update(Decision, decision.id, { state: 'undone', undoneAt: this.clock.now() });
      await tx.update(Application, applicationId, { state: decision.stateBefore });
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
      await this.markTold(tx, decision.id);
      await this.audit.record(tx, actor, 'application.told', { type: 'application', id: applicationId }, { decisionId: decision.id, by: 'person' });
    });
  }

  /** Its message has gone, or somebody has said it. From here on the person sees it, and what follows from it happens. */
  async markTold(tx: EntityManager, decisionId: string): Promise<void> {
    const decision = await tx.findOne(Decision, { where: { id: decisionId }, lock: { mode: 'pessimistic_write' } });
    if (decision?.state !== 'applied') return;
    const now = this.clock.now();
    await tx.update(Decision, decisionId, { state: 'told', toldAt: now, tellingAt: decision.tellingAt ?? now });
    const application = await tx.findOneByOrFail(Application, { id: decision.applicationId });
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

async function lockApplication(tx: EntityManager, id: string): Promise<Application> {
  const application = await tx.findOne(Application, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!application || application.state === 'draft') throw new NotFound();
  return application;
}

async function untold(tx: EntityManager, applicationId: string): Promise<Decision> {
  const decision = await tx.findOne(Decision, { where: { applicationId, state: 'applied' }, lock: { mode: 'pessimistic_write' } });
  if (!decision) throw new RuleViolation('There is nothing to tell or to undo: it was told or undone already');
  return decision;
}
