import { Global, Module } from '@nestjs/common';
import { PageFrame } from '../platform/web/frame.js';
import { AdjustmentsModule } from '../adjustments/adjustments.module.js';
import { ApplicationsModule } from '../applications/applications.module.js';
import { ChoosingModule } from '../choosing/choosing.module.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { InterviewsModule } from '../interviews/interviews.module.js';
import { DuplicatesController } from './duplicates.controller.js';
import { DemoController } from './demo.controller.js';
import { DemoQueries } from './demo.queries.js';
import { ResidentController } from './resident.controller.js';
import { SiteController } from './site.controller.js';
import { SiteFrame } from './site.frame.js';
import { HelpedQueries } from './helped.queries.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { SiteQueries } from './site.queries.js';
import { StaffHomeController } from './staff-home.controller.js';

/** Global because it answers platform's question of what stands around a page. */
@Global()
@Module({
  imports: [NotificationsModule, CallsModule, ApplicationsModule, ChoosingModule, InterviewsModule, AdjustmentsModule, BudgetsModule, GroupsModule],
  controllers: [DuplicatesController, SiteController, ResidentController, StaffHomeController, DemoController],
  providers: [SiteQueries, HelpedQueries, DemoQueries, SiteFrame, { provide: PageFrame, useExisting: SiteFrame }],
  exports: [PageFrame],
})
export class SiteModule {}
