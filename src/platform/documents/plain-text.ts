import type { Block, Document } from './document.js';

/** Plain text with lines of its own making; nothing is wrapped, so that any program can. */
export function toPlainText(document: Document): string {
  return `${[document.title.toUpperCase(), ...document.blocks.map(blockText)].join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading': return block.text.toUpperCase();
    case 'paragraph': return block.text;
    case 'list': return block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${item}`).join('\n');
    case 'facts': return block.rows.map(([name, value]) => `${name}: ${value}`).join('\n');
  }
}
