import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { MailboxSender } from './mailbox.sender.js';
import type { MessageChannel } from './message.rules.js';
import { NotSent, type Sender } from './sender.js';
import { SmtpSender } from './smtp.sender.js';

/** There is no setting for a provider of texts yet: each one becomes a task for staff. */
const noTexts: Sender = {
  repeatable: true,
  send: () => Promise.reject(new NotSent('no-texts', true)),
};

/** Which sender carries which channel, by the settings. */
@Injectable()
export class Senders implements OnApplicationShutdown {
  private readonly smtp: SmtpSender | null;
  private readonly byChannel: Record<MessageChannel, Sender>;

  constructor(config: Config, mailbox: MailboxSender) {
    this.smtp = config.smtpUrl ? new SmtpSender(config.smtpUrl, config.mailFrom) : null;
    const textsGoNowhere = config.production && !config.demo;
    if (textsGoNowhere) new Logger('senders').warn('texts can’t be sent: each waits for staff at /staff/messages');
    this.byChannel = { email: this.smtp ?? mailbox, text: textsGoNowhere ? noTexts : mailbox };
  }

  of(channel: MessageChannel): Sender {
    return this.byChannel[channel];
  }

  onApplicationShutdown(): void {
    this.smtp?.close();
  }
}
