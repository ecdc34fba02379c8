import { describe, expect, it } from '@jest/globals';
import { makeCode, makeReference, readCode } from './reference.js';
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

it('reads a code as people type it, and nothing else', () => {
  expect(makeCode(() => 0)).toBe('3333-3333');
  expect(['7k3q xwrd', '7K3Q-XWRD', ' 7k3qxwrd '].map(readCode)).toEqual(['7K3Q-XWRD', '7K3Q-XWRD', '7K3Q-XWRD']);
  expect(['', '7K3Q', '7K3Q-XWR0', '7K3Q-XWRDD', 'O000-0000'].map(readCode)).toEqual([null, null, null, null, null]);
});
