import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Attendance } from './attendance.entity.js';
import { DiaryQueries } from './diary.queries.js';
import { DiaryService } from './diary.service.js';
import { Occasion } from './occasion.entity.js';
import { DiaryMerging } from './merging.subscriber.js';

@Module({
  imports: [TypeOrmModule.forFeature([Occasion, Attendance])],
  providers: [DiaryService, DiaryQueries, DiaryMerging],
  exports: [DiaryService, DiaryQueries],
})
export class DiaryModule {}
