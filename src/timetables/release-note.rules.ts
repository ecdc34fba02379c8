import { draftProblems } from '../choosing/draft.rules.js';

/** In a text message too, so it is short. */
export const NOTE_CHARACTERS = 300;

/** What a lead wrote to everybody, and to this person alone. */
export function noteFor(toAll: string | null, toOne: string | null): string | null {
  return [toAll, toOne].filter((note) => note !== null).join('\n\n') || null;
}

/** What is not right about words that go into messages about times; an empty list when they can go. */
export function noteProblems(words: string | null): string[] {
  return draftProblems({ subject: '', body: words ?? '', text: '' }).map(({ message }) => message);
}
