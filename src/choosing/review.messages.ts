import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay } from '../shared/dates.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import { reviewPaths } from './reviews.paths.js';

const PHASE = {
  name: 'message-review',
  text: `select c.short_name as "callName", p.ends_on::text as "endsOn", p.state from review_phase p join call c on c.id = p.call_id where p.id = $1`,
};

@Injectable()
export class ReviewMessages implements OnModuleInit {
  constructor(private readonly catalogue: MessageCatalogue, private readonly database: Database) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'review-opened',
      on: 'review.opened',
      recipients: ({ personIds }) => personIds.map((personId) => ({ personId })),
      holds: async ({ phaseId }) => (await this.phase(phaseId)).state === 'open',
      words: async ({ phaseId }) => {
        const { callName, endsOn } = await this.phase(phaseId);
        return {
          subject: `${callName}: applications to read and score`,
          paragraphs: [
            `You can now read and score applications to ${callName}. Please finish by ${formatDay(endsOn)}.`,
            'Open one at a time. If you know somebody, or gain anything, say so: then somebody else scores that one.',
          ],
          text: `You can now score applications to ${callName}, until ${formatDay(endsOn)}.`,
          link: { words: 'Start scoring', path: reviewPaths.queue(phaseId) },
        };
      },
    });
  }

  private async phase(id: string) {
    return (await this.database.row<{ callName: string; endsOn: string; state: string }>(PHASE, [id]))!;
  }
}
