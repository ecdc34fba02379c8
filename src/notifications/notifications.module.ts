import { Module } from '@nestjs/common';
import { Dispatcher } from './dispatcher.service.js';
import { Letters } from './letters.js';
import { MailboxController } from './mailbox.controller.js';
import { MailboxSender } from './mailbox.sender.js';
import { MendingService } from './mending.service.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsProcessor } from './notifications.processor.js';
import { NotificationsQueries } from './notifications.queries.js';
import { NotificationsSubscriber } from './notifications.subscriber.js';
import { Senders } from './senders.js';

@Module({
  controllers: [NotificationsController, MailboxController],
  providers: [
    NotificationsSubscriber, NotificationsProcessor, NotificationsQueries,
    Dispatcher, MendingService, Letters, Senders, MailboxSender,
  ],
})
export class NotificationsModule {}
