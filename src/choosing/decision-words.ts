import { formatDay } from '../shared/dates.js';
import { formatRate, type RateUnit } from '../shared/money.js';
import type { NamedQuery } from '../platform/database.js';
import type { Words } from '../platform/messages.js';
import { applicationPaths } from '../applications/applications.paths.js';
import type { DecisionOutcome, DecisionState } from './decision.rules.js';

export interface DecisionFacts {
  applicationId: string;
  outcome: DecisionOutcome;
  state: DecisionState;
  reason: string;
  reference: string;
  callName: string;
  interviewsFrom: string;
  interviewsTo: string;
  ratePence: number;
  rateUnit: RateUnit;
  /** The neutral name of a call that may suit them. */
  nextCallName: string | null;
  nextWords: string | null;
}

export const DECISION_FACTS: NamedQuery = {
  name: 'decision-facts',
  text: `select d.application_id as "applicationId", d.outcome, d.state, d.reason, a.reference, c.short_name as "callName",
           c.interviews_from::text as "interviewsFrom", c.interviews_to::text as "interviewsTo",
           c.rate_pence as "ratePence", c.rate_unit as "rateUnit", n.short_name as "nextCallName", d.next_words as "nextWords"
         from decision d join application a on a.id = d.application_id join call c on c.id = a.call_id
         left join call n on n.id = d.next_call_id and n.state = 'published' where d.id = $1`,
};

/** What the message about a decision says, before anybody changes it. */
export function decisionWords(facts: DecisionFacts): Words {
  const { applicationId, callName, reference, outcome, reason } = facts;
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
        ...nextOpportunity(facts),
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
        ...nextOpportunity(facts),
        'We would be glad if you apply again. Other groups are open to you too.',
      ],
      text: `Thank you for applying to ${callName} (${reference}). We can’t offer you a place this time. Your page says why.`,
      link: link('Read why, and what else is open'),
    };
  }
}

function nextOpportunity({ nextCallName, nextWords }: DecisionFacts): string[] {
  const call = nextCallName ? [`${nextCallName} may suit you. Your page leads you to it.`] : [];
  return [...call, ...(nextWords ? [nextWords] : [])];
}
