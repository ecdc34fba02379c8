import { Body, Controller, Get, Ip, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../platform/config.js';
import { RuleViolation } from '../platform/errors.js';
import { isId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { Public } from '../platform/web/policies.js';
import { PeopleAuthenticator } from './people.authenticator.js';
import { ChooseWhoDto, SignInCodeDto } from './people.dto.js';
import { peoplePaths } from './people.paths.js';
import { SharedSignIns, type Opened } from './shared-sign-ins.service.js';
import { SECOND_STEP_MINUTES } from './sharing.rules.js';

export const STEP_COOKIE = 'alongside_step';
const ELSE = 'else';

/** Who somebody is who signed in at an address that several people read. Public: nobody here has a session yet. */
@ApiExcludeController()
@Controller('sign-in')
@Public()
export class SharedSignInController {
  constructor(
    private readonly shared: SharedSignIns,
    private readonly authenticator: PeopleAuthenticator,
    private readonly config: Config,
  ) {}

  @Get('who')
  async who(@Req() request: FastifyRequest): Promise<Page | Redirect> {
    return this.whoPage(request, emptyForm());
  }

  @Post('who')
  async choose(@Req() request: FastifyRequest, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<Page | Redirect> {
    const form = await readForm(ChooseWhoDto, body);
    if (!form.dto) return this.whoPage(request, form, 422);
    const { who, name } = form.dto;
    if (who !== ELSE && !isId(who)) return this.whoPage(request, withError(form, 'who', 'Choose who you are'), 422);
    if (who === ELSE && !name) return this.whoPage(request, withError(form, 'name', 'Enter your name'), 422);
    const token = tokenOf(request);
    if (!token || !(await this.shared.whoReads(token))) return startAgain();
    if (who === ELSE) {
      return this.welcome(reply, await this.shared.joinAs(token, name!), 'Welcome. Add a way to reach only you, so that you can come back without calling us.');
    }
    await this.shared.choose(token, who);
    return redirect(peoplePaths.secondStep());
  }

  @Get('second-step')
  async secondStep(@Req() request: FastifyRequest): Promise<Page | Redirect> {
    return this.secondStepPage(request, emptyForm());
  }

  @Post('second-step')
  async finish(@Req() request: FastifyRequest, @Body() body: unknown, @Ip() ip: string,
    @Res({ passthrough: true }) reply: FastifyReply): Promise<Page | Redirect> {
    const form = await readForm(SignInCodeDto, body);
    if (!form.dto) return this.secondStepPage(request, form, 422);
    const token = tokenOf(request);
    if (!token || !(await this.shared.whoReads(token))?.chosen) return startAgain();
    try {
      const outcome = await this.shared.finish(token, form.dto.code.replace(/\s/g, ''), ip);
      if (outcome.ok) return this.welcome(reply, outcome.opened);
      return this.secondStepPage(request, withError(form, 'code', outcome.reason), 422);
    } catch (error) {
      if (error instanceof RuleViolation) return startAgain();
      throw error;
    }
  }

  private async whoPage(request: FastifyRequest, form: Form<unknown>, status = 200): Promise<Page | Redirect> {
    const token = tokenOf(request);
    const found = token && await this.shared.whoReads(token);
    if (!found) return startAgain();
    return page('people/who-are-you', { form, people: [...found.people.map(({ id, shown }) => ({ value: id, text: shown })), { value: ELSE, text: 'Somebody else' }] }, status);
  }

  private async secondStepPage(request: FastifyRequest, form: Form<unknown>, status = 200): Promise<Page | Redirect> {
    const token = tokenOf(request);
    const found = token && await this.shared.whoReads(token);
    if (!found) return startAgain();
    if (!found.chosen) return redirect(peoplePaths.who());
    return page('people/second-step', { form: { ...form, values: {} }, minutes: SECOND_STEP_MINUTES, demoMailbox: this.config.demo }, status);
  }

  private welcome(reply: FastifyReply, { sessionToken, nextPath }: Opened, flash: string | null = null): Redirect {
    reply.clearCookie(STEP_COOKIE, { path: '/' });
    this.authenticator.remember(reply, sessionToken);
    return redirect(nextPath ?? '/home', flash);
  }
}

function startAgain(): Redirect {
  return redirect(peoplePaths.signIn(), 'Ask for a new code: too much time has passed, or there were too many tries.');
}

function tokenOf(request: FastifyRequest): string | null {
  return request.cookies[STEP_COOKIE] ?? null;
}
