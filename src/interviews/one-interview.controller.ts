import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { londonDay } from '../shared/dates.js';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest, Conflict, NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import type { DateOverride } from '../adjustments/date-guard.service.js';
import { formatNames } from '../diary/diary.rules.js';
import { choosingPaths } from '../choosing/choosing.paths.js';
import { canHaveInterview, outcomeNames } from './booking.rules.js';
import { ConfirmingService } from './confirming.service.js';
import { LatenessDto, OutcomeDto, PlacementDto } from './interviews.dto.js';
import { interviewPaths } from './interviews.paths.js';
import { InterviewsQueries } from './interviews.queries.js';
import { InterviewsService } from './interviews.service.js';
import { OnTheDayService } from './on-the-day.service.js';
import { OneInterviewQueries, type InterviewForStaff } from './one-interview.queries.js';

/** One interview, and holding a time for somebody: for whoever schedules. */
@ApiExcludeController()
@Controller('staff')
@May('interview.schedule')
export class OneInterviewController {
  constructor(
    private readonly interviews: InterviewsService,
    private readonly confirming: ConfirmingService,
    private readonly onTheDay: OnTheDayService,
    private readonly queries: OneInterviewQueries,
    private readonly all: InterviewsQueries,
    private readonly clock: Clock,
  ) {}

  @Get('interviews/:id')
  async one(@IdParam() bookingId: string): Promise<Page> {
    const interview = await this.interview(bookingId);
    const now = this.clock.now();
    const isToCome = interview.startsAt > now;
    return page('interviews/one', {
      interview, form: emptyForm(), isToCome, isOver: interview.endsAt <= now, formatNames, outcomeNames, paths: interviewPaths,
      isToday: londonDay(interview.startsAt) === this.clock.today() && interview.endsAt > now,
      applicationHref: choosingPaths.one(interview.applicationId), back: interviewPaths.list(),
    });
  }

  /** They said yes on the phone, or somebody passed it on. */
  @Post('interviews/:id/yes')
  async agree(@CurrentActor() actor: Actor, @IdParam() bookingId: string): Promise<Redirect> {
    await this.confirming.agree(actor, bookingId);
    return redirect(interviewPaths.one(bookingId), 'Written down: they said yes.');
  }

  @Get('interviews/:id/time')
  async times(@IdParam() bookingId: string): Promise<Page> {
    const interview = await this.interview(bookingId);
    return this.placePage(interview.applicationId, interview, emptyForm());
  }

  @Post('interviews/:id/time')
  async move(@CurrentActor() actor: Actor, @IdParam() bookingId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const interview = await this.interview(bookingId);
    const form = await readForm(PlacementDto, body);
    if (!form.dto) return this.placePage(interview.applicationId, interview, form, 422);
    const { slotId } = form.dto;
    return this.place(interview.applicationId, interview, form, async () => {
      await this.interviews.move(actor, bookingId, slotId, overrideOf(form.dto!));
      return redirect(interviewPaths.one(bookingId), 'The interview has its new time. We ask them whether it works.');
    });
  }

  @Get('applications/:id/interview')
  async placement(@IdParam() applicationId: string): Promise<Page | Redirect> {
    const booking = await this.all.liveBooking(applicationId);
    return booking ? redirect(interviewPaths.one(booking.bookingId)) : this.placePage(applicationId, null, emptyForm());
  }

  @Post('applications/:id/interview')
  async hold(@CurrentActor() actor: Actor, @IdParam() applicationId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(PlacementDto, body);
    if (!form.dto) return this.placePage(applicationId, null, form, 422);
    const { slotId } = form.dto;
    return this.place(applicationId, null, form, async () => {
      const bookingId = await this.interviews.place(actor, { slotId, applicationId, override: overrideOf(form.dto!) });
      return redirect(interviewPaths.one(bookingId), 'The time is held. We ask them whether it works.');
    });
  }

  @Post('interviews/:id/lateness')
  async runLate(@CurrentActor() actor: Actor, @IdParam() bookingId: string, @Body() body: unknown): Promise<Redirect> {
    const { dto } = await readForm(LatenessDto, body);
    if (!dto) throw new BadRequest('Choose how many minutes later it begins.');
    await this.onTheDay.runLate(actor, bookingId, dto.minutes);
    return redirect(interviewPaths.one(bookingId), 'We are telling them, and whoever comes next.');
  }

  @Post('interviews/:id/outcome')
  async outcome(@CurrentActor() actor: Actor, @IdParam() bookingId: string, @Body() body: unknown): Promise<Redirect> {
    const { dto } = await readForm(OutcomeDto, body);
    if (!dto) throw new BadRequest('Choose what follows.');
    await this.onTheDay.recordOutcome(actor, bookingId, dto.outcome);
    return redirect(interviewPaths.one(bookingId), `Written down: ${outcomeNames[dto.outcome].toLowerCase()}.`);
  }

  private async interview(bookingId: string): Promise<InterviewForStaff> {
    const interview = await this.queries.one(bookingId);
    if (!interview) throw new NotFound();
    return interview;
  }

  private async place(applicationId: string, interview: InterviewForStaff | null, form: Form<PlacementDto>, act: () => Promise<Redirect>): Promise<Page | Redirect> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof Conflict) return this.placePage(applicationId, interview, withError(form, 'slotId', error.message), 409);
      if (error instanceof RuleViolation) return this.placePage(applicationId, interview, withError(form, 'slotId', error.message), 422);
      throw error;
    }
  }

  private async placePage(applicationId: string, interview: InterviewForStaff | null, form: Form<unknown>, status = 200): Promise<Page> {
    const application = await this.all.application(applicationId);
    if (!application) throw new NotFound();
    // Whether a time fits tells of minutes and days: of nobody whose application is still read or decided.
    refuseUnless(canHaveInterview(application));
    const times = await this.queries.timesFor(applicationId);
    const concerned = await this.queries.concerned(applicationId, times.map(({ value }) => value));
    return page('interviews/place', {
      // What was typed stays in sight, and so does what to do about a day that is too soon.
      tooSoon: form.errors.length > 0 && (times.some(({ value, fits }) => !fits && value === form.values['slotId']) || Boolean(form.values['reason'])),
      form, application, interview, times, concerned, person: concerned[0]!.text,
      action: interview ? interviewPaths.move(interview.bookingId) : interviewPaths.placement(applicationId),
      newSlots: interviewPaths.newSlots(application.callId), back: interview ? interviewPaths.one(interview.bookingId) : interviewPaths.list(),
    }, status);
  }
}

/** For a day that is too soon: everybody who was asked and said yes. */
function overrideOf({ reason, spokeOn, agreed }: PlacementDto): DateOverride | null {
  return reason || spokeOn ? { reason: reason ?? '', spokeOn: spokeOn ?? '9999-12-31', agreed } : null;
}
