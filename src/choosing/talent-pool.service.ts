import { Injectable, type OnModuleInit } from '@nestjs/common';
import { addDays, addMonths } from '../shared/dates.js';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { SettingsReader } from '../platform/settings.js';
import { BackgroundWorker } from '../platform/worker.js';
import { TalentPoolQueries } from './talent-pool.queries.js';

const WARN_DAYS = 30;

/** By consent, with an end, and left at any time. */
@Injectable()
export class TalentPoolService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly queries: TalentPoolQueries,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly settings: SettingsReader,
    private readonly worker: BackgroundWorker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.warn());
  }

  /** "Tell me about other groups", or to stay longer: from today for as long as the council keeps people. */
  async join(actor: Actor, id: string, interests: string | null): Promise<void> {
    const months = (await this.settings.current())['choosing.talent-pool-months'];
    const personId = subjectOf(actor);
    const expiresOn = addMonths(this.clock.today(), months);
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ id: string }[]>(
        `insert into talent_pool (id, person_id, interests, consented_at, expires_on) values ($1, $2, $3, $4, $5)
         on conflict (person_id) where revoked_at is null do update set interests = excluded.interests,
           consented_at = excluded.consented_at, expires_on = excluded.expires_on, warned_at = null returning id`,
        [id, personId, interests, this.clock.now(), expiresOn],
      );
      await this.audit.record(tx, actor, 'talent-pool.joined', { type: 'person', id: personId }, { talentPoolId: row!.id });
    });
  }

  async leave(actor: Actor): Promise<void> {
    const personId = subjectOf(actor);
    await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[unknown[], number]>(
        `update talent_pool set revoked_at = $2, interests = null where person_id = $1 and revoked_at is null returning id`, [personId, this.clock.now()]);
      if (rows.length > 0) await this.audit.record(tx, actor, 'talent-pool.left', { type: 'person', id: personId });
    });
  }

  /** Tells somebody in the pool about a call; once a call. Throws `NotFound`, `RuleViolation`. */
  async invite(actor: Actor, talentPoolId: string, callId: string, invitationId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [place] = await tx.query<{ personId: string }[]>(
        `select person_id as "personId" from talent_pool where id = $1 and revoked_at is null and expires_on > $2 for update`,
        [talentPoolId, this.clock.today()]);
      if (!place) throw new NotFound();
      if (!(await this.queries.openCalls()).some(({ id }) => id === callId)) throw new RuleViolation('Choose a call that is open or opens soon');
      const made = await tx.query<unknown[]>(
        `insert into talent_invitation (id, talent_pool_id, call_id, invited_by, invited_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing returning id`, [invitationId, talentPoolId, callId, actor.personId, this.clock.now()]);
      if (made.length === 0) return;
      await this.audit.record(tx, actor, 'talent-pool.invited', { type: 'person', id: place.personId }, { invitationId, callId });
      await this.bus.emit(tx, 'talent-pool.invited', { invitationId, talentPoolId, callId, personId: place.personId });
    });
  }

  /** A month before the end, once. */
  async warn(): Promise<void> {
    const today = this.clock.today();
    await this.database.transaction(async (tx) => {
      const [rows] = await tx.query<[{ id: string; personId: string }[], number]>(
        `update talent_pool set warned_at = $3 where revoked_at is null and warned_at is null and expires_on > $1 and expires_on <= $2
         returning id, person_id as "personId"`, [today, addDays(today, WARN_DAYS), this.clock.now()]);
      for (const { id, personId } of rows) await this.bus.emit(tx, 'talent-pool.expiring', { talentPoolId: id, personId });
    });
  }
}
