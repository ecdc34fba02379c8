import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { InterpreterHolds } from '../adjustments/holds.service.js';
import { InterpretersQueries } from '../adjustments/interpreters.queries.js';
import { HoldDto } from './calls.dto.js';
import { callPaths } from './calls.paths.js';
import { CallsQueries, type CallDetail } from './calls.queries.js';
import { HoldingService, mayLetGo } from './holding.service.js';

/** Interpreters reserved for a call's interviews, so that nobody waits longer because of what they need. */
@ApiExcludeController()
@Controller('staff/calls/:id/interpreters')
@May('interpreter.hold')
export class InterpretersController {
  constructor(
    private readonly database: Database,
    private readonly holding: HoldingService,
    private readonly holds: InterpreterHolds,
    private readonly interpreters: InterpretersQueries,
    private readonly queries: CallsQueries,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.holdsPage(actor, await this.detail(id), emptyForm(), 200);
  }

  @Post()
  async hold(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const call = await this.detail(id);
    const form = await readForm(HoldDto, body);
    const { dto } = form;
    if (!dto) return this.holdsPage(actor, call, form, 422);
    try {
      await this.database.transaction((tx) => this.holding.hold(tx, actor, id, dto));
    } catch (error) {
      if (error instanceof Conflict || error instanceof RuleViolation) return this.holdsPage(actor, call, withError(form, 'times', error.message), 422);
      throw error;
    }
    return redirect(callPaths.interpreters(id), 'They are reserved. Nobody else can book them then.');
  }

  @Post(':holdId/release')
  async release(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('holdId') holdId: string): Promise<Redirect> {
    await this.database.transaction((tx) => this.holding.release(tx, actor, id, holdId));
    return redirect(callPaths.interpreters(id), 'They are free again.');
  }

  private async detail(id: string): Promise<CallDetail> {
    const call = await this.queries.detail(id);
    if (!call) throw new NotFound();
    return call;
  }

  private async holdsPage(actor: Actor, call: CallDetail, form: Form<unknown>, status: number): Promise<Page> {
    const held = await this.interpreters.heldFor(call.id);
    return page('calls/interpreters', {
      call, form, mayLetGo: mayLetGo(actor, call, this.clock.now()), held: held.map((one) => ({ ...one, action: callPaths.releaseInterpreter(call.id, one.id) })),
      open: call.cancellationReason === null, action: callPaths.interpreters(call.id),
      times: (await this.holds.halfDays(call.interviewsFrom, call.interviewsTo)).map(({ key, day, name }) => ({ value: key, day, name })),
      interpreters: (await this.interpreters.all()).map(({ resourceId, name, skillNames }) => ({ value: resourceId, text: name, hint: skillNames.join('; ') })),
      back: may(actor, 'call.read') ? { href: callPaths.manage(call.id), text: call.title } : { href: '/staff/arrangements', text: 'Arrangements' },
      maySuppliers: may(actor, 'arrangement.read'),
    }, status);
  }
}
