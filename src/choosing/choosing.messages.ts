import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay } from '../shared/dates.js';
import { formatRate, type RateUnit } from '../shared/money.js';
import { Database } from '../platform/database.js';
import { MessageCatalogue, type Words } from '../platform/messages.js';
import { applicationPaths } from '../applications/applications.paths.js';
import { ChoosingService } from './choosing.service.js';
import type { DecisionOutcome } from './decision.rules.js';

interface Facts {
  reference: string;
  callName: string;
  interviewsFrom: string;
  interviewsTo: string;
  ratePence: number;
  rateUnit: RateUnit;
}

const FACTS = {
  name: 'message-decided-application',
  text: `select a.reference, c.short_name as "callName", c.interviews_from::text as "interviewsFrom", c.interviews_to::text as "interviewsTo",
           c.rate_pence as "ratePence", c.rate_unit as "rateUnit"
         from application a join call c on c.id = a.call_id where a.id = $1`,
};

const DECISION = {
  name: 'message-decision',
  text: `select outcome, reason, state from decision where id = $1`,
};

@Injectable()
export class ChoosingMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly choosing: ChoosingService,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'decision',
      on: 'decision.telling',
      recipients: ({ personId }) => [{ personId }],
      holds: async ({ decisionId }) => (await this.decision(decisionId)).state !== 'undone',
      words: async ({ decisionId, applicationId }) => {
        const { outcome, reason } = await this.decision(decisionId);
        return decisionWords(outcome, reason, applicationId, await this.facts(applicationId));
      },
      whenSent: (tx, { decisionId }) => this.choosing.markTold(tx, decisionId),
    });
    this.catalogue.define({
      template: 'offer-declined',
      on: 'offer.declined',
      recipients: ({ personId }) => [{ personId }],
      words: async ({ applicationId }) => {
        const { callName } = await this.facts(applicationId);
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
  }

  private async facts(applicationId: string): Promise<Facts> {
    return (await this.database.row<Facts>(FACTS, [applicationId]))!;
  }

  private async decision(id: string) {
    return (await this.database.row<{ outcome: DecisionOutcome; reason: string; state: string }>(DECISION, [id]))!;
  }
}

function decisionWords(outcome: DecisionOutcome, reason: string, applicationId: string, facts: Facts): Words {
  const { callName, reference } = facts;
  const link = (words: string) => ({ words, path: applicationPaths.one(applicationId) });
  switch (outcome) {
    case 'shortlisted': return {
      subject: `Please choose your interview time (${reference})`,
      paragraphs: [
        `We would like to meet you about ${callName}.`,
        `Interviews are from ${formatDay(facts.interviewsFrom)} to ${formatDay(facts.interviewsTo)}. Choose a time that works for you. If none does, say so, and we look for another.`,
        'We send you the questions five working days before.',
      ],
      text: `We would like to meet you about ${callName} (${reference}). Please choose an interview time.`,
      link: link('Choose your interview time'),
    };
    case 'offered': return {
      subject: `We would like to offer you a place (${reference})`,
      paragraphs: [
        `We would like you to join ${callName}. You are paid ${formatRate({ pence: facts.ratePence, unit: facts.rateUnit })}.`,
        'Please tell us whether you take the place. Ask us anything first, if you like.',
      ],
      text: `We would like to offer you a place in ${callName} (${reference}). Please tell us if you take it.`,
      link: link('Answer the offer'),
    };
    case 'reserve': return {
      subject: `You are on our reserve list (${reference})`,
      paragraphs: [
        `Thank you for applying to ${callName}. All places are taken for now, and you are on the reserve list.`,
        reason,
        'If a place becomes free, we ask you. You need do nothing.',
      ],
      text: `You are on the reserve list for ${callName} (${reference}). If a place becomes free, we ask you.`,
      link: link('See your application'),
    };
    case 'not_selected': return {
      subject: `About your application (${reference})`,
      paragraphs: [
        `Thank you for applying to ${callName}. We can’t offer you a place this time.`,
        reason,
        'We would be glad if you apply again. Other groups are open to you too.',
      ],
      text: `Thank you for applying to ${callName} (${reference}). We can’t offer you a place this time. Your page says why.`,
      link: link('Read why, and what else is open'),
    };
  }
}
