import { BadRequest } from '../platform/errors.js';
import type { Form } from '../platform/web/form.js';
import type { Criterion } from './review.queries.js';
import type { ReviewDto } from './reviews.dto.js';

const NOTE = 2000;

export interface GivenScore {
  criterionId: string;
  score: number | null;
  note: string | null;
}

/** Whether somebody kept a draft, saved, or saved and goes on to the next. */
export type Then = 'draft' | 'save' | 'next';

/** A criterion's scores as radios: "0: Not shown". */
export function scoreItems(criteria: readonly Criterion[]): Map<string, { value: string; text: string }[]> {
  return new Map(criteria.map(({ id, scoreLabels }) => [id, scoreLabels.map((text, value) => ({ value: String(value), text: `${value}: ${text}` }))]));
}

/** Scores to read, in the order of the criteria. */
export function scoresInWords(criteria: readonly Criterion[], scores: readonly GivenScore[]): { label: string; note: string | null; text: string }[] {
  return criteria.map(({ id, label, scoreLabels }) => {
    const found = scores.find(({ criterionId }) => criterionId === id);
    const score = found?.score ?? null;
    return { label, note: found?.note ?? null, text: score === null ? 'Not scored' : `${score}, ${scoreLabels[score]}` };
  });
}

/** What is saved, as the fields of the form. */
export function scoreValues({ version, note, scores }: { version: number; note: string | null; scores: readonly GivenScore[] }): Record<string, unknown> {
  return {
    version, note: note ?? '',
    ...Object.fromEntries(scores.flatMap((one) => [
      [`score-${one.criterionId}`, one.score === null ? undefined : String(one.score)], [`note-${one.criterionId}`, one.note ?? ''],
    ])),
  };
}

export function firstScore(criteria: readonly Criterion[]): string {
  return `score-${criteria[0]?.id ?? ''}`;
}

/** Reads the scores of all criteria, with notes. A draft may leave some out. */
export function readScores(criteria: readonly Criterion[], body: unknown): { form: Form<ReviewDto>; then: Then } {
  if (typeof body !== 'object' || body === null) throw new BadRequest();
  const { _csrf, ...values } = body as Record<string, unknown>;
  const known = new Set(['version', 'note', 'then', ...criteria.flatMap(({ id }) => [`score-${id}`, `note-${id}`])]);
  if (Object.entries(values).some(([name, value]) => !known.has(name) || typeof value !== 'string')) throw new BadRequest();
  const text = (name: string) => ((values[name] as string | undefined) ?? '').replace(/\r\n/g, '\n').trim();
  const then = values['then'] === 'draft' || values['then'] === 'next' ? values['then'] : 'save';
  const errors = criteria.flatMap(({ id, label }) => {
    const score = text(`score-${id}`);
    const wrong = score === '' ? then !== 'draft' : !/^[0-4]$/.test(score);
    return [
      ...(wrong ? [{ field: `score-${id}`, message: `Choose a score for “${label}”` }] : []),
      ...(text(`note-${id}`).length > NOTE ? [{ field: `note-${id}`, message: `Use ${NOTE} characters or fewer` }] : []),
    ];
  });
  if (text('note').length > NOTE) errors.push({ field: 'note', message: `Use ${NOTE} characters or fewer` });
  const version = /^\d{1,9}$/.test(text('version')) ? Number(text('version')) : 0;
  if (errors.length > 0) return { form: { values, errors, dto: null }, then };
  const dto: ReviewDto = {
    give: then !== 'draft', version, ...(text('note') && { note: text('note') }),
    scores: criteria.map(({ id }) => ({
      criterionId: id, ...(text(`score-${id}`) && { score: Number(text(`score-${id}`)) }), ...(text(`note-${id}`) && { note: text(`note-${id}`) }),
    })),
  };
  return { form: { values, errors, dto }, then };
}
