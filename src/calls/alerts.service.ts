import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Contact } from '../people/people.rules.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { hashToken, KeyRing, sameBytes } from '../platform/crypto.js';
import { Database } from '../platform/database.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { RateLimits } from '../platform/rate-limits.js';
import { BackgroundWorker } from '../platform/worker.js';

/** For how many days an address waits for its owner to say yes; then it is deleted. */
export const UNCONFIRMED_DAYS = 7;
const TOKEN_BYTES = 16;

export interface Alert extends Contact {
  id: string;
  confirmedAt: Date | null;
}

const LIVE = {
  name: 'call-alert-live',
  text: `select id, kind, value, confirmed_at as "confirmedAt" from call_alert where id = $1 and removed_at is null`,
};

const LIVE_BY_ADDRESS = {
  name: 'call-alert-by-address',
  text: `select id, kind, value, confirmed_at as "confirmedAt" from call_alert where kind = $1 and value = $2 and removed_at is null`,
};

const CONFIRMED = {
  name: 'call-alerts-confirmed',
  text: `select kind, value from call_alert where confirmed_at is not null and removed_at is null order by id`,
};

/**
 * "Tell me when something new opens", without an account. An address gets one message to confirm, and nothing else before
 * its owner said yes. Whoever asks learns nothing of whether we knew the address.
 */
@Injectable()
export class AlertsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly limits: RateLimits,
    private readonly keys: KeyRing,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.forgetUnconfirmed());
  }

  /** Writes to the address, whether it is new, waiting or confirmed. Throws `TooManyTries`. */
  async ask({ kind, value }: Contact, ip: string): Promise<void> {
    const address = hashToken(value).toString('base64url');
    await this.limits.use('alert-ask', ip);
    await this.limits.use('alert-address-from-here', `${address} ${ip}`);
    await this.limits.use('alert-address', address);
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ id: string }[]>(
        `insert into call_alert (id, kind, value, created_at) values ($1, $2, $3, $4)
         on conflict (kind, value) where removed_at is null do update
           set created_at = case when call_alert.confirmed_at is null then excluded.created_at else call_alert.created_at end
         returning id`,
        [newId(), kind, value, this.clock.now()],
      );
      await this.audit.record(tx, null, 'call-alert.asked', { type: 'call_alert', id: row!.id });
      await this.bus.emit(tx, 'call-alert.asked', { alertId: row!.id });
    });
  }

  /** The owner of the address says yes. Again is no harm. Throws `NotFound`, or `RuleViolation` when it waited too long. */
  async confirm(id: string, token: string): Promise<void> {
    this.check('call-alert-confirm', id, token);
    await this.database.transaction(async (tx) => {
      const [alert] = await tx.query<{ confirmedAt: Date | null }[]>(
        `select confirmed_at as "confirmedAt" from call_alert where id = $1 and removed_at is null for update`, [id]);
      if (!alert) throw new RuleViolation('This link is too old, or the messages were stopped. Ask again if you want them.');
      if (alert.confirmedAt) return;
      await tx.query(`update call_alert set confirmed_at = $2 where id = $1`, [id, this.clock.now()]);
      await this.audit.record(tx, null, 'call-alert.confirmed', { type: 'call_alert', id });
    });
  }

  /** Stops the messages and forgets the address, at once. Again is no harm. Throws `NotFound`. */
  async stop(id: string, token: string): Promise<void> {
    this.check('call-alert-stop', id, token);
    await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[{ id: string }[], number]>(
        `update call_alert set removed_at = $2, value = null where id = $1 and removed_at is null returning id`, [id, this.clock.now()]);
      if (rows.length > 0) await this.audit.record(tx, null, 'call-alert.stopped', { type: 'call_alert', id });
    });
  }

  /** Throws `NotFound` where the link is not one of ours. */
  check(purpose: 'call-alert-confirm' | 'call-alert-stop', id: string, token: string): void {
    if (!sameBytes(Buffer.from(token), Buffer.from(this.token(purpose, id)))) throw new NotFound('This link is not whole. Copy all of it from the message.');
  }

  token(purpose: 'call-alert-confirm' | 'call-alert-stop', id: string): string {
    return this.keys.derive(purpose, id).subarray(0, TOKEN_BYTES).toString('base64url');
  }

  async live(id: string): Promise<Alert | null> {
    return this.database.row<Alert>(LIVE, [id]);
  }

  async liveAt(contact: Contact): Promise<Alert | null> {
    return this.database.row<Alert>(LIVE_BY_ADDRESS, [contact.kind, contact.value]);
  }

  async confirmed(): Promise<Contact[]> {
    return this.database.rows<Contact>(CONFIRMED);
  }

  private async forgetUnconfirmed(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - UNCONFIRMED_DAYS * 86_400_000);
    await this.database.transaction((tx) => tx.query(`delete from call_alert where confirmed_at is null and created_at < $1`, [before]));
  }
}
