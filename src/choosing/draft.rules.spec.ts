import { describe, expect, it } from '@jest/globals';
import { draftProblems, paragraphsOf } from './draft.rules.js';

describe('a drafted message', () => {
  const draft = { subject: 'About your application', body: 'Thank you.\n\nWe liked your answer.', text: 'Your page says why.' };

  it('may go as it is when its words are kind and short', () => {
    expect(draftProblems(draft)).toEqual([]);
    expect(paragraphsOf(' One.\n\n\nTwo\nlines. \n \nThree.')).toEqual(['One.', 'Two\nlines.', 'Three.']);
  });

  it.each([
    ['For people with special needs', '“special needs” hurts people. Write “access requirements” instead'],
    ['She suffers from migraine', '“suffers from” hurts people. Write what the person says themselves instead'],
    ['wheelchair bound', '“wheelchair bound” hurts people. Write “wheelchair user” instead'],
    ['Your interpreter is booked', '“interpreter” can tell others what this person needs. Leave it out'],
  ])('%s', (body, message) => {
    expect(draftProblems({ ...draft, body })).toEqual([{ field: 'body', message }]);
  });

  it('is not too long for a text or for a reader, and its subject is one line', () => {
    expect(draftProblems({ subject: 'a\nb', body: 'word '.repeat(401), text: 'x'.repeat(301) })).toEqual([
      { field: 'subject', message: 'Write the subject on one line' },
      { field: 'text', message: 'A text can have 300 characters. This one has 301' },
      { field: 'body', message: 'Long messages are hard to read. Use 400 words or fewer. This one has 401' },
    ]);
  });
});
