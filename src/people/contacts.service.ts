import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint, Database } from '../platform/database.js';
import { NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { ContactPoint } from './contact-point.entity.js';
import { isReachable } from './people.rules.js';
import { PeopleService } from './people.service.js';
import { Person } from './person.entity.js';
import { Sessions } from './sessions.service.js';
import { canRemove } from './sharing.rules.js';

/** Ways to reach somebody, kept by themselves; and those that several people at home read. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly people: PeopleService,
    private readonly sessions: Sessions,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async prefer(actor: Actor, contactId: string): Promise<void> {
    await this.database.transaction((tx) => this.people.preferContact(tx, actor, actor.personId, contactId));
  }

  /** Throws `RuleViolation` for the last one: without it they could not come back. */
  async remove(actor: Actor, contactId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const every = await this.verified(tx, actor.personId);
      const contact = every.find(({ id }) => id === contactId);
      if (!contact) throw new NotFound();
      const opening = every.filter(({ kind }) => isReachable(kind));
      refuseUnless(canRemove(contact, isReachable(contact.kind) ? opening : every));
      await tx.update(ContactPoint, contactId, { removedAt: this.clock.now(), preferred: false });
      const others = [...opening, ...every].filter(({ id }) => id !== contactId);
      const next = contact.preferred ? others[0]! : null;
      if (next) await tx.update(ContactPoint, next.id, { preferred: true });
      await this.audit.record(tx, actor, 'contact.removed', { type: 'person', id: actor.personId }, { contactId });
    });
  }

  /**
   * From now on whoever signs in with it says who they are, and shows it. `name` is for somebody who has not told us theirs:
   * without one nobody could choose them. Throws `RuleViolation`, `NotFound`.
   */
  async share(actor: Actor, contactId: string, name: string | null): Promise<void> {
    await this.database.transaction((tx) => this.shareIn(tx, actor, actor.personId, contactId, name));
  }

  /** The same, by staff who were told so. */
  async shareFor(actor: Actor, personId: string, contactId: string): Promise<void> {
    await this.database.transaction((tx) => this.shareIn(tx, actor, personId, contactId, null));
  }

  /** Only one person uses it after all. Throws `RuleViolation` while somebody else does. */
  async keepToMyself(actor: Actor, contactId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const contact = (await this.held(tx, actor.personId)).find(({ id }) => id === contactId);
      if (!contact) throw new NotFound();
      if (!contact.shared) return;
      try {
        await tx.update(ContactPoint, contactId, { shared: false });
      } catch (error) {
        if (brokenConstraint(error) !== 'contact_point_shared_by_all') throw error;
        throw new RuleViolation('Somebody else uses this address too, so it stays shared.');
      }
      await this.audit.record(tx, actor, 'contact.kept', { type: 'person', id: actor.personId }, { contactId });
    });
  }

  /** Whether "This isn't me" can do something: the code that opened this session went to an address of theirs. */
  async openedBy(actor: Actor): Promise<string | null> {
    const [row] = await this.database.rows<{ id: string }>(OPENED_BY, [actor.sessionId, actor.personId]);
    return row?.id ?? null;
  }

  /**
   * Somebody has signed in with an address at home and sees another's name. The address is shared from now on, the session
   * ends, and they become a person of their own. Gives their session. Throws `RuleViolation`.
   */
  async notMe(actor: Actor, name: string): Promise<string> {
    const contactId = await this.openedBy(actor);
    if (!contactId) throw new RuleViolation('Sign out, then sign in with your own address.');
    return this.database.transaction(async (tx) => {
      const contact = await tx.findOneByOrFail(ContactPoint, { id: contactId });
      if (contact.kind === 'post' || contact.kind === 'call' || !actor.sessionId) throw new NotFound();
      const theirs = { ...actor, name: null };
      await this.shareIn(tx, theirs, actor.personId, contactId, null);
      await this.sessions.closeIn(tx, actor.sessionId);
      const personId = await this.people.create(tx, { name });
      await this.people.addContact(tx, personId, { kind: contact.kind, value: contact.value });
      await this.audit.record(tx, null, 'person.signed-in', { type: 'person', id: personId }, { by: `shared ${contact.kind}` });
      return this.sessions.open(tx, personId);
    });
  }

  private async shareIn(tx: EntityManager, actor: Actor, personId: string, contactId: string, name: string | null): Promise<void> {
    const person = await tx.findOne(Person, { where: { id: personId, mergedInto: IsNull() }, lock: { mode: 'pessimistic_write' } });
    const contact = person && (await this.held(tx, personId)).find(({ id }) => id === contactId);
    if (!contact) throw new NotFound();
    if (contact.shared) return;
    if (!person.name && name) await tx.update(Person, personId, { name });
    await tx.update(ContactPoint, contactId, { shared: true });
    await this.audit.record(tx, actor, 'contact.shared', { type: 'person', id: personId }, { contactId });
    await this.bus.emit(tx, 'contact.shared', { contactId, personId });
  }

  private async held(tx: EntityManager, personId: string): Promise<ContactPoint[]> {
    return (await this.verified(tx, personId)).filter(({ kind }) => isReachable(kind));
  }

  private async verified(tx: EntityManager, personId: string): Promise<ContactPoint[]> {
    const all = await tx.find(ContactPoint, {
      where: { personId, removedAt: IsNull() }, order: { createdAt: 'asc' }, lock: { mode: 'pessimistic_write' },
    });
    return all.filter(({ verifiedAt }) => verifiedAt !== null);
  }
}

const OPENED_BY = {
  name: 'session-opened-by',
  text: `select c.id from session s join contact_point c on c.id = s.contact_id
         where s.id = $1 and s.person_id = $2 and c.person_id = $2 and not c.shared and c.removed_at is null`,
};
