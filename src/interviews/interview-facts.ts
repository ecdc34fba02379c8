import { Injectable, type OnModuleInit } from '@nestjs/common';
import { formatDay, londonDay } from '../shared/dates.js';
import { may, type Actor } from '../platform/actor.js';
import { ApplicationFacts, type ApplicationFact } from '../choosing/application-facts.js';
import type { Criterion } from '../choosing/review.queries.js';
import { outcomeNames } from './booking.rules.js';
import { InterviewScoresQueries, type InterviewResult } from './interview-scores.queries.js';
import { interviewPaths } from './interviews.paths.js';
import { OneInterviewQueries } from './one-interview.queries.js';

/** What followed from each interview, and what a panel's scores came to, where the application is decided. It decides nothing. */
@Injectable()
export class InterviewFacts implements OnModuleInit {
  constructor(private readonly facts: ApplicationFacts, private readonly scores: InterviewScoresQueries, private readonly interviews: OneInterviewQueries) {}

  onModuleInit(): void {
    this.facts.provide((applicationId, reader) => this.of(applicationId, reader));
  }

  private async of(applicationId: string, reader: Actor): Promise<ApplicationFact[]> {
    const outcomes = await this.interviews.outcomesOf(applicationId);
    const facts: ApplicationFact[] = outcomes.length === 0 ? [] : [{
      heading: 'What followed from interviews', href: null,
      lines: outcomes.map(({ startsAt, roundName, outcome }) => `${roundName}, ${formatDay(londonDay(startsAt))}: ${outcomeNames[outcome]}.`),
    }];
    for (const { bookingId, callId, startsAt } of await this.scores.shownOf(applicationId)) {
      const criteria = await this.scores.criteria(callId);
      const result = await this.scores.result(bookingId, reader.personId, criteria);
      if (!result) continue;
      const maySee = may(reader, 'interview.schedule') || (await this.scores.subject(bookingId, reader.personId))?.onPanel;
      facts.push({ heading: `Interview on ${formatDay(londonDay(startsAt))}`, lines: lines(result, criteria), href: maySee ? interviewPaths.scores(bookingId) : null });
    }
    return facts;
  }
}

function lines({ agreedPercent, agreement, summary }: InterviewResult, criteria: readonly Criterion[]): string[] {
  const given = `Scores given: middle ${summary.median}%, from ${summary.lowest}% to ${summary.highest}%.`;
  if (!agreement) return [given, 'The panel has not agreed on a score.'];
  const scoreOf = (id: string) => agreement.scores.find(({ criterionId }) => criterionId === id)!.score;
  return [
    `The panel agreed on ${agreedPercent}%.`, ...criteria.map(({ id, label, scoreLabels }) => `${label}: ${scoreOf(id)}, ${scoreLabels[scoreOf(id)]}.`),
    `Why: ${agreement.reason}`, given,
  ];
}
