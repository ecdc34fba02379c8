import { Injectable } from '@nestjs/common';
import { maskContact } from '../people/people.rules.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { londonDay } from '../shared/dates.js';
import { readBody, type Piece } from './mailbox.rules.js';
import { whatWentWrong, type MessageChannel } from './message.rules.js';

/**
 * All that somebody has not got, as one line. Neither what it is about, nor how many there are, nor when each was written:
 * a message that came right after another's may tell of an adjustment.
 */
export interface PersonToMend {
  /** The newest of these messages; those before it are meant too. */
  id: string;
  state: 'uncertain' | 'failed';
  to: string;
  channel: MessageChannel;
  /** The day the oldest was written. */
  since: string;
  problem: string;
}

export interface PersonBeingRetried {
  to: string;
  channel: MessageChannel;
  minutesToNextTry: number;
  problem: string;
}

export interface Unreachable {
  personId: string;
  name: string | null;
  since: Date;
}

export interface MailboxEntry {
  id: string;
  channel: MessageChannel;
  address: string;
  name: string | null;
  subject: string | null;
  firstWords: string;
  receivedAt: Date;
}

export interface MailboxLetter {
  id: string;
  channel: MessageChannel;
  address: string;
  name: string | null;
  subject: string | null;
  paragraphs: Piece[][][];
  receivedAt: Date;
  hasCalendar: boolean;
  olderId: string | null;
  newerId: string | null;
}

export interface MailboxAddress {
  address: string;
  name: string | null;
  count: number;
}

interface Recipient {
  name: string | null;
  channel: MessageChannel;
  address: string;
  lastError: string | null;
}

const RECIPIENT = `p.name, (array_agg(m.channel order by m.id desc))[1] as channel, (array_agg(m.address order by m.id desc))[1] as address,
  (array_agg(m.last_error order by m.state = 'uncertain' desc, m.id))[1] as "lastError"`;

const TO_MEND = {
  name: 'people-to-mend',
  text: `select (array_agg(m.id order by m.id desc))[1] as id, ${RECIPIENT}, min(m.created_at) as since,
           case when bool_or(m.state = 'uncertain') then 'uncertain' else 'failed' end as state
         from message m left join person p on p.id = m.person_id where m.state in ('uncertain', 'failed')
         group by coalesce(m.person_id::text, m.address), p.name order by since limit 200`,
};

const BEING_RETRIED = {
  name: 'people-being-retried',
  text: `select ${RECIPIENT}, min(m.next_attempt_at) as "nextAttemptAt"
         from message m left join person p on p.id = m.person_id where m.state = 'pending' and m.attempts > 0 and m.channel in ('email', 'text')
         group by coalesce(m.person_id::text, m.address), p.name order by p.name limit 200`,
};

const UNREACHABLE = {
  name: 'people-unreachable',
  text: `select p.id as "personId", p.name, min(a.at) as since
         from audit_entry a join person p on p.id = a.subject_id
         where a.action = 'message.unreachable' and not exists (
           select from contact_point c where c.person_id = p.id and c.verified_at is not null and c.removed_at is null)
         group by p.id, p.name order by since limit 200`,
};

const OWNER = `(select p.name from contact_point c join person p on p.id = c.person_id
  where c.value = d.address and c.verified_at is not null and c.removed_at is null and not c.shared limit 1)`;

const MAILBOX = {
  name: 'mailbox',
  text: `select d.message_id as id, d.channel, d.address, ${OWNER} as name, d.subject, d.body, d.received_at as "receivedAt"
         from demo_mailbox d where $1::text is null or d.address = $1 order by d.position desc limit $2`,
};

