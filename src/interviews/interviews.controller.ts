import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { subjectOf } from '../platform/actor.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { canChoose } from './interview.rules.js';
import { ChooseSlotDto, NONE } from './interviews.dto.js';
import { interviewPaths } from './interviews.paths.js';
import { InterviewsQueries, type ChoosingApplication } from './interviews.queries.js';
import { InterviewsService } from './interviews.service.js';
import { SlotRequestsService } from './slot-requests.service.js';

/** A resident's own interview: choosing a time, and giving it back. */
@ApiExcludeController()
@Controller('my/applications/:applicationId/interview')
@SignedIn({ acting: 'interviews' })
export class InterviewsController {
  constructor(
    private readonly interviews: InterviewsService,
    private readonly requests: SlotRequestsService,
    private readonly queries: InterviewsQueries,
  ) {}

  @Get()
  async choices(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string): Promise<Page | Redirect> {
    const application = await this.own(actor, applicationId);
    const chosen = await this.queries.liveBooking(applicationId);
    if (chosen || !canChoose(application).ok) return redirect(applicationPaths.one(applicationId));
    return this.choosePage(application, emptyForm(), 200);
  }

  @Post()
  async choose(@CurrentActor() actor: Actor, @IdParam('applicationId') applicationId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const application = await this.own(actor, applicationId);
    const form = await readForm(ChooseSlotDto, body);
    if (!form.dto) return this.choosePage(application, form, 422);
    const { slotId, note } = form.dto;
    if (slotId === NONE) {
      await this.requests.noneSuit(actor, applicationId, note ?? null);
      return redirect(applicationPaths.one(applicationId), 'Thank you for telling us. We look for other times and write to you.');
    }
    try {
      await this.interviews.book(actor, slotId, applicationId);
    } catch (error) {
      if (error instanceof Conflict) return this.choosePage(application, withError(form, 'slotId', error.message), 409);
      throw error;
    }
    return redirect(applicationPaths.one(applicationId), 'Your interview time is booked. We are sending you a message about it.');
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
    if (booking?.attendance === 'absent') return redirect(interviewPaths.choose(applicationId));
    return redirect(applicationPaths.one(applicationId), 'Your interview time is given back. You can choose another.');
  }

  private async own(actor: Actor, applicationId: string): Promise<ChoosingApplication> {
    const application = await this.queries.application(applicationId);
    if (application?.personId !== subjectOf(actor)) throw new NotFound();
    return application;
  }

  private async choosePage(application: ChoosingApplication, form: Form<unknown>, status: number): Promise<Page> {
    return page('interviews/choose', {
      form, application, choices: await this.queries.choices(application.applicationId), back: applicationPaths.one(application.applicationId),
    }, status);
  }
}
