import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hideCertain, suggestRedaction } from './redaction.rules.js';

const amina = { names: ['Amina Yusuf', 'Amina O’Yusuf-Bell'], postcode: 'W6 9JT', contacts: ['amina@home.example', '+447700900123'] };

describe('what a program hides', () => {
  it('is the applicant’s name in any writing', () => {
    expect(suggestRedaction('I am Amina Yusuf. My friends call me amina; post goes to YUSUF.', amina))
      .toBe('I am [name removed]. My friends call me [name removed]; post goes to [name removed].');
    expect(suggestRedaction('Aminata is my aunt, not me.', amina)).toBe('Aminata is my aunt, not me.');
  });

  it('is an everyday word only with a capital letter', () => {
    const will = { names: ['Will May'], postcode: null, contacts: [] };
    expect(suggestRedaction('I will go, and I may stay. Will says so, and so does Ms May.', will))
      .toBe('I will go, and I may stay. [name removed] says so, and so does Ms [name removed].');
  });

  it('is every address and number, the applicant’s or not, however it is spaced', () => {
    expect(hideCertain('Write to amina@home.example or a.b+c@work.co.uk.', amina)).toBe('Write to [contact removed] or [contact removed].');
    expect(hideCertain('Call 07700 900 123, (020) 7946 0000 or +44 7700 900123', amina)).toBe('Call [contact removed], [contact removed] or [contact removed]');
    expect(hideCertain('I live in w69jt, near W12 8QT.', amina)).toBe('I live in [postcode removed], near [postcode removed].');
  });

  it('leaves other numbers and words as they are', () => {
    const text = 'In 2019 bus 220 came 3 times in 45 minutes. It cost £1,200. Room B2.';
    expect(suggestRedaction(text, amina)).toBe(text);
  });

  it('of a text that somebody prepared is only what is never right: whole names and ways to reach people', () => {
    expect(hideCertain('Amina is a common name. amina  yusuf is mine.', amina)).toBe('Amina is a common name. [name removed] is mine.');
  });

  it('never leaves the name, wherever it stands', () => {
    const around = fc.string({ maxLength: 40 }).map((text) => text.replace(/[\p{L}\p{N}]/gu, ' '));
    fc.assert(fc.property(around, around, (before, after) => {
      expect(suggestRedaction(`${before}Amina Yusuf${after}`, amina)).not.toMatch(/amina|yusuf/i);
    }));
  });

  it('is found again where it was hidden once', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('Amina', 'Yusuf', 'W6 9JT', 'amina@home.example', 'my street', '07700 900123', 'I', '.'), { maxLength: 12 }), (words) => {
      const once = suggestRedaction(words.join(' '), amina);
      expect(suggestRedaction(once, amina)).toBe(once);
    }));
  });
});
