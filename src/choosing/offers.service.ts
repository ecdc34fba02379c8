import { Injectable } from '@nestjs/common';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Database } from '../platform/database.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { Call } from '../calls/call.entity.js';
import { Application } from '../applications/application.entity.js';
import { Decision } from './decision.entity.js';

/** A resident's answer to a place they were offered. */
@Injectable()
export class OffersService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
  ) {}

  /** Takes the place: a seat of its kind, at the rate the call stated, in the same transaction. The same answer again changes nothing. */
  async accept(actor: Actor, applicationId: string): Promise<void> {
    await this.answer(actor, applicationId, 'accepted');
  }

  async decline(actor: Actor, applicationId: string): Promise<void> {
    await this.answer(actor, applicationId, 'declined');
  }

  private async answer(actor: Actor, applicationId: string, answer: 'accepted' | 'declined'): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await tx.findOne(Application, {
        where: { id: applicationId, personId: subjectOf(actor) }, lock: { mode: 'pessimistic_write' },
      });
      if (!application) throw new NotFound();
      if (application.state === answer) return;
      const offer = await tx.findOneBy(Decision, { applicationId, outcome: 'offered', state: 'told' });
      if (application.state !== 'offered' || !offer) throw new RuleViolation('There is no offer open for this application');
      await tx.update(Application, applicationId, { state: answer });
      await this.audit.record(tx, actor, `offer.${answer}`, { type: 'application', id: applicationId });
      const { callId, personId } = application;
      if (answer === 'declined') {
        await this.bus.emit(tx, 'offer.declined', { applicationId, callId, personId });
        return;
      }
      const call = await tx.findOneByOrFail(Call, { id: callId });
      await this.bus.emit(tx, 'offer.accepted', {
        applicationId, callId, personId, groupId: call.groupId, seatKind: offer.seatKind!,
        ratePence: call.ratePence, rateUnit: call.rateUnit,
      });
    });
  }
}
