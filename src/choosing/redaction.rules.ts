/** What an answer shows to reviewers who must not know whose it is. */
export interface Identity {
  /** As written in the application, and as the person is known. */
  names: readonly string[];
  postcode: string | null;
  /** Email addresses and phone numbers. */
  contacts: readonly string[];
}

export const NAME_REMOVED = '[name removed]';
export const CONTACT_REMOVED = '[contact removed]';
export const PLACE_REMOVED = '[postcode removed]';

/** Names that are everyday words too: only with a capital letter are they taken for a name. */
const EVERYDAY = new Set([
  'april', 'august', 'baker', 'best', 'bill', 'black', 'brown', 'bush', 'carter', 'case', 'cook', 'day', 'faith', 'field', 'frank', 'grace', 'grant',
  'green', 'hall', 'hill', 'hope', 'house', 'iris', 'jack', 'joy', 'june', 'king', 'lane', 'little', 'long', 'love', 'mark', 'may', 'mills', 'page',
  'park', 'pat', 'patience', 'peace', 'price', 'rich', 'rose', 'small', 'summer', 'walker', 'west', 'white', 'will', 'wood', 'woods', 'young',
]);

const EMAIL = /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;
const PHONE = /(?:\+\s?44|\(?0)(?:[\s().-]*\d){9,10}(?!\d)/g;
const POSTCODE = /\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b/gi;

/** Hides what would tell whose answer it is, as far as a program can: the starting point for whoever prepares it. */
export function suggestRedaction(text: string, identity: Identity): string {
  return identity.names.flatMap(nameParts).reduce(
    (left, part) => left.replace(wholeWord(part, EVERYDAY.has(part.toLowerCase())), NAME_REMOVED),
    hideCertain(text, identity),
  ).replace(/(?:\[name removed\][\s-]*)+\[name removed\]/g, NAME_REMOVED);
}

/** Hides what is never right to show, in a text that somebody prepared too: whole names and ways to reach people. */
export function hideCertain(text: string, { names, postcode, contacts }: Identity): string {
  let left = text.replace(EMAIL, CONTACT_REMOVED).replace(PHONE, CONTACT_REMOVED);
  for (const contact of contacts) left = left.replace(spacedOut(contact), CONTACT_REMOVED);
  if (postcode) left = left.replace(spacedOut(postcode), PLACE_REMOVED);
  left = left.replace(POSTCODE, PLACE_REMOVED);
  for (const name of names.filter((one) => nameParts(one).length > 1)) left = left.replace(wholeWord(name, false), NAME_REMOVED);
  return left;
}

function nameParts(name: string): string[] {
  return name.split(/[\s,]+/).filter((part) => part.replace(/[^\p{L}]/gu, '').length >= 2);
}

/** The words with any white space between them, not inside another word. Small letters count unless it is an everyday word. */
function wholeWord(words: string, onlyCapital: boolean): RegExp {
  const inner = words.trim().split(/\s+/).map(escape).join('\\s+');
  return new RegExp(`(?<![\\p{L}\\p{N}])${inner}(?![\\p{L}\\p{N}])`, onlyCapital ? 'gu' : 'giu');
}

/** However it is spaced: "W69JT" and "w6 9jt", "07700 900 123". */
function spacedOut(value: string): RegExp {
  const inner = [...value.replace(/[\s().-]/g, '')].map(escape).join('[\\s().-]*');
  return new RegExp(`(?<![\\p{L}\\p{N}])${inner}(?![\\p{L}\\p{N}])`, 'giu');
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
