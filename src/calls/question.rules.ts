import { formatDay, isDay } from '../shared/dates.js';
import { countWords } from '../shared/words.js';

export const questionKinds = ['text', 'long_text', 'yes_no', 'one', 'many', 'date'] as const;
export type QuestionKind = (typeof questionKinds)[number];

export const kindNames: Record<QuestionKind, string> = {
  text: 'A few words on one line',
  long_text: 'A longer text',
  yes_no: 'Yes or no',
  one: 'One choice of several',
  many: 'As many choices as people like',
  date: 'A date',
};

/** A question as far as its answer depends on it. */
export interface AskedQuestion {
  id: string;
  text: string;
  kind: QuestionKind;
  options: readonly string[];
  /** Of a longer text. */
  wordLimit: number | null;
  required: boolean;
  /** After this day an answer that was given stays as it is. */
  freezeAfter: string | null;
}

const ONE_LINE = 300;

/** What is wrong with an answer as it is kept: 'yes' or 'no', choices one to a line, a day as 'YYYY-MM-DD'. Null when nothing is, or when it is empty. */
export function answerProblem({ kind, options, wordLimit }: AskedQuestion, text: string, which: string): string | null {
  if (text === '') return null;
  switch (kind) {
    case 'text':
      if (text.includes('\n')) return `${which} must be on one line`;
      return text.length > ONE_LINE ? `${which} must have ${ONE_LINE} characters or fewer` : null;
    case 'long_text': {
      const words = countWords(text);
      return wordLimit !== null && words > wordLimit ? `${which} must have ${wordLimit} words or fewer. It has ${words}.` : null;
    }
    case 'yes_no': return text === 'yes' || text === 'no' ? null : `${which} must be yes or no`;
    case 'one': return options.includes(text) ? null : `${which} must be one of the choices`;
    case 'many': {
      const chosen = text.split('\n');
      return chosen.every((choice) => options.includes(choice)) && new Set(chosen).size === chosen.length ? null : `${which} must be from the choices`;
    }
    case 'date': return isDay(text) ? null : `${which} must be a real date, like 27 3 2026`;
  }
}

/** Every answer that can't be kept, by its place on the form; a number would only puzzle where there is one question. */
export function answerProblems(questions: readonly AskedQuestion[], answers: ReadonlyMap<string, string>): { field: string; message: string }[] {
  return questions.flatMap((question, index) => {
    const which = questions.length > 1 ? `Answer ${index + 1}` : 'Your answer';
    const message = answerProblem(question, answers.get(question.id) ?? '', which);
    return message ? [{ field: `answer-${question.id}`, message }] : [];
  });
}

/** After its last day an answer stays; one that was never given can still be given. */
export function isFrozen({ freezeAfter }: Pick<AskedQuestion, 'freezeAfter'>, answer: string, today: string): boolean {
  return freezeAfter !== null && today > freezeAfter && answer !== '';
}

/** An answer as people read it. */
export function showAnswer(kind: QuestionKind | null, text: string): string {
  if (kind === 'yes_no') return text === 'yes' ? 'Yes' : text === 'no' ? 'No' : text;
  if (kind === 'date') return isDay(text) ? formatDay(text) : text;
  return text;
}

/** What a question asks for, in a few words for who thinks of applying. */
export function askedWords({ kind, options, wordLimit, required }: Omit<AskedQuestion, 'id' | 'text' | 'freezeAfter'>): string {
  const how: Record<QuestionKind, string> = {
    text: 'a few words', long_text: `up to ${wordLimit ?? 0} words`, yes_no: 'yes or no',
    one: `choose one: ${options.join('; ')}`, many: `choose as many as you like: ${options.join('; ')}`, date: 'a date',
  };
  return `${how[kind]}${required ? '' : '; you can leave it out'}`;
}
