import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import { ConfirmingService } from './confirming.service.js';
import { InterviewsService } from './interviews.service.js';
import { RoundsService } from './rounds.service.js';
import { SlotsService } from './slots.service.js';

/** What ends elsewhere frees the times here, in the same transaction. */
@Injectable()
export class InterviewsSubscriber implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly interviews: InterviewsService,
    private readonly slots: SlotsService,
    private readonly rounds: RoundsService,
    private readonly confirming: ConfirmingService,
  ) {}

  onModuleInit(): void {
    this.bus.hear('arrangement.booked', (tx, arrangement) => this.confirming.confirmReady(tx, arrangement));
    this.bus.hear('arrangement.comes-anyway', (tx, arrangement) => this.confirming.confirmReady(tx, arrangement));
    this.bus.hear('arrangement.reopened', (tx, arrangement) => this.confirming.unconfirmWaiting(tx, arrangement));
    this.bus.hear('arrangement.reconsidered', async (tx, arrangement) => {
      await this.confirming.unconfirmWaiting(tx, arrangement);
      await this.confirming.confirmReady(tx, arrangement);
    });
    this.bus.hear('call.published', (tx, { callId }) => this.rounds.openFirst(tx, callId));
    this.bus.hear('application.withdrawn', (tx, { applicationId }) =>
      this.interviews.cancelOf(tx, applicationId, { byApplicant: true }));
    this.bus.hear('decision.told', async (tx, { applicationId, outcome }) => {
      if (outcome === 'not_selected') await this.interviews.cancelOf(tx, applicationId, { onlyToCome: true });
    });
    this.bus.hear('call.cancelled', async (tx, { callId }) => {
      await this.interviews.cancelAllOf(tx, callId);
      await this.slots.removeAll(tx, callId);
    });
  }
}
