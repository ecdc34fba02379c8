import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdjustmentsModule } from '../adjustments/adjustments.module.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { DiaryModule } from '../diary/diary.module.js';
import { Group } from './group.entity.js';
import { GroupsController } from './groups.controller.js';
import { GroupsInvariants } from './groups.invariants.js';
import { GroupsMessages } from './groups.messages.js';
import { GroupQueries } from './groups.queries.js';
import { GroupsService } from './groups.service.js';
import { GroupsSubscriber } from './groups.subscriber.js';
import { Meeting } from './meeting.entity.js';
import { MeetingCalendar } from './meeting-calendar.queries.js';
import { MeetingsController } from './meetings.controller.js';
import { MeetingQueries } from './meetings.queries.js';
import { MeetingsService } from './meetings.service.js';
import { Membership } from './membership.entity.js';
import { Seat } from './seat.entity.js';
import { GroupsMerging } from './merging.subscriber.js';

@Module({
  imports: [TypeOrmModule.forFeature([Group, Seat, Membership, Meeting]), AdjustmentsModule, BudgetsModule, DiaryModule],
  controllers: [GroupsController, MeetingsController],
  providers: [GroupsService, MeetingsService, GroupQueries, MeetingQueries, MeetingCalendar, GroupsSubscriber, GroupsMessages, GroupsMerging, GroupsInvariants],
  exports: [GroupsService, MeetingsService, GroupQueries, MeetingQueries, MeetingCalendar],
})
export class GroupsModule {}
