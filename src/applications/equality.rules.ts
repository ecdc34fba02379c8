import { allowed, refused, type Outcome } from '../shared/result.js';

/** Up to the interviews anybody may still answer; from then on the figures stay as they are, and are shown. */
export function canAnswer(interviewsFrom: string, today: string): Outcome {
  return today < interviewsFrom ? allowed : refused('The time for these questions is over. Nothing is missing');
}

export function isReported(interviewsFrom: string, today: string): boolean {
  return today >= interviewsFrom;
}
