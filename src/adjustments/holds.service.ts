import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DiaryService } from '../diary/diary.service.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { formatDay } from '../shared/dates.js';
import { halfDaysOf, type HalfDay } from './holds.rules.js';
import { InterpretersQueries } from './interpreters.queries.js';

/** Interpreters kept free for a call's interviews, before anybody knows who needs one. */
@Injectable()
export class InterpreterHolds {
  constructor(
    private readonly diary: DiaryService,
    private readonly queries: InterpretersQueries,
    private readonly settings: SettingsReader,
    private readonly calendar: WorkingCalendar,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The half-days of a window that are still to come. */
  async halfDays(from: string, to: string): Promise<HalfDay[]> {
    const halves = (await this.settings.current())['interviews.half-days'];
    return halfDaysOf(from, to, halves, await this.calendar.days()).filter(({ startsAt }) => startsAt > this.clock.now());
  }

  /** All of the half-days or none; what is held for it already stays. Throws `NotFound`, `RuleViolation`; `Conflict` with who is free instead. */
  async hold(tx: EntityManager, actor: Actor, callId: string, resourceId: string, halfDays: readonly HalfDay[]): Promise<void> {
    const interpreter = await this.queries.interpreter(resourceId);
    if (!interpreter) throw new NotFound();
    if (halfDays.length === 0) throw new RuleViolation('Choose at least one half-day');
    const held = await this.queries.heldFor(callId);
    const made: string[] = [];
    for (const { day, name, startsAt, endsAt } of halfDays) {
      if (held.some((one) => one.resourceId === resourceId && one.startsAt <= startsAt && one.endsAt >= endsAt)) continue;
      const others = await this.queries.free(startsAt, endsAt, interpreter.skills, callId);
      if (!others.some((one) => one.resourceId === resourceId)) throw new Conflict(takenWords(interpreter.name, `${formatDay(day)}, ${name.toLowerCase()}`, others));
      const id = newId();
      await this.diary.hold(tx, { id, holderId: callId, resourceId, startsAt, endsAt }, takenWords(interpreter.name, formatDay(day), []));
      made.push(id);
    }
    if (made.length === 0) return;
    await this.audit.record(tx, actor, 'call.interpreters-held', { type: 'call', id: callId }, { halfDays: made.length });
    await this.bus.emit(tx, 'interpreter.held', { holdIds: made });
  }

  /** They may work for others then. Twice is once. Throws `NotFound`; `RuleViolation` when an interview has taken part of it. */
  async release(tx: EntityManager, actor: Actor, callId: string, holdId: string): Promise<void> {
    const [hold] = await tx.query<{ released: boolean; used: boolean }[]>(
      `select h.released_at is not null as released, exists (
         select from reservation u where u.resource_id = h.resource_id and u.holder_id = h.holder_id and u.occasion_id is not null
         and u.released_at is null and u.during && h.during) as used
       from reservation h where h.id = $1 and h.holder_id = $2 and h.occasion_id is null for update`, [holdId, callId]);
    if (!hold) throw new NotFound();
    if (hold.released) return;
    if (hold.used) throw new RuleViolation('An interview needs them in this time. It stays until that interview is cancelled or moved');
    await this.diary.releaseHolds(tx, { id: holdId });
    await this.audit.record(tx, actor, 'call.interpreters-released', { type: 'call', id: callId });
    await this.bus.emit(tx, 'interpreter.let-go', { holdIds: [holdId] });
  }

  /** The call is off. */
  async releaseAll(tx: EntityManager, callId: string): Promise<void> {
    const released = await this.diary.releaseHolds(tx, { holderId: callId });
    if (released.length === 0) return;
    await this.audit.record(tx, null, 'call.interpreters-released', { type: 'call', id: callId });
    await this.bus.emit(tx, 'interpreter.let-go', { holdIds: released.map(({ id }) => id) });
  }
}

function takenWords(name: string, when: string, others: readonly { name: string }[]): string {
  const instead = others.length > 0 ? ` Free then: ${others.map((other) => other.name).join(', ')}.` : '';
  return `${name} is taken on ${when}.${instead}`;
}
