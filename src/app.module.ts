import { Module } from '@nestjs/common';
import { AdjustmentsModule } from './adjustments/adjustments.module.js';
import { ApplicationsModule } from './applications/applications.module.js';
import { BudgetsModule } from './budgets/budgets.module.js';
import { CallsModule } from './calls/calls.module.js';
import { ChoosingModule } from './choosing/choosing.module.js';
import { DiaryModule } from './diary/diary.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { InterviewsModule } from './interviews/interviews.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { PeopleModule } from './people/people.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { WebModule } from './platform/web/web.module.js';
import { TimetablesModule } from './timetables/timetables.module.js';
import { SiteModule } from './site/site.module.js';

/** The table of contents. */
@Module({
  imports: [
    PlatformModule,
    WebModule,
    PeopleModule,
    BudgetsModule,
    DiaryModule,
    AdjustmentsModule,
    GroupsModule,
    CallsModule,
    ApplicationsModule,
    ChoosingModule,
    InterviewsModule,
    TimetablesModule,
    PaymentsModule,
    NotificationsModule,
    SiteModule,
  ],
})
export class AppModule {}
