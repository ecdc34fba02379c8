import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdjustmentsModule } from '../adjustments/adjustments.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { Application } from './application.entity.js';
import { ApplicationTimes } from './application-times.queries.js';
import { ApplicationsApiController } from './applications.api.controller.js';
import { ApplicationsController } from './applications.controller.js';
import { ApplicationsInvariants } from './applications.invariants.js';
import { ApplicationsMessages } from './applications.messages.js';
import { ApplicationsQueries } from './applications.queries.js';
import { ApplicationsService } from './applications.service.js';
import { EqualityController } from './equality.controller.js';
import { EqualityQueries } from './equality.queries.js';
import { Equality } from './equality.service.js';
import { KeptController } from './kept.controller.js';
import { LateAccessController } from './late-access.controller.js';
import { LateAccessQueries } from './late-access.queries.js';
import { LateAccess } from './late-access.service.js';
import { ApplicationsMerging } from './merging.subscriber.js';
import { Nudges } from './nudges.service.js';
import { RecordingsController } from './recordings.controller.js';
import { RecordingsMessages } from './recordings.messages.js';
import { RecordingsQueries } from './recordings.queries.js';
import { RecordingsService } from './recordings.service.js';
import { RecordingsStaffController } from './recordings.staff.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([Application]), CallsModule, AdjustmentsModule],
  controllers: [ApplicationsController, ApplicationsApiController, KeptController, LateAccessController, EqualityController, RecordingsController, RecordingsStaffController],
  providers: [
    ApplicationsService, ApplicationsQueries, ApplicationsMessages, ApplicationsInvariants, RecordingsService, RecordingsQueries, RecordingsMessages,
    ApplicationTimes, LateAccess, LateAccessQueries, ApplicationsMerging, Nudges, Equality, EqualityQueries,
  ],
  exports: [ApplicationsService, ApplicationsQueries, RecordingsService, RecordingsQueries],
})
export class ApplicationsModule {}
