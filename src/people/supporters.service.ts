import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, MoreThanOrEqual } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { RateLimits } from '../platform/rate-limits.js';
import { SettingsReader } from '../platform/settings.js';
import { ContactPoint } from './contact-point.entity.js';
import { canConsent, type HelpingChannel, type SupporterScope } from './helping.rules.js';
import { PeopleService } from './people.service.js';
import { Supporter } from './supporter.entity.js';

export interface NewSupporter {
  id: string;
  name: string;
  /** Where they sign in. */
  email: string;
  scope: SupporterScope[];
  endsOn: string;
}

/** Whom residents let help them. They end it alone, and at once: every request of a helper asks again. */
@Injectable()
export class SupportersService {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleService,
    private readonly settings: SettingsReader,
    private readonly limits: RateLimits,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The person agrees by themselves. Throws `RuleViolation`, `TooManyTries`. */
  async add(actor: Actor, supporter: NewSupporter): Promise<void> {
    await this.consent(actor, actor.personId, supporter, 'web');
  }

  /** Staff write down what the person agreed to, after reading it back. Throws `RuleViolation`, `NotFound`. */
  async recordConsent(actor: Actor, personId: string, supporter: NewSupporter, channel: HelpingChannel): Promise<void> {
    if (personId === actor.personId) throw new RuleViolation('Use your own pages for your own supporters');
    await this.consent({ ...actor, channel, onBehalfOf: personId }, personId, supporter, channel);
  }

  /** Doing it again changes nothing. */
  async remove(actor: Actor, personId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const supporter = await tx.findOne(Supporter, { where: { id, personId }, lock: { mode: 'pessimistic_write' } });
      if (!supporter) throw new NotFound();
      if (supporter.endedAt) return;
      await tx.update(Supporter, id, { endedAt: this.clock.now(), endedBy: actor.personId });
      await this.audit.record(tx, actor, 'supporter.removed', { type: 'person', id: personId }, { supporterId: supporter.supporterId });
    });
  }

  /** The same, by staff whom the person told so. Throws `RuleViolation`, `NotFound`. */
  async recordEnd(actor: Actor, personId: string, id: string, channel: HelpingChannel): Promise<void> {
    if (personId === actor.personId) throw new RuleViolation('Use your own pages for your own supporters');
    await this.remove({ ...actor, channel, onBehalfOf: personId }, personId, id);
  }

  private async consent(actor: Actor, personId: string, { id, name, email, scope, endsOn }: NewSupporter, channel: HelpingChannel): Promise<void> {
    await this.limits.use('supporter-ask', actor.personId);
    const longest = (await this.settings.current())['people.supporter-months'];
    await this.database.transaction(async (tx) => {
      const [person] = await tx.query<object[]>(`select id from person where id = $1 and merged_into is null for no key update`, [personId]);
      if (!person) throw new NotFound();
      if (await tx.existsBy(Supporter, { id })) return;
      const contact = { kind: 'email' as const, value: email };
      if (await tx.existsBy(ContactPoint, { ...contact, shared: true, removedAt: IsNull() })) {
        throw new RuleViolation('More than one person uses this address. Call or text us, and we will set this up with you.');
      }
      const supporterId = await this.people.findOrInvite(tx, actor, name, contact);
      const today = this.clock.today();
      const live = { personId, endedAt: IsNull(), endsOn: MoreThanOrEqual(today) };
      refuseUnless(canConsent({ personId, supporterId, endsOn, already: await tx.countBy(Supporter, live) }, today, longest));
      if (channel !== 'web' && supporterId === actor.personId) throw new RuleViolation('Somebody else writes down that you may help');
      // What has run out makes place for what is agreed anew.
      const over = { personId, supporterId, endedAt: IsNull(), endsOn: LessThan(today) };
      await tx.update(Supporter, over, { endedAt: this.clock.now(), endedBy: actor.personId });
      if (await tx.existsBy(Supporter, { ...live, supporterId })) throw new RuleViolation('They help you already. Remove them first to change how.');
      await tx.insert(Supporter, {
        id, personId, supporterId, name, scope, endsOn, fromOn: today, consentedAt: this.clock.now(), consentChannel: channel,
        consentRecordedBy: actor.personId, endedAt: null, endedBy: null,
      });
      await this.audit.record(tx, actor, 'supporter.added', { type: 'person', id: personId }, { supporterId, scope: scope.join(' ') });
      await this.bus.emit(tx, 'supporter.added', { supporterRowId: id, personId, supporterId });
    });
  }
}
