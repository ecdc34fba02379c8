import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApplicationsModule } from '../applications/applications.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { DiaryModule } from '../diary/diary.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { Booking } from './booking.entity.js';
import { BookingMessages } from './booking.messages.js';
import { BookingLocks } from './booking-locks.js';
import { CalendarFeedsController } from './calendar-feeds.controller.js';
import { CalendarFeeds } from './calendar-feeds.service.js';
import { ConfirmingService } from './confirming.service.js';
import { InterviewCalendar } from './interview-calendar.queries.js';
import { InterviewsApiController } from './interviews.api.controller.js';
import { InterviewsController } from './interviews.controller.js';
import { InterviewsInvariants } from './interviews.invariants.js';
import { InterviewsMessages } from './interviews.messages.js';
import { InterviewsQueries } from './interviews.queries.js';
import { InterviewsService } from './interviews.service.js';
import { InterviewsStaffController } from './interviews.staff.controller.js';
import { InterviewsSubscriber } from './interviews.subscriber.js';
import { InterviewRound } from './round.entity.js';
import { RoundsQueries } from './rounds.queries.js';
import { RoundsService } from './rounds.service.js';
import { Slot } from './slot.entity.js';
import { SlotRequestsService } from './slot-requests.service.js';
import { SlotsQueries } from './slots.queries.js';
import { SlotsService } from './slots.service.js';
import { InterviewsMerging } from './merging.subscriber.js';

@Module({
  imports: [TypeOrmModule.forFeature([Slot, Booking, InterviewRound]), DiaryModule, GroupsModule, CallsModule, ApplicationsModule],
  controllers: [InterviewsController, InterviewsStaffController, InterviewsApiController, CalendarFeedsController],
  providers: [
    InterviewsService, BookingLocks, ConfirmingService, RoundsService, RoundsQueries, SlotsService, SlotRequestsService, InterviewsQueries, SlotsQueries,
    InterviewsMessages, BookingMessages, InterviewsSubscriber, InterviewsInvariants, InterviewsMerging, CalendarFeeds, InterviewCalendar,
  ],
  exports: [InterviewsService, ConfirmingService, RoundsService, RoundsQueries, SlotsService, SlotRequestsService, InterviewsQueries, InterviewCalendar],
})
export class InterviewsModule {}
