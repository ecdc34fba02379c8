import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Database } from '../platform/database.js';
import type { LookedAt } from './look.rules.js';

/** Writes down who looked at what somebody needs, in the audit, where nobody can change it. What planning reads, the database notes by itself. */
@Injectable()
export class Looks {
  constructor(private readonly database: Database, private readonly audit: Audit) {}

  async record(actor: Actor, personIds: readonly string[], where: LookedAt = 'arrangements'): Promise<void> {
    if (personIds.length > 0) await this.database.transaction((tx) => this.recordIn(tx, actor, personIds, where));
  }

  async recordIn(tx: EntityManager, actor: Actor, personIds: readonly string[], where: LookedAt): Promise<void> {
    for (const id of new Set(personIds)) await this.audit.record(tx, actor, 'arrangements.read', { type: 'person', id }, { where });
  }
}
