import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { may, type Actor } from '../platform/actor.js';
import { Config } from '../platform/config.js';
import { Authenticator } from '../platform/web/policy.guard.js';
import { SESSION_HOURS } from './people.rules.js';
import { actingScopes } from './helping.rules.js';
import { Sessions, type BrowserIdentity, type Identity } from './sessions.service.js';

/** Pages know people by the session cookie, the API by a bearer token; neither accepts the other's. */
@Injectable()
export class PeopleAuthenticator extends Authenticator {
  private readonly cookie: string;

  constructor(private readonly sessions: Sessions, private readonly config: Config) {
    super();
    this.cookie = config.secureCookies ? '__Host-alongside' : 'alongside';
  }

  async authenticate(request: FastifyRequest): Promise<Actor | null> {
    if (request.url.startsWith('/api/')) {
      const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
      return token ? toActor(await this.sessions.identifyApi(token), 'api') : null;
    }
    const token = request.cookies[this.cookie];
    return token ? toBrowserActor(await this.sessions.identify(token)) : null;
  }

  override mayKnow({ headers }: FastifyRequest): boolean {
    return headers.authorization !== undefined || (headers.cookie ?? '').includes(`${this.cookie}=`);
  }

  remember(reply: FastifyReply, sessionToken: string): void {
    reply.setCookie(this.cookie, sessionToken, {
      path: '/', httpOnly: true, sameSite: 'lax', secure: this.config.secureCookies, maxAge: SESSION_HOURS * 3600,
    });
  }

  forget(reply: FastifyReply): void {
    // A browser leaves a `__Host-` cookie alone unless the answer is as strict as the one that set it.
    reply.clearCookie(this.cookie, { path: '/', httpOnly: true, sameSite: 'lax', secure: this.config.secureCookies });
  }
}

function toActor(identity: Identity | null, channel: 'web' | 'api'): Actor | null {
  if (!identity) return null;
  const { personId, name, roles, sessionId } = identity;
  return { personId, name, roles, sessionId, channel, onBehalfOf: null };
}

/** While somebody helps, they are nothing else: no role of theirs opens a page, and what they may do is asked anew each time. */
function toBrowserActor(identity: BrowserIdentity | null): Actor | null {
  const actor = toActor(identity, 'web');
  if (!actor || !identity?.actingFor || !identity.actingChannel) return actor;
  const { actingFor, actingForName, actingChannel, supporterScope } = identity;
  return {
    ...actor, roles: [], onBehalfOf: actingFor, channel: actingChannel,
    acting: {
      forName: actingForName, byStaff: actingChannel !== 'web',
      scopes: actingScopes(actingChannel, may(actor, 'application.enter'), supporterScope ?? []),
      seesNeeds: actingChannel !== 'web' && may(actor, 'arrangement.read'),
    },
  };
}
