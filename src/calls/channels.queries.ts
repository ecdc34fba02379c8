import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';

export interface Channel {
  id: string;
  code: string;
  name: string;
  removed: boolean;
  visits: number;
  starts: number;
  submissions: number;
}

const CHANNELS = {
  name: 'channels-of-call',
  text: `select l.id, l.code, l.name, l.removed_at is not null as removed,
           coalesce((select sum(v.visits) from channel_visit v where v.channel_link_id = l.id), 0)::int as visits,
           count(a.id)::int as starts, count(a.submitted_at)::int as submissions
         from channel_link l left join application a on a.channel_link_id = l.id
         where l.call_id = $1 group by l.id order by l.removed_at is not null, l.created_at, l.id`,
};

const WITHOUT = {
  name: 'channels-without',
  text: `select count(*)::int as starts, count(submitted_at)::int as submissions from application where call_id = $1 and channel_link_id is null`,
};

/** Numbers only: who came by which channel is asked by nobody. */
@Injectable()
export class ChannelsQueries {
  constructor(private readonly database: Database) {}

  /** Those in use as they were added, then the removed ones. */
  async ofCall(callId: string): Promise<Channel[]> {
    return this.database.rows<Channel>(CHANNELS, [callId]);
  }

  /** Applications of people who came another way, or by a link without a channel. */
  async withoutChannel(callId: string): Promise<{ starts: number; submissions: number }> {
    return (await this.database.row<{ starts: number; submissions: number }>(WITHOUT, [callId]))!;
  }
}
