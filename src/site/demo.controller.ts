import { Body, Controller, Get, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PeopleAuthenticator } from '../people/people.authenticator.js';
import { PeopleQueries } from '../people/people.queries.js';
import { peoplePaths } from '../people/people.paths.js';
import { SignInService } from '../people/sign-in.service.js';
import { Clock } from '../platform/clock.js';
import { DemoClock } from '../platform/demo-clock.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { roleNames, roles, type Role } from '../platform/permissions.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { DemoOnly } from '../platform/web/policies.js';
import { formatInstant, londonInstant } from '../shared/dates.js';
import { clockSteps, ClockStepDto, ClockTimeDto } from './demo.dto.js';
import { DemoQueries } from './demo.queries.js';
import { sitePaths } from './site.paths.js';

const WHAT_THEY_DO: Record<Role, string> = {
  strategic_lead: 'Writes calls, decides with residents, plans interviews and offers places.',
  co_decider: 'Is a Disabled resident, and decides with the leads.',
  panel_member: 'Reads applications and meets people at interviews.',
  access_coordinator: 'Arranges what people asked for, and sees that it is there on the day.',
  budget_holder: 'Looks after the budget and approves claims.',
  finance_officer: 'Builds and releases the payments.',
  administrator: 'Mends messages and reads what was done.',
  auditor: 'Reads what was done, and changes nothing.',
};

/** Moving the clock and being somebody else: only where the demo is on. */
@ApiExcludeController()
@Controller('demo')
@DemoOnly()
export class DemoController {
  constructor(
    private readonly people: PeopleQueries,
    private readonly residents: DemoQueries,
    private readonly signIns: SignInService,
    private readonly authenticator: PeopleAuthenticator,
    private readonly demoClock: DemoClock,
    private readonly clock: Clock,
  ) {}

  @Get('clock')
  showClock(): Page {
    return this.clockPage(emptyForm());
  }

  @Post('clock/steps')
  async step(@Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(ClockStepDto, body);
    if (!form.dto) return this.clockPage(form, 422);
    const moved = await this.demoClock.moveBy(clockSteps[form.dto.by]);
    if (!moved.ok) throw new RuleViolation(`${moved.reason}.`);
    return this.clockMoved();
  }

  @Post('clock/time')
  async setTime(@Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(ClockTimeDto, body);
    if (!form.dto) return this.clockPage(form, 422);
    const wanted = londonInstant(form.dto.day, form.dto.time);
    if (!wanted.ok) return this.clockPage(withError(form, 'time', wanted.reason), 422);
    const moved = await this.demoClock.moveTo(wanted.instant);
    if (!moved.ok) return this.clockPage(withError(form, 'day', moved.reason), 422);
    return this.clockMoved();
  }

  @Get('people')
  async showPeople(): Promise<Page> {
    const staff = await this.people.withAnyRole();
    const groups = roles
      .map((role) => ({
        heading: roleNames[role],
        does: WHAT_THEY_DO[role],
        people: staff.filter((person) => person.roles.includes(role)),
      }))
      .filter((group) => group.people.length > 0);
    return page('site/demo-people', { groups, residents: await this.residents.residents(), signInHref: peoplePaths.signIn() });
  }

  /** Residents sign in as everybody does; only people with a role can be chosen. */
  @Post('people/:id/session')
  async become(@IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Redirect> {
    const staff = await this.people.withAnyRole();
    const person = staff.find((candidate) => candidate.id === id);
    if (!person) throw new NotFound();
    this.authenticator.remember(reply, await this.signIns.openFor(id));
    return redirect(sitePaths.home(), `You are now ${person.name ?? 'somebody without a name'}.`);
  }

  private clockPage(form: Form<unknown>, status = 200): Page {
    return page('site/demo-clock', { form, now: this.clock.now() }, status);
  }

  private clockMoved(): Redirect {
    return redirect('/demo/clock', `It is now ${formatInstant(this.clock.now())}.`);
  }
}
