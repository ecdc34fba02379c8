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
import { TellingController } from './telling.controller.js';
import { TellingQueries } from './telling.queries.js';
import { TellingService } from './telling.service.js';
import { ToldService } from './told.service.js';
import { WritingService } from './writing.service.js';

@Module({
  controllers: [NotificationsController, TellingController, MailboxController],
  providers: [
    NotificationsSubscriber, NotificationsProcessor, NotificationsQueries,
    Dispatcher, MendingService, WritingService, ToldService, TellingService, TellingQueries, Letters, Senders, MailboxSender,
  ],
  exports: [TellingQueries],
})
export class NotificationsModule {}
