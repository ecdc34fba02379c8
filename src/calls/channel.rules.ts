import { refused, allowed, type Outcome } from '../shared/result.js';
import { CHANNEL_CODE_LENGTH } from '../shared/channel.js';
import { slugOf, type CallState } from './call.rules.js';

export const MOST_CHANNELS = 100;

/** "Library poster" becomes "library-poster", or "library-poster-2" where that is taken. Read out and typed in, so it is short. */
export function channelCode(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const end = number === 1 ? '' : `-${number}`;
    const code = cut(slugOf(name), CHANNEL_CODE_LENGTH - end.length) + end;
    if (!taken.has(code)) return code;
  }
}

export function canAddChannel(call: { state: CallState }, channels: number): Outcome {
  if (call.state === 'cancelled') return refused('It is cancelled, so nobody needs a link to it');
  return channels < MOST_CHANNELS ? allowed : refused(`A call has ${MOST_CHANNELS} channels at most`);
}

/** At the end of a word, where one ends near. */
function cut(code: string, length: number): string {
  if (code.length <= length) return code;
  const short = code.slice(0, length);
  const word = code[length] === '-' ? short : short.replace(/-[^-]*$/, '');
  return (word.length >= length / 2 ? word : short).replace(/-+$/, '');
}
