import { describe, expect, it } from '@jest/globals';
import { answerProblem, answerProblems, askedWords, isFrozen, showAnswer, type AskedQuestion, type QuestionKind } from './question.rules.js';

const question = (kind: QuestionKind, more: Partial<AskedQuestion> = {}): AskedQuestion => ({
  id: kind, text: 'Q?', kind, options: kind === 'one' || kind === 'many' ? ['Steps', 'Sound only', 'Small print'] : [],
  wordLimit: kind === 'long_text' ? 10 : null, required: true, freezeAfter: null, ...more,
});
const problem = (kind: QuestionKind, text: string) => answerProblem(question(kind), text, 'Your answer');

describe('answers', () => {
  it('are taken in the way each question asks', () => {
    const good: [QuestionKind, string][] = [
      ['text', 'W6'], ['long_text', 'word '.repeat(10)], ['yes_no', 'yes'], ['one', 'Steps'], ['many', 'Steps\nSmall print'], ['date', '2028-02-29'],
    ];
    for (const [kind, text] of good) expect(problem(kind, text)).toBeNull();
    for (const [kind] of good) expect(problem(kind, '')).toBeNull();
  });

  it('say what is wrong with them', () => {
    expect(problem('text', 'a\nb')).toBe('Your answer must be on one line');
    expect(problem('text', 'x'.repeat(301))).toBe('Your answer must have 300 characters or fewer');
    expect(problem('long_text', 'word '.repeat(11))).toBe('Your answer must have 10 words or fewer. It has 11.');
    expect(problem('yes_no', 'maybe')).toBe('Your answer must be yes or no');
    expect(problem('one', 'Steps\nSmall print')).toBe('Your answer must be one of the choices');
    expect(problem('many', 'Steps\nSteps')).toBe('Your answer must be from the choices');
    expect(problem('many', 'Stairs')).toBe('Your answer must be from the choices');
    expect(problem('date', '2027-02-29')).toBe('Your answer must be a real date, like 27 3 2026');
  });

  it('that are wrong are each told by their place, where there are several', () => {
    const [why, more] = [question('long_text', { id: 'why' }), question('yes_no', { id: 'more' })];
    const answers = new Map([['why', 'word '.repeat(11)], ['more', '?']]);
    expect(answerProblems([why, more], answers)).toEqual([
      { field: 'answer-why', message: 'Answer 1 must have 10 words or fewer. It has 11.' },
      { field: 'answer-more', message: 'Answer 2 must be yes or no' },
    ]);
    expect(answerProblems([more], answers).map(({ message }) => message)).toEqual(['Your answer must be yes or no']);
  });

  it('stay as they are after the day their question freezes', () => {
    const frozen = { freezeAfter: '2026-11-23' };
    expect(isFrozen(frozen, 'yes', '2026-11-23')).toBe(false);
    expect(isFrozen(frozen, 'yes', '2026-11-24')).toBe(true);
    expect(isFrozen(frozen, '', '2026-11-24')).toBe(false);
    expect(isFrozen({ freezeAfter: null }, 'yes', '2030-01-01')).toBe(false);
  });

  it('are shown as people read them', () => {
    expect(showAnswer('yes_no', 'no')).toBe('No');
    expect(showAnswer('date', '2028-02-29')).toBe('Tuesday 29 February 2028');
    expect(showAnswer('many', 'Steps\nSmall print')).toBe('Steps\nSmall print');
    expect(showAnswer(null, 'no')).toBe('no');
  });
});

it('says beforehand what it asks for', () => {
  expect(askedWords(question('long_text'))).toBe('up to 10 words');
  expect(askedWords(question('one', { required: false }))).toBe('choose one: Steps; Sound only; Small print; you can leave it out');
});
