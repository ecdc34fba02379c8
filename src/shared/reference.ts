/** No letters or digits that look or sound alike when read out: no 0 O, 1 I L, 2 Z, 5 S, 8 B, and no vowels. */
const ALPHABET = '34679CDFGHJKMNPQRTVWXY';

/** "DFPG-7K3QX": short enough to say on the phone. `random` gives a whole number below its argument. */
export function makeReference(prefix: string, random: (below: number) => number, length = 5): string {
  return `${prefix}-${letters(length, random)}`;
}

const CODE_HALF = 4;

/** "7K3Q-XWRD": a code that opens something, to be read out on the phone. 22 to the power of 8 of them. */
export function makeCode(random: (below: number) => number): string {
  return `${letters(CODE_HALF, random)}-${letters(CODE_HALF, random)}`;
}

/** A code as somebody typed it, with or without its hyphen, in the one way we write it; null when it can't be one. */
export function readCode(typed: string): string | null {
  const plain = typed.toUpperCase().replace(/[\s\-–]/g, '');
  const fits = plain.length === 2 * CODE_HALF && [...plain].every((letter) => ALPHABET.includes(letter));
  return fits ? `${plain.slice(0, CODE_HALF)}-${plain.slice(CODE_HALF)}` : null;
}

function letters(length: number, random: (below: number) => number): string {
  return Array.from({ length }, () => ALPHABET[random(ALPHABET.length)]).join('');
}
