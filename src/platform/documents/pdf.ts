import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { Block, Document } from './document.js';

type Pdf = InstanceType<typeof PDFDocument>;
type Structure = ReturnType<Pdf['struct']>;

const fontFile = (weight: string) =>
  createRequire(import.meta.url).resolve(`@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-${weight}-normal.woff`);

const MARGIN_POINTS = 56;
const LINE_GAP = 0.35;
/** PDF/UA: the package has it, its types don't yet. */
const ACCESSIBLE = { subset: 'PDF/UA' } as object;

/** A tagged A4 PDF (PDF/UA) in a font for readers with low vision. `points` is the size of its text: 12, 18 or 24. */
export async function toPdf(document: Document, points: number): Promise<Buffer> {
  return taggedPdf(document.title, MARGIN_POINTS, (pdf, root) => new Writer(pdf, root, points).write(document));
}

/** An empty one to write on, in the fonts "regular" and "bold". */
export async function taggedPdf(title: string, margin: number, write: (pdf: Pdf, root: Structure) => void): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'A4', margin, pdfVersion: '1.7', tagged: true, lang: 'en-GB', displayTitle: true,
    info: { Title: title }, font: fontFile('400'), ...ACCESSIBLE,
  });
  const finished = collect(pdf);
  pdf.registerFont('regular', fontFile('400')).registerFont('bold', fontFile('700'));
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  write(pdf, root);
  root.end();
  pdf.end();
  return finished;
}

class Writer {
  constructor(private readonly pdf: Pdf, private readonly root: Structure, private readonly points: number) {}

  write(document: Document): void {
    this.add(this.root, 'H1', document.title, 'bold', 1.8);
    for (const block of document.blocks) this.block(block);
  }

  private block(block: Block): void {
    switch (block.kind) {
      case 'heading':
        this.pdf.moveDown(0.6);
        this.add(this.root, block.level === 2 ? 'H2' : 'H3', block.text, 'bold', block.level === 2 ? 1.35 : 1.15);
        break;
      case 'paragraph':
        this.add(this.root, 'P', block.text);
        break;
      case 'list':
        this.list(block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : '•'} ${item}`));
        break;
      case 'facts':
        this.list(block.rows.map(([name, value]) => `${name}: ${value}`));
        break;
    }
  }

  private list(items: readonly string[]): void {
    const list = this.pdf.struct('L');
    this.root.add(list);
    for (const text of items) {
      const item = this.pdf.struct('LI');
      list.add(item);
      this.add(item, 'LBody', text);
      item.end();
    }
    list.end();
  }

  private add(parent: Structure, kind: string, text: string, font: 'regular' | 'bold' = 'regular', times = 1): void {
    const size = this.points * times;
    parent.add(this.pdf.struct(kind, {}, () => {
      this.pdf.font(font).fontSize(size).text(text, { lineGap: size * LINE_GAP, paragraphGap: this.points * 0.6 });
    }));
  }
}

function collect(pdf: Pdf): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    pdf.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts))).on('error', reject);
  });
}
