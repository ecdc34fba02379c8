import { paragraphs, type Block, type Document } from '../platform/documents/document.js';
import { partNames, profileParts, type RequiredNeed, type Requirements } from './profile.rules.js';

/** What somebody told us, to keep, to print and to give to others. */
export function requirementsDocument({ parts, needs }: Requirements, standing: readonly string[]): Document {
  return {
    title: 'My access requirements',
    blocks: [
      ...partNames.flatMap((name): Block[] => {
        const part = parts.find((one) => one.part === name);
        return part ? [{ kind: 'heading', level: 2, text: profileParts[name].title }, ...paragraphs(part.words)] : [];
      }),
      { kind: 'heading', level: 2, text: 'What I need' },
      ...(needs.length === 0 ? [{ kind: 'paragraph', text: 'Nothing has been chosen yet.' } satisfies Block] : needs.flatMap(needBlocks)),
      ...(standing.length === 0 ? [] : [
        { kind: 'heading', level: 2, text: 'Arranged for everybody' } satisfies Block, { kind: 'list', ordered: false, items: standing } satisfies Block,
      ]),
    ],
  };
}

function needBlocks(need: RequiredNeed): Block[] {
  const { name, ownWords, essential, extraMinutes, prefer, refuse } = need;
  const facts: [string, string][] = [
    ['How much it matters', essential ? 'I can’t take part without it' : 'Good to have'],
    ...(extraMinutes > 0 ? [['More time', `${extraMinutes} minutes`] satisfies [string, string]] : []),
    ...(prefer.length > 0 ? [['I would like', prefer.join(', ')] satisfies [string, string]] : []),
    ...(refuse.length > 0 ? [['Please not', refuse.join(', ')] satisfies [string, string]] : []),
  ];
  return [{ kind: 'heading', level: 3, text: name }, ...(ownWords ? paragraphs(ownWords) : []), { kind: 'facts', rows: facts }];
}
