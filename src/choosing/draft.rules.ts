/** A drafted message, as it is read and edited before it goes. Paragraphs of the body are parted by an empty line. */
export interface Draft {
  subject: string;
  body: string;
  text: string;
}

export interface DraftProblem {
  field: keyof Draft;
  message: string;
}

/** Two texts in one, with room for the link. */
const TEXT_CHARACTERS = 300;
const BODY_WORDS = 400;

const INSTEAD: readonly [RegExp, string][] = [
  [/special needs/i, '“access requirements”'],
  [/\bthe disabled\b/i, '“Disabled people”'],
  [/suffer(s|ing)? from/i, 'what the person says themselves'],
  [/wheelchair[- ]bound/i, '“wheelchair user”'],
  [/\bvulnerable\b/i, 'who you mean, and what stands in their way'],
  [/hard[- ]to[- ]reach/i, '“people we have not reached”'],
  [/able[- ]bodied/i, '“non-disabled”'],
];

/** Whoever glances at a phone or an envelope must not learn what somebody needs. */
const TELLS = /\b(BSL|sign language|interpreter|lipspeaker|captions?|hearing loop|easy read|braille|large print|step-free|support worker|personal assistant|adjustments?)\b/i;

/** What is not right about a message yet, kindly and by field. */
export function draftProblems(draft: Draft): DraftProblem[] {
  const problems: DraftProblem[] = [];
  for (const field of ['subject', 'body', 'text'] as const) {
    for (const [word, instead] of INSTEAD) {
      const found = word.exec(draft[field]);
      if (found) problems.push({ field, message: `“${found[0]}” hurts people. Write ${instead} instead` });
    }
    const tells = TELLS.exec(draft[field]);
    if (tells) problems.push({ field, message: `“${tells[0]}” can tell others what this person needs. Leave it out` });
  }
  if (/[\r\n]/.test(draft.subject)) problems.push({ field: 'subject', message: 'Write the subject on one line' });
  if (draft.text.length > TEXT_CHARACTERS) {
    problems.push({ field: 'text', message: `A text can have ${TEXT_CHARACTERS} characters. This one has ${draft.text.length}` });
  }
  const words = draft.body.split(/\s+/).filter(Boolean).length;
  if (words > BODY_WORDS) problems.push({ field: 'body', message: `Long messages are hard to read. Use ${BODY_WORDS} words or fewer. This one has ${words}` });
  return problems;
}

export function paragraphsOf(body: string): string[] {
  return body.split(/\n\s*\n/).map((paragraph) => paragraph.trim()).filter(Boolean);
}
