import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { PeopleQueries } from '../people/people.queries.js';
import { stageOf } from '../calls/call.rules.js';
import { Call } from '../calls/call.entity.js';
import { ReviewPhase } from './review-phase.entity.js';
import { Reviewer } from './reviewer.entity.js';
import { canClosePhase, canOpenPhase, canRemoveReviewer, canReviewAs, type ReviewerKind } from './review.rules.js';
import type { PhaseDto } from './reviews.dto.js';

export interface NewReviewer {
  personId: string;
  kind: ReviewerKind;
  decides: boolean;
}

/** Leads plan a review, say who scores and who decides, open it and close it. */
@Injectable()
export class ReviewPhasesService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly people: PeopleQueries,
    private readonly clock: Clock,
  ) {}

  /** The same id again changes nothing. Throws `NotFound` when there is no such call. */
  async plan(actor: Actor, callId: string, dto: PhaseDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!await tx.findOne(Call, { where: { id: callId }, lock: { mode: 'pessimistic_write' } })) throw new NotFound();
      if (await tx.existsBy(ReviewPhase, { id: dto.id })) return;
      if (dto.endsOn < dto.startsOn) throw new RuleViolation('It must end on the day it starts, or later');
      const position = await tx.countBy(ReviewPhase, { callId }) + 1;
      await tx.insert(ReviewPhase, {
        id: dto.id, callId, position, name: dto.name, startsOn: dto.startsOn, endsOn: dto.endsOn, blind: dto.blind === 'yes',
        seeOthers: dto.seeOthers, reviewsEach: dto.reviewsEach, state: 'planned', createdBy: actor.personId, createdAt: this.clock.now(),
      });
      await this.audit.record(tx, actor, 'review.planned', { type: 'review_phase', id: dto.id }, { callId, blind: dto.blind === 'yes' });
    });
  }

  /** Somebody scores, and perhaps decides; added to an open review they are told. Adding them again changes what they are. */
  async addReviewer(actor: Actor, phaseId: string, { personId, kind, decides }: NewReviewer): Promise<void> {
    const person = (await this.people.withAnyRole()).find(({ id }) => id === personId);
    if (!person) throw new RuleViolation('Choose somebody who has a role here');
    refuseUnless(canReviewAs(person.roles, kind));
    await this.database.transaction(async (tx) => {
      const phase = await lockPhase(tx, phaseId);
      if (phase.state === 'closed') throw new RuleViolation('The review has closed');
      const known = await tx.findOneBy(Reviewer, { phaseId, personId });
      if (known && !known.removedAt && known.kind === kind && known.decides === decides) return;
      const [{ duty }] = await tx.query<[{ duty: string }]>(`select duty_identity($1) as duty`, [personId]);
      await tx.save(Reviewer, {
        phaseId, personId, dutyId: duty, kind, decides, addedBy: actor.personId, addedAt: this.clock.now(), removedAt: null,
      });
      await this.audit.record(tx, actor, 'review.reviewer-added', { type: 'review_phase', id: phaseId }, { reviewerId: personId, kind, decides });
      if (phase.state === 'open' && (!known || known.removedAt)) {
        await this.bus.emit(tx, 'review.opened', { phaseId, callId: phase.callId, personIds: [personId] });
      }
    });
  }

  async removeReviewer(actor: Actor, phaseId: string, personId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const phase = await lockPhase(tx, phaseId);
      const panel = await livePanel(tx, phaseId);
      const reviewer = panel.find((one) => one.personId === personId);
      if (!reviewer) throw new NotFound();
      const [{ reviews }] = await tx.query<[{ reviews: number }]>(
        `select count(*)::int as reviews from review where phase_id = $1 and reviewer_id = $2 and state <> 'void'`, [phaseId, personId]);
      refuseUnless(canRemoveReviewer({
        state: phase.state, reviews, kind: reviewer.kind,
        othersOfKind: panel.filter((one) => one.kind === reviewer.kind && one.personId !== personId).length,
      }));
      await tx.update(Reviewer, { phaseId, personId }, { removedAt: this.clock.now() });
      await this.audit.record(tx, actor, 'review.reviewer-removed', { type: 'review_phase', id: phaseId }, { reviewerId: personId });
    });
  }

  /** Everybody who waits for a decision gets a number; those who score are told. Opening again changes nothing. */
  async open(actor: Actor, phaseId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const phase = await lockPhase(tx, phaseId);
      if (phase.state === 'open') return;
      const call = await tx.findOne(Call, { where: { id: phase.callId }, lock: { mode: 'pessimistic_write' } });
      const panel = await livePanel(tx, phaseId);
      const [{ criteria, applications }] = await tx.query<[{ criteria: number; applications: number }]>(
        `select (select count(*) from criterion where call_id = $1)::int as criteria,
           (select count(*) from application where call_id = $1 and superseded_by is null and state = any($2))::int as applications`, [phase.callId, WAITING]);
      refuseUnless(canOpenPhase({
        state: phase.state, callStage: stageOf(call!, this.clock.now()), criteria, applications, panel,
        anotherOpen: await tx.existsBy(ReviewPhase, { callId: phase.callId, state: 'open' }),
      }));
      await tx.query(
        `insert into phase_application (phase_id, application_id, applicant_duty_id, number)
         select $1, a.id, duty_identity(a.person_id), n.number
         from (select id, person_id, row_number() over (order by random()) as place from application where call_id = $2 and superseded_by is null and state = any($3)) a
         join (select number, row_number() over (order by random()) as place from generate_series(1000, 9999) number) n using (place)`,
        [phaseId, phase.callId, WAITING]);
      await tx.update(ReviewPhase, phaseId, { state: 'open', openedAt: this.clock.now() });
      await this.audit.record(tx, actor, 'review.opened', { type: 'review_phase', id: phaseId }, { applications, reviewers: panel.length });
      await this.bus.emit(tx, 'review.opened', { phaseId, callId: phase.callId, personIds: panel.map(({ personId }) => personId) });
    });
  }

  async close(actor: Actor, phaseId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const phase = await lockPhase(tx, phaseId);
      if (phase.state === 'closed') return;
      refuseUnless(canClosePhase(phase));
      await tx.update(ReviewPhase, phaseId, { state: 'closed', closedAt: this.clock.now() });
      await this.audit.record(tx, actor, 'review.closed', { type: 'review_phase', id: phaseId });
    });
  }

  /** An application that arrives while its call is under review joins, with a number like all others. */
  async join(tx: EntityManager, callId: string, applicationId: string): Promise<void> {
    const phase = await tx.findOne(ReviewPhase, { where: { callId, state: 'open' }, lock: { mode: 'pessimistic_write' } });
    if (!phase) return;
    await tx.query(
      `insert into phase_application (phase_id, application_id, applicant_duty_id, number)
       select $1, a.id, duty_identity(a.person_id), free.number from application a, generate_series(1000, 9999) free (number)
       where a.id = $2 and not exists (select from phase_application taken where taken.phase_id = $1 and taken.number = free.number)
       order by random() limit 1
       on conflict (phase_id, application_id) do nothing`, [phase.id, applicationId]);
  }
}

/** Decided about next: they can still go on. */
const WAITING = ['submitted', 'shortlisted', 'interviewing', 'reserve'];

async function lockPhase(tx: EntityManager, id: string): Promise<ReviewPhase> {
  const phase = await tx.findOne(ReviewPhase, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!phase) throw new NotFound();
  return phase;
}

async function livePanel(tx: EntityManager, phaseId: string): Promise<Reviewer[]> {
  return (await tx.findBy(Reviewer, { phaseId })).filter(({ removedAt }) => removedAt === null);
}
