import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { addDays, isDay } from '../shared/dates.js';
import { roomFeatureNames, type RoomFeature } from '../diary/diary.rules.js';
import { Clock } from '../platform/clock.js';
import { BadRequest } from '../platform/errors.js';
import { page, type Page } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { PanelToDo } from './panel-to-do.js';

/** What each room needs on a day, to print or to send to the place: never for whom. */
@ApiExcludeController()
@Controller('staff/arrangements/venue')
export class VenueController {
  constructor(private readonly toDo: PanelToDo, private readonly clock: Clock) {}

  @Get()
  @May('arrangement.read')
  async sheet(@CurrentActor() actor: Actor, @Query('day') asked: unknown): Promise<Page> {
    if (asked !== undefined && !isDay(asked)) throw new BadRequest('That is not a day');
    const day = asked ?? this.clock.today();
    const rooms = await this.toDo.venueSheet(actor, day);
    return page('adjustments/venue', {
      day, rooms: rooms.map((room) => ({ ...room, features: room.features.map((feature) => roomFeatureNames[feature as RoomFeature]) })),
      previous: adjustmentsPaths.venue(addDays(day, -1)), next: adjustmentsPaths.venue(addDays(day, 1)), back: adjustmentsPaths.arrangements(),
    });
  }
}
