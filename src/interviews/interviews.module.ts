import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApplicationsModule } from '../applications/applications.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { DiaryModule } from '../diary/diary.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { Booking } from './booking.entity.js';
import { CalendarFeedsController } from './calendar-feeds.controller.js';
import { CalendarFeeds } from './calendar-feeds.service.js';
import { InterviewCalendar } from './interview-calendar.queries.js';
import { InterviewsApiController } from './interviews.api.controller.js';
import { InterviewsController } from './interviews.controller.js';
import { InterviewsInvariants } from './interviews.invariants.js';
import { InterviewsMessages } from './interviews.messages.js';
import { InterviewsQueries } from './interviews.queries.js';
import { InterviewsService } from './interviews.service.js';
import { InterviewsStaffController } from './interviews.staff.controller.js';
import { InterviewsSubscriber } from './interviews.subscriber.js';
import { Slot } from './slot.entity.js';
import { SlotRequestsService } from './slot-requests.service.js';
import { SlotsQueries } from './slots.queries.js';
import { SlotsService } from './slots.service.js';
import { InterviewsMerging } from './merging.subscriber.js';

@Module({
  imports: [TypeOrmModule.forFeature([Slot, Booking]), DiaryModule, GroupsModule, CallsModule, ApplicationsModule],
  controllers: [InterviewsController, InterviewsStaffController, InterviewsApiController, CalendarFeedsController],
  providers: [
    InterviewsService, SlotsService, SlotRequestsService, InterviewsQueries, SlotsQueries, InterviewsMessages, InterviewsSubscriber,
    InterviewsInvariants, InterviewsMerging, CalendarFeeds, InterviewCalendar,
  ],
  exports: [InterviewsService, SlotsService, SlotRequestsService, InterviewsQueries, InterviewCalendar],
})
export class InterviewsModule {}
