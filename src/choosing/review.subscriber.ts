import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EventBus } from '../platform/event-bus.js';
import { ReviewPhasesService } from './review-phases.service.js';

/** An application sent late, while its call is under review, is read like all others; nobody scores their own, whatever record it was on. */
@Injectable()
export class ReviewSubscriber implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly phases: ReviewPhasesService) {}

  onModuleInit(): void {
    this.bus.hear('application.submitted', async (tx, { callId, applicationId }) => this.phases.join(tx, callId, applicationId));
    this.bus.hear('person.joined-up', (tx, { personId }) => nameApplicantsAgain(tx, [personId]));
    this.bus.hear('person.unmerged', (tx, { survivorId, mergedId }) => nameApplicantsAgain(tx, [survivorId, mergedId]));
  }
}

/** After records became one, or two again. */
async function nameApplicantsAgain(tx: EntityManager, personIds: readonly string[]): Promise<void> {
  await tx.query(
    `update phase_application pa set applicant_duty_id = duty_identity(a.person_id) from application a
     where a.id = pa.application_id and a.person_id = any($1) and pa.applicant_duty_id <> duty_identity(a.person_id)`, [personIds]);
}
