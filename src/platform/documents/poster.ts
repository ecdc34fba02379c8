import type PDFDocument from 'pdfkit';
import { create } from 'qrcode';
import { taggedPdf } from './pdf.js';

/** One page to hang up. */
export interface Poster {
  title: string;
  summary: string;
  facts: readonly (readonly [name: string, value: string])[];
  ways: { heading: string; lines: readonly string[] };
  /** Where the code to scan leads, and the words beside it. */
  code: { url: string; words: string; address: string };
  sender: string;
}

type Pdf = InstanceType<typeof PDFDocument>;
type Structure = ReturnType<Pdf['struct']>;

const MARGIN = 48;
const CODE_WIDTH = 150;
/** Blank modules around a code, without which some phones don't find it. */
const QUIET = 4;
const GAP = 18;
/** Text in points: as large as all of it fits on the page. */
const SIZES = [24, 22, 20, 18, 17, 16, 15, 14];
const LINE_GAP = 0.18;

/** A tagged A4 page (PDF/UA) in type as large as fits, with the code drawn in lines and not as a picture. */
export async function toPoster(poster: Poster): Promise<Buffer> {
  return taggedPdf(poster.title, MARGIN, (pdf, root) => {
    const points = SIZES.find((size) => new PosterPage(pdf, size).height(poster) <= pdf.page.height - 2 * MARGIN - CODE_WIDTH - GAP) ?? SIZES.at(-1)!;
    new PosterPage(pdf, points).draw(root, poster);
  });
}

interface Line {
  kind: 'H1' | 'H2' | 'P';
  text: string;
  times: number;
  bold: boolean;
  after: number;
}

class PosterPage {
  private readonly width: number;

  constructor(private readonly pdf: Pdf, private readonly points: number) {
    this.width = pdf.page.width - 2 * MARGIN;
  }

  height(poster: Poster): number {
    return [...this.head(poster), ...this.body(poster)].reduce((sum, line) => sum + this.heightOf(line), 0);
  }

  draw(root: Structure, poster: Poster): void {
    for (const line of [...this.head(poster), ...this.body(poster)]) this.add(root, line, MARGIN, this.width);
    this.drawCode(root, poster, this.pdf.page.height - MARGIN - CODE_WIDTH);
  }

  private head({ title, summary }: Poster): Line[] {
    return [
      { kind: 'H1', text: title, times: 1.7, bold: true, after: 0.4 },
      { kind: 'P', text: summary, times: 1, bold: false, after: 0.6 },
    ];
  }

  private body({ facts, ways }: Poster): Line[] {
    return [
      ...facts.map(([name, value]): Line => ({ kind: 'P', text: `${name}: ${value}`, times: 1, bold: true, after: 0.2 })),
      { kind: 'H2', text: ways.heading, times: 1.25, bold: true, after: 0.25 },
      ...ways.lines.map((text): Line => ({ kind: 'P', text, times: 1, bold: false, after: 0.2 })),
    ];
  }

  private heightOf(line: Line): number {
    const size = this.points * line.times;
    return this.pdf.font(line.bold ? 'bold' : 'regular').fontSize(size).heightOfString(line.text, { width: this.width, lineGap: size * LINE_GAP }) + line.after * this.points;
  }

  private add(root: Structure, { kind, text, times, bold, after }: Line, x: number, width: number): void {
    const size = this.points * times;
    root.add(this.pdf.struct(kind, {}, () => {
      this.pdf.font(bold ? 'bold' : 'regular').fontSize(size).text(text, x, this.pdf.y, { width, lineGap: size * LINE_GAP });
    }));
    this.pdf.y += after * this.points;
  }

  /** At the foot of the page, with the same address in words beside it. */
  private drawCode(root: Structure, { code, sender }: Poster, top: number): void {
    const { modules } = create(code.url, { errorCorrectionLevel: 'M' });
    const module = CODE_WIDTH / (modules.size + 2 * QUIET);
    const figure = this.pdf.struct('Figure', { alt: `A code to scan with a phone. It leads to ${code.address}`, bbox: [MARGIN, top, MARGIN + CODE_WIDTH, top + CODE_WIDTH] } as object, () => {
      for (let row = 0; row < modules.size; row += 1) {
        for (let column = 0; column < modules.size; column += 1) {
          if (modules.get(row, column)) this.pdf.rect(MARGIN + (column + QUIET) * module, top + (row + QUIET) * module, module, module);
        }
      }
      this.pdf.fill('black');
    });
    root.add(figure);
    const left = MARGIN + CODE_WIDTH + GAP;
    this.pdf.y = top + module * QUIET;
    const beside = (text: string, times: number, bold = false) =>
      this.add(root, { kind: 'P', text, times, bold, after: 0.3 }, left, this.pdf.page.width - MARGIN - left);
    beside(code.words, 0.9);
    beside(code.address, addressSize(code.address, this.points), true);
    beside(sender, 0.7);
  }
}

/** A long address still stands beside the code. */
function addressSize(address: string, points: number): number {
  return Math.min(0.9, (address.length > 90 ? 12 : 16) / points);
}
