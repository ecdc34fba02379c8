import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Actor, ActingScope } from '../actor.js';
import { NotSignedIn } from '../errors.js';
import type { Permission } from '../permissions.js';

export const POLICY = 'alongside:policy';
export const ACTING = 'alongside:acting';

export type Policy = 'public' | 'signed-in' | 'demo' | { may: Permission };

/** Anybody, signed in or not. */
export const Public = () => SetMetadata(POLICY, 'public' satisfies Policy);

/** Whom a route lets in while they help somebody: those who may help with this, or all of them. */
export type ActingPolicy = ActingScope | readonly ActingScope[] | 'all';

/**
 * Anybody who is signed in, for their own affairs only. Whoever helps somebody just now is refused,
 * unless `acting` says with what they may help here.
 */
export const SignedIn = ({ acting = [] }: { acting?: ActingPolicy } = {}) => applyDecorators(
  SetMetadata(POLICY, 'signed-in' satisfies Policy), SetMetadata(ACTING, acting), ApiBearerAuth());

/** People whose role has this permission. */
export const May = (permission: Permission) => applyDecorators(SetMetadata(POLICY, { may: permission } satisfies Policy), ApiBearerAuth());

/** Anybody, where the demo is on; otherwise there is no such page. */
export const DemoOnly = () => SetMetadata(POLICY, 'demo' satisfies Policy);

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

/** The actor of this request. Throws where nobody is signed in. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const actor = context.switchToHttp().getRequest<FastifyRequest>().actor;
  if (!actor) throw new NotSignedIn();
  return actor;
});

/** The actor, or null on a public page. */
export const MaybeActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor | null =>
  context.switchToHttp().getRequest<FastifyRequest>().actor);
