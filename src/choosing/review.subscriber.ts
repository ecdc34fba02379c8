import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import { ReviewPhasesService } from './review-phases.service.js';

/** An application sent late, while its call is under review, is read like all others. */
@Injectable()
export class ReviewSubscriber implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly phases: ReviewPhasesService) {}

  onModuleInit(): void {
    this.bus.hear('application.submitted', async (tx, { callId, applicationId }) => this.phases.join(tx, callId, applicationId));
  }
}
