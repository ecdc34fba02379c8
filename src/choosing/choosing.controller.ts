import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { seatKinds, seatTitle, type SeatKind } from '../shared/seats.js';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { isId, newId } from '../platform/ids.js';
import { bothVersions, type ComparedField } from '../platform/web/both-versions.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { paginate, readPageNumber } from '../platform/web/pagination.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { CallsQueries } from '../calls/calls.queries.js';
import { HandOver } from '../people/hand-over.service.js';
import { showAnswer } from '../calls/question.rules.js';
import { PeopleQueries } from '../people/people.queries.js';
import { RecordingsQueries } from '../applications/recordings.queries.js';
import { applicationStates, stateNames, type ApplicationState } from '../applications/application.rules.js';
import { ApplicationsQueries } from '../applications/applications.queries.js';
import { ApplicationFacts } from './application-facts.js';
import { BlindQueries } from './blind.queries.js';
import { oneByOne, readTicked, resultOf } from './bulk.js';
import { BulkPendingDto, DecisionDto } from './choosing.dto.js';
import { choosingPaths } from './choosing.paths.js';
import { ChoosingQueries, PAGE_SIZE, type ListFilter } from './choosing.queries.js';
import { ChoosingService } from './choosing.service.js';
import { DecidingQueries, type NextCall } from './deciding.queries.js';
import { DecidingService } from './deciding.service.js';
import { outcomeNames, outcomes, possibleOutcomes, whoDecided, type DecisionOutcome } from './decision.rules.js';

/** Leads read applications, decide with Disabled residents, and tell people. */
@ApiExcludeController()
@Controller('staff/applications')
@May('application.decide')
export class ChoosingController {
  constructor(
    private readonly choosing: ChoosingService,
    private readonly deciding: DecidingService,
    private readonly queue: DecidingQueries,
    private readonly queries: ChoosingQueries,
    private readonly blind: BlindQueries,
    private readonly calls: CallsQueries,
    private readonly people: PeopleQueries,
    private readonly handOver: HandOver,
    private readonly clock: Clock,
    private readonly recordings: RecordingsQueries,
    private readonly applications: ApplicationsQueries,
    private readonly facts: ApplicationFacts,
  ) {}

  @Get()
  @May('application.read')
  async list(@CurrentActor() actor: Actor, @Query() query: Record<string, unknown>): Promise<Page | Redirect> {
    return this.listPage(actor, readFilter(query), query['tick'] === 'all', emptyForm(), 200);
  }

