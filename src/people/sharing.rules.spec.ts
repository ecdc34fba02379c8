import { describe, expect, it } from '@jest/globals';
import { canGoOn, canRemove, ownContact, shownName, whoItMayBe } from './sharing.rules.js';

describe('who reads a shared address', () => {
  it.each([['Amina Yusuf', 'Amina Y.'], ['  george  van der  ellis ', 'george E.'], ['Cher', 'Cher'], ['Ana Ñunez', 'Ana Ñ.']])('shows %s as %s', (name, shown) => {
    expect(shownName(name)).toBe(shown);
  });

  it('tells those with one name apart by who came first', () => {
    expect(whoItMayBe([{ id: 'a', name: 'George Ellis' }, { id: 'b', name: 'Mary Ellis' }, { id: 'c', name: 'George Edwards' }, { id: 'd', name: null }])).toEqual([
      { id: 'a', shown: 'George E. (first to use this address)' }, { id: 'b', shown: 'Mary E.' },
      { id: 'c', shown: 'George E. (second to use this address)' }, { id: 'd', shown: 'Somebody who gave no name yet' },
    ]);
  });

  it('may show who they are for a while, with five tries', () => {
    const now = new Date('2026-03-02T10:00:00Z');
    const fresh = { usedAt: null, expiresAt: new Date('2026-03-02T10:15:00Z'), tries: 4 };
    expect(canGoOn(fresh, now)).toEqual({ ok: true });
    for (const over of [{ ...fresh, usedAt: now }, { ...fresh, expiresAt: now }, { ...fresh, tries: 5 }]) expect(canGoOn(over, now).ok).toBe(false);
  });
});

describe('ways to reach somebody', () => {
  const [home, own] = [{ id: 'home', shared: true }, { id: 'own', shared: false }];
  it('send a second code only where nobody else reads', () => {
    expect(ownContact([home, own])).toBe(own);
    expect(ownContact([home])).toBeNull();
  });
  it('are never all taken away', () => {
    expect(canRemove(home, [home, own])).toEqual({ ok: true });
    expect(canRemove(own, [own]).ok).toBe(false);
  });
});
