import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { toPdf } from '../platform/documents/pdf.js';
import { NotFound } from '../platform/errors.js';
import { SettingsReader } from '../platform/settings.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { peoplePaths } from '../people/people.paths.js';
import { letterDocument } from './letter.document.js';
import { notificationsPaths } from './notifications.paths.js';
import { TellingQueries, type ToTell } from './telling.queries.js';
import { TellingService } from './telling.service.js';
import { ToldService } from './told.service.js';

const POINTS = [12, 18, 24] as const;

/** People who like a call or a letter, and what there is to tell them. */
@ApiExcludeController()
@Controller('staff/messages/to-do')
@May('message.tell')
export class TellingController {
  constructor(
    private readonly queries: TellingQueries,
    private readonly telling: TellingService,
    private readonly told: ToldService,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    const waiting = await this.queries.list(may(actor, 'arrangement.read'));
    const shown = (await Promise.all(waiting.map((message) => this.toShow(message)))).filter((one) => one !== null);
    return page('notifications/to-do', {
      calls: shown.filter(({ channel }) => channel === 'call'), letters: shown.filter(({ channel }) => channel === 'letter'),
    });
  }

  @Get(':id/letter/:points')
  async letter(@CurrentActor() actor: Actor, @IdParam() id: string, @Param('points') wanted: string): Promise<Download> {
    const points = POINTS.find((size) => String(size) === wanted);
    const message = await this.queries.one(id, may(actor, 'arrangement.read'));
    if (!points || !message) throw new NotFound();
    const { organisation } = await this.settings.current();
    const address = message.channel === 'letter' ? message.address : null;
    const document = letterDocument(await this.words(message), { name: message.name, address, day: this.clock.today() }, organisation);
    return new Download(`letter-${points}pt.pdf`, 'application/pdf', await toPdf(document, points));
  }

  @Post(':id/telling')
  async recordTold(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.telling.recordTold(actor, id);
    return redirect(notificationsPaths.toTell(), 'Noted: they know.');
  }

  @Post(':id/attempts')
  async recordAttempt(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.telling.recordAttempt(actor, id);
    return redirect(notificationsPaths.toTell(), 'Noted. It stays here until somebody has told them.');
  }

  /** Null when it is not true any more. */
  private async toShow(message: ToTell) {
    if (!(await this.telling.holds(message))) return null;
    const { subject, paragraphs } = await this.words(message);
    return {
      ...message, subject, paragraphs, personHref: peoplePaths.person(message.personId),
      told: notificationsPaths.telling(message.id), attempt: notificationsPaths.attempt(message.id),
      formats: POINTS.map((points) => ({ points, href: notificationsPaths.letterPdf(message.id, points) })),
    };
  }

  private async words(message: ToTell) {
    return this.told.words(message, { personId: message.personId });
  }
}
