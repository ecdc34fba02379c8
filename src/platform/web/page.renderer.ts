import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatInstant } from '../../shared/dates.js';
import { Clock } from '../clock.js';
import { Config } from '../config.js';
import { SettingsReader, type Settings } from '../settings.js';
import { CHANNEL_PLACE, channelIn, withChannel } from '../../shared/channel.js';
import { PageFrame } from './frame.js';
import { Views } from './views.js';

export const FLASH_COOKIE = 'alongside_flash';
const FLASH_SECONDS = 120;

/** Puts a view into the frame every page has. */
@Injectable()
export class PageRenderer {
  constructor(
    private readonly views: Views,
    private readonly frame: PageFrame,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async render(request: FastifyRequest, reply: FastifyReply, view: string, model: object): Promise<string> {
    const { organisation } = await this.settings.current();
    const actor = request.actor ?? null;
    const path = request.url.split('?')[0] ?? '/';
    const context = {
      ...model,
      organisation: withLinks(organisation),
      signedIn: actor && {
        name: actor.name?.split(' ')[0] ?? 'a new resident',
        roleLabel: this.frame.roleLabel(actor),
        home: this.frame.home(actor),
      },
      helping: actor && this.frame.helping(actor),
      navigation: this.frame.navigation(actor, path),
      demo: this.config.demo && {
        now: formatInstant(this.clock.now()),
        clockHref: '/demo/clock', mailboxHref: '/demo/mailbox', peopleHref: '/demo/people',
      },
      flash: this.takeFlash(request, reply),
      currentPath: path,
      csrfToken: lazyCsrfToken(reply),
      // In a page that is kept it is only a place, filled for each reader.
      fromChannel: request.keeping ? CHANNEL_PLACE : withChannel(channelIn(request.url)),
    };
    // A public page too may hold one browser's form token or one person's news.
    reply.header('cache-control', actor ? 'no-store' : 'private, no-cache');
    reply.type('text/html; charset=utf-8');
    return this.views.render(view, context);
  }

  keepFlash(reply: FastifyReply, text: string): void {
    reply.setCookie(FLASH_COOKIE, text, {
      path: '/', httpOnly: true, sameSite: 'lax', secure: this.config.secureCookies, maxAge: FLASH_SECONDS,
    });
  }

  private takeFlash(request: FastifyRequest, reply: FastifyReply): { text: string } | null {
    const text = request.cookies[FLASH_COOKIE];
    if (!text) return null;
    reply.clearCookie(FLASH_COOKIE, { path: '/' });
    return { text };
  }
}

/** Made only when a form writes it out, and once: each making without a cookie would start a new secret. */
function lazyCsrfToken(reply: FastifyReply): { toString(): string } {
  let token: string | null = null;
  return { toString: () => (token ??= reply.generateCsrf()) };
}

function withLinks(organisation: Settings['organisation']): object {
  const digits = (number: string) => number.replace(/\s/g, '');
  return {
    ...organisation,
    phoneHref: `tel:${digits(organisation.phone)}`,
    textHref: `sms:${digits(organisation.textNumber)}`,
  };
}
