import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { subjectOf } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest, Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { ConfirmingService } from './confirming.service.js';
import { canChoose } from './interview.rules.js';
import { ChooseSlotDto, LatenessDto, NONE } from './interviews.dto.js';
import { interviewPaths } from './interviews.paths.js';
import { InterviewsQueries, type BookingDetail, type ChoosingApplication } from './interviews.queries.js';
import { InterviewsService } from './interviews.service.js';
import { OnTheDayService } from './on-the-day.service.js';
import { SlotRequestsService } from './slot-requests.service.js';

/** A resident's own interview: choosing a time, and giving it back. */
@ApiExcludeController()
@Controller('my/applications/:applicationId/interview')
@SignedIn({ acting: 'interviews' })
export class InterviewsController {
  constructor(
    private readonly interviews: InterviewsService,
    private readonly requests: SlotRequestsService,
    private readonly confirming: ConfirmingService,
    private readonly onTheDay: OnTheDayService,
    private readonly queries: InterviewsQueries,
    private readonly clock: Clock,
  ) {}

  @Get()
  async choices(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string): Promise<Page | Redirect> {
    const application = await this.own(actor, applicationId);
    const booking = await this.queries.liveBooking(applicationId);
    if (booking ? !this.canChange(booking) : !canChoose(application).ok) return redirect(applicationPaths.one(applicationId));
    return this.choosePage(application, booking, emptyForm(), 200);
  }

  /** The first time, another one instead of the one they have, or none of these. */
  @Post()
  async choose(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const application = await this.own(actor, applicationId);
    const booking = await this.queries.liveBooking(applicationId);
    const form = await readForm(ChooseSlotDto, body);
    if (!form.dto) return this.choosePage(application, booking, form, 422);
    const { slotId, note } = form.dto;
    const back = applicationPaths.one(applicationId);
    try {
      if (slotId === NONE) {
        if (booking) await this.interviews.cancel(actor, booking.bookingId);
        await this.requests.noneSuit(actor, applicationId, note ?? null);
        return redirect(back, 'Thank you for telling us. We look for other times and write to you.');
      }
      if (!booking || booking.slotId === slotId) {
        await this.interviews.book(actor, slotId, applicationId);
        return redirect(back, 'Your interview time is booked. We are sending you a message about it.');
      }
      await this.interviews.move(actor, booking.bookingId, slotId);
      return redirect(back, 'Your interview has its new time. We are sending you a message about it.');
    } catch (error) {
      if (error instanceof Conflict) return this.choosePage(application, booking, withError(form, 'slotId', error.message), 409);
      if (error instanceof RuleViolation) return this.choosePage(application, booking, withError(form, 'slotId', error.message), 422);
      throw error;
    }
  }

  @Post('agreement')
  async agree(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string): Promise<Redirect> {
    await this.own(actor, applicationId);
    const booking = await this.queries.liveBooking(applicationId);
    if (!booking) throw new RuleViolation('We could not hold this time any longer. You can choose another on your page.');
    await this.confirming.agree(actor, booking.bookingId);
    return redirect(applicationPaths.one(applicationId), 'Thank you. The time is yours.');
  }

  @Post('lateness')
  async runLate(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string, @Body() body: unknown): Promise<Redirect> {
    await this.own(actor, applicationId);
    const { dto } = await readForm(LatenessDto, body);
    if (!dto) throw new BadRequest('Choose how many minutes later you come.');
    const booking = await this.queries.liveBooking(applicationId);
    if (!booking) throw new NotFound();
    await this.onTheDay.runLate(actor, booking.bookingId, dto.minutes);
    return redirect(applicationPaths.one(applicationId), 'Thank you. We have told the people you meet. Take your time.');
  }

  @Get('cancellation')
  async sureToGiveBack(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string): Promise<Page | Redirect> {
    const application = await this.own(actor, applicationId);
    const booking = await this.queries.liveBooking(applicationId);
    if (!booking) return redirect(applicationPaths.one(applicationId));
    return page('interviews/give-back', {
      application, booking, action: interviewPaths.giveBack(applicationId), back: applicationPaths.one(applicationId),
    });
  }

  @Post('cancellation')
  async giveBack(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string): Promise<Redirect> {
    await this.own(actor, applicationId);
    const booking = await this.queries.liveBooking(applicationId);
    if (booking) await this.interviews.cancel(actor, booking.bookingId);
    if (booking?.attendance === 'absent' || booking?.attendance === 'not_held') return redirect(interviewPaths.choose(applicationId));
    return redirect(applicationPaths.one(applicationId), 'Your interview time is given back. You can choose another.');
  }

  private async own(actor: Actor, applicationId: string): Promise<ChoosingApplication> {
    const application = await this.queries.application(applicationId);
    if (application?.personId !== subjectOf(actor)) throw new NotFound();
    return application;
  }

  private canChange(booking: BookingDetail): boolean {
    return booking.attendance === 'expected' && booking.startsAt > this.clock.now();
  }

  private async choosePage(application: ChoosingApplication, booking: BookingDetail | null, form: Form<unknown>, status: number): Promise<Page> {
    const choices = await this.queries.choices(application.applicationId);
    return page('interviews/choose', {
      form, application, booking, choices: { ...choices, change: booking !== null }, back: applicationPaths.one(application.applicationId),
    }, status);
  }
}
