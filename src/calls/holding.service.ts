import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { InterpreterHolds } from '../adjustments/holds.service.js';
import { InterpretersQueries } from '../adjustments/interpreters.queries.js';
import { Call } from './call.entity.js';
import type { HoldDto } from './calls.dto.js';

/** Once people have applied, whether an interpreter can go tells what somebody needs: then it is for co-ordinators. */
export function mayLetGo(actor: Actor, call: { closesAt: Date }, now: Date): boolean {
  return may(actor, 'arrangement.write') || now < call.closesAt;
}

/** Which interpreters a call keeps free. Its checklist stands on it until it is published; then they stay. */
@Injectable()
export class HoldingService {
  constructor(
    private readonly holds: InterpreterHolds,
    private readonly interpreters: InterpretersQueries,
    private readonly clock: Clock,
  ) {}

  /** Throws `RuleViolation`, `Conflict`, `NotFound`. */
  async hold(tx: EntityManager, actor: Actor, callId: string, { resourceId, times }: HoldDto): Promise<void> {
    const call = await this.lock(tx, callId);
    if (call.cancelledAt) throw new RuleViolation('The call is cancelled');
    const window = await this.holds.halfDays(call.interviewsFrom, call.interviewsTo);
    const wanted = window.filter(({ key }) => times.includes(key));
    if (wanted.length < new Set(times).size) throw new RuleViolation('Choose half-days of the interviews that are still to come');
    await this.holds.hold(tx, actor, callId, resourceId, wanted);
  }

  /** The last one of a call that waits for approval stays; of a draft, its question is asked again. Throws `RuleViolation`, `NotFound`. */
  async release(tx: EntityManager, actor: Actor, callId: string, holdId: string): Promise<void> {
    const call = await this.lock(tx, callId);
    if (!mayLetGo(actor, call, this.clock.now())) throw new RuleViolation('The call is closed, so an access co-ordinator lets interpreters go');
    await this.holds.release(tx, actor, callId, holdId);
    if ((await this.interpreters.heldFor(callId)).length > 0) return;
    if (call.state === 'draft') {
      await tx.query(
        `update call_gate_pass set taken_back_by = $2, taken_back_at = $3
         where call_id = $1 and gate = 'interpreters' and without is null and taken_back_at is null`, [callId, actor.personId, this.clock.now()]);
    } else if (call.state === 'ready') {
      const stands = await tx.query<unknown[]>(
        `select 1 from call_gate_pass where call_id = $1 and gate = 'interpreters' and without is null and taken_back_at is null`, [callId]);
      if (stands.length > 0) throw new RuleViolation('The call waits for approval with this interpreter reserved. Send it back first');
    }
  }

  private async lock(tx: EntityManager, callId: string): Promise<Call> {
    const call = await tx.findOne(Call, { where: { id: callId }, lock: { mode: 'pessimistic_write' } });
    if (!call) throw new NotFound();
    return call;
  }
}
