import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { formatDay } from '../shared/dates.js';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest, Conflict, NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { roleNames } from '../platform/permissions.js';
import { SettingsReader } from '../platform/settings.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { adjustmentsPaths } from '../adjustments/adjustments.paths.js';
import { WaitsQueries } from '../adjustments/waits.queries.js';
import { DiaryQueries } from '../diary/diary.queries.js';
import { formatNames } from '../diary/diary.rules.js';
import { choosingPaths } from '../choosing/choosing.paths.js';
import { CallsQueries } from '../calls/calls.queries.js';
import { timetablePaths } from '../timetables/timetables.paths.js';
import { latePercent } from './booking.rules.js';
import { AttendanceDto, CancellationDto, NewSlotsDto } from './interviews.dto.js';
import { interviewPaths } from './interviews.paths.js';
import { InterviewsQueries } from './interviews.queries.js';
import { InterviewsService } from './interviews.service.js';
import { RepliesQueries } from './replies.queries.js';
import { RoundsQueries } from './rounds.queries.js';
import { SlotRequestsService } from './slot-requests.service.js';
import { SlotsQueries } from './slots.queries.js';
import { SlotsRefused, SlotsService } from './slots.service.js';

const SHOWN = 50;

/** Where leads make times, and everybody on a panel sees whom they meet. */
@ApiExcludeController()
@Controller('staff')
@May('interview.schedule')
export class InterviewsStaffController {
  constructor(
    private readonly interviews: InterviewsService,
    private readonly slots: SlotsService,
    private readonly requests: SlotRequestsService,
    private readonly queries: InterviewsQueries,
    private readonly slotsQueries: SlotsQueries,
    private readonly rounds: RoundsQueries,
    private readonly replies: RepliesQueries,
    private readonly calls: CallsQueries,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
    private readonly diary: DiaryQueries,
    private readonly waits: WaitsQueries,
  ) {}

  @Get('interviews')
  @May('interview.read')
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    const maySchedule = may(actor, 'interview.schedule');
    return page('interviews/staff-list', {
      maySchedule, paths: interviewPaths, timetableHref: timetablePaths.ofCall, availabilityHref: timetablePaths.availability(), applicationHref: choosingPaths.one, formatNames,
      requests: maySchedule ? await this.queries.openSlotRequests() : [],
      toRecord: maySchedule ? await this.queries.toRecord() : [],
      // How long an interview takes can tell what somebody needs: whoever scores and decides sees their own panels, and when they begin.
      upcoming: await this.queries.upcoming(SHOWN, maySchedule ? null : actor.personId),
      calls: await this.slotsQueries.calls(),
      texts: maySchedule ? await this.replies.countOpen() : 0,
      waits: await this.waits.figures(), figuresHref: adjustmentsPaths.figures(),
    });
  }

  @Get('calls/:id/slots/new')
  async new(@IdParam() callId: string, @Query('round') roundId: unknown): Promise<Page> {
    const rounds = await this.rounds.ofCall(callId);
    const round = rounds.find(({ id }) => id === roundId) ?? rounds.at(-1);
    return this.slotsPage(callId, emptyForm({
      id: newId(), roundId: round?.id, length: String(round?.baseMinutes ?? 40), count: '4', gap: String(round?.breakMinutes ?? 15), format: 'in_person',
    }), 200);
  }

  @Post('calls/:id/slots')
  async create(@CurrentActor() actor: Actor, @IdParam() callId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(NewSlotsDto, body);
    if (!form.dto) return this.slotsPage(callId, form, 422);
    try {
      await this.slots.create(actor, callId, form.dto);
    } catch (error) {
      if (error instanceof SlotsRefused) return this.slotsPage(callId, withError(form, error.field, error.message), 422);
      if (error instanceof Conflict) return this.slotsPage(callId, withError(form, 'startTime', error.message), 409);
      throw error;
    }
    return redirect(interviewPaths.list(), form.dto.count === 1 ? 'The time is added.' : `${form.dto.count} times are added.`);
  }

  @Post('slots/:id/removal')
  async remove(@CurrentActor() actor: Actor, @IdParam() slotId: string): Promise<Redirect> {
    await this.slots.remove(actor, slotId);
    return redirect(interviewPaths.list(), 'The time is taken back. Its room and panel are free again.');
  }

  @Post('slot-requests/:id/answer')
  async answer(@CurrentActor() actor: Actor, @IdParam() requestId: string): Promise<Redirect> {
    await this.requests.answer(actor, requestId);
    return redirect(interviewPaths.list(), 'We are telling them that there are other times.');
  }

  @Post('interviews/:id/attendance')
  async attendance(@CurrentActor() actor: Actor, @IdParam() bookingId: string, @Body() body: unknown): Promise<Redirect> {
    const { dto } = await readForm(AttendanceDto, body);
    if (!dto) throw new BadRequest();
    await this.interviews.recordAttendance(actor, bookingId, dto.came === 'yes');
    return redirect(interviewPaths.list(), dto.came === 'yes' ? 'Written down: they came.' : 'Written down: they did not come.');
  }

  @Post('interviews/:id/cancellation')
  async cancel(@CurrentActor() actor: Actor, @IdParam() bookingId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(CancellationDto, body);
    if (!form.dto) return this.cancelPage(bookingId, form, 422);
    await this.interviews.cancel(actor, bookingId, form.dto.reason);
    return redirect(interviewPaths.list(), 'The interview is cancelled. We are telling them that they can choose another time.');
  }

  @Get('interviews/:id/cancellation')
  async sureToCancel(@IdParam() bookingId: string): Promise<Page | Redirect> {
    return this.cancelPage(bookingId, emptyForm(), 200);
  }

  private async cancelPage(bookingId: string, form: Form<unknown>, status: number): Promise<Page | Redirect> {
    const booking = await this.queries.booking(bookingId);
    if (!booking) throw new NotFound();
    if (booking.state === 'cancelled') return redirect(interviewPaths.list());
    const percent = latePercent({ cause: 'council', agreed: booking.agreedAt !== null, attended: booking.attendance, startsAt: booking.startsAt },
      this.clock.today(), (await this.settings.current())['interviews.late-cancellation']);
    return page('interviews/cancel', { form, booking, percent, action: interviewPaths.cancellation(bookingId), back: interviewPaths.list() }, status);
  }

  private async slotsPage(callId: string, form: Form<unknown>, status: number): Promise<Page> {
    const call = await this.calls.detail(callId);
    if (!call) throw new NotFound();
    const candidates = await this.slots.candidates();
    const rounds = await this.rounds.ofCall(callId);
    return page('interviews/new-slots', {
      form, call, rounds: rounds.map(({ id, name }) => ({ value: id, text: name })), dayHint: `The call said interviews end on ${formatDay(call.interviewsTo)}. Choose a later day only if you must.`,
      action: interviewPaths.slots(callId), back: interviewPaths.list(),
      rooms: (await this.diary.rooms()).map(({ id, name }) => ({ value: id, text: name })),
      panel: candidates.map(({ id, name, roles }) => ({ value: id, text: name, hint: roles.map((role) => roleNames[role]).join(', ') })),
    }, status);
  }
}
