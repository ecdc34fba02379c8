import { HttpException, Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { readTelephone } from '../people/people.rules.js';
import { PeopleQueries } from '../people/people.queries.js';
import { ConfirmingService } from './confirming.service.js';
import { InterviewsService } from './interviews.service.js';
import { OnTheDayService } from './on-the-day.service.js';
import { RepliesQueries, type Answerable } from './replies.queries.js';
import { onlyOne, readReply, type Reply } from './reply.rules.js';
import { SlotRequestsService } from './slot-requests.service.js';

export interface IncomingText {
  /** The row's; made by whoever enters it. */
  id?: string;
  /** The provider's own id of the text: the same one twice is one. */
  providerId: string | null;
  number: string;
  words: string;
  receivedAt: Date;
}

type Did = 'agreed' | 'none_suit' | 'chose' | 'late';

interface Doing {
  did: Did;
  target: Answerable;
  act: (actor: Actor) => Promise<void>;
}

const SHARED = 'Several people use this number, or it could mean more than one interview.';
const NOTHING_OPEN = 'There is nothing of theirs that this could answer.';

/** Answers by text. What is certain is done at once; everything else waits for a person. STOP never cancels an interview. */
@Injectable()
export class RepliesService {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleQueries,
    private readonly queries: RepliesQueries,
    private readonly confirming: ConfirmingService,
    private readonly interviews: InterviewsService,
    private readonly requests: SlotRequestsService,
    private readonly onTheDay: OnTheDayService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** A text came in, or somebody of the staff writes down one that did. Answers what it did; null when a person has to read it. */
  async receive(text: IncomingText, enteredBy: Actor | null = null): Promise<Did | null> {
    const id = text.id ?? newId();
    const number = readTelephone(text.number) ?? text.number.trim().slice(0, 40);
    if (!(await this.keep(id, { ...text, number }, enteredBy))) return null;
    const doing = await this.meaning(readReply(text.words), number);
    if (typeof doing === 'string') return this.leave(id, doing);
    try {
      await doing.act(actorFor(doing.target.personId, enteredBy));
    } catch (error) {
      if (error instanceof HttpException && error.getStatus() < 500) return this.leave(id, error.message, doing.target);
      throw error;
    }
    await this.finish(id, doing);
    return doing.did;
  }

  /** Somebody has read it and acted. */
  async handled(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ handledAt: Date | null }[]>(`select handled_at as "handledAt" from text_reply where id = $1 for update`, [id]);
      if (!row) throw new NotFound();
      if (row.handledAt) return;
      await tx.query(`update text_reply set handled_by = $2, handled_at = $3 where id = $1`, [id, actor.personId, this.clock.now()]);
      await this.audit.record(tx, actor, 'text-reply.handled', { type: 'text_reply', id });
    });
  }

  /** False when we have it already. */
  private async keep(id: string, { providerId, number, words, receivedAt }: IncomingText, enteredBy: Actor | null): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const made = await tx.query<object[]>(
        `insert into text_reply (id, provider_id, number, words, received_at, entered_by) values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id`,
        [id, providerId, number, words.slice(0, 2000), receivedAt, enteredBy?.personId ?? null]);
      if (made.length > 0) await this.audit.record(tx, enteredBy, 'text-reply.received', { type: 'text_reply', id });
      return made.length > 0;
    });
  }

  /** What to do, or why a person has to read it. */
  private async meaning(reply: Reply, number: string): Promise<Doing | string> {
    if (reply.says === 'unclear') return 'We are not sure what it says.';
    if (reply.says === 'call') return 'They ask for a call.';
    if (reply.says === 'stop') return 'They want no more texts. Ask how else we can reach them. Their interview stays.';
    const people = (await this.people.withContact({ kind: 'phone', value: number })).map(({ id }) => id);
    const open = await this.queries.answerable(people, this.clock.now(), this.clock.today());
    // Of two people with interviews it could be either who texts, whatever only one of them could mean.
    if (new Set(open.map(({ personId }) => personId)).size > 1) return SHARED;
    switch (reply.says) {
      case 'yes': return one(open.filter(({ waits }) => waits), 'agreed', (target) => (actor) => this.confirming.agree(actor, target.bookingId!));
      case 'no': return one(open.filter(({ waits }) => waits), 'none_suit', (target) => (actor) => this.noneSuit(actor, target));
      case 'late': return one(open.filter(({ isToday }) => isToday), 'late', (target) => (actor) => this.onTheDay.runLate(actor, target.bookingId!, reply.minutes));
      case 'choose': {
        const offers = open.filter(({ bookingId, offered }) => bookingId === null && offered[reply.position] !== undefined);
        return one(offers, 'chose', (target) => async (actor) => {
          await this.interviews.book(actor, target.offered[reply.position]!, target.applicationId);
        });
      }
    }
  }

  private async noneSuit(actor: Actor, { bookingId, applicationId }: Answerable): Promise<void> {
    await this.interviews.cancel(actor, bookingId!);
    await this.requests.noneSuit(actor, applicationId, null);
  }

  private async finish(id: string, { did, target }: Doing): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(`update text_reply set did = $2, booking_id = $3, application_id = $4 where id = $1`, [id, did, target.bookingId, target.applicationId]);
    });
  }

  private async leave(id: string, why: string, target: Answerable | null = null): Promise<null> {
    await this.database.transaction(async (tx) => {
      await tx.query(`update text_reply set why_not = $2, application_id = $3 where id = $1`, [id, why.slice(0, 300), target?.applicationId ?? null]);
    });
    return null;
  }
}

function one(candidates: readonly Answerable[], did: Did, act: (target: Answerable) => Doing['act']): Doing | string {
  const target = onlyOne(candidates);
  return target ? { did, target, act: act(target) } : candidates.length > 1 ? SHARED : NOTHING_OPEN;
}

/** The resident themselves, by text; or staff who write down what they texted. */
function actorFor(personId: string, enteredBy: Actor | null): Actor {
  return enteredBy ? { ...enteredBy, onBehalfOf: personId, channel: 'text', roles: [] }
    : { personId, name: null, onBehalfOf: null, channel: 'text', roles: [], sessionId: null };
}
