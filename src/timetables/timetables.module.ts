import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdjustmentsModule } from '../adjustments/adjustments.module.js';
import { DiaryModule } from '../diary/diary.module.js';
import { InterviewsModule } from '../interviews/interviews.module.js';
import { AvailabilityController } from './availability.controller.js';
import { AvailabilityQueries } from './availability.queries.js';
import { AvailabilityService } from './availability.service.js';
import { ProblemService } from './problem.service.js';
import { ReleaseNotesController } from './release-notes.controller.js';
import { ReleaseNotesService } from './release-notes.service.js';
import { ReleasingService } from './releasing.service.js';
import { RoundFacts } from './round-facts.queries.js';
import { SearchingService } from './searching.service.js';
import { Solver } from './solver.js';
import { Timetable, TimetablePlacement, TimetableSitting } from './timetable.entity.js';
import { TimesController } from './times.controller.js';
import { TimetablesController } from './timetables.controller.js';
import { TimetablesInvariants } from './timetables.invariants.js';
import { TimetablesQueries } from './timetables.queries.js';
import { TimetablesService } from './timetables.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Timetable, TimetableSitting, TimetablePlacement]), DiaryModule, AdjustmentsModule, InterviewsModule],
  controllers: [TimesController, AvailabilityController, TimetablesController, ReleaseNotesController],
  providers: [
    AvailabilityService, AvailabilityQueries, RoundFacts, ProblemService, TimetablesQueries, TimetablesService, SearchingService, ReleaseNotesService, ReleasingService,
    Solver, TimetablesInvariants,
  ],
  exports: [TimetablesQueries],
})
export class TimetablesModule {}
