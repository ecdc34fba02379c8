import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from './actor.js';
import { Clock } from './clock.js';
import { newId } from './ids.js';

export interface AuditSubject {
  type: string;
  id: string;
}

/** Ids, states and counts only: erasing a person must leave the chain whole. */
export type AuditDetails = Record<string, string | number | boolean | null>;

@Injectable()
export class Audit {
  constructor(private readonly clock: Clock) {}

  /** Writes what was done in the transaction that does it. `actor` is null for the service itself. */
  async record(tx: EntityManager, actor: Actor | null, action: string, subject: AuditSubject, details: AuditDetails = {}): Promise<void> {
    await tx.query(
      `insert into audit_entry (id, at, actor_id, on_behalf_of_id, channel, action, subject_type, subject_id, details)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [newId(), this.clock.now(), actor?.personId ?? null, actor?.onBehalfOf ?? null, actor?.channel ?? 'system',
        action, subject.type, subject.id, JSON.stringify(details)],
    );
  }
}
