import { formatDay } from '../shared/dates.js';
import type { Document } from '../platform/documents/document.js';
import type { Words } from '../platform/messages.js';
import type { Settings } from '../platform/settings.js';

export interface LetterTo {
  name: string | null;
  /** With its lines; null for somebody whose address we don't have. */
  address: string | null;
  /** London. */
  day: string;
}

/** A message as a letter. It says how to answer without a screen. */
export function letterDocument(words: Words, { name, address, day }: LetterTo, organisation: Settings['organisation']): Document {
  const to = [name, address].filter(Boolean).join('\n');
  return {
    title: words.subject,
    blocks: [
      ...(to ? [{ kind: 'paragraph' as const, text: to }] : []),
      { kind: 'paragraph', text: formatDay(day) },
      { kind: 'paragraph', text: name ? `Hello ${name},` : 'Hello,' },
      ...words.paragraphs.map((text) => ({ kind: 'paragraph' as const, text })),
      { kind: 'heading', level: 2, text: 'How to answer' },
      {
        kind: 'paragraph',
        text: words.link ? `${words.link.words}: you do not need a computer. Tell us, and we do it with you.` : 'You do not need a computer. Tell us, and we do it with you.',
      },
      {
        kind: 'list', ordered: false,
        items: [`Call ${organisation.phone}`, `Text ${organisation.textNumber}`, `Email ${organisation.email}`, `Ask for a BSL video call: ${organisation.bslUrl}`],
      },
      { kind: 'paragraph', text: `We answer within ${organisation.answerWithin}.` },
      { kind: 'paragraph', text: `Alongside\n${organisation.name}` },
    ],
  };
}
