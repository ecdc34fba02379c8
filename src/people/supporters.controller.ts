import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { dayParts, emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { addMonths } from '../shared/dates.js';
import { ownPath } from '../shared/own-path.js';
import { EndHelpingDto, SupporterDto } from './directory.dto.js';
import { HelpingService } from './helping.service.js';
import { scopeNames, supporterScopes } from './helping.rules.js';
import { peoplePaths } from './people.paths.js';
import { SupportersQueries } from './supporters.queries.js';
import { SupportersService } from './supporters.service.js';

const SCOPES = supporterScopes.map((value) => ({ value, text: scopeNames[value] }));
const USUAL_MONTHS = 6;

/** A resident's supporters, and helping somebody as one. */
@ApiExcludeController()
@Controller()
@SignedIn()
export class SupportersController {
  constructor(
    private readonly supporters: SupportersService,
    private readonly queries: SupportersQueries,
    private readonly helping: HelpingService,
    private readonly clock: Clock,
  ) {}

  @Get('my/supporters')
  async mine(@CurrentActor() actor: Actor): Promise<Page> {
    const endsOn = addMonths(this.clock.today(), USUAL_MONTHS);
    return this.minePage(actor, emptyForm({ id: newId(), ...dayParts('endsOn', endsOn) }), 200);
  }

  @Post('my/supporters')
  async add(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(SupporterDto, body);
    if (!form.dto) return this.minePage(actor, form, 422);
    try {
      await this.supporters.add(actor, form.dto);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.minePage(actor, withError(form, /date/.test(error.message) ? 'endsOn' : 'email', error.message), 422);
    }
    return redirect(peoplePaths.supporters(), `${form.dto.name} may help you now. We send them a message.`);
  }

  @Post('my/supporters/:id/removal')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.supporters.remove(actor, actor.personId, id);
    return redirect(peoplePaths.supporters(), 'They can’t help you any more, from now on.');
  }

  @Post('my/helping/:id')
  async help(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.helping.support(actor, id);
    return redirect('/my/applications');
  }

  @Post('helping/end')
  @SignedIn({ acting: 'all' })
  async end(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Redirect> {
    await this.helping.end(actor);
    const staff = actor.acting?.byStaff && actor.onBehalfOf;
    const next = (await readForm(EndHelpingDto, body)).dto?.next;
    return redirect(ownPath(next) ?? (staff ? peoplePaths.person(staff) : '/home'), 'You are back on your own pages.');
  }

  private async minePage(actor: Actor, form: Form<unknown>, status: number): Promise<Page> {
    const supporters = await this.queries.ofPerson(actor.personId);
    return page('people/supporters', {
      form, scopes: SCOPES, action: peoplePaths.supporters(),
      supporters: supporters.map((one) => ({
        ...one, does: one.scope.map((scope) => scopeNames[scope]), removal: peoplePaths.removeSupporter(one.id), done: peoplePaths.supporterDone(one.id),
      })),
    }, status);
  }
}
