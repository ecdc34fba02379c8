import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';

/** Something of somebody's that a text could answer. */
export interface Answerable {
  personId: string;
  applicationId: string;
  /** Of the round they are in; null when they have none. */
  bookingId: string | null;
  /** Held, and nobody has said yes. */
  waits: boolean;
  isToday: boolean;
  /** Times by the number that a text gave them. */
  offered: Record<number, string>;
}

export interface OpenReply {
  id: string;
  number: string;
  words: string;
  receivedAt: Date;
  whyNot: string | null;
  /** Everybody who uses that number. */
  people: string[];
}

const ANSWERABLE = {
  name: 'replies-answerable',
  text: `select a.person_id as "personId", a.id as "applicationId", b.id as "bookingId", coalesce(b.agreed_at is null and b.id is not null and o.starts_at > $2, false) as waits,
           coalesce((o.starts_at at time zone 'Europe/London')::date = $3 and o.ends_at > $2, false) as "isToday",
           coalesce((select jsonb_object_agg(t.position, t.slot_id) from offered_time t where t.application_id = a.id), '{}') as offered
         from application a join application_round r on r.application_id = a.id
         left join booking b on b.application_id = a.id and b.round_id = r.round_id and b.state = 'live'
         left join slot s on s.id = b.slot_id left join occasion o on o.id = s.occasion_id
         where a.person_id = any($1) and a.state in ('shortlisted', 'interviewing') and a.superseded_by is null order by a.id`,
};

const OPEN = {
  name: 'replies-open',
  text: `select t.id, t.number, t.words, t.received_at as "receivedAt", t.why_not as "whyNot", array(
           select p.name from contact_point c join person p on p.id = c.person_id
           where c.kind = 'phone' and c.value = t.number and c.verified_at is not null and c.removed_at is null and p.name is not null order by p.name) as people
         from text_reply t where t.did is null and t.handled_at is null order by t.received_at, t.id limit 200`,
};

const OPEN_COUNT = { name: 'replies-open-count', text: `select count(*)::int as count from text_reply where did is null and handled_at is null` };

/** Texts that came in. */
@Injectable()
export class RepliesQueries {
  constructor(private readonly database: Database) {}

  async answerable(personIds: readonly string[], now: Date, today: string): Promise<Answerable[]> {
    return this.database.rows<Answerable>(ANSWERABLE, [personIds, now, today]);
  }

  async open(): Promise<OpenReply[]> {
    return this.database.rows<OpenReply>(OPEN);
  }

  async countOpen(): Promise<number> {
    return (await this.database.row<{ count: number }>(OPEN_COUNT))!.count;
  }
}
