import { Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { MendingService } from './mending.service.js';
import { notificationsPaths } from './notifications.paths.js';
import { NotificationsQueries } from './notifications.queries.js';

@ApiExcludeController()
@Controller('staff/messages')
@May('message.mend')
export class NotificationsController {
  constructor(private readonly queries: NotificationsQueries, private readonly mending: MendingService) {}

  @Get()
  async list(): Promise<Page> {
    const people = await this.queries.toMend();
    return page('notifications/messages', {
      uncertain: people.filter(({ state }) => state === 'uncertain'),
      failed: people.filter(({ state }) => state === 'failed'),
      retried: await this.queries.beingRetried(),
      unreachable: await this.queries.unreachable(),
      paths: notificationsPaths,
    });
  }

  @Post(':id/sending')
  async sendAgain(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.mending.sendAgain(actor, id);
    return redirect(notificationsPaths.toMend(), 'We are sending them what they have not got.');
  }

  @Post(':id/arrival')
  async noteArrival(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.mending.noteArrival(actor, id);
    return redirect(notificationsPaths.toMend(), 'Noted: they know.');
  }
}
