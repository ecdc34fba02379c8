import { describe, expect, it } from '@jest/globals';
import { noteFor, noteProblems } from './release-note.rules.js';

describe('a note in the message about a time', () => {
  it('is what everybody reads, then what is for one person', () => {
    expect(noteFor('Bring nothing.', 'See you soon, Tom.')).toBe('Bring nothing.\n\nSee you soon, Tom.');
    expect(noteFor(null, 'See you soon.')).toBe('See you soon.');
    expect(noteFor('Bring nothing.', null)).toBe('Bring nothing.');
    expect(noteFor(null, null)).toBeNull();
  });

  it('is checked as all messages are: nothing that hurts, nothing that tells what somebody needs', () => {
    expect(noteProblems('Bring nothing.')).toEqual([]);
    expect(noteProblems(null)).toEqual([]);
    expect(noteProblems('Your interpreter is booked.')).toEqual(['“interpreter” can tell others what this person needs. Leave it out']);
    expect(noteProblems('We know you have special needs.')).toEqual(['“special needs” hurts people. Write “access requirements” instead']);
  });
});
