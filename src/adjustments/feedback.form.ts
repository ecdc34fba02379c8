import { BadRequest, type FieldError } from '../platform/errors.js';
import { feedbackAnswers, type FeedbackAnswer } from './feedback.rules.js';
import type { ToSay } from './feedback.queries.js';
import type { Said } from './feedback.service.js';

const MOST = 2000;
const FIELD = /^(answer|words)-[\da-f-]{36}$/;

export interface FeedbackForm {
  values: Record<string, unknown>;
  errors: FieldError[];
  said: Said[];
}

/** `answer-<id>` and `words-<id>` of each thing that can be said something about; what is left empty is not said. */
export function readFeedback(items: readonly ToSay[], body: unknown): FeedbackForm {
  const posted: Record<string, unknown> = { ...(typeof body === 'object' ? body : {}) };
  delete posted['_csrf'];
  if (!Object.keys(posted).every((name) => FIELD.test(name))) throw new BadRequest();
  const errors: FieldError[] = [];
  const said: Said[] = [];
  for (const { id, what } of items) {
    const answer = posted[`answer-${id}`];
    const words = typeof posted[`words-${id}`] === 'string' ? (posted[`words-${id}`] as string).replace(/\r\n/g, '\n').trim() : '';
    if (words.length > MOST) errors.push({ field: `words-${id}`, message: `Use ${MOST} characters or fewer, or tell us the rest another way` });
    if (answer === undefined && words) errors.push({ field: `answer-${id}`, message: `Say whether we got it right: ${what}` });
    if (answer === undefined) continue;
    if (typeof answer !== 'string' || !Object.hasOwn(feedbackAnswers, answer)) throw new BadRequest();
    said.push({ arrangementId: id, answer: answer as FeedbackAnswer, words: words || null });
  }
  if (said.length === 0 && errors.length === 0 && items[0]) errors.push({ field: `answer-${items[0].id}`, message: 'Say it of one thing at least' });
  return { values: posted, errors, said };
}
