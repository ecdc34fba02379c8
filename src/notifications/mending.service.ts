import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventName, Events } from '../events/events.js';
import { PeopleQueries } from '../people/people.queries.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { NudgeQueue } from '../platform/queue.js';
import { channelOf, GIVE_UP_HOURS, messageStates, type MessageState } from './message.rules.js';
import { ToldService } from './told.service.js';

interface Row {
  id: string;
  state: MessageState;
  template: string;
  payload: Events[EventName];
  outboxId: string;
  personId: string | null;
  copyFor: string | null;
}

const HOUR = 3_600_000;

/**
 * What a person does about messages that nobody knows the end of, or that failed: about all of one recipient's at once,
 * up to the one they name.
 */
@Injectable()
export class MendingService {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleQueries,
    private readonly told: ToldService,
    private readonly queue: NudgeQueue,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** To the address the person prefers by now. Throws `NotFound`, `Conflict`. */
  async sendAgain(actor: Actor, newestId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const messages = await this.lock(tx, newestId, 'pending');
      const { personId } = messages[0]!;
      const contact = personId ? await this.people.reach(personId) : null;
      const now = this.clock.realNow();
      for (const { id } of messages) {
        await tx.query(
          `update message set state = 'pending', attempts = 0, next_attempt_at = $2, give_up_at = $3,
             channel = coalesce($4, channel), address = coalesce($5, address) where id = $1`,
          [id, now, new Date(now.getTime() + GIVE_UP_HOURS * HOUR),
            contact && channelOf(contact.kind), contact?.value ?? null],
        );
        await this.audit.record(tx, actor, 'message.sent-again', { type: 'message', id });
      }
    });
    this.queue.nudge();
  }

  /** They arrived after all, or the person was told in another way. Throws `NotFound`, `Conflict`. */
  async noteArrival(actor: Actor, newestId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      for (const message of await this.lock(tx, newestId, 'sent')) {
        const { id, state } = message;
        await tx.query(`update message set state = 'sent', sent_at = $2 where id = $1`, [id, this.clock.now()]);
        await this.told.follow(tx, message);
        await this.audit.record(tx, actor, 'message.arrived', { type: 'message', id }, { before: state });
      }
    });
  }

  /** This message and what waits for the same recipient from before it, the oldest first. */
  private async lock(tx: EntityManager, newestId: string, next: 'pending' | 'sent'): Promise<Row[]> {
    const rows = await tx.query<Row[]>(
      `select m.id, m.state, m.template, m.payload, m.outbox_id as "outboxId", m.person_id as "personId", m.copy_for as "copyFor" from message m
       join message newest on newest.id = $1 and coalesce(newest.person_id::text, newest.address) = coalesce(m.person_id::text, m.address)
       where m.id <= $1 and (m.id = $1 or m.state in ('uncertain', 'failed')) order by m.id for update of m`, [newestId],
    );
    const newest = rows.at(-1);
    if (!newest) throw new NotFound();
    const waits = newest.state === 'uncertain' || newest.state === 'failed';
    if (!waits || !messageStates.can(newest.state, next)) throw new Conflict('Somebody has seen to this already.');
    return rows;
  }
}
