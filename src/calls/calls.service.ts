import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { londonInstant } from '../shared/dates.js';
import type { SeatKind } from '../shared/seats.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { BadRequest, ChangedMeanwhile, type FieldError } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { CallEditing } from './call-editing.service.js';
import { Call } from './call.entity.js';
import { canCancel, canCloseEarly, canEdit, checkDates, slugOf } from './call.rules.js';
import type { CallDto } from './calls.dto.js';
import { dateGates } from './checklist.rules.js';

/** Pages of ours that stand where calls do. */
const RESERVED_SLUGS = ['alerts'];

@Injectable()
export class CallsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly editing: CallEditing,
    private readonly clock: Clock,
  ) {}

  /** Drafts a call. Doing it again with the same id changes nothing. Throws `BadRequest` with errors by field. */
  async draft(actor: Actor, dto: CallDto): Promise<void> {
    const columns = toColumns(dto);
    await this.database.transaction(async (tx) => {
      if (await tx.existsBy(Call, { id: dto.id })) return;
      await tx.insert(Call, {
        ...columns, id: dto.id, slug: await this.freeSlug(tx, dto.title), state: 'draft',
        createdBy: actor.personId, createdAt: this.clock.now(),
      });
      await saveSeats(tx, dto);
      await this.audit.record(tx, actor, 'call.drafted', { type: 'call', id: dto.id });
    });
  }

  /**
   * Changing a date asks the questions of the checklist again that look at dates.
   * Throws `ChangedMeanwhile` when somebody saved it since the form was opened; `BadRequest` with errors by field.
   */
  async edit(actor: Actor, id: string, dto: CallDto): Promise<void> {
    const columns = toColumns(dto);
    await this.editing.change(actor, id, 'call.edited', canEdit, async (tx, call) => {
      if (dto.version !== undefined && dto.version !== call.version) throw await changedMeanwhile(tx, id, call.version);
      await tx.update(Call, id, { ...columns, editedBy: actor.personId });
      await saveSeats(tx, { ...dto, id });
      if (datesDiffer(call, columns)) await this.askAgain(tx, actor, id);
    });
  }

  async closeEarly(actor: Actor, id: string): Promise<void> {
    await this.editing.change(actor, id, 'call.closed-early', (call) => canCloseEarly(call, this.clock.now()), async (tx) => {
      await tx.update(Call, id, { closedEarlyAt: this.clock.now() });
    });
  }

  /** The reason is shown to everybody who applied. */
  async cancel(actor: Actor, id: string, reason: string): Promise<void> {
    await this.editing.change(actor, id, 'call.cancelled', canCancel, async (tx) => {
      await tx.update(Call, id, { state: 'cancelled', cancelledAt: this.clock.now(), cancellationReason: reason });
      await this.bus.emit(tx, 'call.cancelled', { callId: id });
    });
  }

  private async askAgain(tx: EntityManager, actor: Actor, id: string): Promise<void> {
    await tx.query(
      `update call_gate_pass set taken_back_by = $2, taken_back_at = $3 where call_id = $1 and gate = any($4) and taken_back_at is null`,
      [id, actor.personId, this.clock.now(), dateGates]);
  }

  private async freeSlug(tx: EntityManager, title: string): Promise<string> {
    const base = slugOf(title);
    const taken = await tx.query<{ slug: string }[]>(`select slug from call where slug = $1 or slug like $1 || '-%'`, [base]);
    const slugs = new Set([...RESERVED_SLUGS, ...taken.map(({ slug }) => slug)]);
    for (let number = 1; ; number += 1) {
      const slug = number === 1 ? base : `${base}-${number}`;
      if (!slugs.has(slug)) return slug;
    }
  }
}

async function changedMeanwhile(tx: EntityManager, id: string, version: number): Promise<ChangedMeanwhile> {
  const [last] = await tx.query<{ by: string | null; at: Date }[]>(
    `select p.name as by, e.at from audit_entry e left join person p on p.id = e.actor_id where e.subject_id = $1 order by e.at desc, e.id desc limit 1`, [id]);
  return new ChangedMeanwhile({ by: last?.by ?? null, at: last?.at ?? new Date(0), version, values: {} });
}

function datesDiffer(before: Call, after: ReturnType<typeof toColumns>): boolean {
  return before.opensAt.getTime() !== after.opensAt.getTime() || before.closesAt.getTime() !== after.closesAt.getTime()
    || before.interviewsFrom !== after.interviewsFrom || before.interviewsTo !== after.interviewsTo;
}

function toColumns(dto: CallDto): Partial<Call> & Pick<Call, 'opensAt' | 'closesAt' | 'interviewsFrom' | 'interviewsTo'> {
  const errors: FieldError[] = [];
  const instant = (day: string, time: string, field: string): Date => {
    const outcome = londonInstant(day, time);
    if (!outcome.ok) errors.push({ field, message: outcome.reason });
    return outcome.ok ? outcome.instant : new Date(0);
  };
  const dates = {
    opensAt: instant(dto.opensOn, dto.opensTime, 'opensTime'),
    closesAt: instant(dto.closesOn, dto.closesTime, 'closesTime'),
    interviewsFrom: dto.interviewsFrom, interviewsTo: dto.interviewsTo, firstMeetingOn: dto.firstMeetingOn,
  };
  if (errors.length === 0) errors.push(...checkDates(dates));
  if (errors.length > 0) throw new BadRequest('Some dates are not right.', errors);
  return {
    ...dates, groupId: dto.groupId, title: dto.title, shortName: dto.shortName, referencePrefix: dto.referencePrefix,
    summary: dto.summary, whatYouWouldDo: dto.whatYouWouldDo, whoWeAreLookingFor: dto.whoWeAreLookingFor,
    timeCommitment: dto.timeCommitment, ratePence: dto.rate, rateUnit: dto.rateUnit, paymentNotes: dto.paymentNotes ?? null,
  };
}

async function saveSeats(tx: EntityManager, dto: CallDto): Promise<void> {
  const places: Record<SeatKind, number | undefined> = {
    disabled_resident: dto.disabledResidentPlaces,
    resident: dto.residentPlaces,
    councillor: dto.councillorPlaces,
    officer: dto.officerPlaces,
    organisation: dto.organisationPlaces,
  };
  await tx.query(`delete from call_seat where call_id = $1`, [dto.id]);
  for (const [kind, count] of Object.entries(places)) {
    if (count) await tx.query(`insert into call_seat (call_id, kind, places) values ($1, $2, $3)`, [dto.id, kind, count]);
  }
}
