import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { londonDay, londonInstant, londonTime } from '../shared/dates.js';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { roleNames } from '../platform/permissions.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { interviewPaths } from '../interviews/interviews.paths.js';
import { RoundsQueries, type RoundDetail } from '../interviews/rounds.queries.js';
import { SlotsService } from '../interviews/slots.service.js';
import { AvailabilityQueries } from './availability.queries.js';
import { halfDayId } from './half-day.rules.js';
import { ProblemService } from './problem.service.js';
import { ReleaseNotesService } from './release-notes.service.js';
import { ReleasingService } from './releasing.service.js';
import { changeSentence, planSittings, shortageModel, sittingChoices } from './timetable.page.js';
import { isSearching, timetableStates } from './timetable-state.rules.js';
import { PlaceDto, ProposeDto } from './timetables.dto.js';
import { timetablePaths } from './timetables.paths.js';
import { TimetablesQueries, type TimetableDetail } from './timetables.queries.js';
import { TimetablesService } from './timetables.service.js';

/** A round's timetable: asked for, looked at while it gets better, read, changed by hand and released. */
@ApiExcludeController()
@Controller('staff')
@May('interview.schedule')
export class TimetablesController {
  constructor(
    private readonly timetables: TimetablesService,
    private readonly releasing: ReleasingService,
    private readonly notes: ReleaseNotesService,
    private readonly queries: TimetablesQueries,
    private readonly availability: AvailabilityQueries,
    private readonly rounds: RoundsQueries,
    private readonly problems: ProblemService,
    private readonly slots: SlotsService,
    private readonly clock: Clock,
  ) {}

  @Get('calls/:callId/timetable')
  async ofCall(@IdParam('callId') callId: string): Promise<Redirect> {
    const last = (await this.rounds.ofCall(callId)).at(-1);
    if (!last) throw new NotFound();
    return redirect(timetablePaths.round(last.id));
  }

  @Get('rounds/:roundId/timetable')
  async show(@IdParam('roundId') roundId: string): Promise<Page> {
    return this.roundPage(await this.round(roundId), emptyForm(), 200);
  }

  @Post('rounds/:roundId/timetable')
  async propose(@CurrentActor() actor: Actor, @IdParam('roundId') roundId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const round = await this.round(roundId);
    const form = await readForm(ProposeDto, body);
    if (!form.dto) return this.roundPage(round, form, 422);
    try {
      await this.timetables.propose(actor, { roundId, ...form.dto });
    } catch (error) {
      if (error instanceof RuleViolation) return this.roundPage(round, withError(form, 'members', error.message), 422);
      throw error;
    }
    return redirect(timetablePaths.round(roundId), 'We are looking for a timetable with everybody in it.');
  }

  @Post('timetables/:id/review')
  async review(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    const { roundId } = await this.timetable(id);
    await this.timetables.review(actor, id);
    return redirect(timetablePaths.round(roundId), 'You have read it. Release it when you are ready: then people are told.');
  }

  @Post('timetables/:id/release')
  async release(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const { roundId } = await this.timetable(id);
    try {
      await this.releasing.release(actor, id);
    } catch (error) {
      if (error instanceof Conflict || error instanceof RuleViolation) return this.roundPage(await this.round(roundId), withError(emptyForm(), 'release', error.message), 409);
      throw error;
    }
    return redirect(timetablePaths.round(roundId), 'The timetable is released. We are telling everybody who is new or who moves.');
  }

  @Post('timetables/:id/discarding')
  async discard(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    const { roundId } = await this.timetable(id);
    await this.timetables.discard(actor, id);
    return redirect(timetablePaths.round(roundId), 'The timetable is set aside. Nobody was told anything.');
  }

  @Post('timetables/:id/attempt')
  async tryAgain(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    const { roundId } = await this.timetable(id);
    await this.timetables.tryAgain(actor, id);
    return redirect(timetablePaths.round(roundId), 'We are looking again.');
  }

  @Get('timetables/:id/people/:applicationId')
  async placing(@IdParam() id: string, @IdParam('applicationId') applicationId: string): Promise<Page> {
    const { placement } = await this.placement(id, applicationId);
    return this.placePage(id, applicationId, emptyForm({ sittingId: placement.sittingId, startTime: londonTime(placement.startsAt) }), 200);
  }

