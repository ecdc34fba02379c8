import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';

export interface CallBack {
  id: string;
  personId: string;
  person: string | null;
  askedBy: string | null;
  askedAt: Date;
  /** Ways to reach them, the one they like best first. */
  contacts: string[];
}

const OPEN = {
  name: 'needs-call-backs-open',
  text: `select b.id, b.person_id as "personId", p.name as person, w.name as "askedBy", b.asked_at as "askedAt",
           array(select k.value from contact_point k where k.person_id = b.person_id and k.verified_at is not null and k.removed_at is null
             order by k.preferred desc, k.created_at) as contacts
         from needs_call_back b join person p on p.id = b.person_id join person w on w.id = b.asked_by
         where b.done_at is null order by b.asked_at, b.id`,
};

const COUNT = { name: 'needs-call-backs-count', text: `select count(*)::int as count from needs_call_back where done_at is null` };

/** For access co-ordinators alone. */
@Injectable()
export class CallBacksQueries {
  constructor(private readonly database: Database) {}

  async open(): Promise<CallBack[]> {
    return this.database.rows<CallBack>(OPEN);
  }

  async count(): Promise<number> {
    return (await this.database.row<{ count: number }>(COUNT))!.count;
  }
}
