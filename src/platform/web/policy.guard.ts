import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { may, type Actor } from '../actor.js';
import { Config } from '../config.js';
import { Forbidden, NotFound, NotSignedIn, OnlyThemselves } from '../errors.js';
import { ACTING, POLICY, type ActingPolicy, type Policy } from './policies.js';

/** Who is asking: `people` fills this port from the session cookie or the bearer token. */
export abstract class Authenticator {
  abstract authenticate(request: FastifyRequest): Promise<Actor | null>;
  /** Whether there is anything in the request by which we could know somebody. Asks nobody. */
  abstract mayKnow(request: FastifyRequest): boolean;
}

/** Checks the policy of every route. A route without one is refused, and stops the boot before that. */
@Injectable()
export class PolicyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.reflector.getAllAndOverride<Policy | undefined>(POLICY, [context.getHandler(), context.getClass()]);
    if (!policy) throw new Forbidden();
    if (policy === 'demo' && !this.config.demo) throw new NotFound();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.actor = await this.authenticator.authenticate(request);
    if (policy === 'public' || policy === 'demo') return true;
    if (!request.actor) throw new NotSignedIn();
    const helpsWith = this.reflector.getAllAndOverride<ActingPolicy | undefined>(ACTING, [context.getHandler(), context.getClass()]);
    refuseHelpers(request.actor, policy === 'signed-in' ? helpsWith ?? [] : []);
    if (policy !== 'signed-in' && !may(request.actor, policy.may)) throw new Forbidden();
    return true;
  }
}

/** Whoever helps somebody is let in only where that is said, and only with what they may help with. */
function refuseHelpers({ acting }: Actor, helpsWith: ActingPolicy): void {
  if (!acting || helpsWith === 'all') return;
  const wanted: readonly string[] = [helpsWith].flat();
  if (!acting.scopes.some((scope) => wanted.includes(scope))) throw new OnlyThemselves(acting.forName, acting.scopes.length > 0);
}
