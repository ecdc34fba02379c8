import { Injectable } from '@nestjs/common';
import type { EventName, Events } from '../events/events.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import type { ToldChannel } from './message.rules.js';

export interface ToTell {
  id: string;
  template: string;
  payload: Events[EventName];
  outboxId: string;
  personId: string;
  copyFor: string | null;
  name: string | null;
  channel: ToldChannel;
  address: string;
  createdAt: Date;
  attempts: number;
  lastTriedAt: Date | null;
}

const COLUMNS = `m.id, m.template, m.payload, m.outbox_id as "outboxId", m.person_id as "personId", m.copy_for as "copyFor", p.name,
  m.channel, m.address, m.created_at as "createdAt", m.attempts, m.last_tried_at as "lastTriedAt"
  from message m join person p on p.id = m.person_id where m.state = 'pending' and m.channel in ('call', 'letter')`;

const TO_TELL = { name: 'messages-to-tell', text: `select ${COLUMNS} and m.template <> all($1) order by m.id limit 100` };
const ONE = { name: 'messages-to-tell-one', text: `select ${COLUMNS} and m.id = $2 and m.template <> all($1)` };
const COUNT = {
  name: 'messages-to-tell-count',
  text: `select count(distinct m.person_id)::int as count from message m
         where m.state = 'pending' and m.channel in ('call', 'letter') and m.template <> all($1)`,
};

/** Whom staff call or write to. What tells of an adjustment is shown to those who arrange them, and to nobody else. */
@Injectable()
export class TellingQueries {
  constructor(private readonly database: Database, private readonly catalogue: MessageCatalogue) {}

  async list(seesAdjustments: boolean): Promise<ToTell[]> {
    return this.database.rows<ToTell>(TO_TELL, [this.leftOut(seesAdjustments)]);
  }

  async one(id: string, seesAdjustments: boolean): Promise<ToTell | null> {
    return this.database.row<ToTell>(ONE, [this.leftOut(seesAdjustments), id]);
  }

  /** How many people wait for a call or a letter. */
  async count(seesAdjustments: boolean): Promise<number> {
    return (await this.database.row<{ count: number }>(COUNT, [this.leftOut(seesAdjustments)]))!.count;
  }

  private leftOut(seesAdjustments: boolean): string[] {
    return seesAdjustments ? [] : this.catalogue.tellingOfAdjustments();
  }
}
