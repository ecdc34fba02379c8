import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { NotFound } from '../platform/errors.js';
import type { Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { canChoose } from '../interviews/interview.rules.js';
import { RoundsQueries } from '../interviews/rounds.queries.js';
import { AvailabilityQueries, type AskedApplication } from './availability.queries.js';
import { AvailabilityService } from './availability.service.js';
import { ProblemService } from './problem.service.js';
import { halvesWords, readTimes, timesForm, timeWeeks } from './times.form.js';
import { timetablePaths } from './timetables.paths.js';

/** A resident's own: which half-days work for an interview. */
@ApiExcludeController()
@Controller('my/applications/:applicationId/interview/times')
@SignedIn({ acting: 'interviews' })
export class TimesController {
  constructor(
    private readonly availability: AvailabilityService,
    private readonly queries: AvailabilityQueries,
    private readonly rounds: RoundsQueries,
    private readonly problems: ProblemService,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string): Promise<Page | Redirect> {
    const application = await this.own(actor, applicationId);
    if (!canChoose(application).ok) return redirect(applicationPaths.one(applicationId));
    const said = await this.queries.said(application.roundId, { applicationId });
    return this.timesPage(application, timesForm(said, null), 200);
  }

  @Post()
  async say(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const application = await this.own(actor, applicationId);
    const form = readTimes(body, await this.halfDays(application.roundId));
    if (!form.dto) return this.timesPage(application, form, 422);
    await this.availability.sayForApplication(actor, applicationId, form.dto.answers);
    const none = form.dto.answers.length > 0 && form.dto.answers.every(({ answer }) => answer === 'no');
    return redirect(applicationPaths.one(applicationId), none
      ? 'Thank you for telling us. None of these work for you, so we look for other days and write to you.'
      : 'Thank you. We know now which times work for you. You can change it until you have a time.');
  }

  private async own(actor: Actor, applicationId: string): Promise<AskedApplication> {
    const application = await this.queries.application(applicationId);
    if (application?.personId !== subjectOf(actor)) throw new NotFound();
    return application;
  }

  private async halfDays(roundId: string) {
    return this.problems.halfDays((await this.rounds.round(roundId))!);
  }

  private async timesPage({ applicationId, roundId, shortName }: AskedApplication, form: Form<unknown>, status: number): Promise<Page> {
    const halfDays = await this.halfDays(roundId);
    return page('timetables/times', {
      form, shortName, weeks: timeWeeks(halfDays, form), halves: halvesWords(halfDays), forPanel: false, action: timetablePaths.times(applicationId), back: applicationPaths.one(applicationId),
    }, status);
  }
}
