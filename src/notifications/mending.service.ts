import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventName, Events } from '../events/events.js';
import { PeopleQueries } from '../people/people.queries.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { MessageCatalogue } from '../platform/messages.js';
import { NudgeQueue } from '../platform/queue.js';
import { GIVE_UP_HOURS, messageStates, type MessageState } from './message.rules.js';

interface Row {
  state: MessageState;
  template: string;
  payload: Events[EventName];
  personId: string | null;
}

const HOUR = 3_600_000;

/** What a person does about a message that nobody knows the end of, or that failed. */
@Injectable()
export class MendingService {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleQueries,
    private readonly catalogue: MessageCatalogue,
    private readonly queue: NudgeQueue,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** To the address the person prefers by now. Throws `NotFound`, `Conflict`. */
  async sendAgain(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { personId } = await this.lock(tx, id, 'pending');
      const contact = personId ? await this.people.reach(personId) : null;
      const now = this.clock.realNow();
      await tx.query(
        `update message set state = 'pending', attempts = 0, next_attempt_at = $2, give_up_at = $3,
           channel = coalesce($4, channel), address = coalesce($5, address) where id = $1`,
        [id, now, new Date(now.getTime() + GIVE_UP_HOURS * HOUR),
          contact && (contact.kind === 'email' ? 'email' : 'text'), contact?.value ?? null],
      );
      await this.audit.record(tx, actor, 'message.sent-again', { type: 'message', id });
    });
    this.queue.nudge();
  }

  /** It arrived after all, or the person was told in another way. Throws `NotFound`, `Conflict`. */
  async noteArrival(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { template, payload, state } = await this.lock(tx, id, 'sent');
      await tx.query(`update message set state = 'sent', sent_at = $2 where id = $1`, [id, this.clock.now()]);
      await this.catalogue.get(template).whenSent?.(tx, payload);
      await this.audit.record(tx, actor, 'message.arrived', { type: 'message', id }, { before: state });
    });
  }

  private async lock(tx: EntityManager, id: string, next: 'pending' | 'sent'): Promise<Row> {
    const [row] = await tx.query<Row[]>(
      `select state, template, payload, person_id as "personId" from message where id = $1 for update`, [id],
    );
    if (!row) throw new NotFound();
    const waits = row.state === 'uncertain' || row.state === 'failed';
    if (!waits || !messageStates.can(row.state, next)) throw new Conflict('Somebody has seen to this message already.');
    return row;
  }
}
