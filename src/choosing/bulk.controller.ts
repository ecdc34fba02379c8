import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, type Page } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { PeopleQueries } from '../people/people.queries.js';
import { BlindQueries } from './blind.queries.js';
import { oneByOne, readTicked, resultOf, type BulkLine } from './bulk.js';
import { BulkApplyDto, BulkTellDto, type TogetherDto } from './choosing.dto.js';
import { choosingPaths } from './choosing.paths.js';
import { ChoosingService } from './choosing.service.js';
import { DecidingQueries } from './deciding.queries.js';
import { DecidingService } from './deciding.service.js';
import { outcomeNames } from './decision.rules.js';

/** What is pending is applied together, and those it is about are told: many at once, each on their own. */
@ApiExcludeController()
@Controller('staff/calls/:id')
@May('application.decide')
export class BulkController {
  constructor(
    private readonly deciding: DecidingService,
    private readonly choosing: ChoosingService,
    private readonly queries: DecidingQueries,
    private readonly people: PeopleQueries,
    private readonly blind: BlindQueries,
  ) {}

  @Get('decisions')
  @May('application.read')
  async pending(@CurrentActor() actor: Actor, @IdParam() callId: string): Promise<Page> {
    return this.pendingPage(actor, callId, emptyForm({ sittingId: newId() }), 200);
  }

  @Post('decisions')
  async apply(@CurrentActor() actor: Actor, @IdParam() callId: string, @Body() body: unknown): Promise<Page> {
    const form = await readForm(BulkApplyDto, body);
    if (!form.dto) return this.pendingPage(actor, callId, form, 422);
    const { ticked, ...together } = form.dto;
    const problem = togetherProblem(together);
    if (problem) return this.pendingPage(actor, callId, withError(form, problem.field, problem.message), 422);
    await this.callOf(actor, callId);
    const lines = await oneByOne(readTicked(ticked), ({ id, version }) => this.deciding.apply(actor, id, version, together));
    return this.resultPage(actor, lines, {
      title: 'What was applied', doneWords: 'Applied. They don’t know yet', backHref: choosingPaths.pendingOfCall(callId), backWords: 'What is pending',
      next: { href: choosingPaths.messagesOfCall(callId), words: 'Read the messages, and send them' },
    });
  }

  @Get('messages')
  @May('application.read')
  async drafted(@CurrentActor() actor: Actor, @IdParam() callId: string): Promise<Page> {
    return this.draftedPage(actor, callId, emptyForm(), 200);
  }

  @Post('messages')
  async tell(@CurrentActor() actor: Actor, @IdParam() callId: string, @Body() body: unknown): Promise<Page> {
    const form = await readForm(BulkTellDto, body);
    if (!form.dto) return this.draftedPage(actor, callId, form, 422);
    await this.callOf(actor, callId);
    const lines = await oneByOne(form.dto.ticked.map((id) => ({ id })), ({ id }) => this.choosing.tell(actor, id));
    return this.resultPage(actor, lines, {
      title: 'What was sent', doneWords: 'The message is on its way', backHref: choosingPaths.messagesOfCall(callId), backWords: 'Messages to send', next: null,
    });
  }

  private async pendingPage(actor: Actor, callId: string, form: Form<unknown>, status: number): Promise<Page> {
    const [call, pending, time] = await Promise.all([this.callOf(actor, callId), this.queries.pending(callId), this.queries.time(callId)]);
    return page('choosing/pending', {
      call, form, time, mayDecide: may(actor, 'application.decide'),
      decisions: pending.map((decision) => ({ ...decision, outcomeName: outcomeNames[decision.outcome] })),
      coDeciders: (await this.people.withRole('co_decider')).map((person) => ({ value: person.id, text: person.name })),
    }, status);
  }

  private async draftedPage(actor: Actor, callId: string, form: Form<unknown>, status: number): Promise<Page> {
    const [call, drafted] = await Promise.all([this.callOf(actor, callId), this.queries.drafted(callId)]);
    return page('choosing/drafted', {
      call, form, mayDecide: may(actor, 'application.decide'),
      decisions: drafted.map((decision) => ({ ...decision, outcomeName: outcomeNames[decision.outcome] })),
    }, status);
  }

  private async resultPage(actor: Actor, lines: BulkLine[], model: object): Promise<Page> {
    const names = await this.queries.names(lines.map(({ id }) => id), await this.blind.callsHiddenFrom(actor.personId));
    return page('choosing/bulk-result', { ...resultOf(lines, names), ...model });
  }

  private async callOf(actor: Actor, id: string) {
    const call = await this.queries.call(id);
    if (!call) throw new NotFound();
    await this.blind.refuseNames(actor.personId, id);
    return call;
  }
}

/** Said once, on the form, rather than for each person. */
function togetherProblem({ coDecidedBy, noCoDeciderReason, minutes }: TogetherDto): { field: string; message: string } | null {
  const chosen = coDecidedBy?.length ?? 0;
  if (chosen === 0 && !noCoDeciderReason) {
    return { field: 'coDecidedBy', message: 'Choose the Disabled residents who decided this with you, or say why there were none' };
  }
  if (chosen > 0 && noCoDeciderReason) return { field: 'noCoDeciderReason', message: 'Choose who decided with you, or say why nobody did, not both' };
  if (chosen > 0 && minutes === undefined) return { field: 'minutes', message: 'Enter how many minutes they decided with you: they are paid for it' };
  return null;
}
