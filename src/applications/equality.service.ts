import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { hashToken, KeyRing, sameBytes } from '../platform/crypto.js';
import { Database, type NamedQuery } from '../platform/database.js';
import { NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { isId } from '../platform/ids.js';
import { BackgroundWorker } from '../platform/worker.js';
import { canAnswer } from './equality.rules.js';

const OWN: NamedQuery = {
  name: 'equality-own',
  text: `select call_id as "callId" from application where id = $1 and person_id = $2 and submitted_at is not null and state <> 'withdrawn'`,
};
const USED: NamedQuery = { name: 'equality-used', text: `select from equality_token where hash = $1` };
const INTERVIEWS: NamedQuery = { name: 'equality-interviews', text: `select interviews_from::text as day from call where id = $1` };

const NOT_A_TOKEN = 'These questions can’t be answered from here. Open them from your application again';

/**
 * Answers that lead to nobody. A token is made from the application with our secret, so that one application answers once;
 * only the hash of it is kept, and not with the answers. There is no audit of any of it.
 */
@Injectable()
export class Equality implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.shuffle());
  }

  /** Throws `NotFound` when there is no such application of theirs that was sent. */
  async tokenFor(personId: string, applicationId: string): Promise<{ token: string; used: boolean }> {
    const own = await this.database.row<{ callId: string }>(OWN, [applicationId, personId]);
    if (!own) throw new NotFound();
    const payload = `${own.callId}.${this.keys.derive('equality application', applicationId).toString('base64url')}`;
    const used = await this.database.row(USED, [hashToken(payload)]);
    return { token: `${payload}.${this.seal(payload).toString('base64url')}`, used: used !== null };
  }

  /** What was chosen, by question. Throws `RuleViolation` for a token that is wrong, used or too late. */
  async give(token: string, answers: readonly { question: string; option: string }[]): Promise<void> {
    const { callId, payload } = this.read(token);
    const call = await this.database.row<{ day: string }>(INTERVIEWS, [callId]);
    if (!call) throw new RuleViolation(NOT_A_TOKEN);
    refuseUnless(canAnswer(call.day, this.clock.today()));
    // Two transactions, and the mark first: rather lose an answer in between than keep both together.
    const [marked] = await this.database.transaction((tx) => tx.query<unknown[]>(
      `insert into equality_token (hash) values ($1) on conflict do nothing returning 1`, [hashToken(payload)]));
    if (!marked) throw new RuleViolation('You have answered these questions already. Thank you');
    const month = this.clock.today().slice(0, 7);
    await this.database.transaction((tx) => tx.query(
      `insert into equality_answer (call_id, month, question_code, option_code)
       select $1, $2, question, option from unnest($3::text[], $4::text[]) as a (question, option) order by random()`,
      [callId, month, answers.map(({ question }) => question), answers.map(({ option }) => option)]));
  }

  /** Rows that were written together stop lying together. */
  async shuffle(): Promise<void> {
    await this.database.transaction((tx) => tx.query(`select shuffle_equality()`));
  }

  private read(token: string): { callId: string; payload: string } {
    const [callId = '', nonce = '', seal = ''] = token.split('.');
    const payload = `${callId}.${nonce}`;
    if (!isId(callId) || !sameBytes(Buffer.from(seal, 'base64url'), this.seal(payload))) throw new RuleViolation(NOT_A_TOKEN);
    return { callId, payload };
  }

  private seal(payload: string): Buffer {
    return this.keys.derive('equality token', payload);
  }
}
