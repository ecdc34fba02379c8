import { describe, expect, it } from '@jest/globals';
import { countWords, quarterOf, quarterWords, share } from './figure.rules.js';

describe('published figures', () => {
  it('say nothing of fewer than five, and nothing from which fewer than five could be worked out', () => {
    expect(share(4, 4)).toBeNull();
    expect(share(5, 5)).toEqual({ words: '100 in 100' });
    expect(share(19, 20)).toEqual({ words: 'All but a few' });
    expect(share(15, 20)).toEqual({ words: '75 in 100' });
    expect(share(4, 20)).toEqual({ words: 'Only a few' });
    expect(share(0, 20)).toEqual({ words: '0 in 100' });
    expect(countWords(4)).toBe('Fewer than 5');
    expect(countWords(5)).toBe('5');
  });

  it('are by quarter', () => {
    expect(['2027-01-01', '2027-03-31', '2027-04-01', '2026-12-31'].map(quarterOf)).toEqual(['2027-01-01', '2027-01-01', '2027-04-01', '2026-10-01']);
    expect(quarterWords('2027-01-01')).toBe('January to March 2027');
    expect(quarterWords('2026-10-01')).toBe('October to December 2026');
  });
});
