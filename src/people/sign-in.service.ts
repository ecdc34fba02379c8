import { Injectable, type OnModuleInit } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { hashToken, KeyRing, newToken, sameBytes } from '../platform/crypto.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { isId, newId } from '../platform/ids.js';
import { RateLimits } from '../platform/rate-limits.js';
import { BackgroundWorker } from '../platform/worker.js';
import { ContactPoint } from './contact-point.entity.js';
import { canRedeem, SIGN_IN_MINUTES, SIGN_IN_TRIES, type Contact, type ReachableKind } from './people.rules.js';
import { PeopleService } from './people.service.js';
import { Sessions } from './sessions.service.js';
import { SharedSignIns } from './shared-sign-ins.service.js';
import { SignIn } from './sign-in.entity.js';

const CODE_DIGITS = 6;
export const KEPT_HOURS = 24;

export interface LinkPurpose {
  kind: ReachableKind;
  value: string;
  addsTo: string | null;
}

/** What to ask for again, from the beginning. */
export interface AskedFor {
  nextPath: string | null;
  addsTo: string | null;
}

const ASKED_FOR = { name: 'sign-in-asked-for', text: `select next_path as "nextPath", adds_to as "addsTo" from sign_in where id = $1 and browser_hash = $2` };

const PURPOSE = { name: 'sign-in-purpose', text: `select kind, value, adds_to as "addsTo" from sign_in where id = $1` };

export interface Asked {
  signInId: string;
  /** For a cookie: the code works only in the browser that asked. */
  browserToken: string;
}

export interface SignedIn {
  sessionToken: string;
  nextPath: string | null;
}

/** A shared address: whoever reads it says next who they are. */
export interface HalfSignedIn {
  stepToken: string;
}

export type CodeOutcome = { ok: true; signedIn: SignedIn | HalfSignedIn } | { ok: false; reason: string };

/** The browser in which a code or a link comes back. */
export interface Back {
  ip: string;
  /** Who is signed in there already. */
  actor: Actor | null;
}

/**
 * Signing in with a link or a 6-digit code. The same for an address we know and for one we don't:
 * a new one becomes a new person when the code comes back.
 */
