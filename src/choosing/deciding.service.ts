import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { ChangedMeanwhile, Conflict, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { PeopleQueries } from '../people/people.queries.js';
import { Person } from '../people/person.entity.js';
import { Application } from '../applications/application.entity.js';
import type { PanelDecisionDto, TogetherDto } from './choosing.dto.js';
import { Decision } from './decision.entity.js';
import { canDecide, canDecideTogether, canDiscard, canOffer, type FreeSeats, type Together } from './decision.rules.js';

const CHANGED = 'Somebody else has changed this since you opened the page. Open it and look again.';

/** What panels decide: recorded as pending, changed or discarded, and applied together with Disabled residents. */
@Injectable()
export class DecidingService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly people: PeopleQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * Records or changes what is pending; nothing else changes yet. `version` is of the pending decision the form showed, if it showed one.
   * Throws `ChangedMeanwhile` with what another saved, `RuleViolation`.
   */
  async savePending(actor: Actor, applicationId: string, dto: PanelDecisionDto & { version?: number }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await lockApplication(tx, applicationId);
      const pending = await pendingOf(tx, applicationId);
      if (pending && sameDecision(pending, dto)) return;
      if (pending && pending.version !== dto.version) throw new ChangedMeanwhile(await this.saved(tx, pending));
      if (!pending && dto.version !== undefined) throw new Conflict('What was pending was applied or discarded meanwhile. Open the application and look again.');
      if (pending) await this.changeIn(tx, actor, application, pending, dto);
      else await this.recordIn(tx, actor, application, dto);
    });
  }

  /** From a list: `version` is of all that was decided about them before. Recording the same again changes nothing. Throws `RuleViolation`, `Conflict`. */
  async recordFromList(actor: Actor, applicationId: string, version: number, dto: PanelDecisionDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await lockApplication(tx, applicationId);
      const pending = await pendingOf(tx, applicationId);
      if (pending && sameDecision(pending, dto)) return;
      if (application.state === 'withdrawn') throw new RuleViolation('They have withdrawn their application');
      if (pending) throw new Conflict('Something else is pending for them already. Open it to see both');
      if (await decisionsVersion(tx, applicationId) !== version) throw new Conflict(CHANGED);
      await this.recordIn(tx, actor, application, dto);
    });
  }

  async discard(actor: Actor, applicationId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await lockApplication(tx, applicationId);
      const pending = await pendingOf(tx, applicationId);
      if (!pending) return;
      refuseUnless(canDiscard(pending));
      await tx.update(Decision, pending.id, { state: 'discarded', discardedAt: this.clock.now() });
      await this.audit.record(tx, actor, 'decision.discarded', { type: 'application', id: applicationId }, { decisionId: pending.id });
    });
  }

  /** Decides it: from here on it counts, though nobody is told yet. `version` is of the pending decision. Throws `RuleViolation`, `Conflict`. */
  async apply(actor: Actor, applicationId: string, version: number, together: TogetherDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await lockApplication(tx, applicationId);
      const pending = await pendingOf(tx, applicationId);
      if (!pending) throw new Conflict(application.state === 'withdrawn' ? 'They have withdrawn their application' : 'It was applied or discarded meanwhile');
      if (pending.version !== version) throw new Conflict(CHANGED);
      await this.applyIn(tx, actor, application, pending, together);
    });
  }

  /** Recorded and applied in one step. */
  async decide(actor: Actor, applicationId: string, dto: PanelDecisionDto & TogetherDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await lockApplication(tx, applicationId);
      const before = await pendingOf(tx, applicationId);
      if (before) throw new RuleViolation('Something is pending for them. Apply or discard that first');
      const pending = await this.recordIn(tx, actor, application, dto);
      await this.applyIn(tx, actor, application, pending, dto);
    });
  }

  private async recordIn(tx: EntityManager, actor: Actor, application: Application, dto: PanelDecisionDto): Promise<Decision> {
    await this.refuseUndecidable(tx, application, dto);
    const decision = tx.create(Decision, {
      id: newId(), applicationId: application.id, ...columnsOf(dto), state: 'pending', stateBefore: application.state,
      decidedBy: actor.personId, decidedAt: this.clock.now(),
    });
    await tx.insert(Decision, decision);
    await this.audit.record(tx, actor, 'decision.pending', { type: 'application', id: application.id }, { decisionId: decision.id, outcome: dto.outcome });
    return decision;
  }

  private async changeIn(tx: EntityManager, actor: Actor, application: Application, pending: Decision, dto: PanelDecisionDto): Promise<void> {
    await this.refuseUndecidable(tx, application, dto);
    await tx.update(Decision, pending.id, { ...columnsOf(dto), decidedBy: actor.personId, decidedAt: this.clock.now() });
    await this.audit.record(tx, actor, 'decision.changed', { type: 'application', id: application.id }, { decisionId: pending.id, outcome: dto.outcome });
  }

  private async applyIn(tx: EntityManager, actor: Actor, application: Application, pending: Decision, dto: TogetherDto): Promise<void> {
    const together = togetherOf(dto);
    const available = (await this.people.withRole('co_decider')).map(({ id }) => id);
    refuseUnless(canDecideTogether(together, { leads: await this.people.withPartners([actor.personId, pending.decidedBy]), applicant: application.personId, available }));
    await this.refuseUndecidable(tx, application, pending);
    if (pending.seatKind) refuseUnless(canOffer(pending.seatKind, await freeSeats(tx, application.callId, pending.seatKind)));
    const now = this.clock.now();
    await tx.update(Decision, pending.id, {
      state: 'applied', stateBefore: application.state, appliedBy: actor.personId, appliedAt: now,
      coDecidedBy: together.coDeciders[0] ?? null, noCoDeciderReason: together.noCoDeciderReason,
    });
    await tx.query(`insert into decision_co_decider (decision_id, person_id) select $1, unnest($2::uuid[])`, [pending.id, together.coDeciders]);
    await tx.update(Application, application.id, { state: pending.outcome });
    await this.audit.record(tx, actor, 'application.decided', { type: 'application', id: application.id },
      { decisionId: pending.id, outcome: pending.outcome, coDecidedBy: together.coDeciders.join(' ') || null });
    if (dto.minutes !== undefined) await this.recordTime(tx, actor, application.callId, together.coDeciders, dto.sittingId ?? newId(), dto.minutes);
  }

  /** Once a sitting, with the first application that is applied in it. */
  private async recordTime(tx: EntityManager, actor: Actor, callId: string, coDeciders: readonly string[], sittingId: string, minutes: number): Promise<void> {
    const day = this.clock.today();
    for (const personId of coDeciders) {
      const [made] = await tx.query<{ id: string }[]>(
        `insert into co_deciding (id, sitting_id, call_id, person_id, on_day, minutes, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (sitting_id, person_id) do nothing returning id`,
        [newId(), sittingId, callId, personId, day, minutes, actor.personId, this.clock.now()],
      );
      if (!made) continue;
      await this.audit.record(tx, actor, 'co-deciding.recorded', { type: 'person', id: personId }, { coDecidingId: made.id, minutes });
      await this.bus.emit(tx, 'co-deciding.recorded', { coDecidingId: made.id, callId, personId, day, minutes, recordedBy: actor.personId });
    }
  }

  private async refuseUndecidable(tx: EntityManager, application: Application, { outcome, seatKind }: Pick<PanelDecisionDto, 'outcome'> & { seatKind?: string | null }): Promise<void> {
    refuseUnless(canDecide({
      state: application.state, needsAgeCheck: application.needsAgeCheck, ageChecked: application.ageCheckedAt !== null,
      untold: await tx.existsBy(Decision, { applicationId: application.id, state: 'applied' }),
    }, outcome));
    if (outcome === 'offered' && !seatKind) throw new RuleViolation('Choose the kind of seat you offer');
  }

  private async saved(tx: EntityManager, { decidedBy, decidedAt, version, ...decision }: Decision) {
    const lead = await tx.findOneBy(Person, { id: decidedBy });
    return { by: lead?.name ?? null, at: decidedAt, version, values: { ...decision } };
  }
}

