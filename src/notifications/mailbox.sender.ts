import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import type { Letter, Sender } from './sender.js';

/** Keeps letters for the page at /demo/mailbox, each once. */
@Injectable()
export class MailboxSender implements Sender {
  readonly repeatable = true;

  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async send({ id, channel, address, subject, body, calendar }: Letter): Promise<{ reference: string }> {
    await this.database.transaction((tx) => tx.query(
      `insert into demo_mailbox (message_id, channel, address, subject, body, received_at, calendar)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (message_id) do nothing`,
      [id, channel, address, subject, body, this.clock.now(), calendar?.content ?? null],
    ));
    return { reference: `mailbox:${id}` };
  }
}
