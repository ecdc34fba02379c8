import { describe, expect, it } from '@jest/globals';
import { readBody } from './mailbox.rules.js';

const ours = 'http://127.0.0.1:3000';
const links = (body: string) => readBody(body, ours).flat(2).filter((piece) => piece.href !== null);

describe('a message in the mailbox', () => {
  it('keeps paragraphs and lines, and leads on to our own pages', () => {
    expect(readBody(`Hello Amina,\n\nSign in:\n${ours}/sign-in/link/1/x\n`, ours)).toEqual([
      [[{ text: 'Hello Amina,', href: null }]],
      [[{ text: 'Sign in:', href: null }], [{ text: `${ours}/sign-in/link/1/x`, href: '/sign-in/link/1/x' }]],
    ]);
  });

  it('leaves out what ends a sentence', () => {
    expect(links(`See ${ours}/my/groups.`)).toEqual([{ text: `${ours}/my/groups`, href: '/my/groups' }]);
  });

  it.each([
    'https://bsl.council.example', `${ours}.evil.example/x`, `${ours}1/x`, `${ours}//evil.example`, `${ours}/\\evil.example`, 'javascript:alert(1)',
  ])('leads nowhere from %s', (address) => {
    expect(links(`Look at ${address} now`)).toEqual([]);
  });
});
