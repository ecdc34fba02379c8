import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull, Not } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Role } from '../platform/permissions.js';
import { ContactPoint } from './contact-point.entity.js';
import type { Contact, ContactKind } from './people.rules.js';
import { Person } from './person.entity.js';

export interface AboutPerson {
  name: string;
  postcode: string;
  birthDate: string | null;
}

export interface NewPerson {
  name: string | null;
  postcode?: string;
  birthDate?: string | null;
}

@Injectable()
export class PeopleService {
  constructor(
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The person who owns a verified address, made now if there is none. */
  async findOrCreate(tx: EntityManager, contact: Contact): Promise<string> {
    const owner = await this.ownerOf(tx, contact) ?? await this.claimInvitation(tx, contact);
    if (owner) return owner;
    const person = await this.create(tx, { name: null });
    await this.addContact(tx, person, contact);
    return person;
  }

  /** Whose a verified address is, if it is one person's. */
  async ownerOf(tx: EntityManager, { kind, value }: Contact): Promise<string | null> {
    const known = await tx.findOneBy(ContactPoint, { kind, value, shared: false, verifiedAt: Not(IsNull()), removedAt: IsNull() });
    return known?.personId ?? null;
  }

  /** Whether several people at home read it, or one of them said so. */
  async isShared(tx: EntityManager, { kind, value }: { kind: ContactKind; value: string }): Promise<boolean> {
    return tx.existsBy(ContactPoint, { kind, value, shared: true, verifiedAt: Not(IsNull()), removedAt: IsNull() });
  }

  /** Somebody who was named by the person they help comes for the first time: the address is proved now. */
  private async claimInvitation(tx: EntityManager, { kind, value }: Contact): Promise<string | null> {
    const invited = await tx.findOne(ContactPoint, { where: { kind, value, verifiedAt: IsNull(), removedAt: IsNull() }, order: { createdAt: 'asc' } });
    if (!invited) return null;
    await tx.update(ContactPoint, invited.id, { verifiedAt: this.clock.realNow() });
    await this.audit.record(tx, null, 'contact.added', { type: 'person', id: invited.personId }, { contactId: invited.id, kind });
    return invited.personId;
  }

  /** The person an address is meant for by those who named them: its owner, or whoever was invited there before. Made now if there is none. */
  async findOrInvite(tx: EntityManager, actor: Actor, name: string, { kind, value }: Contact): Promise<string> {
    const owner = await this.ownerOf(tx, { kind, value });
    if (owner) return owner;
    const invited = await tx.findOneBy(ContactPoint, { kind, value, verifiedAt: IsNull(), removedAt: IsNull() });
    if (invited) return invited.personId;
    const personId = await this.create(tx, { name }, actor);
    await tx.insert(ContactPoint, {
      id: newId(), personId, kind, value, shared: false, preferred: true, verifiedAt: null, removedAt: null, createdAt: this.clock.now(),
    });
    return personId;
  }

  async create(tx: EntityManager, about: NewPerson, actor: Actor | null = null): Promise<string> {
    const id = newId();
    await tx.insert(Person, {
      id, name: about.name, postcode: about.postcode ?? null, birthDate: about.birthDate ?? null, createdAt: this.clock.now(),
    });
    await this.audit.record(tx, actor, 'person.created', { type: 'person', id });
    return id;
  }

  /** A verified way to reach somebody; the first one is the preferred one. One that others share is shared with this person too. `actor` read it back to them. */
  async addContact(tx: EntityManager, personId: string, contact: { kind: ContactKind; value: string }, actor: Actor | null = null): Promise<void> {
    const earlier = await tx.findBy(ContactPoint, { personId, removedAt: IsNull() });
    if (earlier.some(({ kind, value }) => kind === contact.kind && value === contact.value)) return;
    const id = newId();
    await tx.insert(ContactPoint, {
      id, personId, ...contact, shared: await this.isShared(tx, contact), preferred: earlier.length === 0,
      verifiedAt: this.clock.realNow(), createdAt: this.clock.now(),
    });
    await this.audit.record(tx, actor, 'contact.added', { type: 'person', id: personId }, { contactId: id, kind: contact.kind });
  }

  async describe(tx: EntityManager, actor: Actor, personId: string, about: AboutPerson): Promise<void> {
    await tx.update(Person, personId, about);
    await this.audit.record(tx, actor, 'person.described', { type: 'person', id: personId });
  }

  /** Messages go to this address from now on. */
  async preferContact(tx: EntityManager, actor: Actor, personId: string, contactId: string): Promise<void> {
    const contact = await tx.findOneBy(ContactPoint, { id: contactId, personId, removedAt: IsNull() });
    if (!contact?.verifiedAt) throw new NotFound();
    await tx.update(ContactPoint, { personId, preferred: true }, { preferred: false });
    await tx.update(ContactPoint, contactId, { preferred: true });
    await this.audit.record(tx, actor, 'contact.preferred', { type: 'person', id: personId }, { contactId });
  }

  /** A role for the whole council, from a day on. `jobShareId` says that partners share it, `workingDays` (Monday is 1) when they work. */
  async giveRole(
    tx: EntityManager, personId: string, role: Role, fromOn: string, jobShareId: string | null = null, workingDays: readonly number[] | null = null,
  ): Promise<void> {
    const id = newId();
    await tx.query(
      `insert into role_assignment (id, person_id, role, job_share_id, from_on, working_days) values ($1, $2, $3, $4, $5, $6)`,
      [id, personId, role, jobShareId, fromOn, workingDays],
    );
    await this.audit.record(tx, null, 'role.given', { type: 'person', id: personId }, { role });
  }

  /** Now, or from a day on. Nobody but themselves gives them another way to sign in. */
  async hasRole(tx: EntityManager, personId: string): Promise<boolean> {
    const roles = await tx.query<unknown[]>(
      `select 1 from role_assignment where person_id = $1 and (to_on is null or to_on >= $2) limit 1`, [personId, this.clock.today()]);
    return roles.length > 0;
  }

  async createJobShare(tx: EntityManager, name: string): Promise<string> {
    const id = newId();
    await tx.query(`insert into job_share (id, name) values ($1, $2)`, [id, name]);
    return id;
  }
}
