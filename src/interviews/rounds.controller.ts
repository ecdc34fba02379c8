import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { DiaryQueries } from '../diary/diary.queries.js';
import { formatNames } from '../diary/diary.rules.js';
import { CallsQueries } from '../calls/calls.queries.js';
import { choosingPaths } from '../choosing/choosing.paths.js';
import { timetablePaths } from '../timetables/timetables.paths.js';
import { outcomeNames } from './booking.rules.js';
import { interviewPaths } from './interviews.paths.js';
import { ROUND_FORMATS, RoundApplicantsDto, RoundDto } from './rounds.dto.js';
import { RoundsQueries, type RoundDetail } from './rounds.queries.js';
import { RoundsService } from './rounds.service.js';

/** A call's rounds of interviews: one page each. */
@ApiExcludeController()
@Controller('staff')
@May('interview.schedule')
export class RoundsController {
  constructor(
    private readonly rounds: RoundsService,
    private readonly queries: RoundsQueries,
    private readonly calls: CallsQueries,
    private readonly diary: DiaryQueries,
  ) {}

  @Get('calls/:id/rounds')
  async list(@IdParam() callId: string): Promise<Page> {
    const last = (await this.queries.ofCall(callId)).at(-1);
    return this.listPage(callId, emptyForm({
      ...(last && toValues(last)), id: newId(), name: 'Second interviews', fromOn: undefined, 'fromOn-day': '', 'fromOn-month': '', 'fromOn-year': '',
      'toOn-day': '', 'toOn-month': '', 'toOn-year': '',
    }));
  }

  @Post('calls/:id/rounds')
  async add(@CurrentActor() actor: Actor, @IdParam() callId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(RoundDto, body);
    if (!form.dto?.id) return this.listPage(callId, form.dto ? withError(form, 'name', 'Load this page again') : form, 422);
    try {
      await this.rounds.add(actor, callId, { ...form.dto, id: form.dto.id });
    } catch (error) {
      if (error instanceof RuleViolation) return this.listPage(callId, withError(form, 'fromOn', error.message), 422);
      throw error;
    }
    return redirect(interviewPaths.round(form.dto.id), 'The round is added. Now choose who you meet again.');
  }

  @Get('rounds/:id')
  async one(@IdParam() roundId: string): Promise<Page> {
    const round = await this.round(roundId);
    return this.roundPage(round, emptyForm(toValues(round)), emptyForm());
  }

  @Post('rounds/:id')
  async change(@CurrentActor() actor: Actor, @IdParam() roundId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const round = await this.round(roundId);
    const form = await readForm(RoundDto, body);
    if (!form.dto) return this.roundPage(round, form, emptyForm(), 422);
    try {
      await this.rounds.change(actor, roundId, form.dto);
    } catch (error) {
      if (error instanceof Conflict) return this.roundPage(round, withError(form, 'name', error.message), emptyForm(), 409);
      if (error instanceof RuleViolation) return this.roundPage(round, withError(form, 'fromOn', error.message), emptyForm(), 422);
      throw error;
    }
    return redirect(interviewPaths.round(roundId), 'The round is changed. Times that were made before stay as they are.');
  }

  @Post('rounds/:id/applicants')
  async choose(@CurrentActor() actor: Actor, @IdParam() roundId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const round = await this.round(roundId);
    const form = await readForm(RoundApplicantsDto, body);
    if (!form.dto) return this.roundPage(round, emptyForm(toValues(round)), form, 422);
    await this.rounds.choose(actor, roundId, form.dto.applications);
    return redirect(interviewPaths.round(roundId), 'They are in this round. We tell each of them.');
  }

  private async round(roundId: string): Promise<RoundDetail> {
    const round = await this.queries.round(roundId);
    if (!round) throw new NotFound();
    return round;
  }

  private async listPage(callId: string, form: Form<unknown>, status = 200): Promise<Page> {
    const call = await this.calls.detail(callId);
    if (!call) throw new NotFound();
    return page('interviews/rounds', {
      form, call, rounds: await this.queries.ofCall(callId), ...await this.options(), action: interviewPaths.rounds(callId),
      paths: interviewPaths, back: interviewPaths.list(),
    }, status);
  }

  private async roundPage(round: RoundDetail, form: Form<unknown>, chooseForm: Form<unknown>, status = 200): Promise<Page> {
    const people = await this.queries.people(round.id);
    return page('interviews/round', {
      round, form, chooseForm, errors: chooseForm.errors, ...await this.options(), people: people.filter(({ isIn }) => isIn), times: await this.queries.times(round.id),
      others: people.filter(({ isIn }) => !isIn).map(({ applicationId, person, outcome }) => ({ value: applicationId, text: person ?? 'No name yet', hint: outcome && outcomeNames[outcome] })),
      call: await this.calls.detail(round.callId), paths: interviewPaths, applicationHref: choosingPaths.one, formatNames, outcomeNames,
      action: interviewPaths.round(round.id), back: interviewPaths.rounds(round.callId), timetableHref: timetablePaths.round(round.id),
    }, status);
  }

  private async options(): Promise<object> {
    return {
      formatItems: ROUND_FORMATS.map((value) => ({ value, text: formatNames[value], ...(value === 'home_visit' && { hint: 'Two people or more go together' }) })),
      roomItems: (await this.diary.rooms()).map(({ id, name, details }) => ({ value: id, text: name, hint: details })),
    };
  }
}

function toValues({ fromOn, toOn, ...round }: RoundDetail): object {
  const numbers = { baseMinutes: String(round.baseMinutes), breakMinutes: String(round.breakMinutes), panelLeast: String(round.panelLeast), panelMost: String(round.panelMost) };
  return { ...round, ...numbers, ...parts('fromOn', fromOn), ...parts('toOn', toOn) };
}

function parts(name: string, day: string): object {
  const [year, month, date] = day.split('-');
  return { [`${name}-day`]: String(Number(date)), [`${name}-month`]: String(Number(month)), [`${name}-year`]: year };
}
