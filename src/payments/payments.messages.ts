import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { MessageCatalogue } from '../platform/messages.js';
import { formatDay } from '../shared/dates.js';
import { formatExactMoney } from '../shared/money.js';
import { workOf, type ClaimBasis, type ClaimState } from './claim.rules.js';
import { paymentPaths } from './payments.paths.js';

const CLAIM = {
  name: 'message-claim',
  text: `select c.state, c.reference, c.activity_on::text as "activityOn", c.fee_pence::float8 as "feePence", g.short_name as "shortName", c.basis
         from claim c join involvement_group g on g.id = c.group_id where c.id = $1`,
};

interface Row {
  state: ClaimState;
  reference: string;
  activityOn: string;
  feePence: number;
  shortName: string;
  basis: ClaimBasis;
}

const OWN_PAGE = { words: 'See your payments', path: paymentPaths.mine() };

@Injectable()
export class PaymentsMessages implements OnModuleInit {
  constructor(private readonly catalogue: MessageCatalogue, private readonly database: Database) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'claim-drafted',
      on: 'claim.drafted',
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ claimId }) => (await this.claim(claimId)).state === 'drafted',
      words: async ({ claimId }) => {
        const claim = await this.claim(claimId);
        const { feePence, shortName } = claim;
        const ask = `Please check your payment of ${formatExactMoney(feePence)} for ${whatFor(claim)}.`;
        return {
          subject: `Please check your payment of ${formatExactMoney(feePence)}`,
          paragraphs: [
            `${ask} ${claim.basis === 'attendance' ? `It is for your time with ${shortName}.` : 'You kept that time free for us, so we pay you for it.'}`,
            'You can say yes or no to it. Both are fine. The page tells you what to think about first, and where to get free advice.',
          ],
          text: ask,
          link: { words: 'Check your payment', path: paymentPaths.mine() },
        };
      },
    });

    this.catalogue.define({
      template: 'claim-paid',
      on: 'claim.paid',
      recipients: ({ personId }) => [{ personId }],
      words: async ({ claimId }) => {
        const claim = await this.claim(claimId);
        const { feePence, reference } = claim;
        const paid = `We have paid you ${formatExactMoney(feePence)} for ${whatFor(claim)}.`;
        return {
          subject: `We have paid you ${formatExactMoney(feePence)}`,
          paragraphs: [
            `${paid} Our reference is ${reference}.`,
            'If you can’t see it in your account in three working days, call or text us. Thank you for your time.',
          ],
          text: `${paid} Thank you for your time.`,
          link: OWN_PAGE,
        };
      },
    });

    this.catalogue.define({
      template: 'bank-details-changed',
      on: 'bank-details.changed',
      recipients: ({ personId }) => [{ personId }],
      words: async () => ({
        subject: 'Where we pay you has changed',
        paragraphs: [
          'The bank details we use to pay you were added or changed just now.',
          'If this was you, there is nothing to do. If it was not you, call us straight away.',
        ],
        text: 'The bank details we use to pay you were added or changed just now. If it was not you, call us straight away.',
        link: OWN_PAGE,
      }),
    });
  }

  private async claim(id: string): Promise<Row> {
    return (await this.database.row<Row>(CLAIM, [id]))!;
  }
}

/** A meeting by its day alone. */
function whatFor(claim: Row): string {
  return claim.basis === 'attendance' ? `the meeting on ${formatDay(claim.activityOn)}` : workOf(claim);
}
