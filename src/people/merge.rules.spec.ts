import { describe, expect, it } from '@jest/globals';
import { canMerge } from './merge.rules.js';

describe('merging two records', () => {
  const wanted = { actorId: 'dana', survivorId: 'a', mergedId: 'b', mergedHasRole: false, mergedHasSupporter: false };
  it('is for others, of two people, and moves no role', () => {
    expect(canMerge(wanted)).toEqual({ ok: true });
    for (const wrong of [{ mergedId: 'a' }, { actorId: 'a' }, { actorId: 'b' }, { mergedHasRole: true }, { mergedHasSupporter: true }]) expect(canMerge({ ...wanted, ...wrong }).ok).toBe(false);
  });
});
