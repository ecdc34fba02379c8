import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { channelIn } from '../../shared/channel.js';

export interface PageView {
  params: Record<string, string>;
  url: string;
}

/** Programs that fetch pages, and say so. */
const PROGRAM = /bot|crawl|spider|slurp|preview|facebookexternalhit|embed|monitor|curl|wget|python|java\/|headless|lighthouse/i;

/** Tells others that somebody who came by a channel was shown a page, after the answer has gone; also when the page was kept in memory. */
@Injectable()
export class PageViews {
  private readonly log = new Logger('page-views');
  private readonly listeners = new Map<string, (view: PageView) => void>();

  /** `route` is its pattern, such as "/opportunities/:slug". */
  of(route: string, listener: (view: PageView) => void): void {
    this.listeners.set(route, listener);
  }

  attach(fastify: FastifyInstance): void {
    // Not onResponse: that would make every answer dearer for those few.
    fastify.addHook('onRequest', (request, reply, done) => {
      if (channelIn(request.url)) reply.raw.once('finish', () => this.note(request, reply));
      done();
    });
  }

  private note(request: FastifyRequest, reply: FastifyReply): void {
    const listener = this.listeners.get(request.routeOptions.url ?? '');
    if (listener && isView(request, reply)) this.tell(listener, request);
  }

  private tell(listener: (view: PageView) => void, request: FastifyRequest): void {
    try {
      listener({ params: request.params as Record<string, string>, url: request.url });
    } catch (error) {
      this.log.warn(`not noted: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  }
}

/** A person's browser got the page, and not only in case they want it. */
function isView({ method, headers }: FastifyRequest, { raw }: FastifyReply): boolean {
  if (method !== 'GET' || (raw.statusCode !== 200 && raw.statusCode !== 304)) return false;
  if (/prefetch|prerender/i.test(String(headers['sec-purpose'] ?? headers.purpose ?? ''))) return false;
  const program = headers['user-agent'];
  return !!program && !PROGRAM.test(program);
}
