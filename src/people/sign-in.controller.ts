import { Body, Controller, Get, Ip, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../platform/actor.js';
import { Config } from '../platform/config.js';
import { NotFound } from '../platform/errors.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { MaybeActor, Public, SignedIn, CurrentActor } from '../platform/web/policies.js';
import { AskSignInDto, SignInCodeDto } from './people.dto.js';
import { peoplePaths } from './people.paths.js';
import { ownPath } from '../shared/own-path.js';
import { maskContact, readContact, SIGN_IN_MINUTES } from './people.rules.js';
import { PeopleAuthenticator } from './people.authenticator.js';
import { Sessions } from './sessions.service.js';
import { STEP_COOKIE } from './shared-sign-in.controller.js';
import { SECOND_STEP_MINUTES } from './sharing.rules.js';
import { KEPT_HOURS, SignInService, type Asked, type HalfSignedIn, type SignedIn as SignedInResult } from './sign-in.service.js';

const ASKED_COOKIE = 'alongside_sign_in';

@ApiExcludeController()
@Controller()
@Public()
export class SignInController {
  constructor(
    private readonly signIns: SignInService,
    private readonly sessions: Sessions,
    private readonly authenticator: PeopleAuthenticator,
    private readonly config: Config,
  ) {}

  @Get('sign-in')
  start(@Query('next') next: unknown): Page {
    return page('people/sign-in', { form: emptyForm({ next: ownPath(next) ?? '' }) });
  }

  @Post('sign-in')
  async ask(@Body() body: unknown, @Ip() ip: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Page | Redirect> {
    const form = await readForm(AskSignInDto, body);
    if (!form.dto) return page('people/sign-in', { form }, 422);
    const contact = readContact(form.dto.contact, !this.config.production);
    if (!contact) {
      const problem = 'Enter an email address, like name@example.com, or a mobile number, like 07700 900123';
      return page('people/sign-in', { form: withError(form, 'contact', problem) }, 422);
    }
    const asked = await this.signIns.ask(contact, { ip, nextPath: ownPath(form.dto.next), addsTo: null });
    this.keepAsked(reply, asked);
    return redirect(peoplePaths.signInCode());
  }

  @Get('sign-in/code')
  async code(@Req() request: FastifyRequest): Promise<Page> {
    return this.codePage(request, emptyForm());
  }

  @Post('sign-in/code')
  async redeemCode(@MaybeActor() actor: Actor | null, @Body() body: unknown, @Ip() ip: string, @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply): Promise<Page | Redirect> {
    const form = await readForm(SignInCodeDto, body);
    if (!form.dto) return this.codePage(request, form, 422);
    const asked = readAsked(request);
    if (!asked) {
      return this.codePage(request, withError(form, 'code', 'This browser did not ask for a code, or it is too old. Ask for a new one.'), 422);
    }
    const outcome = await this.signIns.redeemCode(asked, form.dto.code.replace(/\s/g, ''), { ip, actor });
    if (!outcome.ok) return this.codePage(request, withError(form, 'code', outcome.reason), 422);
    return this.welcome(reply, outcome.signedIn);
  }

  /** Never uses the link up: mail scanners open it too. The button does. */
  @Get('sign-in/link/:id/:token')
  async link(@IdParam() id: string, @Param('token') token: string): Promise<Page> {
    const purpose = await this.signIns.linkPurpose(id, token);
    if (!purpose) throw new NotFound('This link is not whole, or it is too old. Ask for a new one.');
    return page('people/sign-in-link', { action: peoplePaths.signInLink(id, token), to: maskContact(purpose), adds: purpose.addsTo !== null });
  }

  @Post('sign-in/link/:id/:token')
  async redeemLink(@MaybeActor() actor: Actor | null, @IdParam() id: string, @Param('token') token: string, @Ip() ip: string,
    @Res({ passthrough: true }) reply: FastifyReply): Promise<Redirect> {
    return this.welcome(reply, await this.signIns.redeemLink(id, token, { ip, actor }));
  }

  @Post('sign-out')
  async signOut(@MaybeActor() actor: Actor | null, @Res({ passthrough: true }) reply: FastifyReply): Promise<Redirect> {
    if (actor?.sessionId) await this.sessions.close(actor.sessionId);
    this.authenticator.forget(reply);
    return redirect('/', 'You are signed out.');
  }

  /** Adds an address to one's own: the code goes there, and comes back here. */
  @Post('my/contacts')
  @SignedIn()
  async addContact(@CurrentActor() actor: Actor, @Body() body: unknown, @Ip() ip: string,
    @Res({ passthrough: true }) reply: FastifyReply): Promise<Page | Redirect> {
    const form = await readForm(AskSignInDto, body);
    const contact = form.dto && readContact(form.dto.contact, !this.config.production);
    if (!contact) {
      const shown = form.dto ? withError(form, 'contact', 'Enter an email address or a mobile number') : form;
      return page('people/add-contact', { form: shown }, 422);
    }
    const asked = await this.signIns.ask(contact, { ip, nextPath: ownPath(form.dto?.next), addsTo: actor.personId });
    this.keepAsked(reply, asked);
    return redirect(peoplePaths.signInCode());
  }

  @Get('my/contacts/new')
  @SignedIn()
  newContact(@Query('next') next: unknown): Page {
    return page('people/add-contact', { form: emptyForm({ next: ownPath(next) ?? '' }) });
  }

  private async codePage(request: FastifyRequest, form: Form<unknown>, status = 200): Promise<Page> {
    const shown = { ...form, values: {} };
    const asked = readAsked(request);
    const before = asked && await this.signIns.askedFor(asked);
    const next = before?.nextPath ?? undefined;
    const again = before?.addsTo ? peoplePaths.newContact(next) : peoplePaths.signIn(next);
    return page('people/sign-in-code', { form: shown, minutes: SIGN_IN_MINUTES, again, demoMailbox: this.config.demo }, status);
  }

  private welcome(reply: FastifyReply, signedIn: SignedInResult | HalfSignedIn): Redirect {
    reply.clearCookie(ASKED_COOKIE, { path: '/' });
    if ('stepToken' in signedIn) {
      this.authenticator.forget(reply);
      reply.setCookie(STEP_COOKIE, signedIn.stepToken, {
        path: '/', httpOnly: true, sameSite: 'lax', secure: this.config.secureCookies, maxAge: SECOND_STEP_MINUTES * 60,
      });
      return redirect(peoplePaths.who());
    }
    this.authenticator.remember(reply, signedIn.sessionToken);
    return redirect(signedIn.nextPath ?? '/home');
  }

  private keepAsked(reply: FastifyReply, asked: Asked): void {
    reply.setCookie(ASKED_COOKIE, `${asked.signInId}.${asked.browserToken}`, {
      path: '/', httpOnly: true, sameSite: 'lax', secure: this.config.secureCookies, maxAge: KEPT_HOURS * 3600,
    });
  }
}

function readAsked(request: FastifyRequest): Asked | null {
  const [signInId, browserToken] = (request.cookies[ASKED_COOKIE] ?? '').split('.');
  return signInId && browserToken ? { signInId, browserToken } : null;
}
