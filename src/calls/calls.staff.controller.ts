import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { londonDay, londonTime } from '../shared/dates.js';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest, ChangedMeanwhile, NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { bothVersions, type ComparedField } from '../platform/web/both-versions.js';
import { dayParts, emptyForm, readForm, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { HandOver } from '../people/hand-over.service.js';
import { callLinks } from './call-links.js';
import { callBody } from './call.document.js';
import { canCancel, canCloseEarly, timeline } from './call.rules.js';
import { CallDto, CancellationDto } from './calls.dto.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries, toCard, type CallDetail } from './calls.queries.js';
import { CallsService } from './calls.service.js';
import { ChecklistQueries } from './checklist.queries.js';

@ApiExcludeController()
@Controller('staff/calls')
@May('call.write')
export class CallsStaffController {
  constructor(
    private readonly calls: CallsService,
    private readonly queries: CallsQueries,
    private readonly checklist: ChecklistQueries,
    private readonly handOver: HandOver,
    private readonly clock: Clock,
  ) {}

  @Get()
  @May('call.read')
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    return page('calls/staff-list', {
      calls: await this.queries.staffList(), may: { write: may(actor, 'call.write'), applications: may(actor, 'application.read') },
    });
  }

  @Get('new')
  async new(): Promise<Page> {
    return this.formPage(emptyForm({ id: newId(), rate: '20', rateUnit: 'hour', opensTime: '9am', closesTime: 'midday' }));
  }

  @Post()
  async draft(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(CallDto, body);
    if (!form.dto) return this.formPage(form);
    const { dto } = form;
    const problem = await fieldProblem(() => this.calls.draft(actor, dto));
    if (problem) return this.formPage({ ...form, errors: [...problem] });
    return redirect(callPaths.questions(dto.id), 'The draft is saved. Now add the questions.');
  }

  @Get(':id')
  @May('call.read')
  async manage(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    const call = await this.detail(id);
    const now = this.clock.now();
    const writes = may(actor, 'call.write');
    return page('calls/manage', {
      call, whatHappens: timeline(call, now), gates: await this.checklist.gates(id),
      handOver: writes ? await this.handOver.here(actor, { callId: id }) : null,
      may: {
        write: writes, check: may(actor, 'call.check'), approve: may(actor, 'call.approve'),
      },
      parts: callLinks(actor, call, now),
    });
  }

  @Get(':id/edit')
  async edit(@IdParam() id: string): Promise<Page> {
    return this.formPage(emptyForm(toFormValues(await this.detail(id))), id);
  }

  @Post(':id/edit')
  async saveEdit(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(CallDto, body);
    if (!form.dto) return this.formPage(form, id);
    const { dto } = form;
    try {
      const problem = await fieldProblem(() => this.calls.edit(actor, id, dto));
      if (problem) return await this.formPage({ ...form, errors: [...problem] }, id);
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile)) throw error;
      const theirs = new ChangedMeanwhile({ ...error.theirs, values: withDays(toFormValues(await this.detail(id))) });
      return bothVersions(theirs, { ...form, values: withDays(form.values) }, {
        title: 'Two of you changed the same call', keepHref: callPaths.manage(id), action: `${callPaths.manage(id)}/edit`, fields: COMPARED,
      });
    }
    return redirect(callPaths.manage(id), 'The changes are saved.');
  }

  @Get(':id/preview')
  @May('call.read')
  async preview(@IdParam() id: string): Promise<Page> {
    const call = await this.detail(id);
    return page('calls/opportunity', { call, ...toCard(call), body: callBody(call), whatHappens: timeline(call, this.clock.now()), preview: true });
  }

  @Get(':id/closure')
  async closure(@IdParam() id: string): Promise<Page | Redirect> {
    const call = await this.detail(id);
    if (!canCloseEarly(call, this.clock.now()).ok) return redirect(callPaths.manage(id));
    return page('calls/closure', { call });
  }

  @Post(':id/closure')
  async closeEarly(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.calls.closeEarly(actor, id);
    return redirect(callPaths.manage(id), 'The call is closed.');
  }

  @Get(':id/cancellation')
  async cancellation(@IdParam() id: string): Promise<Page | Redirect> {
    const call = await this.detail(id);
    if (!canCancel(call).ok) return redirect(callPaths.manage(id));
    return page('calls/cancellation', { call, form: emptyForm() });
  }

  @Post(':id/cancellation')
  async cancel(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(CancellationDto, body);
    if (!form.dto) return page('calls/cancellation', { call: await this.detail(id), form }, 422);
    await this.calls.cancel(actor, id, form.dto.reason);
    return redirect(callPaths.manage(id), 'The call is cancelled. Everybody who applied is told.');
  }

  private async detail(id: string): Promise<CallDetail> {
    const call = await this.queries.detail(id);
    if (!call) throw new NotFound();
    return call;
  }

  private async formPage(form: Form<unknown>, callId: string | null = null): Promise<Page> {
    const call = callId ? await this.detail(callId) : null;
    return page('calls/form', { form, call, groups: await this.queries.groups() }, form.errors.length > 0 ? 422 : 200);
  }
}

