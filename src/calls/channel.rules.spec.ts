import { describe, expect, it } from '@jest/globals';
import { CHANNEL_CODE } from '../shared/channel.js';
import { canAddChannel, channelCode, MOST_CHANNELS } from './channel.rules.js';

describe('the code of a channel', () => {
  it.each([
    ['Library poster', [], 'library-poster'],
    ['Library poster', ['library-poster'], 'library-poster-2'],
    ['Library poster', ['library-poster', 'library-poster-2'], 'library-poster-3'],
    ['Café, 3 May', [], 'cafe-3-may'],
    ['The newsletter of the town hall, spring', [], 'the-newsletter-of-the'],
    ['The newsletter of the town hall, spring', ['the-newsletter-of-the'], 'the-newsletter-of-the-2'],
    ['Supercalifragilisticexpialidocious', [], 'supercalifragilisticexpi'],
    ['Supercalifragilisticexpialidocious', ['supercalifragilisticexpi'], 'supercalifragilisticex-2'],
    ['…', [], 'call'],
  ])('of %j is short and not taken', (name, taken, code) => {
    expect(channelCode(name, new Set(taken))).toBe(code);
    expect(code).toMatch(CHANNEL_CODE);
    expect(code.length).toBeLessThanOrEqual(24);
  });
});

describe('adding a channel', () => {
  it('works for a draft and a published call, up to a number', () => {
    expect(canAddChannel({ state: 'draft' }, 0).ok).toBe(true);
    expect(canAddChannel({ state: 'published' }, MOST_CHANNELS - 1).ok).toBe(true);
    expect(canAddChannel({ state: 'published' }, MOST_CHANNELS)).toEqual({ ok: false, reason: 'A call has 100 channels at most' });
    expect(canAddChannel({ state: 'cancelled' }, 0)).toEqual({ ok: false, reason: 'It is cancelled, so nobody needs a link to it' });
  });
});
