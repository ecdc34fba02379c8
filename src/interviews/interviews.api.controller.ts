import { Body, Controller, Get, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { NotFound } from '../platform/errors.js';
import { Idempotency } from '../platform/idempotency.js';
import { ApiIdempotent } from '../platform/web/api-description.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { BookDto, BookingAnswer, MoveDto, SlotsAnswer } from './interviews.dto.js';
import { InterviewsQueries, type BookingDetail } from './interviews.queries.js';
import { InterviewsService } from './interviews.service.js';

/** Booking an interview for one's own application. */
@ApiTags('interviews')
@Controller('api/v1')
@SignedIn()
export class InterviewsApiController {
  constructor(
    private readonly interviews: InterviewsService,
    private readonly queries: InterviewsQueries,
    private readonly idempotency: Idempotency,
  ) {}

  @Get('applications/:id/slots')
  @ApiOkResponse({ type: SlotsAnswer, description: 'The times that are free' })
  async slots(@CurrentActor() actor: Actor, @IdParam() applicationId: string): Promise<SlotsAnswer> {
    const application = await this.queries.application(applicationId);
    if (application?.personId !== subjectOf(actor)) throw new NotFound('You have no such application.');
    const slots = application.toldShortlisted ? await this.queries.slotsToChoose(applicationId) : [];
    return {
      slots: slots.map((slot) => ({
        id: slot.slotId, startsAt: slot.startsAt.toISOString(), endsAt: slot.endsAt.toISOString(), format: slot.format, room: slot.roomName,
      })),
    };
  }

  @Post('slots/:id/booking')
  @ApiIdempotent()
  @ApiCreatedResponse({ type: BookingAnswer })
  async book(@CurrentActor() actor: Actor, @IdParam() slotId: string, @Body() { applicationId }: BookDto,
    @Headers('idempotency-key') key: string | undefined): Promise<BookingAnswer> {
    if (key === undefined) await this.interviews.refuseTaken(slotId, applicationId);
    const { resourceId } = await this.idempotency.once(actor, key, { book: slotId, applicationId }, async (tx) => ({
      status: 201, resourceId: await this.interviews.bookIn(tx, actor, slotId, applicationId),
    }));
    return this.answer(resourceId!);
  }

  @Post('bookings/:id/cancellation')
  @HttpCode(200)
  @ApiIdempotent()
  @ApiOkResponse({ type: BookingAnswer, description: 'The time is given back' })
  async cancel(@CurrentActor() actor: Actor, @IdParam() bookingId: string,
    @Headers('idempotency-key') key: string | undefined): Promise<BookingAnswer> {
    await this.idempotency.once(actor, key, { cancel: bookingId }, async (tx) => {
      await this.interviews.cancelIn(tx, actor, bookingId);
      return { status: 200, resourceId: bookingId };
    });
    return this.answer(bookingId);
  }

  @Post('bookings/:id/move')
  @HttpCode(200)
  @ApiIdempotent()
  @ApiOkResponse({ type: BookingAnswer, description: 'The same booking, at the other time' })
  async move(@CurrentActor() actor: Actor, @IdParam() bookingId: string, @Body() { slotId }: MoveDto,
    @Headers('idempotency-key') key: string | undefined): Promise<BookingAnswer> {
    await this.idempotency.once(actor, key, { move: bookingId, slotId }, async (tx) => {
      await this.interviews.moveIn(tx, actor, bookingId, slotId);
      return { status: 200, resourceId: bookingId };
    });
    return this.answer(bookingId);
  }

  private async answer(bookingId: string): Promise<BookingAnswer> {
    return toAnswer((await this.queries.booking(bookingId))!);
  }
}

function toAnswer(booking: BookingDetail): BookingAnswer {
  return {
    id: booking.bookingId, slotId: booking.slotId, applicationId: booking.applicationId, state: booking.state,
    startsAt: booking.startsAt.toISOString(), endsAt: booking.endsAt.toISOString(), format: booking.format,
    room: booking.roomName, joiningDetails: booking.joiningDetails, panel: booking.panel,
  };
}
