import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import { applicationPaths } from './applications.paths.js';

const FACTS = {
  name: 'message-transcript',
  text: `select a.reference, c.short_name as "callName" from application a join call c on c.id = a.call_id where a.id = $1`,
};

/** There is something to look at; what it is stands on their own page. */
@Injectable()
export class RecordingsMessages implements OnModuleInit {
  constructor(private readonly catalogue: MessageCatalogue, private readonly database: Database) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'application-transcript',
      on: 'recording.transcribed',
      recipients: ({ personId }) => [{ personId }],
      words: async ({ applicationId }) => {
        const { reference, callName } = (await this.database.row<{ reference: string; callName: string }>(FACTS, [applicationId]))!;
        return {
          subject: `Something to look at in your application (${reference})`,
          paragraphs: [
            `We wrote down what you told us when you applied to ${callName}. You can read it, and say if it is right.`,
            'You can also leave it as it is. You need do nothing.',
          ],
          text: `We wrote down what you told us when you applied to ${callName} (${reference}). You can read it and say if it is right. You need do nothing.`,
          link: { words: 'Read it', path: applicationPaths.recordings(applicationId) },
        };
      },
    });
  }
}
