import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { seatTitle } from '../shared/seats.js';
import { may, type Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { isId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { paginate, readPageNumber } from '../platform/web/pagination.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { CallsQueries } from '../calls/calls.queries.js';
import { PeopleQueries } from '../people/people.queries.js';
import { applicationStates, stateNames, type ApplicationState } from '../applications/application.rules.js';
import { DecisionDto } from './choosing.dto.js';
import { choosingPaths } from './choosing.paths.js';
import { ChoosingQueries, PAGE_SIZE, type ListFilter } from './choosing.queries.js';
import { ChoosingService } from './choosing.service.js';
import { outcomeNames, possibleOutcomes } from './decision.rules.js';

/** Leads read applications, decide with Disabled residents, and tell people. */
@ApiExcludeController()
@Controller('staff/applications')
@May('application.decide')
export class ChoosingController {
  constructor(
    private readonly choosing: ChoosingService,
    private readonly queries: ChoosingQueries,
    private readonly calls: CallsQueries,
    private readonly people: PeopleQueries,
  ) {}

  @Get()
  @May('application.read')
  async list(@Query() query: Record<string, unknown>): Promise<Page | Redirect> {
    const filter = readFilter(query);
    const [{ applications, total }, counts, calls] = await Promise.all([
      this.queries.list(filter), this.queries.countsByState(filter.callId), this.calls.staffList(),
    ]);
    if (applications.length === 0 && filter.page > 1) return redirect(listHref({ ...filter, page: 1 }));
    const states = applicationStates.states.filter((state) => state !== 'draft');
    return page('choosing/staff-list', {
      applications: applications.map((application) => ({ ...application, stateName: stateNames[application.state] })),
      filter, calls,
      states: states.map((state) => ({ value: state, text: `${stateNames[state]} (${counts.get(state) ?? 0})` })),
      pagination: paginate({ page: filter.page, size: PAGE_SIZE, total, what: 'applications', href: (other) => listHref({ ...filter, page: other }) }),
    });
  }

  @Get(':id')
  @May('application.read')
  async one(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.applicationPage(actor, id, emptyForm(), 200);
  }

  @Post(':id/decision')
  async decide(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(DecisionDto, body);
    if (!form.dto) return this.applicationPage(actor, id, form, 422);
    try {
      await this.choosing.decide(actor, id, form.dto);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.applicationPage(actor, id, withError(form, 'outcome', error.message), 422);
    }
    return redirect(choosingPaths.one(id), 'The decision is saved. They don’t know yet: tell them next.');
  }

  @Post(':id/telling')
  async tell(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Redirect> {
    if ((body as { by?: unknown } | null)?.by === 'person') {
      await this.choosing.toldByPerson(actor, id);
      return redirect(choosingPaths.one(id), 'It is recorded that you told them.');
    }
    await this.choosing.tell(actor, id);
    return redirect(choosingPaths.one(id), 'The message is on its way.');
  }

  @Post(':id/undoing')
  async undo(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.choosing.undo(actor, id);
    return redirect(choosingPaths.one(id), 'The decision is undone. Nobody was told of it.');
  }

  @Post(':id/age-check')
  async ageCheck(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.choosing.recordAgeCheck(actor, id);
    return redirect(choosingPaths.one(id), 'It is recorded that you spoke with them.');
  }

  private async applicationPage(actor: Actor, id: string, form: Form<unknown>, status: number): Promise<Page> {
    const application = await this.queries.one(id);
    if (!application) throw new NotFound();
    const untold = application.decisions.find(({ state }) => state === 'applied') ?? null;
    const possible = untold ? [] : possibleOutcomes(application.state);
    const mayDecide = may(actor, 'application.decide');
    return page('choosing/staff-one', {
      application, form, untold, mayDecide, stateName: stateNames[application.state],
      past: application.decisions.filter(({ state }) => state !== 'applied').map((decision) => ({ ...decision, name: outcomeNames[decision.outcome] })),
      untoldName: untold && outcomeNames[untold.outcome],
      outcomes: possible.map((outcome) => ({ value: outcome, text: outcomeNames[outcome] })),
      seatItems: application.seats.map(({ kind }) => ({ value: kind, text: seatTitle(kind) })),
      coDeciders: mayDecide ? (await this.people.withRole('co_decider')).map((person) => ({ value: person.id, text: person.name })) : [],
    }, status);
  }
}

function readFilter(query: Record<string, unknown>): ListFilter {
  const { call, state, search, sort, page: number } = query;
  return {
    callId: isId(call) ? call : null,
    state: applicationStates.states.includes(state as ApplicationState) ? state as ApplicationState : null,
    search: typeof search === 'string' && search.trim() !== '' ? search.trim().slice(0, 100) : null,
    sort: sort === 'reference' ? 'reference' : 'name',
    page: readPageNumber(number),
  };
}

function listHref({ callId, state, search, sort, page: number }: ListFilter): string {
  const query = new URLSearchParams();
  if (callId) query.set('call', callId);
  if (state) query.set('state', state);
  if (search) query.set('search', search);
  if (sort !== 'name') query.set('sort', sort);
  query.set('page', String(number));
  return `${choosingPaths.list()}?${query.toString()}`;
}