export async function lockApplication(tx: EntityManager, id: string): Promise<Application> {
  const application = await tx.findOne(Application, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!application || application.state === 'draft' || application.supersededBy) throw new NotFound();
  return application;
}

async function pendingOf(tx: EntityManager, applicationId: string): Promise<Decision | null> {
  return tx.findOne(Decision, { where: { applicationId, state: 'pending' }, lock: { mode: 'pessimistic_write' } });
}

async function decisionsVersion(tx: EntityManager, applicationId: string): Promise<number> {
  const [row] = await tx.query<{ version: number }[]>(
    `select coalesce(sum(version), 0)::int as version from decision where application_id = $1`, [applicationId]);
  return row!.version;
}

function columnsOf({ outcome, seatKind, reason, nextCallId, nextWords }: PanelDecisionDto) {
  const helps = outcome === 'not_selected' || outcome === 'reserve';
  return {
    outcome, reason, seatKind: outcome === 'offered' ? seatKind ?? null : null,
    nextCallId: helps ? nextCallId ?? null : null, nextWords: helps ? nextWords ?? null : null,
  };
}

function sameDecision(decision: Decision, dto: PanelDecisionDto): boolean {
  const columns = columnsOf(dto);
  return (Object.keys(columns) as (keyof typeof columns)[]).every((key) => decision[key] === columns[key]);
}

function togetherOf({ coDecidedBy, noCoDeciderReason }: TogetherDto): Together {
  const chosen = typeof coDecidedBy === 'string' ? [coDecidedBy] : coDecidedBy ?? [];
  return { coDeciders: [...new Set(chosen)], noCoDeciderReason: noCoDeciderReason ?? null };
}

/** Locks the seats of this kind, so that of two offers at once the second counts the first. */
async function freeSeats(tx: EntityManager, callId: string, kind: string): Promise<FreeSeats> {
  const [seats] = await tx.query<{ places: number }[]>(`select places from call_seat where call_id = $1 and kind = $2 for update`, [callId, kind]);
  const [taken] = await tx.query<{ count: number }[]>(
    `select count(*)::int as count from application a
     join decision d on d.application_id = a.id and d.outcome = 'offered' and d.state in ('applied', 'told') and d.seat_kind = $2
     where a.call_id = $1 and (a.state = 'offered' or a.state = 'accepted'
       and exists (select from membership m where m.application_id = a.id and m.to_on is null))`, [callId, kind]);
  return { places: seats?.places ?? 0, taken: taken!.count };
}
