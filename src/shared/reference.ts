/** No letters or digits that look or sound alike when read out: no 0 O, 1 I L, 2 Z, 5 S, 8 B, and no vowels. */
const ALPHABET = '34679CDFGHJKMNPQRTVWXY';

/** "DFPG-7K3QX": short enough to say on the phone. `random` gives a whole number below its argument. */
export function makeReference(prefix: string, random: (below: number) => number, length = 5): string {
  const letters = Array.from({ length }, () => ALPHABET[random(ALPHABET.length)]);
  return `${prefix}-${letters.join('')}`;
}
