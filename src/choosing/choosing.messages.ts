import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import { ChoosingService } from './choosing.service.js';
import { DraftsService } from './drafts.service.js';

const CALL_NAME = {
  name: 'message-decided-call',
  text: `select c.short_name as "callName", a.state from application a join call c on c.id = a.call_id where a.id = $1`,
};

@Injectable()
export class ChoosingMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly choosing: ChoosingService,
    private readonly drafts: DraftsService,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'decision',
      on: 'decision.telling',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ decisionId }) => this.drafts.counts(decisionId),
      words: async ({ decisionId }) => this.drafts.words(decisionId),
      whenSent: (tx, { decisionId }) => this.choosing.markTold(tx, decisionId),
    });
    this.catalogue.define({
      template: 'offer-declined',
      on: 'offer.declined',
      supportersToo: true,
      recipients: ({ personId }) => [{ personId }],
      words: async ({ applicationId }) => {
        const { callName } = await this.call(applicationId);
        return {
          subject: 'Thank you for your answer',
          paragraphs: [
            `You said no to the place in ${callName}. That is fine, and thank you for taking part this far.`,
            'We would be glad to hear from you again.',
          ],
          text: `You said no to the place in ${callName}. Thank you for telling us.`,
          link: { words: 'See what else is open', path: '/opportunities' },
        };
      },
    });
    this.catalogue.define({
      template: 'offer-lapsed',
      on: 'offer.lapsed',
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ applicationId }) => (await this.call(applicationId)).state === 'lapsed',
      words: async ({ applicationId }) => {
        const { callName } = await this.call(applicationId);
        return {
          subject: 'The place we offered you',
          paragraphs: [
            `We offered you a place in ${callName}. We talked with you, or wrote to you, about it. The place is now open for somebody else.`,
            'If that is not what you want, call or text us. You are welcome to apply again.',
          ],
          text: `The place we offered you in ${callName} is now open for somebody else. If that is not what you want, call or text us.`,
          link: { words: 'See what else is open', path: '/opportunities' },
        };
      },
    });
  }

  private async call(applicationId: string): Promise<{ callName: string; state: string }> {
    return (await this.database.row<{ callName: string; state: string }>(CALL_NAME, [applicationId]))!;
  }
}
