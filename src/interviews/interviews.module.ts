import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdjustmentsModule } from '../adjustments/adjustments.module.js';
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
import { FreeingService } from './freeing.service.js';
import { HeldInterpreters } from './held-interpreters.service.js';
import { HoldsService } from './holds.service.js';
import { InterviewCalendar } from './interview-calendar.queries.js';
import { InterviewsApiController } from './interviews.api.controller.js';
import { InterviewsController } from './interviews.controller.js';
import { InterviewsInvariants } from './interviews.invariants.js';
import { InterviewsMessages } from './interviews.messages.js';
import { InterviewsQueries } from './interviews.queries.js';
import { InterviewsService } from './interviews.service.js';
import { InterviewsStaffController } from './interviews.staff.controller.js';
import { InterviewsSubscriber } from './interviews.subscriber.js';
import { OnTheDayMessages } from './on-the-day.messages.js';
import { OnTheDayService } from './on-the-day.service.js';
import { OneInterviewController } from './one-interview.controller.js';
import { OneInterviewQueries } from './one-interview.queries.js';
import { OfferedTimes } from './offered-times.queries.js';
import { RepliesController } from './replies.controller.js';
import { RepliesQueries } from './replies.queries.js';
import { RepliesService } from './replies.service.js';
import { InterviewRound } from './round.entity.js';
import { RoundsController } from './rounds.controller.js';
import { RoundsQueries } from './rounds.queries.js';
import { RoundsService } from './rounds.service.js';
import { Slot } from './slot.entity.js';
import { SlotFit } from './slot-fit.queries.js';
import { SlotRequestsService } from './slot-requests.service.js';
import { SlotsQueries } from './slots.queries.js';
import { SlotsService } from './slots.service.js';
import { InterviewsMerging } from './merging.subscriber.js';

@Module({
  imports: [TypeOrmModule.forFeature([Slot, Booking, InterviewRound]), DiaryModule, AdjustmentsModule, GroupsModule, CallsModule, ApplicationsModule, ChoosingModule],
  controllers: [
    InterviewsController, InterviewsStaffController, InterviewDaysController, InterviewScoresController, InterviewQuestionsController, InterviewQuestionsStaffController,
    OneInterviewController, RoundsController, RepliesController, InterviewsApiController, CalendarFeedsController,
  ],
  providers: [
    InterviewsService, BookingLocks, FreeingService, HeldInterpreters, ConfirmingService, HoldsService, OnTheDayService, OneInterviewQueries, InterviewsQueries,
    RoundsService, RoundsQueries, SlotsService, SlotsQueries, SlotFit, SlotRequestsService, OfferedTimes, RepliesService, RepliesQueries,
    InterviewsMessages, BookingMessages, OnTheDayMessages, InterviewsSubscriber, InterviewsInvariants, InterviewsMerging, CalendarFeeds, InterviewCalendar,
    InterviewFacts, InterviewDays, InterviewDaysQueries, InterviewScoresService, InterviewScoresQueries, InterviewQuestions, InterviewQuestionsQueries, QuestionsSending,
  ],
  exports: [
    InterviewsService, BookingLocks, ConfirmingService, HoldsService, OnTheDayService, RoundsService, RoundsQueries, SlotsService, SlotRequestsService, RepliesService,
    InterviewsQueries, OneInterviewQueries, InterviewCalendar, InterviewQuestionsQueries, InterviewScoresQueries, InterviewDaysQueries,
  ],
})
export class InterviewsModule {}
