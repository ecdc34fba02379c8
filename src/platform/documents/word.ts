import { AlignmentType, Document as WordDocument, HeadingLevel, LevelFormat, Packer, Paragraph, TextRun } from 'docx';
import type { Block, Document } from './document.js';

const FONT = 'Arial';
const ORDERED = 'ordered';
const HALF_POINTS = 2;

/** A Word file with headings, lists and its language set. */
export async function toWord(document: Document, points = 12): Promise<Buffer> {
  const run = { font: FONT, size: points * HALF_POINTS, language: { value: 'en-GB' } };
  const word = new WordDocument({
    title: document.title,
    styles: { default: { document: { run, paragraph: { spacing: { after: 160, line: 320 } } } } },
    numbering: { config: [{ reference: ORDERED, levels: [{ level: 0, format: LevelFormat.DECIMAL, text: '%1.', alignment: AlignmentType.START }] }] },
    sections: [{
      children: [new Paragraph({ text: document.title, heading: HeadingLevel.HEADING_1 }), ...document.blocks.flatMap(blockParagraphs)],
    }],
  });
  return Packer.toBuffer(word);
}

function blockParagraphs(block: Block): Paragraph[] {
  switch (block.kind) {
    case 'heading': return [new Paragraph({ text: block.text, heading: block.level === 2 ? HeadingLevel.HEADING_2 : HeadingLevel.HEADING_3 })];
    case 'paragraph': return [new Paragraph({ text: block.text })];
    case 'list': return block.items.map((text) => new Paragraph({
      text, ...(block.ordered ? { numbering: { reference: ORDERED, level: 0 } } : { bullet: { level: 0 } }),
    }));
    case 'facts': return block.rows.map(([name, value]) => new Paragraph({ children: [new TextRun({ text: `${name}: `, bold: true }), new TextRun(value)] }));
  }
}
