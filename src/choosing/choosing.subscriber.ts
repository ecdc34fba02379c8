import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';

/** The last interview that was given back while its outcome was decided and untold is not there to go back to. */
@Injectable()
export class ChoosingSubscriber implements OnModuleInit {
  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    this.bus.hear('interview.cancelled', (tx, { applicationId }) => tx.query(
      `update decision set state_before = 'shortlisted' where application_id = $1 and state = 'applied' and state_before = 'interviewing'
       and not exists (select from booking b where b.application_id = $1 and b.state = 'live')`, [applicationId]));
  }
}