@Injectable()
export class SignInService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly limits: RateLimits,
    private readonly people: PeopleService,
    private readonly sessions: Sessions,
    private readonly shared: SharedSignIns,
    private readonly keys: KeyRing,
    private readonly audit: Audit,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.forgetOld());
  }

  /** Sends a code. `addsTo` is a person who is signed in and adds this address. Throws `TooManyTries`. */
  async ask(contact: Contact, from: { ip: string; nextPath: string | null; addsTo: string | null }): Promise<Asked> {
    const address = hashToken(contact.value).toString('base64url');
    await this.limits.use('sign-in-ask', from.ip);
    // Whoever asks too often for somebody else's address stops themselves long before that person.
    await this.limits.use('sign-in-address-from-here', `${address} ${from.ip}`);
    await this.limits.use('sign-in-address', address);
    const browserToken = newToken();
    const now = this.clock.realNow();
    const signIn = {
      id: newId(), ...contact, browserHash: hashToken(browserToken), addsTo: from.addsTo, nextPath: from.nextPath, tries: 0,
      createdAt: now, expiresAt: new Date(now.getTime() + SIGN_IN_MINUTES * 60_000), usedAt: null,
    };
    await this.database.transaction(async (tx) => {
      await tx.insert(SignIn, signIn);
      await this.bus.emit(tx, 'sign-in.requested', { signInId: signIn.id });
    });
    return { signInId: signIn.id, browserToken };
  }

  /** Redeems a code in the browser that asked. A wrong one costs a try. Throws `TooManyTries`, `NotFound`. */
  async redeemCode(asked: Asked, code: string, back: Back): Promise<CodeOutcome> {
    await this.limits.use('sign-in-guess', back.ip);
    return this.database.transaction(async (tx) => {
      const signIn = await this.lock(tx, asked.signInId);
      if (!sameBytes(signIn.browserHash, hashToken(asked.browserToken))) throw new NotFound();
      const usable = canRedeem(signIn, back.actor?.personId ?? null, this.clock.realNow());
      if (!usable.ok) return usable;
      if (!sameBytes(Buffer.from(code), Buffer.from(this.codeOf(signIn.id)))) {
        await tx.update(SignIn, signIn.id, { tries: signIn.tries + 1 });
        return { ok: false, reason: triesLeft(SIGN_IN_TRIES - signIn.tries - 1) };
      }
      return { ok: true, signedIn: await this.redeem(tx, signIn, back.actor) };
    });
  }

  /**
   * Redeems a link, in any browser; one that adds an address, only where its person is signed in.
   * Throws `RuleViolation` with what to do when it is used or old.
   */
  async redeemLink(signInId: string, token: string, back: Back): Promise<SignedIn | HalfSignedIn> {
    await this.limits.use('sign-in-guess', back.ip);
    return this.database.transaction(async (tx) => {
      const signIn = await this.lock(tx, signInId);
      if (!sameBytes(Buffer.from(token), Buffer.from(this.linkTokenOf(signIn.id)))) throw new NotFound();
      const usable = canRedeem(signIn, back.actor?.personId ?? null, this.clock.realNow());
      if (!usable.ok) throw new RuleViolation(usable.reason);
      return this.redeem(tx, signIn, back.actor);
    });
  }

  /** Demo only: a session for somebody without their code. */
  async openFor(personId: string): Promise<string> {
    return this.database.transaction((tx) => this.sessions.open(tx, personId));
  }

  codeOf(signInId: string): string {
    const number = this.keys.derive('sign-in-code', signInId).readUIntBE(0, 6) % 10 ** CODE_DIGITS;
    return String(number).padStart(CODE_DIGITS, '0');
  }

  linkTokenOf(signInId: string): string {
    return this.keys.derive('sign-in-link', signInId).toString('base64url');
  }

  /** They hold addresses. A day later nobody asks about one any more. */
  private async forgetOld(): Promise<void> {
    const before = new Date(this.clock.realNow().getTime() - KEPT_HOURS * 3_600_000);
    await this.database.transaction((tx) => tx.query(`delete from sign_in where expires_at < $1`, [before]));
  }

  private async lock(tx: EntityManager, id: string): Promise<SignIn> {
    const signIn = await tx.findOne(SignIn, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!signIn) throw new NotFound();
    return signIn;
  }

  /** What this browser asked for lately, whether its code still holds or not; null when it did not ask. */
  async askedFor(asked: Asked): Promise<AskedFor | null> {
    if (!isId(asked.signInId)) return null;
    return this.database.row<AskedFor>(ASKED_FOR, [asked.signInId, hashToken(asked.browserToken)]);
  }

  /** What the link would do, for the page with its button; null where there is no such link. */
  async linkPurpose(signInId: string, token: string): Promise<LinkPurpose | null> {
    if (!sameBytes(Buffer.from(token), Buffer.from(this.linkTokenOf(signInId)))) return null;
    return this.database.row<LinkPurpose>(PURPOSE, [signInId]);
  }

  private async redeem(tx: EntityManager, signIn: SignIn, actor: Actor | null): Promise<SignedIn | HalfSignedIn> {
    await tx.update(SignIn, signIn.id, { usedAt: this.clock.realNow() });
    const contact = { kind: signIn.kind, value: signIn.value };
    if (actor?.sessionId) await this.sessions.closeIn(tx, actor.sessionId);
    if (!signIn.addsTo && await this.people.isShared(tx, contact)) {
      return { stepToken: await this.shared.begin(tx, contact, signIn.nextPath) };
    }
    const personId = signIn.addsTo ?? await this.people.findOrCreate(tx, contact);
    if (signIn.addsTo) await this.addAddress(tx, signIn.addsTo, contact);
    await this.audit.record(tx, null, 'person.signed-in', { type: 'person', id: personId }, { by: signIn.kind });
    const by = await tx.findOneByOrFail(ContactPoint, { personId, ...contact, removedAt: IsNull() });
    return { sessionToken: await this.sessions.open(tx, personId, by.id), nextPath: signIn.nextPath };
  }

  private async addAddress(tx: EntityManager, personId: string, { kind, value }: Contact): Promise<void> {
    const owner = await this.people.ownerOf(tx, { kind, value });
    if (owner && owner !== personId) {
      throw new Conflict('Somebody else uses this address already. If you share it, call or text us, and we will set that up with you.');
    }
    await this.people.addContact(tx, personId, { kind, value });
    // Messages go where only they read, if they can.
    if (await this.people.isShared(tx, { kind, value })) return;
    await tx.update(ContactPoint, { personId, preferred: true }, { preferred: false });
    await tx.update(ContactPoint, { personId, kind, value, removedAt: IsNull() }, { preferred: true });
  }
}

function triesLeft(left: number): string {
  if (left === 0) return 'That code is not right, and it was the last try. Ask for a new one.';
  return `That code is not right. You have ${left} more ${left === 1 ? 'try' : 'tries'}.`;
}
