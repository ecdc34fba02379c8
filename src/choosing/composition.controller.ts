import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { seatTitle } from '../shared/seats.js';
import { NotFound } from '../platform/errors.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, type Page } from '../platform/web/page.js';
import { May } from '../platform/web/policies.js';
import { CompositionQueries } from './composition.queries.js';
import { firstTimers, seatGaps, shown } from './composition.rules.js';
import { DecidingQueries } from './deciding.queries.js';

/** Who is missing from a group that is being chosen, in counts and sentences: it ranks and rejects nobody. */
@ApiExcludeController()
@Controller('staff/calls/:id/composition')
@May('application.read')
export class CompositionController {
  constructor(private readonly composition: CompositionQueries, private readonly deciding: DecidingQueries) {}

  @Get()
  async show(@IdParam() callId: string): Promise<Page> {
    const call = await this.deciding.call(callId);
    if (!call) throw new NotFound();
    const [seats, first] = await Promise.all([this.composition.seats(callId), this.composition.firstTimers(callId)]);
    return page('choosing/composition', {
      call, gaps: seatGaps(seats), first: firstTimers(first.shortlisted, first.first), asked: seats.length > 1,
      seats: seats.map((seat) => ({ ...seat, name: seatTitle(seat.kind), applicants: shown(seat.applicants) })),
    });
  }
}