const DAYS = ['opensOn', 'closesOn', 'interviewsFrom', 'interviewsTo', 'firstMeetingOn'];

const COMPARED: readonly ComparedField[] = [
  ['title', 'Title'], ['shortName', 'Neutral short name'], ['referencePrefix', 'Letters that references start with'], ['summary', 'Summary'],
  ['whatYouWouldDo', 'What you would do'], ['whoWeAreLookingFor', 'Who we are looking for'], ['timeCommitment', 'Time'],
  ['rate', 'What people are paid'], ['rateUnit', 'For each'], ['paymentNotes', 'More about payment'],
  ['disabledResidentPlaces', 'Disabled residents'], ['residentPlaces', 'Other residents'], ['councillorPlaces', 'Councillors'],
  ['officerPlaces', 'Council officers'], ['organisationPlaces', 'Community organisations'],
  ['opensOn', 'Opens on'], ['opensTime', 'Opens at'], ['closesOn', 'Closes on'], ['closesTime', 'Closes at'],
  ['interviewsFrom', 'First interviews'], ['interviewsTo', 'Last interviews'], ['firstMeetingOn', 'First meeting'],
].map(([name = '', label = '']) => ({ name, label }));

/** The three boxes of each day in one, to be read side by side. */
function withDays(values: Record<string, unknown>): Record<string, unknown> {
  const part = (name: string) => (typeof values[name] === 'string' ? values[name] : '');
  return { ...values, ...Object.fromEntries(DAYS.map((day) => [day, ['day', 'month', 'year'].map((name) => part(`${day}-${name}`)).join(' ')])) };
}

/** Errors that belong to fields come back on the form. */
async function fieldProblem(work: () => Promise<void>): Promise<BadRequest['errors'] | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof BadRequest && error.errors.length > 0) return error.errors;
    throw error;
  }
}

function toFormValues(call: CallDetail): Record<string, unknown> {
  const places = (kind: string) => call.seats.find((seat) => seat.kind === kind)?.places ?? '';
  return {
    ...call,
    rate: (call.ratePence / 100).toFixed(2),
    disabledResidentPlaces: places('disabled_resident'), residentPlaces: places('resident'), councillorPlaces: places('councillor'),
    officerPlaces: places('officer'), organisationPlaces: places('organisation'),
    ...dayParts('opensOn', londonDay(call.opensAt)), opensTime: londonTime(call.opensAt),
    ...dayParts('closesOn', londonDay(call.closesAt)), closesTime: londonTime(call.closesAt),
    ...dayParts('interviewsFrom', call.interviewsFrom), ...dayParts('interviewsTo', call.interviewsTo),
    ...dayParts('firstMeetingOn', call.firstMeetingOn),
  };
}