  @Post('timetables/:id/people/:applicationId')
  async place(
    @CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('applicationId') applicationId: string, @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const { timetable } = await this.placement(id, applicationId);
    const form = await readForm(PlaceDto, body);
    if (!form.dto) return this.placePage(id, applicationId, form, 422);
    const { sittingId, startTime } = form.dto;
    const sitting = (await this.queries.sittings(id)).find((one) => one.sittingId === sittingId);
    if (!sitting) return this.placePage(id, applicationId, withError(form, 'sittingId', 'Choose a half-day and a place from the list'), 422);
    const startsAt = londonInstant(sitting.day, startTime);
    if (!startsAt.ok) return this.placePage(id, applicationId, withError(form, 'startTime', startsAt.reason), 422);
    try {
      await this.timetables.place(actor, id, { applicationId, sittingId, startsAt: startsAt.instant });
    } catch (error) {
      if (error instanceof RuleViolation) return this.placePage(id, applicationId, withError(form, 'startTime', error.message), 422);
      throw error;
    }
    return redirect(timetablePaths.round(timetable.roundId), 'They are at that time now. Read the timetable again before you release it.');
  }

  private async round(id: string): Promise<RoundDetail> {
    const round = await this.rounds.round(id);
    if (!round) throw new NotFound();
    return round;
  }

  private async timetable(id: string): Promise<TimetableDetail> {
    const timetable = await this.queries.one(id);
    if (!timetable) throw new NotFound();
    return timetable;
  }

  private async placement(id: string, applicationId: string) {
    const timetable = await this.timetable(id);
    const placement = (await this.queries.placements(id)).find((one) => one.applicationId === applicationId);
    if (!placement) throw new NotFound();
    return { timetable, placement };
  }

  private async placePage(id: string, applicationId: string, form: Form<unknown>, status: number): Promise<Page> {
    const { timetable, placement } = await this.placement(id, applicationId);
    const halfDays = await this.problems.halfDays(await this.round(timetable.roundId));
    return page('timetables/place', {
      form, name: placement.name, minutes: placement.minutes, action: timetablePaths.place(id, applicationId), back: timetablePaths.round(timetable.roundId),
      sittings: sittingChoices(await this.queries.sittings(id), halfDays),
    }, status);
  }

  private async roundPage(round: RoundDetail, form: Form<unknown>, status: number): Promise<Page> {
    const timetable = await this.queries.latest(round.id);
    const candidates = await this.slots.candidates();
    const said = await this.availability.whoSaid(round.id);
    const { people, halfDays, unbooked } = await this.problems.of(round, candidates.map(({ id }) => id));
    const shown = timetable && ['improving', 'proposed', 'reviewed', 'released'].includes(timetable.state) ? await this.planModel(timetable) : null;
    const search = timetable && isSearching(timetable.state);
    return page('timetables/round', {
      form, round, call: await this.queries.call(round.id), timetable, plan: shown, paths: timetablePaths, interviewsHref: interviewPaths.list(),
      newId: newId(), people: people.length, waiting: people.filter(({ booking }) => !booking).length, halfDays: halfDays.length, unbooked: unbooked.length,
      said: { applicants: said.applicants, members: said.members.length },
      panel: candidates.map(({ id, name, roles }) => ({
        value: id, text: name, hint: `${roles.map((role) => roleNames[role]).join(', ')}${said.members.includes(id) ? '. Has said when they can come' : ''}`,
      })),
      chosen: timetable?.members ?? candidates.map(({ id }) => id), search,
      interrupted: search && timetable.attempts > 0 && (!timetable.solvingUntil || timetable.solvingUntil < this.clock.realNow()),
      mayPropose: !timetable || timetable.state === 'released' || timetableStates.isFinal(timetable.state) || timetable.state === 'short' || timetable.state === 'failed',
      shortage: timetable?.state === 'short' && timetable.shortage ? shortageModel(timetable.shortage, people) : null,
      today: londonDay(this.clock.now()),
    }, status);
  }

  private async planModel(timetable: TimetableDetail) {
    const [sittings, placements] = [await this.queries.sittings(timetable.id), await this.queries.placements(timetable.id)];
    const { plan, problem, faults } = await this.timetables.check(timetable);
    const known = new Set(problem.halfDays.map(({ id }) => id));
    const rows = planSittings({ round: problem, plan, sittings, placements });
    const over = timetable.state === 'released' || sittings.some(({ day, half }) => !known.has(halfDayId(day, half)));
    const toBeRead = timetable.state === 'proposed' || timetable.state === 'reviewed';
    return {
      messages: toBeRead ? await this.notes.messages(timetable, { problem, plan, sittings, placements }) : [],
      sittings: rows, changes: changeSentence(rows), people: placements.length,
      notPreferred: rows.flatMap(({ lines }) => lines).filter(({ preferred }) => !preferred).map(({ name }) => name),
      remote: placements.some(({ format }) => format === 'phone' || format === 'video'), faults: over ? [] : faults,
    };
  }
}
