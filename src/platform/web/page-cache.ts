import { createHash } from 'node:crypto';
import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addDays, londonInstant } from '../../shared/dates.js';
import { Clock } from '../clock.js';
import { Config } from '../config.js';
import { PublicChanges } from '../public-changes.js';
import { CHANNEL_PLACE, channelIn, withChannel } from '../../shared/channel.js';
import { FLASH_COOKIE } from './page.renderer.js';
import { Authenticator } from './policy.guard.js';

export const CACHED = 'alongside:cached';

/** Kept in memory for everybody who is not signed in. Its answer depends on its path alone, never on the rest of the address. */
export const Cached = () => applyDecorators(SetMetadata(CACHED, true));

/** What an answer was made from: which state of the public tables, and until when it holds. */
export interface Keeping {
  change: number;
  from: Date;
  until: Date;
}

interface Kept extends Keeping {
  etag: string;
  /** Names and values in turn, as they are written; without the tag and the length. */
  headers: readonly string[];
  /** The same with the tag and the length of the page without a channel. */
  plain: string[];
  body: Buffer;
  /** The page in pieces, between which its reader's channel stands; null when it stands nowhere. */
  pieces: readonly string[] | null;
}

/** When, after an instant, public pages change by themselves; null when they don't. */
export type NextChange = (after: Date) => Promise<Date | null>;

declare module 'fastify' {
  interface FastifyRequest {
    keeping: Keeping | null;
  }
}

const MOST_BYTES = 64 * 1024 * 1024;
const MINUTE = 60_000;
/** Another spelling of an address is answered, but not kept again. */
const PLAIN_PATH = /^\/[\w\-./]*$/;
const NOT_KEPT = new Set(['date', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'cache-control', 'etag']);
const CACHE_CONTROL = 'private, no-cache';

/**
 * Public pages in memory. What is kept ends at the next instant at which a public page changes by itself, and with every
 * commit that changes what they show, in whichever process. Somebody who is signed in, or is being told something, never gets a kept page.
 */
@Injectable()
export class PageCache {
  private readonly kept = new Map<string, Kept>();
  private readonly nextChanges: NextChange[] = [];
  private bytes = 0;
  private plan: Keeping | null = null;

  constructor(
    private readonly changes: PublicChanges,
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Says when pages change without anybody changing them. */
  endsAt(nextChange: NextChange): void {
    this.nextChanges.push(nextChange);
  }

  /** Comes before all other hooks: a kept answer has its security headers already. */
  answerFrom(fastify: FastifyInstance): void {
    fastify.decorateRequest('keeping', null);
    if (!this.config.pageCache) return;
    fastify.addHook('onRequest', (request, reply, done) => {
      const kept = request.method === 'GET' ? this.find(request) : null;
      if (kept) answer(kept, request, reply);
      else done();
    });
  }

  /** Comes after all other hooks: an answer is kept as it goes out. */
  async keepFrom(fastify: FastifyInstance): Promise<void> {
    if (!this.config.pageCache) return;
    this.changes.onChange(() => this.empty());
    fastify.addHook('onSend', (request, reply, payload, done) => {
      done(null, request.keeping ? this.keep(request, reply, payload, request.keeping) : payload);
    });
    await this.changes.open();
  }

  /** Before an answer is made: what it will be made from; null when it is not to be kept. */
  async begin(request: FastifyRequest): Promise<Keeping | null> {
    if (!this.changes.listening || request.method !== 'GET' || request.actor || !this.isAnybody(request)) return null;
    const change = this.changes.count;
    const now = this.clock.now();
    if (this.plan?.change !== change || !covers(this.plan, now)) this.plan = { change, from: now, until: await this.nextChange(now) };
    return this.plan;
  }

  private find(request: FastifyRequest): Kept | null {
    if (this.kept.size === 0 || !this.changes.listening) return null;
    const kept = this.kept.get(pathOf(request.url));
    return kept && covers(kept, this.clock.now()) && this.isAnybody(request) ? kept : null;
  }

  private keep(request: FastifyRequest, reply: FastifyReply, payload: unknown, keeping: Keeping): unknown {
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    const pieces = isHtml(reply) && typeof payload === 'string' && payload.includes(CHANNEL_PLACE) ? payload.split(CHANNEL_PLACE) : null;
    if (reply.statusCode === 200 && !reply.hasHeader('set-cookie')) {
      const body = Buffer.from(pieces ? pieces.join('') : payload as string);
      const etag = createHash('sha256').update(body).digest('base64url').slice(0, 22);
      reply.header('cache-control', CACHE_CONTROL).header('etag', tagFor(etag, pieces ? channelIn(request.url) : null));
      const path = pathOf(request.url);
      if (PLAIN_PATH.test(path) && keeping.change === this.changes.count && this.changes.listening) {
        const headers = keptHeaders(reply);
        this.add(path, { ...keeping, etag, headers, plain: complete(headers, tagFor(etag, null), body.length), body, pieces });
      }
    }
    return pieces ? pieces.join(withChannel(channelIn(request.url))) : payload;
  }

  private add(path: string, kept: Kept): void {
    if (this.bytes + kept.body.length > MOST_BYTES) this.empty();
    this.bytes += kept.body.length - (this.kept.get(path)?.body.length ?? 0);
    this.kept.set(path, kept);
  }

  private empty(): void {
    this.kept.clear();
    this.bytes = 0;
  }

  /** Nobody we could know, and nothing to tell them once. */
  private isAnybody(request: FastifyRequest): boolean {
    return !this.authenticator.mayKnow(request) && !(request.headers.cookie ?? '').includes(FLASH_COOKIE);
  }

  /** Days begin at midnight in London; the demo says its time, to the minute, on every page. */
  private async nextChange(now: Date): Promise<Date> {
    const midnight = londonInstant(addDays(this.clock.today(), 1), '00:00');
    const known = await Promise.all(this.nextChanges.map((next) => next(now)));
    const all = [
      ...known.flatMap((instant) => instant?.getTime() ?? []),
      midnight.ok ? midnight.instant.getTime() : now.getTime(),
      ...(this.config.demo ? [(Math.floor(now.getTime() / MINUTE) + 1) * MINUTE] : []),
    ];
    return new Date(Math.min(...all));
  }
}

function answer(kept: Kept, request: FastifyRequest, reply: FastifyReply): void {
  const channel = kept.pieces ? channelIn(request.url) : null;
  const etag = tagFor(kept.etag, channel);
  reply.hijack();
  const { raw } = reply;
  if (request.headers['if-none-match']?.replace(/^W\//, '') === etag) {
    raw.writeHead(304, complete(kept.headers, etag)).end();
  } else if (channel) {
    const body = Buffer.from(kept.pieces!.join(withChannel(channel)));
    raw.writeHead(200, complete(kept.headers, etag, body.length)).end(body);
  } else {
    raw.writeHead(200, kept.plain).end(kept.body);
  }
}

function complete(headers: readonly string[], etag: string, length?: number): string[] {
  return [...headers, 'cache-control', CACHE_CONTROL, 'etag', etag, ...(length === undefined ? [] : ['content-length', String(length)])];
}

function isHtml(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type')).startsWith('text/html');
}

function tagFor(etag: string, channel: string | null): string {
  return channel ? `"${etag}.${channel}"` : `"${etag}"`;
}

function covers({ from, until }: Keeping, now: Date): boolean {
  return from <= now && now < until;
}

function keptHeaders(reply: FastifyReply): string[] {
  return Object.entries(reply.getHeaders()).filter(([name]) => !NOT_KEPT.has(name)).flatMap(([name, value]) => [name, String(value)]);
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
