import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { BadRequest, Conflict, NotFound, type FieldError } from '../platform/errors.js';
import { ContactPoint } from './contact-point.entity.js';
import type { NewPersonDto, WaysDto } from './directory.dto.js';
import { contactKinds, readWay, type ContactKind } from './people.rules.js';
import { PeopleService } from './people.service.js';
import { Person } from './person.entity.js';

export interface Way {
  kind: ContactKind;
  value: string;
}

const WRONG: Record<ContactKind, string> = {
  call: 'Enter a telephone number with its area code, like 020 7946 0123',
  phone: 'Enter a mobile number, like 07700 900123',
  post: 'Enter the whole address, with the postcode',
  email: 'Enter an email address, like name@example.com',
};

const NOT_FOR_STAFF = 'They have a role here, and could be signed in with it. They add it themselves, on their own pages.';
const OWNED = 'Somebody else uses this already. Open that person’s page, or write down another way to reach this one.';

/** Staff write down who somebody is and how to reach them; read back to the person, it counts as verified. */
@Injectable()
export class DirectoryService {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleService,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** What was typed, made one way. Throws `BadRequest` with the fields that can't be right, or when there is none at all. */
  readWays(dto: WaysDto): Way[] {
    const errors: FieldError[] = [];
    const ways = contactKinds.flatMap((kind): Way[] => {
      const typed = dto[kind];
      if (!typed) return [];
      const value = readWay(kind, typed, !this.config.production);
      if (value === null) errors.push({ field: kind, message: WRONG[kind] });
      return value === null ? [] : [{ kind, value }];
    });
    if (ways.length === 0 && errors.length === 0) errors.push({ field: 'call', message: 'Enter at least one way to reach them' });
    if (errors.length > 0) throw new BadRequest('A way to reach them is not right.', errors);
    return ways;
  }

  /** The same form twice makes one person. Throws `BadRequest`. */
  async add(actor: Actor, dto: NewPersonDto): Promise<void> {
    const ways = this.readWays(dto);
    await this.database.transaction(async (tx) => {
      if (await tx.existsBy(Person, { id: dto.id })) return;
      await tx.insert(Person, {
        id: dto.id, name: dto.name, postcode: dto.postcode ?? null, birthDate: dto.birthDate ?? null, createdAt: this.clock.now(),
      });
      await this.audit.record(tx, actor, 'person.created', { type: 'person', id: dto.id });
      await this.addWays(tx, actor, dto.id, ways, dto.preferred);
    });
  }

  /** Throws `BadRequest`, `NotFound`. */
  async addContacts(actor: Actor, personId: string, dto: WaysDto): Promise<void> {
    const ways = this.readWays(dto);
    await this.database.transaction(async (tx) => {
      const person = await tx.findOne(Person, { where: { id: personId, mergedInto: IsNull() }, lock: { mode: 'pessimistic_write' } });
      if (!person) throw new NotFound();
      const opens = ways.find(({ kind }) => kind === 'email' || kind === 'phone');
      if (opens && await this.people.hasRole(tx, personId)) throw new BadRequest(NOT_FOR_STAFF, [{ field: opens.kind, message: NOT_FOR_STAFF }]);
      await this.addWays(tx, actor, personId, ways, dto.preferred);
    });
  }

  private async addWays(tx: EntityManager, actor: Actor, personId: string, ways: readonly Way[], preferred: string | undefined): Promise<void> {
    for (const { kind, value } of ways) {
      if (kind === 'email' || kind === 'phone') {
        const owner = await this.people.ownerOf(tx, { kind, value });
        if (owner && owner !== personId) throw new BadRequest(OWNED, [{ field: kind, message: OWNED }]);
      }
      await this.people.addContact(tx, personId, { kind, value }, actor);
    }
    const wanted = ways.find(({ kind }) => kind === preferred);
    if (!wanted) return;
    const contact = await tx.findOneBy(ContactPoint, { personId, ...wanted, removedAt: IsNull() });
    if (!contact) throw new Conflict('This has changed meanwhile.');
    await this.people.preferContact(tx, actor, personId, contact.id);
  }
}
