import { describe, expect, it } from '@jest/globals';
import { makeReference } from './reference.js';
import { countWords, list, plural } from './words.js';

describe('references and words', () => {
  it('has no letters that look alike', () => {
    let next = 0;
    const all = makeReference('DFPG', (below) => next++ % below, 22);
    expect(all).toBe('DFPG-34679CDFGHJKMNPQRTVWXY');
    expect(all.slice(5)).not.toMatch(/[0O1IL2Z5S8BAEU]/);
  });

  it('counts words and writes lists', () => {
    expect(countWords('  I use a wheelchair.\n\nIt  matters ')).toBe(6);
    expect(countWords('')).toBe(0);
    expect(plural(1, 'place')).toBe('1 place');
    expect(list(['one', 'two', 'three'])).toBe('one, two and three');
  });
});
