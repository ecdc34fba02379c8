import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { seatTitle } from '../shared/seats.js';
import { NotFound } from '../platform/errors.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, type Page } from '../platform/web/page.js';
import { May } from '../platform/web/policies.js';
import { CompositionQueries } from './composition.queries.js';
import { experiences, firstTimers, seatGaps, shown, targetGaps } from './composition.rules.js';
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
    const { shortlisted, first } = await this.composition.firstTimers(callId);
    const [seats, experience, targets] = await Promise.all([
      this.composition.seats(callId), this.composition.experience(callId), this.composition.targets(callId, first),
    ]);
    return page('choosing/composition', {
      call, gaps: seatGaps(seats), hopes: targetGaps(targets, shortlisted), hasHopes: targets.length > 0, first: firstTimers(shortlisted, first),
      experiences: experiences(experience, shortlisted), asked: seats.length > 1,
      seats: seats.map((seat) => ({ ...seat, name: seatTitle(seat.kind), applicants: shown(seat.applicants) })),
    });
  }
}
