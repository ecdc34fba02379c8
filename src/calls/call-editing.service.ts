import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Outcome } from '../shared/result.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless } from '../platform/errors.js';
import { Call } from './call.entity.js';
import { canEdit } from './call.rules.js';

/** Every command about a call: one transaction, the call locked, the rules asked, the audit written. */
@Injectable()
export class CallEditing {
  constructor(private readonly database: Database, private readonly audit: Audit) {}

  async change(
    actor: Actor, id: string, action: string, rule: (call: Call) => Outcome,
    work: (tx: EntityManager, call: Call) => Promise<void>, details: Record<string, string> = {},
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const call = await tx.findOne(Call, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!call) throw new NotFound();
      refuseUnless(rule(call));
      await work(tx, call);
      await this.audit.record(tx, actor, action, { type: 'call', id }, details);
    });
  }

  /** Changes a draft: whoever does has written it too, and won't be the one to approve it. */
  async draft(actor: Actor, id: string, action: string, work: (tx: EntityManager, call: Call) => Promise<void>): Promise<void> {
    await this.change(actor, id, action, canEdit, async (tx, call) => {
      await work(tx, call);
      // Not through the entity: the version is for two people at the form of the call.
      await tx.query(`update call set edited_by = $2 where id = $1`, [id, actor.personId]);
    });
  }
}