  /** What a panel decided about everybody who is ticked, recorded as pending person by person. */
  @Post()
  async recordMany(@CurrentActor() actor: Actor, @Query() query: Record<string, unknown>, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(BulkPendingDto, body);
    const filter = readFilter(query);
    if (!form.dto) return this.listPage(actor, filter, false, form, 422);
    const { ticked, ...dto } = form.dto;
    const lines = await oneByOne(readTicked(ticked), ({ id, version }) => this.deciding.recordFromList(actor, id, version, dto));
    const names = await this.queue.names(lines.map(({ id }) => id), await this.blind.callsHiddenFrom(actor.personId));
    return page('choosing/bulk-result', {
      ...resultOf(lines, names), title: 'What was recorded as pending', doneWords: 'Recorded as pending', backHref: listHref(filter), backWords: 'Applications',
      next: filter.callId && { href: choosingPaths.pendingOfCall(filter.callId), words: 'See what is pending, and apply it together' },
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
      return this.applicationPage(actor, id, withError(form, fieldOf(error.message), error.message), 422);
    }
    return redirect(choosingPaths.one(id), 'The decision is saved. They don’t know yet: tell them next.');
  }

  /** Kept for later: nothing changes until it is applied. */
  @Post(':id/pending')
  async savePending(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(DecisionDto, body);
    if (!form.dto) return this.applicationPage(actor, id, form, 422);
    try {
      await this.deciding.savePending(actor, id, form.dto);
    } catch (error) {
      if (error instanceof RuleViolation) return this.applicationPage(actor, id, withError(form, 'outcome', error.message), 422);
      return bothVersions(error, form, {
        title: 'Two of you decided about the same person', keepHref: choosingPaths.one(id), action: choosingPaths.pending(id),
        fields: await this.comparedFields(id),
      });
    }
    return redirect(choosingPaths.one(id), 'It is recorded as pending. Nothing has changed for them yet.');
  }

  @Post(':id/discarding')
  async discard(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.deciding.discard(actor, id);
    return redirect(choosingPaths.one(id), 'What was pending is discarded.');
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

  private async listPage(actor: Actor, filter: ListFilter, allTicked: boolean, form: Form<unknown>, status: number): Promise<Page | Redirect> {
    const nameless = await this.blind.callsHiddenFrom(actor.personId);
    const [{ applications, total }, counts, calls, nextCalls] = await Promise.all([
      this.queries.list(filter, nameless), this.queries.countsByState(filter.callId), this.calls.staffList(), this.queue.nextCalls(this.clock.now(), filter.callId),
    ]);
    if (applications.length === 0 && filter.page > 1) return redirect(listHref({ ...filter, page: 1 }));
    const states = applicationStates.states.filter((state) => state !== 'draft');
    const ticked = asTexts(form.values['ticked']);
    return page('choosing/staff-list', {
      applications: applications.map((application) => ({
        ...application, stateName: stateNames[application.state], ticked: allTicked || ticked.includes(`${application.id}.${application.version}`),
      })),
      filter, calls, form, total, mayDecide: may(actor, 'application.decide'),
      here: listHref(filter), tickAllHref: `${listHref(filter)}&tick=all`, everybodyHref: `${listHref({ ...filter, page: 1, all: true })}&tick=all`,
      outcomes: outcomes.map((outcome) => ({ value: outcome, text: outcomeNames[outcome] })),
      seatItems: seatKinds.map((kind) => ({ value: kind, text: seatTitle(kind) })),
      nextItems: nextItems(nextCalls),
      states: states.map((state) => ({ value: state, text: `${stateNames[state]} (${counts.get(state) ?? 0})` })),
      pagination: filter.all ? null : paginate({ page: filter.page, size: PAGE_SIZE, total, what: 'applications', href: (other) => listHref({ ...filter, page: other }) }),
    }, status);
  }

  private async applicationPage(actor: Actor, id: string, form: Form<unknown>, status: number): Promise<Page> {
    const application = await this.queries.one(id);
    if (!application) throw new NotFound();
    if ((await this.blind.callsHiddenFrom(actor.personId)).includes(application.callId)) {
      return page('choosing/staff-hidden', { reference: application.reference, callId: application.callId }, status);
    }
    const untold = application.decisions.find(({ state }) => state === 'applied') ?? null;
    const pending = application.decisions.find(({ state }) => state === 'pending') ?? null;
    const possible = untold ? [] : possibleOutcomes(application.state);
    const mayDecide = may(actor, 'application.decide');
    const named = application.decisions.map((decision) => ({
      ...decision, name: outcomeNames[decision.outcome], who: whoDecided([decision.decidedBy], decision.coDeciders, decision.noCoDeciderReason),
    }));
    const decides = mayDecide && possible.length > 0;
    const answers = application.answers.map(({ question, kind, text }) => ({ question, text: showAnswer(kind, text) }));
    return page('choosing/staff-one', {
      handOver: mayDecide ? await this.handOver.here(actor, { applicationId: id }) : null,
      application, answers, mayDecide, pending, recordings: await this.recordings.of(id), known: await this.facts.of(id, actor), stateName: stateNames[application.state], sittingId: newId(),
      form: pending && form.errors.length === 0 ? emptyForm({ ...pending }) : form,
      untold: named.find(({ state }) => state === 'applied') ?? null,
      past: named.filter(({ state }) => state === 'told' || state === 'undone'),
      declarations: decides ? await this.declarations(id) : null,
      outcomes: possible.map((outcome) => ({ value: outcome, text: outcomeNames[outcome] })),
      seatItems: application.seats.map(({ kind }) => ({ value: kind, text: seatTitle(kind) })),
      nextItems: mayDecide ? nextItems(await this.queue.nextCalls(this.clock.now(), application.callId)) : [],
      coDeciders: mayDecide ? (await this.people.withRole('co_decider')).map((person) => ({ value: person.id, text: person.name })) : [],
    }, status);
  }

  /** Weighed when a decision is prepared, and seen by nobody who only scores. */
  private async declarations(id: string) {
    const declared = await this.applications.declarations(id);
    return declared && { ...declared, outside: declared.eligibility.includes('none') };
  }

  private async comparedFields(id: string): Promise<ComparedField[]> {
    const application = await this.queries.one(id);
    const calls = await this.queue.nextCalls(this.clock.now(), application?.callId ?? null);
    return [
      { name: 'outcome', label: 'Decision', words: (value) => outcomeNames[value as DecisionOutcome] ?? '' },
      { name: 'seatKind', label: 'Kind of seat', words: (value) => (seatKinds.includes(value as SeatKind) ? seatTitle(value as SeatKind) : '') },
      { name: 'reason', label: 'Why' },
      { name: 'nextCallId', label: 'What may suit them next', words: (value) => calls.find((call) => call.id === value)?.title ?? '' },
      { name: 'nextWords', label: 'What else may help' },
    ];
  }
}

function nextItems(calls: readonly NextCall[]) {
  return [{ value: '', text: 'None of these' }, ...calls.map(({ id, title }) => ({ value: id, text: title }))];
}

/** Who decided it together stands in other fields than what was decided. */
function fieldOf(message: string): string {
  return /co-decider|decided (this )?with you|not both/.test(message) ? 'coDecidedBy' : 'outcome';
}

function asTexts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
}

function readFilter(query: Record<string, unknown>): ListFilter {
  const { call, state, search, sort, page: number, all } = query;
  return {
    callId: isId(call) ? call : null,
    state: applicationStates.states.includes(state as ApplicationState) ? state as ApplicationState : null,
    search: typeof search === 'string' && search.trim() !== '' ? search.trim().slice(0, 100) : null,
    sort: sort === 'reference' ? 'reference' : 'name',
    page: readPageNumber(number),
    all: all === 'yes',
  };
}

function listHref({ callId, state, search, sort, page: number, all }: ListFilter): string {
  const query = new URLSearchParams();
  if (callId) query.set('call', callId);
  if (state) query.set('state', state);
  if (search) query.set('search', search);
  if (sort !== 'name') query.set('sort', sort);
  if (all) query.set('all', 'yes');
  query.set('page', String(number));
  return `${choosingPaths.list()}?${query.toString()}`;
}
