import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { londonDay } from '../shared/dates.js';
import { CALENDAR_TYPE } from '../platform/calendar.js';
import { Config } from '../platform/config.js';
import { NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { Download, page, type Page } from '../platform/web/page.js';
import { DemoOnly } from '../platform/web/policies.js';
import { interviewPaths } from '../interviews/interviews.paths.js';
import { notificationsPaths } from './notifications.paths.js';
import { NotificationsQueries, type MailboxEntry } from './notifications.queries.js';

const SHOWN = 300;

/** Where messages arrive when no provider is set up. */
@ApiExcludeController()
@Controller('demo/mailbox')
@DemoOnly()
export class MailboxController {
  constructor(private readonly queries: NotificationsQueries, private readonly config: Config) {}

  @Get()
  async list(@Query('to') given: unknown): Promise<Page> {
    const to = readAddress(given);
    const addresses = await this.queries.mailboxAddresses();
    return page('notifications/mailbox', {
      to, addresses,
      days: byDay(await this.queries.mailbox(to, SHOWN)),
      total: to ? addresses.find(({ address }) => address === to)?.count ?? 0 : addresses.reduce((sum, { count }) => sum + count, 0),
      shown: SHOWN,
      emailsLeave: this.config.smtpUrl !== null,
      paths: notificationsPaths,
    });
  }

  @Get(':id')
  async letter(@IdParam() id: string, @Query('to') given: unknown): Promise<Page> {
    const to = readAddress(given);
    const letter = await this.queries.mailboxLetter(id, to);
    if (!letter) throw new NotFound();
    return page('notifications/letter', { letter, to, paths: notificationsPaths, form: emptyForm({ id: newId() }), replyTo: interviewPaths.demoReply() });
  }

  @Get(':id/calendar')
  async calendar(@IdParam() id: string): Promise<Download> {
    const calendar = await this.queries.mailboxCalendar(id);
    if (!calendar) throw new NotFound();
    return new Download('calendar.ics', CALENDAR_TYPE, calendar);
  }
}

function readAddress(given: unknown): string | null {
  return typeof given === 'string' && given.trim() !== '' && given.length <= 254 && !given.includes('\0') ? given.trim() : null;
}

function byDay(entries: MailboxEntry[]): { day: string; entries: MailboxEntry[] }[] {
  const days: { day: string; entries: MailboxEntry[] }[] = [];
  for (const entry of entries) {
    const day = londonDay(entry.receivedAt);
    if (days.at(-1)?.day === day) days.at(-1)!.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
