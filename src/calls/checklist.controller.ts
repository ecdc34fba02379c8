import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { BadRequest, NotFound, RuleViolation } from '../platform/errors.js';
import { dayParts, emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { PeopleQueries } from '../people/people.queries.js';
import { InterpretersQueries } from '../adjustments/interpreters.queries.js';
import { withoutInterpretersNames } from './checklist.rules.js';
import { canEdit, canSendBack } from './call.rules.js';
import { GateDto, ReturnDto } from './calls.dto.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries, toCard, type CallDetail } from './calls.queries.js';
import { ChecklistQueries, type Gate } from './checklist.queries.js';
import { PublishingService } from './publishing.service.js';

/** The checklist of a call, and its approval by a second person. */
@ApiExcludeController()
@Controller('staff/calls/:id')
export class ChecklistController {
  constructor(
    private readonly publishing: PublishingService,
    private readonly queries: CallsQueries,
    private readonly checklist: ChecklistQueries,
    private readonly interpreters: InterpretersQueries,
    private readonly people: PeopleQueries,
  ) {}

  @Get('checklist')
  @May('call.read')
  async list(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    const call = await this.detail(id);
    return page('calls/checklist', {
      call, gates: await this.checklist.gates(id), open: canEdit(call).ok,
      may: { answer: may(actor, 'call.check') && canEdit(call).ok, write: may(actor, 'call.write') },
    });
  }

  @Get('checklist/:gate')
  @May('call.check')
  async one(@IdParam() id: string, @Param('gate') code: string): Promise<Page | Redirect> {
    const call = await this.detail(id);
    const gate = await this.gate(id, code);
    if (!canEdit(call).ok) return redirect(callPaths.checklist(id));
    const values = {
      reason: gate.pass?.reason ?? '', coDeciders: await this.checklist.coDeciderIds(id), noCoDeciderReason: call.noCoDeciderReason,
      ...dayParts('easyReadOn', call.easyReadOn), ...dayParts('bslOn', call.bslOn),
    };
    return this.gatePage(call, gate, emptyForm(values), 200);
  }

  @Post('checklist/:gate')
  @May('call.check')
  async pass(@CurrentActor() actor: Actor, @IdParam() id: string, @Param('gate') code: string, @Body() body: unknown): Promise<Page | Redirect> {
    const call = await this.detail(id);
    const gate = await this.gate(id, code);
    const form = await readForm(GateDto, body);
    if (!form.dto) return this.gatePage(call, gate, form, 422);
    try {
      await this.publishing.passGate(actor, id, code, form.dto);
    } catch (error) {
      if (error instanceof BadRequest && error.errors.length > 0) return this.gatePage(call, gate, { ...form, errors: [...error.errors] }, 422);
      if (!(error instanceof RuleViolation)) throw error;
      return this.gatePage(call, gate, withError(form, code === 'formats' ? 'easyReadOn' : 'reason', error.message), 422);
    }
    return redirect(callPaths.checklist(id), 'Your answer is saved, with your name.');
  }

  @Post('checklist/:gate/removal')
  @May('call.check')
  async takeBack(@CurrentActor() actor: Actor, @IdParam() id: string, @Param('gate') code: string): Promise<Redirect> {
    await this.detail(id);
    await this.publishing.takeGateBack(actor, id, code);
    return redirect(callPaths.checklist(id), 'The answer is taken back.');
  }

  @Post('readiness')
  @May('call.write')
  async makeReady(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.publishing.makeReady(actor, id);
    return redirect(callPaths.manage(id), 'It waits for approval by a second person.');
  }

  @Get('publication')
  @May('call.approve')
  async publication(@IdParam() id: string): Promise<Page | Redirect> {
    if (!canSendBack(await this.detail(id)).ok) return redirect(callPaths.manage(id));
    return this.approvalPage(id, emptyForm(), 200);
  }

  @Post('publication')
  @May('call.approve')
  async approve(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    await this.detail(id);
    try {
      await this.publishing.approve(actor, id);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.approvalPage(id, withError(emptyForm(), '', error.message), 422);
    }
    return redirect(callPaths.manage(id), 'The call is published.');
  }

  @Post('return')
  @May('call.approve')
  async sendBack(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(ReturnDto, body);
    if (!form.dto) return this.approvalPage(id, form, 422);
    await this.publishing.sendBack(actor, id, form.dto.reason);
    return redirect(callPaths.manage(id), 'It is sent back. Whoever wrote it sees your reason.');
  }

  private async detail(id: string): Promise<CallDetail> {
    const call = await this.queries.detail(id);
    if (!call) throw new NotFound();
    return call;
  }

  private async gate(id: string, code: string): Promise<Gate> {
    const gate = (await this.checklist.gates(id)).find((one) => one.code === code);
    if (!gate) throw new NotFound();
    return gate;
  }

  private async gatePage(call: CallDetail, gate: Gate, form: Form<unknown>, status: number): Promise<Page> {
    return page('calls/gate', {
      held: gate.code === 'interpreters' ? await this.interpreters.heldFor(call.id) : [],
      without: Object.entries(withoutInterpretersNames).map(([value, text]) => ({ value, text })),
      call, gate, form, leadTime: gate.code === 'lead-time' ? await this.checklist.leadTime(call.closesAt) : null,
      coDeciders: gate.code === 'decided-together' ? await this.people.withRole('co_decider') : [],
    }, status);
  }

  private async approvalPage(id: string, form: Form<unknown>, status: number): Promise<Page> {
    const call = await this.detail(id);
    return page('calls/publication', { call, ...toCard(call), gates: await this.checklist.gates(id), form }, status);
  }
}
