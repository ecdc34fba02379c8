import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { londonInstant } from '../shared/dates.js';
import type { Outcome } from '../shared/result.js';
import type { SeatKind } from '../shared/seats.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { BadRequest, ChangedMeanwhile, NotFound, refuseUnless, RuleViolation, type FieldError } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { PeopleQueries } from '../people/people.queries.js';
import { Call } from './call.entity.js';
import { canCancel, canCloseEarly, canEdit, canPublish, checkDates, slugOf } from './call.rules.js';
import type { CallDto, QuestionDto } from './calls.dto.js';
import { Question } from './question.entity.js';

/** Pages of ours that stand where calls do. */
const RESERVED_SLUGS = ['alerts'];

@Injectable()
export class CallsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly people: PeopleQueries,
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

  /** Throws `ChangedMeanwhile` when somebody saved it since the form was opened; `BadRequest` with errors by field. */
  async edit(actor: Actor, id: string, dto: CallDto): Promise<void> {
    const columns = toColumns(dto);
    await this.change(actor, id, 'call.edited', canEdit, async (tx) => {
      const { version } = await lock(tx, id);
      if (dto.version !== undefined && dto.version !== version) throw await changedMeanwhile(tx, id, version);
      await tx.update(Call, id, columns);
      await saveSeats(tx, { ...dto, id });
    });
  }

  async addQuestion(actor: Actor, callId: string, dto: QuestionDto): Promise<void> {
    await this.change(actor, callId, 'call.question-added', canEdit, async (tx) => {
      if (await tx.existsBy(Question, { id: dto.id })) return;
      const position = await tx.countBy(Question, { callId }) + 1;
      await tx.insert(Question, {
        id: dto.id, callId, position, text: dto.text, help: dto.help ?? null,
        wordLimit: dto.wordLimit, required: dto.required === 'yes',
      });
    });
  }

  async removeQuestion(actor: Actor, callId: string, questionId: string): Promise<void> {
    await this.change(actor, callId, 'call.question-removed', canEdit, async (tx) => {
      const question = await tx.findOneBy(Question, { id: questionId, callId });
      if (!question) return;
      await tx.delete(Question, questionId);
      await tx.query(`update question set position = position - 1 where call_id = $1 and position > $2`, [callId, question.position]);
    });
  }

  /** Publishes with the Disabled resident who decided it too. Throws `RuleViolation`. */
  async publish(actor: Actor, id: string, coDecidedBy: string): Promise<void> {
    const coDeciders = await this.people.withRole('co_decider');
    if (!coDeciders.some((person) => person.id === coDecidedBy) || coDecidedBy === actor.personId) {
      throw new RuleViolation('Choose a Disabled resident who is a co-decider, other than yourself');
    }
    await this.database.transaction(async (tx) => {
      const call = await lock(tx, id);
      const questions = await tx.countBy(Question, { callId: id });
      const [seats] = await tx.query<{ places: number }[]>(`select coalesce(sum(places), 0)::int as places from call_seat where call_id = $1`, [id]);
      refuseUnless(canPublish({ ...call, questions, places: seats!.places }, this.clock.now()));
      await tx.update(Call, id, { state: 'published', publishedAt: this.clock.now(), publishedBy: actor.personId, coDecidedBy });
      await this.audit.record(tx, actor, 'call.published', { type: 'call', id }, { coDecidedBy });
    });
  }

  async closeEarly(actor: Actor, id: string): Promise<void> {
    await this.change(actor, id, 'call.closed-early', (call) => canCloseEarly(call, this.clock.now()), async (tx) => {
      await tx.update(Call, id, { closedEarlyAt: this.clock.now() });
    });
  }

  /** The reason is shown to everybody who applied. */
  async cancel(actor: Actor, id: string, reason: string): Promise<void> {
    await this.change(actor, id, 'call.cancelled', canCancel, async (tx) => {
      await tx.update(Call, id, { state: 'cancelled', cancelledAt: this.clock.now(), cancellationReason: reason });
      await this.bus.emit(tx, 'call.cancelled', { callId: id });
    });
  }

  private async change(actor: Actor, id: string, action: string, rule: (call: Call) => Outcome, work: (tx: EntityManager) => Promise<void>): Promise<void> {
    await this.database.transaction(async (tx) => {
      refuseUnless(rule(await lock(tx, id)));
      await work(tx);
      await this.audit.record(tx, actor, action, { type: 'call', id });
    });
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

async function lock(tx: EntityManager, id: string): Promise<Call> {
  const call = await tx.findOne(Call, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!call) throw new NotFound();
  return call;
}

function toColumns(dto: CallDto): Partial<Call> & Pick<Call, 'opensAt' | 'closesAt'> {
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
