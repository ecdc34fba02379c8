import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { hashToken, newToken, sameBytes } from '../platform/crypto.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { RateLimits } from '../platform/rate-limits.js';
import { BackgroundWorker } from '../platform/worker.js';
import { ContactPoint } from './contact-point.entity.js';
import type { Contact } from './people.rules.js';
import { PeopleService } from './people.service.js';
import { Sessions } from './sessions.service.js';
import { SharedSignIn } from './shared-sign-in.entity.js';
import { canGoOn, ownContact, SECOND_STEP_MINUTES, SECOND_STEP_TRIES, whoItMayBe, type Sharer } from './sharing.rules.js';
import { SpokenCodes } from './spoken-codes.service.js';

const SHARERS = {
  name: 'people-of-shared-address',
  text: `select p.id, p.name from contact_point c join person p on p.id = c.person_id
         where c.kind = $1 and c.value = $2 and c.shared and c.verified_at is not null and c.removed_at is null and p.merged_into is null
         order by c.created_at, c.id`,
};

const STEP = {
  name: 'shared-sign-in',
  text: `select kind, value, person_id as "personId", used_at as "usedAt", expires_at as "expiresAt", tries
         from shared_sign_in where token_hash = $1`,
};

const STARTED_ELSEWHERE = 'That code is not right. Ask for a new one, or call us.';

export interface Opened {
  sessionToken: string;
  nextPath: string | null;
}

export type SecondStepOutcome = { ok: true; opened: Opened } | { ok: false; reason: string };

/**
 * Signing in at an address that several people read. Its code shows only that somebody reads it, so they say who they
 * are, and show it by a second code: sent to an address of their own, or read out by staff. Until then they have no
 * session, and every page that needs one is closed to them.
 */
@Injectable()
export class SharedSignIns implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly limits: RateLimits,
    private readonly people: PeopleService,
    private readonly sessions: Sessions,
    private readonly spoken: SpokenCodes,
    private readonly audit: Audit,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.forgetOld());
  }

  /** The token for this browser's cookie. */
  async begin(tx: EntityManager, contact: Contact, nextPath: string | null): Promise<string> {
    const token = newToken();
    const now = this.clock.realNow();
    await tx.insert(SharedSignIn, {
      id: newId(), tokenHash: hashToken(token), ...contact, personId: null, nextPath, tries: 0,
      createdAt: now, expiresAt: new Date(now.getTime() + SECOND_STEP_MINUTES * 60_000), usedAt: null,
    });
    return token;
  }

  /** Whom to choose from; null when there is nothing to go on with. */
  async whoReads(token: string): Promise<{ people: { id: string; shown: string }[]; chosen: boolean } | null> {
    const step = await this.database.row<SharedSignIn>(STEP, [hashToken(token)]);
    if (!step || !canGoOn(step, this.clock.realNow()).ok) return null;
    const sharers = await this.database.rows<Sharer>(SHARERS, [step.kind, step.value]);
    return { people: whoItMayBe(sharers), chosen: step.personId !== null };
  }

  /**
   * "That is me". A second code goes to an address of their own, if they have one; what is answered is the same if
   * they have none, so that nobody learns it. Throws `TooManyTries`, `NotFound`, `RuleViolation`.
   */
  async choose(token: string, personId: string): Promise<void> {
    await this.limits.use('second-step', personId);
    await this.database.transaction(async (tx) => {
      const step = await this.lock(tx, token);
      const sharers = await this.database.rows<Sharer>(SHARERS, [step.kind, step.value]);
      if (!sharers.some(({ id }) => id === personId)) throw new NotFound();
      await tx.update(SharedSignIn, step.id, { personId });
      const own = ownContact(await this.contactsOf(tx, personId));
      if (own) await this.bus.emit(tx, 'sign-in.second-step', { stepId: step.id, personId, contactId: own.id });
      await this.audit.record(tx, null, 'sign-in.second-step', { type: 'person', id: personId });
    });
  }

  /** Somebody new at this address: there is nothing yet for others to have read, so they go in at once. */
  async joinAs(token: string, name: string): Promise<Opened> {
    return this.database.transaction(async (tx) => {
      const step = await this.lock(tx, token);
      const personId = await this.people.create(tx, { name });
      await this.people.addContact(tx, personId, { kind: step.kind, value: step.value });
      return this.open(tx, step, personId);
    });
  }

  /** With the code that was sent to an address of their own, or that staff read out. A wrong one costs a try. */
  async finish(token: string, code: string, ip: string): Promise<SecondStepOutcome> {
    await this.limits.use('sign-in-guess', ip);
    return this.database.transaction(async (tx) => {
      const step = await this.lock(tx, token);
      const { personId } = step;
      if (!personId) throw new NotFound();
      const stillShares = (await this.contactsOf(tx, personId)).some(({ kind, value, shared }) => shared && kind === step.kind && value === step.value);
      if (!stillShares) return { ok: false as const, reason: STARTED_ELSEWHERE };
      if (await this.isRight(tx, step.id, personId, code)) return { ok: true as const, opened: await this.open(tx, step, personId) };
      await tx.update(SharedSignIn, step.id, { tries: step.tries + 1 });
      return { ok: false as const, reason: wrongCode(SECOND_STEP_TRIES - step.tries - 1) };
    });
  }

  private async isRight(tx: EntityManager, stepId: string, personId: string, code: string): Promise<boolean> {
    // One without an address of their own was sent nothing, so that no code can be guessed for them.
    const wasSent = ownContact(await this.contactsOf(tx, personId)) !== null;
    if (wasSent && sameBytes(Buffer.from(code), Buffer.from(this.spoken.secondCodeOf(stepId, personId)))) return true;
    return this.spoken.redeem(tx, personId, code);
  }

  private async open(tx: EntityManager, step: SharedSignIn, personId: string): Promise<Opened> {
    await tx.update(SharedSignIn, step.id, { usedAt: this.clock.realNow() });
    await this.audit.record(tx, null, 'person.signed-in', { type: 'person', id: personId }, { by: `shared ${step.kind}` });
    return { sessionToken: await this.sessions.open(tx, personId), nextPath: step.nextPath };
  }

  private async contactsOf(tx: EntityManager, personId: string): Promise<ContactPoint[]> {
    return tx.query<ContactPoint[]>(
      `select id, kind, value, shared from contact_point
       where person_id = $1 and verified_at is not null and removed_at is null and kind in ('email', 'phone') order by preferred desc, created_at`,
      [personId],
    );
  }

  private async lock(tx: EntityManager, token: string): Promise<SharedSignIn> {
    const step = await tx.findOne(SharedSignIn, { where: { tokenHash: hashToken(token) }, lock: { mode: 'pessimistic_write' } });
    if (!step) throw new NotFound();
    refuseUnless(canGoOn(step, this.clock.realNow()));
    return step;
  }

  private async forgetOld(): Promise<void> {
    await this.database.transaction((tx) => tx.query(`delete from shared_sign_in where expires_at < $1`, [this.clock.realNow()]));
  }
}

function wrongCode(left: number): string {
  if (left === 0) return 'That code is not right, and it was the last try. Start again.';
  return `That code is not right. You have ${left} more ${left === 1 ? 'try' : 'tries'}.`;
}
