import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import type { SeatKind } from '../shared/seats.js';
import { GroupsService } from './groups.service.js';

/** Accepting an offer takes the seat, or does not happen. */
@Injectable()
export class GroupsSubscriber implements OnModuleInit {
  constructor(private readonly bus: EventBus, private readonly groups: GroupsService) {}

  onModuleInit(): void {
    this.bus.hear('offer.accepted', async (tx, { groupId, personId, applicationId, seatKind, ratePence, rateUnit }) => {
      await this.groups.addMember(tx, null, {
        groupId, personId, applicationId, seatKind: seatKind as SeatKind,
        rate: ratePence > 0 ? { pence: ratePence, unit: rateUnit } : null,
      });
    });
  }
}
