import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { AdjustmentsService } from './adjustments.service.js';
import type { ArrangementState } from './arrangement.rules.js';

const STATE = { name: 'message-arrangement', text: `select state from arrangement where id = $1` };

/** Says that something is arranged, never what: a message may be read over somebody's shoulder. */
@Injectable()
export class AdjustmentsMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly adjustments: AdjustmentsService,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'arrangement-booked',
      on: 'arrangement.booked',
      tellsOfAdjustment: true,
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ arrangementId }) => {
        const row = await this.database.row<{ state: ArrangementState }>(STATE, [arrangementId]);
        return row?.state === 'booked' || row?.state === 'told';
      },
      words: async () => ({
        subject: 'Something you asked for is arranged',
        paragraphs: [
          'Something you asked us to arrange is booked.',
          'Your page says what it is and which day it is for. You do not need to do anything. If it is not right, tell us.',
        ],
        text: 'Something you asked for is arranged. Your page says what it is and which day it is for.',
        link: { words: 'See what is arranged', path: adjustmentsPaths.mine() },
      }),
      whenSent: (tx, { arrangementId }) => this.adjustments.markTold(tx, arrangementId),
    });
  }
}
