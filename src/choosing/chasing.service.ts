import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { refuseUnless } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { Application } from '../applications/application.entity.js';
import { ChasingQueries } from './chasing.queries.js';
import type { ContactTriedDto } from './choosing.dto.js';
import { lockApplication } from './deciding.service.js';
import { Decision } from './decision.entity.js';
import { canLapse } from './decision.rules.js';

/** People who do not answer an offer are reached by a person, on another channel; nothing is declined for them. */
@Injectable()
export class ChasingService {
  constructor(
    private readonly database: Database,
    private readonly queries: ChasingQueries,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Somebody tried to reach them. The same id again changes nothing. */
  async recordContact(actor: Actor, applicationId: string, { id, channel, spoke, whatHappened }: ContactTriedDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lockApplication(tx, applicationId);
      const now = this.clock.now();
      const made = await tx.query<unknown[]>(
        `insert into contact_attempt (id, application_id, made_by, channel, at, spoke, what_happened, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $5) on conflict (id) do nothing returning id`,
        [id, applicationId, actor.personId, channel, now, spoke === 'yes', whatHappened],
      );
      if (made.length > 0) await this.audit.record(tx, actor, 'application.contacted', { type: 'application', id: applicationId }, { contactAttemptId: id, channel });
    });
  }

  /** The offer ends, after a personal contact about it. Throws `RuleViolation` before one. */
  async lapse(actor: Actor, applicationId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await lockApplication(tx, applicationId);
      if (application.state === 'lapsed') return;
      const offer = await tx.findOneBy(Decision, { applicationId, outcome: 'offered', state: 'told' });
      refuseUnless(canLapse({ state: application.state, toldAt: offer?.toldAt ?? null }, await this.queries.triesOf(applicationId)));
      await tx.update(Application, applicationId, { state: 'lapsed' });
      await this.audit.record(tx, actor, 'offer.lapsed', { type: 'application', id: applicationId });
      await this.bus.emit(tx, 'offer.lapsed', { applicationId, callId: application.callId, personId: application.personId });
    });
  }
}
