import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { readCode } from '../shared/reference.js';
import { londonDay, londonInstant } from '../shared/dates.js';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { KeyRing } from '../platform/crypto.js';
import { Database } from '../platform/database.js';
import { BadRequest, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { newCode } from '../platform/ids.js';
import { RateLimits } from '../platform/rate-limits.js';
import { SettingsReader } from '../platform/settings.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { Call } from '../calls/call.entity.js';
import { PeopleQueries } from '../people/people.queries.js';
import { readContact } from '../people/people.rules.js';
import { Application } from './application.entity.js';
import { ApplicationsService } from './applications.service.js';
import { canGive, canUse, checkContact, checkDeadline, closingOf, deadlineAfterContact } from './late-access.rules.js';
import type { FirstContactDto, LateCodeDto } from './late-access.dto.js';
import { codePlace } from './late-access.queries.js';

interface Found {
  id: string;
  codeSealed: string;
  personId: string | null;
  deadline: Date;
  usesAllowed: number;
}

const NOT_A_CODE = 'That code is not right for this. Check it, or call or text us';

/** More time to apply: given by staff, used by residents. Nothing of it is read where people choose. */
@Injectable()
export class LateAccess {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationsService,
    private readonly people: PeopleQueries,
    private readonly keys: KeyRing,
    private readonly limits: RateLimits,
    private readonly settings: SettingsReader,
    private readonly calendar: WorkingCalendar,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** A code for a number of people, until a deadline of its own. Again with the same id does nothing. */
  async giveCode(actor: Actor, dto: LateCodeDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const call = await this.call(tx, dto.callId);
      const deadline = instantOf(dto);
      refuseField('day', checkDeadline(call, deadline, this.clock.now()));
      await this.insert(tx, actor, { ...dto, kind: 'code', forWhom: dto.forWhom ?? null, personId: null, channel: null, contactedAt: null, deadline });
    });
  }

  /**
   * Somebody got in touch before it closed, so they may still apply for some working days: with the code,
   * or without where their address or number is known to be theirs alone.
   */
  async recordContact(actor: Actor, dto: FirstContactDto): Promise<void> {
    const contact = dto.contact === undefined ? null : readContact(dto.contact, !this.config.production);
    if (dto.contact !== undefined && !contact) throw fieldError('contact', 'Enter an email address or a mobile number, or leave it empty');
    const known = contact ? await this.people.withContact(contact) : [];
    const days = (await this.settings.current())['applications.first-contact-days'];
    await this.database.transaction(async (tx) => {
      const call = await this.call(tx, dto.callId);
      const contactedAt = instantOf(dto);
      refuseField('day', checkContact(call, contactedAt, this.clock.now()));
      const deadline = deadlineAfterContact(call, await this.calendar.addWorkingDays(londonDay(closingOf(call)), days));
      if (!deadline || deadline <= this.clock.now()) throw fieldError('callId', 'The time to apply after getting in touch is over for this call');
      await this.insert(tx, actor, {
        ...dto, kind: 'first_contact', uses: 1, personId: known.length === 1 ? known[0]!.id : null, contactedAt, deadline,
      });
    });
  }

  /** Takes it back: whoever has not sent their application can't by this any more. Throws `NotFound`. */
  async revoke(actor: Actor, id: string, mayAll: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ givenBy: string; revokedAt: Date | null }[]>(
        `select given_by as "givenBy", revoked_at as "revokedAt" from late_permission where id = $1 for update`, [id]);
      if (!row || (!mayAll && row.givenBy !== actor.personId)) throw new NotFound();
      if (row.revokedAt) return;
      await tx.query(`update late_permission set revoked_at = $2, revoked_by = $3 where id = $1`, [id, this.clock.now(), actor.personId]);
      await this.audit.record(tx, actor, 'late-access.revoked', { type: 'late_permission', id });
    });
  }

  /** Enters a code: gives the application's id, a new draft or the one there is. Throws `RuleViolation` when it can't be used. */
  async use(actor: Actor, callSlug: string, typed: string): Promise<string> {
    await this.countTry(actor);
    return this.database.transaction((tx) => this.useIn(tx, actor, callSlug, typed));
  }

  /** Nobody guesses codes. Throws `TooManyTries`. */
  async countTry(actor: Actor): Promise<void> {
    await this.limits.use('late-code', subjectOf(actor));
  }

  async useIn(tx: EntityManager, actor: Actor, callSlug: string, typed: string): Promise<string> {
    const personId = subjectOf(actor);
    const call = await tx.findOneBy(Call, { slug: callSlug });
    if (!call || call.state === 'draft') throw new NotFound();
    const found = await this.find(tx, call.id, typed);
    if (!found) throw new RuleViolation(NOT_A_CODE);
    const [others] = await tx.query<{ count: number }[]>(
      `select count(distinct person_id)::int as count from application where late_permission_id = $1 and person_id <> $2`, [found.id, personId]);
    refuseUnless(canUse({ ...found, usedByOthers: others!.count }, personId, this.clock.now()));
    const applicationId = await this.applications.startIn(tx, actor, callSlug, null, found);
    const application = await tx.findOneByOrFail(Application, { id: applicationId });
    if (application.state !== 'draft') throw new RuleViolation('You have sent an application for this already. Nothing more is needed');
    await tx.query(`update application set late_permission_id = $2 where id = $1 and late_permission_id is distinct from $2`, [applicationId, found.id]);
    await this.audit.record(tx, actor, 'late-access.used', { type: 'late_permission', id: found.id }, { applicationId });
    return applicationId;
  }

  /** Locks it: two who enter the last use of one code are counted one after the other. */
  private async find(tx: EntityManager, callId: string, typed: string): Promise<Found | null> {
    const code = readCode(typed);
    if (!code) return null;
    const rows = await tx.query<Found[]>(
      `select id, code_sealed as "codeSealed", person_id as "personId", deadline, uses_allowed as "usesAllowed"
       from late_permission where call_id = $1 and revoked_at is null order by id`, [callId]);
    const found = rows.find((row) => this.keys.decrypt(row.codeSealed, codePlace(row.id)) === code);
    if (!found) return null;
    const [stillThere] = await tx.query<{ id: string }[]>(`select id from late_permission where id = $1 and revoked_at is null for update`, [found.id]);
    return stillThere ? found : null;
  }

  private async call(tx: EntityManager, id: string): Promise<Call> {
    const call = await tx.findOneBy(Call, { id });
    if (!call) throw fieldError('callId', 'Choose the call');
    refuseField('callId', canGive(call, this.clock.now()));
    return call;
  }

  private async insert(tx: EntityManager, actor: Actor, row: {
    id: string; kind: 'code' | 'first_contact'; callId: string; forWhom: string | null; personId: string | null; uses: number;
    channel: string | null; contactedAt: Date | null; deadline: Date;
  }): Promise<void> {
    const made = await tx.query<{ id: string }[]>(
      `insert into late_permission (id, kind, call_id, for_whom, person_id, code_sealed, uses_allowed, contact_channel, contacted_at,
         deadline, given_by, given_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       on conflict (id) do nothing returning id`,
      [row.id, row.kind, row.callId, row.forWhom, row.personId, this.keys.encrypt(newCode(), codePlace(row.id)), row.uses,
        row.channel, row.contactedAt, row.deadline, actor.personId, this.clock.now()],
    );
    if (made.length > 0) await this.audit.record(tx, actor, 'late-access.given', { type: 'late_permission', id: row.id }, { kind: row.kind, callId: row.callId });
  }
}

function instantOf({ day, time }: { day: string; time: string }): Date {
  const outcome = londonInstant(day, time);
  if (!outcome.ok) throw fieldError('time', outcome.reason);
  return outcome.instant;
}

function refuseField(field: string, outcome: { ok: true } | { ok: false; reason: string }): void {
  if (!outcome.ok) throw fieldError(field, outcome.reason);
}

function fieldError(field: string, message: string): BadRequest {
  return new BadRequest('More time can’t be given like this.', [{ field, message }]);
}
