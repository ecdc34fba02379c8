import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { NotFound } from '../platform/errors.js';
import type { Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { AvailabilityQueries, type OpenRound } from './availability.queries.js';
import { AvailabilityService } from './availability.service.js';
import { ProblemService } from './problem.service.js';
import { halvesWords, readTimes, timesForm, timeWeeks } from './times.form.js';
import { timetablePaths } from './timetables.paths.js';

/** Which half-days work for somebody who may sit on panels: their own page. */
@ApiExcludeController()
@Controller('staff/availability')
@May('interview.read')
export class AvailabilityController {
  constructor(
    private readonly availability: AvailabilityService,
    private readonly queries: AvailabilityQueries,
    private readonly problems: ProblemService,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    return page('timetables/availability', { rounds: await this.queries.rounds(subjectOf(actor), this.clock.today()), paths: timetablePaths });
  }

  @Get(':roundId')
  async show(@CurrentActor() actor: Actor, @IdParam('roundId') roundId: string): Promise<Page> {
    const round = await this.round(actor, roundId);
    const memberId = subjectOf(actor);
    const said = await this.queries.said(roundId, { memberId });
    return this.timesPage(round, timesForm(said, await this.queries.limit(roundId, memberId)), 200);
  }

  @Post(':roundId')
  async say(@CurrentActor() actor: Actor, @IdParam('roundId') roundId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const round = await this.round(actor, roundId);
    const form = readTimes(body, await this.problems.halfDays(round));
    if (!form.dto) return this.timesPage(round, form, 422);
    await this.availability.sayForPanel(actor, roundId, form.dto.answers, form.dto.most);
    return redirect(timetablePaths.availability(), 'Thank you. The next timetable is made from what you said.');
  }

  private async round(actor: Actor, roundId: string): Promise<OpenRound> {
    const round = (await this.queries.rounds(subjectOf(actor), this.clock.today())).find((one) => one.roundId === roundId);
    if (!round) throw new NotFound();
    return round;
  }

  private async timesPage(round: OpenRound, form: Form<unknown>, status: number): Promise<Page> {
    const halfDays = await this.problems.halfDays(round);
    return page('timetables/times', {
      form, shortName: round.shortName, weeks: timeWeeks(halfDays, form), halves: halvesWords(halfDays), forPanel: true,
      action: timetablePaths.roundAvailability(round.roundId), back: timetablePaths.availability(),
    }, status);
  }
}
