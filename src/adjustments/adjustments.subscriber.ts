import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/event-bus.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { ArrangingService } from './arranging.service.js';
import { InterpreterHolds } from './holds.service.js';

/** What happens elsewhere decides what is to be arranged, and until when; in the same transaction. */
@Injectable()
export class AdjustmentsSubscriber implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly arranging: ArrangingService,
    private readonly holds: InterpreterHolds,
    private readonly calendar: WorkingCalendar,
  ) {}

  async onModuleInit(): Promise<void> {
    this.bus.hear('application.submitted', (tx, { personId, callId, neededBy }) =>
      this.arranging.begin(tx, personId, { callId, occasionId: null }, neededBy));
    this.bus.hear('interview.booked', (tx, { personId, callId, occasionId, day }) =>
      this.arranging.timeKnown(tx, personId, callId, { occasionId, neededBy: day }));
    this.bus.hear('interview.moved', (tx, { personId, callId, fromOccasionId, occasionId, day }) =>
      this.arranging.timeMoved(tx, personId, callId, fromOccasionId, { occasionId, neededBy: day }));
    this.bus.hear('interview.cancelled', (tx, { personId, callId, occasionId, neededBy }) =>
      this.arranging.timeLost(tx, personId, callId, occasionId, neededBy));
    this.bus.hear('application.withdrawn', (tx, { personId, callId }) =>
      this.arranging.end(tx, { callId, occasionId: null }, personId));
    this.bus.hear('decision.told', async (tx, { personId, callId, outcome }) => {
      if (outcome === 'not_selected') await this.arranging.end(tx, { callId, occasionId: null }, personId);
      if (outcome === 'shortlisted') await this.arranging.resume(tx, personId, callId);
    });
    this.bus.hear('call.cancelled', async (tx, { callId }) => {
      await this.arranging.end(tx, { callId, occasionId: null });
      await this.arranging.endSittings(tx, callId);
      await this.holds.releaseAll(tx, callId);
    });
    this.bus.hear('panel.sitting-planned', (tx, { callId, personId, day }) =>
      this.arranging.begin(tx, personId, { callId, occasionId: null, sittingOn: day }, day));
    this.bus.hear('panel.sitting-ended', (tx, { callId, personId, day }) =>
      this.arranging.end(tx, { callId, occasionId: null, sittingOn: day }, personId));
    this.bus.hear('meeting.planned', async (tx, { personIds, occasionId, day }) => {
      for (const personId of [...personIds].sort()) await this.arranging.begin(tx, personId, { callId: null, occasionId }, day);
    });
    this.bus.hear('meeting.joined', (tx, { personId, occasionId, day }) =>
      this.arranging.begin(tx, personId, { callId: null, occasionId }, day));
    this.bus.hear('meeting.moved', (tx, { occasionId, day }) => this.arranging.moveOccasion(tx, occasionId, day));
    this.bus.hear('meeting.cancelled', (tx, { occasionId }) =>
      this.arranging.end(tx, { callId: null, occasionId }));
    await this.learnBankHolidays();
  }

  /** Before the first transaction: reading them inside one would wait for a second connection. */
  private async learnBankHolidays(): Promise<void> {
    await this.calendar.isWorkingDay('2000-01-01').catch(() => false);
  }
}
