import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { allowed, refused, type Outcome } from '../shared/result.js';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest, NotFound, refuseUnless } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { PeopleQueries } from '../people/people.queries.js';
import { InterpretersQueries } from '../adjustments/interpreters.queries.js';
import { CallEditing } from './call-editing.service.js';
import { Call } from './call.entity.js';
import { canApprove, canEdit, canMakeReady, canSendBack, type Makers, type Publishable } from './call.rules.js';
import type { GateDto } from './calls.dto.js';
import { ChecklistQueries } from './checklist.queries.js';
import { interpretersAreHeld } from './checklist.rules.js';

/** From a draft to the public page: the checklist, then a second person. */
@Injectable()
export class PublishingService {
  constructor(
    private readonly editing: CallEditing,
    private readonly checklist: ChecklistQueries,
    private readonly interpreters: InterpretersQueries,
    private readonly people: PeopleQueries,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Answers one question of the checklist, in the actor's name. Throws `RuleViolation` when the call's dates say no. */
  async passGate(actor: Actor, callId: string, gate: string, dto: GateDto): Promise<void> {
    await this.known(callId, gate);
    await this.editing.change(actor, callId, 'call.gate-passed', canEdit, async (tx, call) => {
      if (gate === 'formats') await tx.update(Call, callId, { easyReadOn: dto.easyReadOn ?? null, bslOn: dto.bslOn ?? null });
      if (gate === 'decided-together') await this.nameCoDeciders(tx, actor, callId, dto);
      const dates = gate === 'formats' ? { ...call, easyReadOn: dto.easyReadOn ?? null, bslOn: dto.bslOn ?? null } : call;
      refuseUnless(await this.checklist.computed(gate, dates) ?? allowed);
      const without = gate === 'interpreters' ? dto.withoutInterpreters ?? null : null;
      if (gate === 'interpreters') refuseUnless(interpretersAreHeld((await this.interpreters.heldFor(callId)).length, without));
      await tx.query(
        `update call_gate_pass set taken_back_by = $3, taken_back_at = $4 where call_id = $1 and gate = $2 and taken_back_at is null`,
        [callId, gate, actor.personId, this.clock.now()]);
      await tx.query(
        `insert into call_gate_pass (id, call_id, gate, passed_by, passed_at, reason, without) values ($1, $2, $3, $4, $5, $6, $7)`,
        [newId(), callId, gate, actor.personId, this.clock.now(), dto.reason, without]);
    }, { gate });
  }

  async takeGateBack(actor: Actor, callId: string, gate: string): Promise<void> {
    await this.known(callId, gate);
    await this.editing.change(actor, callId, 'call.gate-taken-back', canEdit, async (tx) => {
      await tx.query(
        `update call_gate_pass set taken_back_by = $3, taken_back_at = $4 where call_id = $1 and gate = $2 and taken_back_at is null`,
        [callId, gate, actor.personId, this.clock.now()]);
    }, { gate });
  }

  /** From here it waits for a second person. Throws `RuleViolation` with what is missing. */
  async makeReady(actor: Actor, callId: string): Promise<void> {
    await this.editing.change(actor, callId, 'call.made-ready', () => allowed, async (tx, call) => {
      refuseUnless(canMakeReady(await this.publishable(tx, call), this.clock.now()));
      await tx.update(Call, callId, { state: 'ready', readyBy: actor.personId, readyAt: this.clock.now(), sentBackBy: null, sentBackAt: null, sentBackReason: null });
      await this.bus.emit(tx, 'call.ready', { callId });
    });
  }

  /** Whoever wrote it reads the reason. */
  async sendBack(actor: Actor, callId: string, reason: string): Promise<void> {
    await this.editing.change(actor, callId, 'call.sent-back', canSendBack, async (tx) => {
      await tx.update(Call, callId, { state: 'draft', sentBackBy: actor.personId, sentBackAt: this.clock.now(), sentBackReason: reason });
      await this.bus.emit(tx, 'call.sent-back', { callId });
    });
  }

  /** Publishes it. A co-decider who approves it is named with those who decided it. Throws `RuleViolation`. */
  async approve(actor: Actor, callId: string): Promise<void> {
    await this.editing.change(actor, callId, 'call.published', () => allowed, async (tx, call) => {
      const duties = await this.duties(tx, call, actor.personId);
      refuseUnless(canApprove({ ...await this.publishable(tx, call), ...duties }, this.clock.now()));
      if (actor.roles.includes('co_decider')) {
        await tx.query(`insert into call_co_decider (call_id, person_id) values ($1, $2) on conflict do nothing`, [callId, actor.personId]);
      }
      refuseUnless(await this.powerIsShown(tx, call, actor.personId));
      const decided = await this.coDeciders(tx, callId);
      await tx.update(Call, callId, {
        state: 'published', publishedAt: this.clock.now(), publishedBy: actor.personId,
        noCoDeciderReason: decided.length > 0 ? null : call.noCoDeciderReason,
      });
      await this.bus.emit(tx, 'call.published', { callId });
    });
  }

  private async known(callId: string, gate: string): Promise<void> {
    const gates = await this.checklist.gates(callId);
    if (!gates.some(({ code }) => code === gate)) throw new NotFound();
  }

  private async nameCoDeciders(tx: EntityManager, actor: Actor, callId: string, { coDeciders, noCoDeciderReason }: GateDto): Promise<void> {
    const named = coDeciders ?? [];
    const known = new Set((await this.people.withRole('co_decider')).map(({ id }) => id));
    if (named.some((id) => !known.has(id) || id === actor.personId)) {
      throw new BadRequest('They are not co-deciders.', [{ field: 'coDeciders', message: 'Choose Disabled residents who are co-deciders, other than yourself' }]);
    }
    if (named.length === 0 && !noCoDeciderReason) {
      throw new BadRequest('Nobody is named.', [{ field: 'coDeciders', message: 'Choose who decided it with you, or say below why nobody did' }]);
    }
    await tx.query(`delete from call_co_decider where call_id = $1`, [callId]);
    await tx.query(`insert into call_co_decider (call_id, person_id) select $1, unnest($2::uuid[])`, [callId, [...new Set(named)]]);
    await tx.update(Call, callId, { noCoDeciderReason: named.length > 0 ? null : noCoDeciderReason ?? null });
  }

  private async publishable(tx: EntityManager, call: Call): Promise<Publishable> {
    const [row] = await tx.query<{ questions: number; places: number; gatesLeft: number }[]>(
      `select (select count(*)::int from question q where q.call_id = $1 and q.replaced_at is null) as questions,
         (select coalesce(sum(places), 0)::int from call_seat s where s.call_id = $1) as places,
         (select count(*)::int from call_gate g where not exists (
           select from call_gate_pass p where p.call_id = $1 and p.gate = g.code and p.taken_back_at is null)) as "gatesLeft"`, [call.id]);
    return { ...call, ...row! };
  }

  private async duties(tx: EntityManager, call: Call, approverId: string): Promise<Makers> {
    const [row] = await tx.query<Makers[]>(
      `select array(select duty_identity(maker) from unnest($1::uuid[]) as maker) as makers, duty_identity($2) as approver`,
      [[call.createdBy, call.editedBy, call.readyBy].filter((id) => id !== null), approverId]);
    return row!;
  }

  private async coDeciders(tx: EntityManager, callId: string): Promise<{ id: string; duty: string }[]> {
    return tx.query(`select person_id as id, duty_identity(person_id) as duty from call_co_decider where call_id = $1`, [callId]);
  }

  private async powerIsShown(tx: EntityManager, call: Call, approverId: string): Promise<Outcome> {
    const decided = await this.coDeciders(tx, call.id);
    const { approver } = await this.duties(tx, call, approverId);
    if (decided.some(({ id, duty }) => id !== approverId && duty === approver)) {
      return refused('You share a job with a resident who decided it, so you count as one. Somebody else must approve it');
    }
    return decided.length > 0 || call.noCoDeciderReason ? allowed : refused('Name who decided it, or why no Disabled resident did');
  }
}

