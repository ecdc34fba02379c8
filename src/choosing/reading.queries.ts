import { Injectable } from '@nestjs/common';
import { NotFound } from '../platform/errors.js';
import { ReviewQueries, type Criterion, type OthersReview, type OwnQueue, type ReviewSubject, type ShownAnswer } from './review.queries.js';
import { canScore, showsOthers } from './review.rules.js';

/** An application as one reviewer may see it. `answers` are empty until they have said whether they know the person. */
export interface Reading {
  phase: OwnQueue;
  key: string;
  number: number;
  /** Only where the phase shows names. */
  name: string | null;
  declared: boolean;
  criteria: Criterion[];
  answers: ShownAnswer[];
  own: Pick<ReviewSubject, 'reviewState' | 'version' | 'note' | 'scores'>;
  others: OthersReview[];
}

/** The one way to read an application for scoring, for pages and the API alike. */
@Injectable()
export class ReadingQueries {
  constructor(private readonly reviews: ReviewQueries) {}

  /** Throws `NotFound`, with a kind reason, when it is not for this person to read. */
  async read(personId: string, key: string): Promise<Reading> {
    const subject = await this.reviews.subject(key, personId);
    const phase = subject && await this.reviews.own(personId, subject.phaseId);
    if (!subject || !phase) throw new NotFound();
    const { applicationId, number, reviewState, version, note, scores } = subject;
    const outcome = canScore({ phase: phase.state, ...subject });
    const closedButRead = phase.state === 'closed' && subject.declared === 'none' && !subject.own && !subject.withdrawn;
    const undeclared = phase.state === 'open' && subject.declared === null && !subject.own && !subject.withdrawn;
    if (!outcome.ok && !closedButRead && !undeclared) throw new NotFound(outcome.reason);
    const readable = outcome.ok || closedButRead;
    return {
      phase, key: subject.key, number,
      name: phase.blind ? null : await this.reviews.nameOf(applicationId),
      declared: readable,
      criteria: await this.reviews.criteria(phase.callId),
      answers: readable ? await this.reviews.answers(applicationId, phase.blind) : [],
      own: { reviewState, version, note, scores },
      others: readable && showsOthers(phase, reviewState === 'given') ? await this.reviews.others(phase.id, applicationId, phase.dutyId) : [],
    };
  }
}