const MAILBOX_LETTER = {
  name: 'mailbox-letter',
  text: `select d.message_id as id, d.channel, d.address, ${OWNER} as name, d.subject, d.body, d.received_at as "receivedAt", d.calendar is not null as "hasCalendar",
           (select o.message_id from demo_mailbox o where o.position < d.position and ($2::text is null or o.address = $2)
            order by o.position desc limit 1) as "olderId",
           (select n.message_id from demo_mailbox n where n.position > d.position and ($2::text is null or n.address = $2)
            order by n.position limit 1) as "newerId"
         from demo_mailbox d where d.message_id = $1`,
};

const MAILBOX_CALENDAR = { name: 'mailbox-calendar', text: `select calendar from demo_mailbox where message_id = $1 and calendar is not null` };

const MAILBOX_ADDRESSES = {
  name: 'mailbox-addresses',
  text: `select d.address, ${OWNER} as name, count(*)::int as count
         from demo_mailbox d group by d.address order by name nulls last, d.address`,
};

@Injectable()
export class NotificationsQueries {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** People with messages that are uncertain or failed: who waits longest comes first. */
  async toMend(): Promise<PersonToMend[]> {
    const rows = await this.database.rows<Recipient & { id: string; state: PersonToMend['state']; since: Date }>(TO_MEND);
    return rows.map((row) => ({
      id: row.id, state: row.state, to: recipientName(row), channel: row.channel,
      since: londonDay(row.since), problem: whatWentWrong(row.lastError),
    }));
  }

  /** People whose messages did not go at the first try, and go again by themselves. */
  async beingRetried(): Promise<PersonBeingRetried[]> {
    const rows = await this.database.rows<Recipient & { nextAttemptAt: Date }>(BEING_RETRIED);
    return rows.map((row) => ({
      to: recipientName(row), channel: row.channel,
      minutesToNextTry: Math.max(1, Math.ceil((row.nextAttemptAt.getTime() - this.clock.realNow().getTime()) / 60_000)),
      problem: whatWentWrong(row.lastError),
    }));
  }

  /** People we had something to tell, and who still gave us no way to reach them. */
  async unreachable(): Promise<Unreachable[]> {
    return this.database.rows<Unreachable>(UNREACHABLE);
  }

  /** Demo: what has arrived, newest first; at one address, or at all. */
  async mailbox(address: string | null, limit: number): Promise<MailboxEntry[]> {
    const rows = await this.database.rows<MailboxEntry & { body: string }>(MAILBOX, [address, limit]);
    return rows.map(({ body, ...entry }) => ({ ...entry, firstWords: firstWords(body) }));
  }

  /** Demo: one letter, with its neighbours at one address, or at all. */
  async mailboxLetter(id: string, address: string | null): Promise<MailboxLetter | null> {
    const row = await this.database.row<Omit<MailboxLetter, 'paragraphs'> & { body: string }>(MAILBOX_LETTER, [id, address]);
    if (!row) return null;
    const { body, ...letter } = row;
    return { ...letter, paragraphs: readBody(body, this.config.publicUrl) };
  }

  /** Demo: what was attached to an email for a calendar. */
  async mailboxCalendar(id: string): Promise<string | null> {
    return (await this.database.row<{ calendar: string }>(MAILBOX_CALENDAR, [id]))?.calendar ?? null;
  }

  async mailboxAddresses(): Promise<MailboxAddress[]> {
    return this.database.rows<MailboxAddress>(MAILBOX_ADDRESSES);
  }
}

function recipientName({ name, channel, address }: Recipient): string {
  return name ?? maskContact({ kind: channel === 'email' ? 'email' : 'phone', value: address });
}

const FIRST_WORDS_LENGTH = 120;

/** What it says first, after the greeting, without addresses of pages. */
function firstWords(body: string): string {
  const paragraphs = body.split('\n\n');
  const first = (paragraphs[0]?.startsWith('Hello') ? paragraphs[1] : paragraphs[0]) ?? '';
  const text = first.replace(/https?:\/\/\S+/g, '').trim();
  return text.length > FIRST_WORDS_LENGTH ? `${text.slice(0, FIRST_WORDS_LENGTH).replace(/\s+\S*$/, '')} …` : text;
}
