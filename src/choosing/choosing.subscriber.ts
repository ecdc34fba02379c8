import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';

/** An interview that was given back while its outcome was decided and untold is not there to go back to. */
@Injectable()
export class ChoosingSubscriber implements OnModuleInit {
  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    this.bus.hear('interview.cancelled', (tx, { applicationId }) => tx.query(
      `update decision set state_before = 'shortlisted' where application_id = $1 and state = 'applied' and state_before = 'interviewing'`, [applicationId]));
  }
}
