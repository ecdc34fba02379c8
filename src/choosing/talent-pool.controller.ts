import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, subjectOf, type Actor } from '../platform/actor.js';
import { RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May, SignedIn } from '../platform/web/policies.js';
import { TalentInvitationDto, TalentPoolDto } from './choosing.dto.js';
import { choosingPaths } from './choosing.paths.js';
import { TalentPoolQueries } from './talent-pool.queries.js';
import { TalentPoolService } from './talent-pool.service.js';

/** "Tell me about other groups": a resident joins and leaves; leads tell those who are in it of a call. */
@ApiExcludeController()
@Controller()
@SignedIn()
export class TalentPoolController {
  constructor(private readonly pool: TalentPoolService, private readonly queries: TalentPoolQueries) {}

  @Get('my/talent-pool')
  async mine(@CurrentActor() actor: Actor): Promise<Page> {
    const own = await this.queries.own(subjectOf(actor));
    return page('choosing/my-talent-pool', { own, form: emptyForm({ id: newId(), interests: own?.interests }) });
  }

  @Post('my/talent-pool')
  async join(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(TalentPoolDto, body);
    if (!form.dto) return page('choosing/my-talent-pool', { own: await this.queries.own(subjectOf(actor)), form }, 422);
    await this.pool.join(actor, form.dto.id, form.dto.interests ?? null);
    return redirect(choosingPaths.myTalentPool(), 'Thank you. We tell you about other groups.');
  }

  @Post('my/talent-pool/leaving')
  async leave(@CurrentActor() actor: Actor): Promise<Redirect> {
    await this.pool.leave(actor);
    return redirect(choosingPaths.myTalentPool(), 'You have left. What you wrote for this is deleted.');
  }

  @Get('staff/talent-pool')
  @May('application.read')
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    return this.listPage(actor, emptyForm(), 200);
  }

  @Post('staff/talent-pool/:id/invitation')
  @May('application.decide')
  async invite(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(TalentInvitationDto, body);
    if (!form.dto) return this.listPage(actor, form, 422);
    try {
      await this.pool.invite(actor, id, form.dto.callId, form.dto.id);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.listPage(actor, withError(form, '', error.message), 422);
    }
    return redirect(choosingPaths.talentPool(), 'They are told about the call.');
  }

  private async listPage(actor: Actor, form: Form<unknown>, status: number): Promise<Page> {
    const people = await this.queries.list();
    return page('choosing/talent-pool', {
      people: people.map((one) => ({ ...one, invitationId: newId() })), calls: await this.queries.openCalls(), form,
      mayInvite: may(actor, 'application.decide'),
    }, status);
  }
}
