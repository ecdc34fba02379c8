import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { BadRequest } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { CallsQueries } from '../calls/calls.queries.js';
import { applicationPaths } from './applications.paths.js';
import { FirstContactDto, LateCodeDto } from './late-access.dto.js';
import { latePaths } from './late-access.paths.js';
import { LateAccessQueries } from './late-access.queries.js';
import { canGive, closingOf, contactWayNames, contactWays } from './late-access.rules.js';
import { LateAccess } from './late-access.service.js';

const WAYS = contactWays.map((value) => ({ value, text: contactWayNames[value] }));

/** Staff give more time to apply. Codes are the access co-ordinator's; whoever took a call may write it down. */
@ApiExcludeController()
@Controller('staff/more-time')
@May('late.give')
export class LateAccessController {
  constructor(
    private readonly late: LateAccess,
    private readonly queries: LateAccessQueries,
    private readonly calls: CallsQueries,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  @Get()
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    const now = this.clock.now();
    const isCoordinator = may(actor, 'late.code');
    const given = await this.queries.given(isCoordinator ? null : actor.personId);
    return page('applications/more-time-list', {
      isCoordinator,
      given: given.map((one) => ({
        ...one, isOver: one.deadline <= now, channelName: one.channel && contactWayNames[one.channel],
        link: this.config.publicUrl + applicationPaths.moreTimeWith(one.callSlug, one.code), revocation: latePaths.revocation(one.id),
      })),
    });
  }

  @Get('codes/new')
  @May('late.code')
  async newCode(): Promise<Page> {
    return this.formPage('applications/more-time-code', emptyForm({ id: newId(), uses: '1', time: '5pm' }), 200);
  }

  @Post('codes')
  @May('late.code')
  async giveCode(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    return this.give('applications/more-time-code', await readForm(LateCodeDto, body), 'The code is made. Read it out, or send the link.',
      (dto) => this.late.giveCode(actor, dto));
  }

  @Get('contacts/new')
  async newContact(): Promise<Page> {
    return this.formPage('applications/more-time-contact', emptyForm({ id: newId() }), 200);
  }

  @Post('contacts')
  async recordContact(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    return this.give('applications/more-time-contact', await readForm(FirstContactDto, body), 'It is written down. They have more time.',
      (dto) => this.late.recordContact(actor, dto));
  }

  @Post(':id/revocation')
  async revoke(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.late.revoke(actor, id, may(actor, 'late.code'));
    return redirect(latePaths.list(), 'It is taken back. What they wrote is kept.');
  }

  private async give<T>(view: string, form: Form<T>, done: string, work: (dto: T) => Promise<void>): Promise<Page | Redirect> {
    if (!form.dto) return this.formPage(view, form, 422);
    try {
      await work(form.dto);
    } catch (error) {
      if (!(error instanceof BadRequest) || error.errors.length === 0) throw error;
      return this.formPage(view, { ...form, errors: [...error.errors], dto: null }, 422);
    }
    return redirect(latePaths.list(), done);
  }

  private async formPage(view: string, form: Form<unknown>, status: number): Promise<Page> {
    const now = this.clock.now();
    const calls = (await this.calls.staffList()).filter((call) => canGive(call, now).ok);
    return page(view, { form, ways: WAYS, calls: calls.map((call) => ({ id: call.id, title: call.title, closes: closingOf(call), interviewsFrom: call.interviewsFrom })) }, status);
  }
}
