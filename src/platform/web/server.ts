import { join } from 'node:path';
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastifyStatic from '@fastify/static';
import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Config } from '../config.js';
import { BadRequest } from '../errors.js';
import { projectRoot } from '../root.js';
import { serveApiDescription } from './api-description.js';
import { isOneClick, takeOneClicks } from './one-click.js';
import { PageCache } from './page-cache.js';
import { PageViews } from './page-views.js';
import { fieldErrors, validationRules } from './form.js';
import { drainUnread, readFieldsBeforeFile, takesFile } from './upload.js';

const BODY_LIMIT_BYTES = 512 * 1024;
/** In characters; Node refuses longer ones itself. */
const LONGEST_ADDRESS = 16 * 1024;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What a browser says of a form on our own pages, or of one sent again from its history. A sister site's is not ours. */
const OUR_OWN = new Set(['same-origin', 'none']);

export function newAdapter(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: config.proxies > 0 && ((_address: string, hop: number) => hop < config.proxies),
    routerOptions: { maxParamLength: LONGEST_ADDRESS },
    rewriteUrl: (request: { url?: string }) => readableAddress(request.url ?? '/'),
  });
}

/** An address nobody can read is one we don't have: that is said on a page or in a problem, as for any other. */
function readableAddress(url: string): string {
  if (!url.includes('%')) return url;
  try {
    if (!decodeURIComponent(url.split('?')[0]!).includes('\0')) return url;
  } catch {
    // Not an encoding.
  }
  return url.startsWith('/api/') ? '/api/unreadable' : '/unreadable';
}

/** Everything between the socket and the routes: cookies, security headers, forged forms, files, JSON rules. */
export async function configureWeb(app: NestFastifyApplication): Promise<void> {
  const config = app.get(Config);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.decorateRequest('actor', null);
  fastify.decorateRequest('upload', null);
  app.get(PageViews).attach(fastify);
  app.get(PageCache).answerFrom(fastify);
  takeOneClicks(fastify);
  await fastify.register(cookie);
  await fastify.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'data:'], mediaSrc: ["'self'"],
        objectSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: config.secureCookies ? { maxAge: 31_536_000 } : false,
  });
  await fastify.register(csrf, {
    // Under this name a browser takes it from us alone, not from a sister site.
    cookieKey: config.secureCookies ? '__Host-csrf' : '_csrf',
    cookieOpts: { path: '/', httpOnly: true, sameSite: 'lax', secure: config.secureCookies },
  });
  await fastify.register(multipart, { throwFileSizeLimit: false });
  // The pieces of a resumable upload go to its handler as they come.
  fastify.addContentTypeParser('application/offset+octet-stream', (_request, _payload, done) => done(null));
  readForms(fastify);
  refuseForgedForms(fastify);
  drainUnread(fastify);
  await fastify.register(fastifyStatic, {
    root: join(projectRoot, 'dist/public'), prefix: '/assets/', preCompressed: true, immutable: true, maxAge: '365d', index: false,
  });
  await app.get(PageCache).keepFrom(fastify);
  app.useGlobalPipes(new ValidationPipe({
    ...validationRules, transform: true,
    exceptionFactory: (errors: ValidationError[]) => new BadRequest('Some fields are not right.', fieldErrors(errors)),
  }));
  serveApiDescription(app);
}

/** A form with a file: what stands before the file is read, so that its token can be looked at. */
function readForms(fastify: FastifyInstance): void {
  fastify.addHook('preHandler', async (request) => {
    if (!request.isMultipart()) return;
    if (!takesFile(request)) throw Object.assign(new Error('a file where none is taken'), { statusCode: 415 });
    await readFieldsBeforeFile(request);
  });
}

/** A form must carry our token, and must not come from another site. The API has bearer tokens instead. */
function refuseForgedForms(fastify: FastifyInstance): void {
  fastify.addHook('preHandler', (request, reply, done) => {
    if (SAFE_METHODS.has(request.method) || request.url.startsWith('/api/') || isOneClick(request)) {
      done();
    } else if (comesFromElsewhere(request.headers['sec-fetch-site'])) {
      done(Object.assign(new Error('a form of another site'), { statusCode: 403 }));
    } else {
      fastify.csrfProtection(request, reply, done);
    }
  });
}

/** Browsers that don't say are left to the token. */
function comesFromElsewhere(site: string | string[] | undefined): boolean {
  return typeof site === 'string' && !OUR_OWN.has(site);
}
