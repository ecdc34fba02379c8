import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApplicationsModule } from '../applications/applications.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { DiaryModule } from '../diary/diary.module.js';
import { ChoosingModule } from '../choosing/choosing.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { Booking } from './booking.entity.js';
import { BookingMessages } from './booking.messages.js';
import { BookingLocks } from './booking-locks.js';
import { CalendarFeedsController } from './calendar-feeds.controller.js';
import { CalendarFeeds } from './calendar-feeds.service.js';
import { ConfirmingService } from './confirming.service.js';
import { InterviewDaysController } from './interview-days.controller.js';
import { InterviewDaysQueries } from './interview-days.queries.js';
import { InterviewDays } from './interview-days.service.js';
import { InterviewFacts } from './interview-facts.js';
import { InterviewQuestions } from './interview-questions.service.js';
import { InterviewQuestionsController } from './interview-questions.controller.js';
import { InterviewQuestionsQueries } from './interview-questions.queries.js';
import { InterviewQuestionsStaffController } from './interview-questions.staff.controller.js';
import { InterviewScoresController } from './interview-scores.controller.js';
import { InterviewScoresQueries } from './interview-scores.queries.js';
import { InterviewScoresService } from './interview-scores.service.js';
import { QuestionsSending } from './questions-sending.service.js';
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
  imports: [TypeOrmModule.forFeature([Slot, Booking, InterviewRound]), DiaryModule, GroupsModule, CallsModule, ApplicationsModule, ChoosingModule],
  controllers: [
    InterviewsController, InterviewsStaffController, InterviewsApiController, CalendarFeedsController,
    InterviewDaysController, InterviewScoresController, InterviewQuestionsController, InterviewQuestionsStaffController,
  ],
  providers: [
    InterviewsService, BookingLocks, ConfirmingService, RoundsService, RoundsQueries, SlotsService, SlotRequestsService, InterviewsQueries, SlotsQueries,
    InterviewsMessages, BookingMessages, InterviewsSubscriber, InterviewsInvariants, InterviewsMerging, CalendarFeeds, InterviewCalendar,
    InterviewFacts, InterviewDays, InterviewDaysQueries, InterviewScoresService, InterviewScoresQueries, InterviewQuestions, InterviewQuestionsQueries, QuestionsSending,
  ],
  exports: [InterviewsService, BookingLocks, ConfirmingService, RoundsService, RoundsQueries, SlotsService, SlotRequestsService, InterviewsQueries, InterviewCalendar, InterviewQuestionsQueries, InterviewScoresQueries, InterviewDaysQueries],
})
export class InterviewsModule {}
