import { BadRequest } from '../platform/errors.js';
import { isId } from '../platform/ids.js';
import type { Form } from '../platform/web/form.js';
import type { Criterion } from '../choosing/review.queries.js';
import type { NewAgreement } from './interview-scores.service.js';

const REASON = 2000;

/** What the panel agreed: a score for each criterion, why, and with whom. */
export function readAgreement(criteria: readonly Criterion[], body: unknown): Form<NewAgreement> {
  if (typeof body !== 'object' || body === null) throw new BadRequest();
  const { _csrf, ...values } = body as Record<string, unknown>;
  const known = new Set(['id', 'reason', 'agreedWith', ...criteria.map(({ id }) => `score-${id}`)]);
  if (Object.entries(values).some(([name, value]) => !known.has(name) || typeof value !== 'string')) throw new BadRequest();
  const text = (name: string) => ((values[name] as string | undefined) ?? '').replace(/\r\n/g, '\n').trim();
  const id = text('id');
  if (!isId(id)) throw new BadRequest();
  const errors = criteria.filter(({ id: criterionId }) => !/^[0-4]$/.test(text(`score-${criterionId}`)))
    .map(({ id: criterionId, label }) => ({ field: `score-${criterionId}`, message: `Choose the score you agreed for “${label}”` }));
  const reason = text('reason');
  if (reason === '') errors.push({ field: 'reason', message: 'Write why you agreed on this' });
  if (reason.length > REASON) errors.push({ field: 'reason', message: `Use ${REASON} characters or fewer` });
  if (!isId(text('agreedWith'))) errors.push({ field: 'agreedWith', message: 'Choose who agreed this with you' });
  if (errors.length > 0) return { values, errors, dto: null };
  const scores = criteria.map(({ id: criterionId }) => ({ criterionId, score: Number(text(`score-${criterionId}`)) }));
  return { values, errors, dto: { id, reason, agreedWith: text('agreedWith'), scores } };
}
