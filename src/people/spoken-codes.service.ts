import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { KeyRing, sameBytes } from '../platform/crypto.js';
import { Database } from '../platform/database.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { BackgroundWorker } from '../platform/worker.js';
import { SECOND_STEP_TRIES, SPOKEN_CODE_MINUTES } from './sharing.rules.js';

const CODE_DIGITS = 6;

const LIVE = {
  name: 'spoken-code-live',
  text: `select id, expires_at as "expiresAt" from spoken_code
         where person_id = $1 and made_by = $2 and used_at is null and expires_at > $3 and tries < ${SECOND_STEP_TRIES}`,
};

/** Second codes: those sent to an address of one's own, and those that staff read out on the phone. */
@Injectable()
export class SpokenCodes implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly keys: KeyRing,
    private readonly audit: Audit,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.forgetOld());
  }

  /**
   * A code to read out to somebody who shares their address, once they have answered what only they know. An earlier one
   * ends. It opens nothing without the code that goes to the shared address. Throws `RuleViolation`, `NotFound`.
   */
  async make(actor: Actor, personId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [person] = await tx.query<{ shares: boolean }[]>(
        `select exists (select from contact_point c where c.person_id = p.id and c.shared and c.removed_at is null) as shares
         from person p where p.id = $1 and p.merged_into is null for no key update`, [personId]);
      if (!person) throw new NotFound();
      if (personId === actor.personId) throw new RuleViolation('Nobody makes a code for themselves. Ask a colleague.');
      if (!person.shares) throw new RuleViolation('They share no address, so they need no second code. They sign in with the code that we send them.');
      const now = this.clock.realNow();
      await tx.query(`update spoken_code set used_at = $2 where person_id = $1 and used_at is null`, [personId, now]);
      const id = newId();
      await tx.query(
        `insert into spoken_code (id, person_id, made_by, created_at, expires_at) values ($1, $2, $3, $4, $5)`,
        [id, personId, actor.personId, now, new Date(now.getTime() + SPOKEN_CODE_MINUTES * 60_000)]);
      await this.audit.record(tx, actor, 'sign-in-code.made', { type: 'person', id: personId }, { codeId: id });
      await this.bus.emit(tx, 'sign-in-code.made', { codeId: id, personId });
    });
  }

  /** The code this member of staff has made and not seen used; for them alone. */
  async current(actor: Actor, personId: string): Promise<{ code: string; expiresAt: Date } | null> {
    const row = await this.database.row<{ id: string; expiresAt: Date }>(LIVE, [personId, actor.personId, this.clock.realNow()]);
    return row && { code: this.spokenCodeOf(row.id), expiresAt: row.expiresAt };
  }

  /** Uses the code up, or costs it one of its tries. */
  async redeem(tx: EntityManager, personId: string, code: string): Promise<boolean> {
    const [live] = await tx.query<{ id: string; tries: number }[]>(
      `select id, tries from spoken_code where person_id = $1 and used_at is null and expires_at > $2 and tries < ${SECOND_STEP_TRIES} for update`,
      [personId, this.clock.realNow()]);
    if (!live) return false;
    const right = sameBytes(Buffer.from(code), Buffer.from(this.spokenCodeOf(live.id)));
    if (right) await tx.query(`update spoken_code set used_at = $2 where id = $1`, [live.id, this.clock.realNow()]);
    else await tx.query(`update spoken_code set tries = tries + 1 where id = $1`, [live.id]);
    return right;
  }

  secondCodeOf(stepId: string, personId: string): string {
    return this.digits('second-step', `${stepId} ${personId}`);
  }

  spokenCodeOf(id: string): string {
    return this.digits('spoken-code', id);
  }

  private digits(purpose: string, value: string): string {
    const number = this.keys.derive(purpose, value).readUIntBE(0, 6) % 10 ** CODE_DIGITS;
    return String(number).padStart(CODE_DIGITS, '0');
  }

  private async forgetOld(): Promise<void> {
    const before = new Date(this.clock.realNow().getTime() - 24 * 3_600_000);
    await this.database.transaction((tx) => tx.query(`delete from spoken_code where expires_at < $1`, [before]));
  }
}
