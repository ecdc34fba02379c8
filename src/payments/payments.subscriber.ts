import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import { ClaimsService } from './claims.service.js';

/** Coming to a meeting drafts the claim, and so does an interview that the council cancels late, in the same transaction. */
@Injectable()
export class PaymentsSubscriber implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly claims: ClaimsService) {}

  onModuleInit(): void {
    this.bus.hear('attendance.recorded', (tx, attended) => this.claims.draft(tx, attended));
    this.bus.hear('interview.cancelled-late', (tx, cancelled) => this.claims.draftLateCancellation(tx, cancelled));
  }
}
