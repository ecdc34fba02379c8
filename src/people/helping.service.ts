import { Injectable } from '@nestjs/common';
import { IsNull, LessThanOrEqual, MoreThanOrEqual } from 'typeorm';
import { may, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Forbidden, NotFound, RuleViolation } from '../platform/errors.js';
import type { StaffChannel } from './helping.rules.js';
import { Person } from './person.entity.js';
import { Sessions } from './sessions.service.js';
import { Supporter } from './supporter.entity.js';

/** Beginning to act for somebody else in one's own session, and ending it. */
@Injectable()
export class HelpingService {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Staff write down what somebody says or wrote. Throws `NotFound`, `Forbidden`, `RuleViolation`. */
  async enterFor(actor: Actor, personId: string, channel: StaffChannel): Promise<void> {
    const sessionId = sessionOf(actor);
    if (!may(actor, 'application.enter')) throw new Forbidden();
    if (personId === actor.personId) throw new RuleViolation('Use your own pages for yourself');
    await this.database.transaction(async (tx) => {
      if (!(await tx.existsBy(Person, { id: personId, mergedInto: IsNull() }))) throw new NotFound();
      await this.sessions.actFor(tx, sessionId, { personId, channel });
      await this.audit.record(tx, { ...actor, onBehalfOf: personId, channel }, 'helping.started', { type: 'person', id: personId });
    });
  }

  /** A supporter begins, by the consent they have. Somebody else's, or one that has ended, is `NotFound`. */
  async support(actor: Actor, supporterRowId: string): Promise<void> {
    const sessionId = sessionOf(actor);
    const today = this.clock.today();
    await this.database.transaction(async (tx) => {
      const consent = await tx.findOneBy(Supporter, {
        id: supporterRowId, supporterId: actor.personId, endedAt: IsNull(), fromOn: LessThanOrEqual(today), endsOn: MoreThanOrEqual(today),
      });
      if (!consent?.scope.some((scope) => scope !== 'messages')) throw new NotFound();
      const { personId } = consent;
      await this.sessions.actFor(tx, sessionId, { personId, channel: 'web' });
      await this.audit.record(tx, { ...actor, onBehalfOf: personId }, 'helping.started', { type: 'person', id: personId });
    });
  }

  /** Back to oneself. */
  async end(actor: Actor): Promise<void> {
    const { onBehalfOf } = actor;
    const sessionId = sessionOf(actor);
    if (!onBehalfOf) return;
    await this.database.transaction(async (tx) => {
      await this.sessions.actFor(tx, sessionId, null);
      await this.audit.record(tx, actor, 'helping.ended', { type: 'person', id: onBehalfOf });
    });
  }
}

/** A program with a token acts for its own person alone. */
function sessionOf({ sessionId }: Actor): string {
  if (!sessionId) throw new Forbidden();
  return sessionId;
}
