import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { brokenConstraint, postgresCode, waitedTooLong } from '../database.js';
import { BadRequest, NotSignedIn, ServiceError, TooManyTries, type FieldError } from '../errors.js';
import { PageRenderer } from './page.renderer.js';

interface Problem {
  status: number;
  title: string;
  message: string;
  errors: readonly FieldError[];
}

const TITLES: Record<number, string> = {
  400: 'We could not understand that',
  403: 'That was not allowed',
  404: 'Page not found',
  405: 'That can’t be done here',
  413: 'That is too big',
  415: 'We can’t read that kind of content',
  503: 'The service is not available just now',
};

const MESSAGES: Record<number, string> = {
  400: 'Something in the request is not what we expected.',
  403: 'This form was open for too long, or came from another site. Go back, reload the page and try again.',
  404: 'We could not find what you asked for.',
  405: 'This address does not take that kind of request.',
  413: 'What you sent is larger than we can take. Make it shorter, or send it to us another way.',
  415: 'Send it as a form or as JSON.',
  503: 'Nothing was lost. Try again in a minute, or call or text us.',
};

const LONG_TEXT = 60;

/** Values PostgreSQL can't take: a text with a zero byte, a number beyond all bounds, the id of nothing. */
const NOT_STORABLE = new Set(['22001', '22003', '22007', '22008', '22021', '22P02', '22P05', '23503']);

const SIGNED_OUT: Problem = {
  status: 401, title: 'You are signed out', errors: [],
  message: 'We sign you out after a while to keep your things safe. What you sent just now is not saved.',
};

const CHANGED: Problem = {
  status: 409, title: 'This has changed', errors: [],
  message: 'Somebody else was quicker, or this was done already. Go back and look again.',
};

/** Every error becomes a page, or a problem (RFC 9457) under /api. Nothing of its inside is shown or logged. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly log = new Logger('errors');

  constructor(private readonly renderer: PageRenderer) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent) return;
    const problem = this.describe(error, request);
    if (error instanceof TooManyTries) reply.header('retry-after', String(error.retryAfterSeconds));
    if (request.url.startsWith('/api/')) {
      if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
      await reply.status(problem.status).type('application/problem+json').send(JSON.stringify(toProblemJson(problem)));
    } else if (error instanceof NotSignedIn && request.method === 'GET') {
      await reply.status(303).header('location', `/sign-in?next=${encodeURIComponent(request.url)}`).send('');
    } else {
      request.actor ??= null;
      reply.status(problem.status).type('text/html; charset=utf-8');
      await reply.send(await this.toPage(problem, request, reply));
    }
  }

  private async toPage(problem: Problem, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    try {
      return await this.renderer.render(request, reply, 'error.njk', { ...problem, errors: [], ...nextStep(problem, request) });
    } catch (error) {
      // Even what stands around a page needs the database, once.
      this.log.error(`the page of an error failed: ${inside(error)}`);
      const { status, title, message } = known(503);
      reply.status(status);
      return `<!doctype html><html lang="en-GB"><title>${title}</title><h1>${title}</h1><p>${message}</p></html>`;
    }
  }

  private describe(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof NotSignedIn && !request.url.startsWith('/api/')) return SIGNED_OUT;
    if (error instanceof ServiceError) {
      const errors = error instanceof BadRequest ? error.errors : [];
      return { status: error.status, title: error.title, message: error.message, errors };
    }
    if (error instanceof HttpException) return known(error.getStatus());
    const status = (error as { statusCode?: unknown } | null)?.statusCode;
    if (typeof status === 'number' && status >= 400 && status < 500) return known(status);
    const code = postgresCode(error);
    if (code === '23505' || code === '23P01') return CHANGED;
    if (code === '23514') return { ...CHANGED, status: 422, title: 'That can’t be done' };
    if (code && NOT_STORABLE.has(code)) return known(400);
    this.log.error(`${request.method} ${routeOf(request)} failed: ${inside(error)}`);
    if (code?.startsWith('08') || code?.startsWith('57') || code === 'ECONNREFUSED' || code === 'ECONNRESET' || waitedTooLong(error)) return known(503);
    return {
      status: 500, title: 'Sorry, something went wrong', errors: [],
      message: 'It is our fault, not yours. Nothing you did before was lost. Try again, or call or text us.',
    };
  }
}

function known(status: number): Problem {
  const nearest = TITLES[status] ? status : 400;
  return { status, title: TITLES[nearest]!, message: MESSAGES[nearest]!, errors: [] };
}

function toProblemJson(problem: Problem): object {
  return {
    type: 'about:blank',
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
  };
}

function nextStep(problem: Problem, request: FastifyRequest): object {
  if (problem.status !== 401) return { next: { text: 'Go to the first page', href: '/' } };
  return { signInHref: `/sign-in?next=${encodeURIComponent(pageOf(request))}`, written: longTexts(request.body) };
}

/** The page a form stands on: at its own address, or at the nearest one above that has a page. Browsers send us no referrer. */
function pageOf(request: FastifyRequest): string {
  const pattern = (request.routeOptions.url ?? '/').split('/');
  const path = request.url.split('?')[0]!.split('/');
  while (pattern.length > 1 && !request.server.hasRoute({ method: 'GET', url: pattern.join('/') })) pattern.pop();
  return path.slice(0, pattern.length).join('/') || '/';
}

/** What somebody wrote, to copy: the browser may not keep it. Short answers are typed again quickly, and may be account numbers. */
function longTexts(body: unknown): string[] {
  return Object.values(body ?? {}).filter((text): text is string => typeof text === 'string' && text.length > LONG_TEXT && text.includes(' '));
}

/** The route's pattern: an address may hold somebody's reference. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unknown route';
}

/** Where it happened, without the message: that may hold personal data. */
function inside(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trim().startsWith('at ')).slice(0, 6);
  return [error.name, postgresCode(error), brokenConstraint(error)].filter(Boolean).join(' ') + `\n${frames.join('\n')}`;
}
