import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { onlyOne, readReply } from './reply.rules.js';

describe('a text that came in', () => {
  it.each([
    ['YES', { says: 'yes' }], [' yes. ', { says: 'yes' }], ['Ok!', { says: 'yes' }],
    ['NO', { says: 'no' }], ['change', { says: 'no' }], ['None of these', { says: 'no' }],
    ['2', { says: 'choose', position: 2 }], ['option 3', { says: 'choose', position: 3 }],
    ['CALL', { says: 'call' }], ['Please call me', { says: 'call' }],
    ['LATE 10', { says: 'late', minutes: 10 }], ['late 20 mins', { says: 'late', minutes: 20 }], ['Running late', { says: 'late', minutes: 15 }],
    ['STOP', { says: 'stop' }],
  ])('%s', (words, reply) => expect(readReply(words)).toEqual(reply));

  it.each(['yes but can my sister come', 'no problem', 'not sure', '12', '0', 'late 500', '', 'stop the interview', 'yes 2', 'no 1'])('“%s” is for a person', (words) => {
    expect(readReply(words)).toEqual({ says: 'unclear' });
  });

  it('never fails', () => {
    fc.assert(fc.property(fc.string(), (words) => typeof readReply(words).says === 'string'));
  });

  it('acts for one, and never guesses between several', () => {
    expect(onlyOne(['a'])).toBe('a');
    expect(onlyOne([])).toBeNull();
    expect(onlyOne(['a', 'b'])).toBeNull();
  });
});
