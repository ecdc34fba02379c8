import { describe, expect, it } from '@jest/globals';
import { paginate, readPageNumber } from './pagination.js';

const list = (page: number, total: number) => paginate({ page, size: 25, total, what: 'claims', href: (number) => `?page=${number}` });

describe('pages of a list', () => {
  it('says which lines are shown, and leads to the pages near', () => {
    expect(list(3, 130)).toEqual({
      total: 130, what: 'claims', from: 51, to: 75, previousHref: '?page=2', nextHref: '?page=4',
      pages: [1, 2, 3, 4, 5].map((number) => ({ number, href: `?page=${number}`, current: number === 3 })),
    });
  });

  it('knows the first, the last and the only page', () => {
    expect(list(1, 130)).toMatchObject({ from: 1, to: 25, previousHref: null, nextHref: '?page=2' });
    expect(list(6, 130)).toMatchObject({ from: 126, to: 130, previousHref: '?page=5', nextHref: null });
    expect(list(1, 0)).toMatchObject({ from: 0, to: 0, previousHref: null, nextHref: null });
  });

  it('leads back from a page that is beyond the end', () => {
    expect(list(99, 130)).toMatchObject({ previousHref: '?page=6', nextHref: null, pages: [] });
  });

  it('reads nonsense as the first page', () => {
    for (const text of [undefined, '', '0', '-1', '1.5', 'x', '1e3', ['2']]) expect(readPageNumber(text)).toBe(1);
    expect(readPageNumber('7')).toBe(7);
  });
});
