import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { formatDay } from '../shared/dates.js';
import { SafeDates, type WantedTime } from './safe-dates.js';
import { canOverride, type DateOverride } from './safe-dates.rules.js';

export type { DateOverride };

/** A date that comes too soon for somebody concerned; the first one that does not, for all of them. Never whose or why. */
export class TooSoonRefused extends RuleViolation {
  constructor(readonly firstSafeDay: string) {
    super(`This day leaves too little time to arrange what people need. The first day that is safe for everybody is ${formatDay(firstSafeDay)}`);
  }
}

/** Somebody was asked, but not everybody, or something is missing. */
export class OverrideRefused extends RuleViolation {
  constructor(message: string, readonly firstSafeDay: string) {
    super(message);
  }
}

/** Stands before every interview and meeting that is planned, placed or moved. */
@Injectable()
export class DateGuard {
  constructor(
    private readonly safeDates: SafeDates,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Refuses a time that comes too soon for somebody, unless everybody concerned was asked and said yes.
   * Runs in the transaction that plans it. Throws `TooSoonRefused`; `OverrideRefused` for an override that lacks something.
   */
  async require(tx: EntityManager, actor: Actor, time: WantedTime & { occasionId: string }, override: DateOverride | null): Promise<void> {
    const late = await this.safeDates.tooSoon(time);
    if (late.length === 0) return;
    const firstSafeDay = await this.safeDates.firstSafeDay(time.personIds);
    if (!override) throw new TooSoonRefused(firstSafeDay);
    const asked = time.personIds.filter((id) => id !== actor.personId);
    const outcome = canOverride(override, asked, this.clock.today());
    if (!outcome.ok) throw new OverrideRefused(outcome.reason, firstSafeDay);
    for (const personId of asked) await this.record(tx, actor, time.occasionId, personId, override);
    await this.audit.record(tx, actor, 'occasion.date-agreed', { type: 'occasion', id: time.occasionId });
  }

  /** "I did not agree": a co-ordinator sees it. Somebody else's is `NotFound`; twice is once. */
  async deny(tx: EntityManager, actor: Actor, personId: string, agreementId: string): Promise<void> {
    const [row] = await tx.query<{ denied: boolean }[]>(
      `select denied_at is not null as denied from date_agreement where id = $1 and person_id = $2 for update`, [agreementId, personId]);
    if (!row) throw new NotFound();
    if (row.denied) return;
    await tx.query(`update date_agreement set denied_at = $2 where id = $1`, [agreementId, this.clock.now()]);
    await this.audit.record(tx, actor, 'occasion.date-agreement-denied', { type: 'date_agreement', id: agreementId });
  }

  /** A co-ordinator has spoken with them. */
  async settle(tx: EntityManager, actor: Actor, agreementId: string): Promise<void> {
    const [row] = await tx.query<{ denied: boolean; settled: boolean }[]>(
      `select denied_at is not null as denied, settled_at is not null as settled from date_agreement where id = $1 for update`, [agreementId]);
    if (!row?.denied) throw new NotFound();
    if (row.settled) return;
    await tx.query(`update date_agreement set settled_at = $2, settled_by = $3 where id = $1`, [agreementId, this.clock.now(), actor.personId]);
    await this.audit.record(tx, actor, 'occasion.date-agreement-settled', { type: 'date_agreement', id: agreementId });
  }

  /** Moved again: what somebody says now counts for the time it has now. */
  private async record(tx: EntityManager, actor: Actor, occasionId: string, personId: string, { reason, spokeOn }: DateOverride): Promise<void> {
    await tx.query(
      `insert into date_agreement (id, occasion_id, person_id, reason, spoke_on, recorded_by, recorded_at) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (occasion_id, person_id) do update set reason = excluded.reason, spoke_on = excluded.spoke_on,
         recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at, denied_at = null, settled_by = null, settled_at = null`,
      [newId(), occasionId, personId, reason, spokeOn, actor.personId, this.clock.now()]);
  }
}
