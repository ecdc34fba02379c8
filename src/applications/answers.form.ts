import { dayFromParts } from '../shared/dates.js';
import { BadRequest, type FieldError } from '../platform/errors.js';
import { dayParts } from '../platform/web/form.js';
import type { CallQuestion } from '../calls/calls.queries.js';
import type { AnswerDto } from './applications.dto.js';
import type { OwnApplication } from './applications.queries.js';

type Fields = Record<string, unknown>;

/** What the form shows: what was answered, or what was answered to earlier words of the question. */
export function toFormValues({ questions, answers, earlier }: Pick<OwnApplication, 'questions' | 'answers' | 'earlier'>): Fields {
  const texts = new Map([...earlier, ...answers].filter(({ text }) => text !== '').map(({ questionId, text }) => [questionId, text]));
  return Object.assign({}, ...questions.map((question) => toFields(question, texts.get(question.id) ?? ''))) as Fields;
}

function toFields({ id, kind }: CallQuestion, text: string): Fields {
  const name = `answer-${id}`;
  if (kind === 'date') return dayParts(name, text || null);
  if (kind === 'many') return { [name]: text ? text.split('\n') : [] };
  return text ? { [name]: text } : {};
}

/**
 * `answer-<question id>` for each question of the call; anything else is refused. An answer to words that
 * were mended meanwhile is not lost: `changed` says so, and it stands on the form.
 */
export function readAnswers({ questions, earlier }: OwnApplication, body: unknown): { values: Fields; answers: AnswerDto[]; changed: FieldError[] } {
  const posted: Fields = { ...(typeof body === 'object' ? body : {}) };
  delete posted['_csrf'];
  const values: Fields = {};
  const answers: AnswerDto[] = [];
  const changed: FieldError[] = [];
  for (const question of questions) {
    const text = take(posted, question, question.id);
    for (const { earlierId } of earlier.filter(({ questionId }) => questionId === question.id)) {
      const before = take(posted, question, earlierId);
      if (before === null) continue;
      changed.push({ field: `answer-${question.id}`, message: 'We changed the words of a question while you wrote. Check your answer, then save again' });
      Object.assign(values, typed(question, before));
    }
    if (text === null) continue;
    Object.assign(values, typed(question, text));
    answers.push({ questionId: question.id, text });
  }
  if (Object.keys(posted).length > 0) throw new BadRequest();
  return { values, answers, changed };
}

/** Takes the fields of one answer out of what was posted; null when there are none. A tick box that isn't ticked posts nothing, so its name is posted too. */
function take(posted: Fields, { kind }: CallQuestion, id: string): string | null {
  const name = `answer-${id}`;
  if (kind === 'date') {
    if (!(`${name}-day` in posted)) return null;
    const [day = '', month = '', year = ''] = ['day', 'month', 'year'].map((part) => textOf(posted, `${name}-${part}`));
    return day === '' && month === '' && year === '' ? '' : dayFromParts(day, month, year) ?? [day, month, year].join('/');
  }
  if (kind === 'many') {
    if (!(name in posted)) return null;
    const chosen = posted[name];
    delete posted[name];
    const list: unknown[] = Array.isArray(chosen) ? chosen : [chosen];
    if (!list.every((one) => typeof one === 'string')) throw new BadRequest();
    return list.filter((one) => one !== '').join('\n');
  }
  return name in posted ? textOf(posted, name) : null;
}

function textOf(posted: Fields, name: string): string {
  const text = posted[name] ?? '';
  delete posted[name];
  if (typeof text !== 'string') throw new BadRequest();
  return text.replace(/\r\n/g, '\n').trim();
}

/** A date that can't be stays in its boxes as it was typed. */
function typed(question: CallQuestion, text: string): Fields {
  if (question.kind !== 'date' || !text.includes('/')) return toFields(question, text);
  const [day = '', month = '', year = ''] = text.split('/');
  const name = `answer-${question.id}`;
  return { [`${name}-day`]: day, [`${name}-month`]: month, [`${name}-year`]: year };
}
