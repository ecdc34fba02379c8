import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless } from '../platform/errors.js';
import { Call } from './call.entity.js';
import { canAddChannel, channelCode } from './channel.rules.js';

/** Links for posts, newsletters and posters, each with its own count. */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Gives its code. Adding again with the same id changes nothing. Throws `RuleViolation`. */
  async add(actor: Actor, callId: string, id: string, name: string): Promise<string> {
    return this.database.transaction(async (tx) => {
      const call = await lockCall(tx, callId);
      const channels = await tx.query<{ id: string; code: string }[]>(`select id, code from channel_link where call_id = $1`, [callId]);
      const same = channels.find((channel) => channel.id === id);
      if (same) return same.code;
      refuseUnless(canAddChannel(call, channels.length));
      const code = channelCode(name, new Set(channels.map((channel) => channel.code)));
      await tx.query(
        `insert into channel_link (id, call_id, code, name, created_by, created_at) values ($1, $2, $3, $4, $5, $6)`,
        [id, callId, code, name, actor.personId, this.clock.now()],
      );
      await this.audit.record(tx, actor, 'call.channel-added', { type: 'call', id: callId }, { channelId: id });
      return code;
    });
  }

  /** It counts no more; what it counted is kept, and its links still lead to the call. */
  async remove(actor: Actor, callId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lockCall(tx, callId);
      const [channel] = await tx.query<{ removedAt: Date | null }[]>(
        `select removed_at as "removedAt" from channel_link where id = $1 and call_id = $2`, [id, callId]);
      if (!channel) throw new NotFound();
      if (channel.removedAt) return;
      await tx.query(`update channel_link set removed_at = $2 where id = $1`, [id, this.clock.now()]);
      await this.audit.record(tx, actor, 'call.channel-removed', { type: 'call', id: callId }, { channelId: id });
    });
  }
}

async function lockCall(tx: EntityManager, id: string): Promise<Call> {
  const call = await tx.findOne(Call, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!call) throw new NotFound();
  return call;
}
