import { ownPath } from '../shared/own-path.js';

/** A piece of a message: words, or words that lead somewhere. */
export interface Piece {
  text: string;
  href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"]+/g;

/** A message as paragraphs of lines of pieces. Only addresses of ours lead anywhere, and to whatever host this is. */
export function readBody(body: string, publicUrl: string): Piece[][][] {
  return body.trim().split(/\n{2,}/).map((paragraph) => paragraph.split('\n').map((line) => readLine(line, publicUrl)));
}

function readLine(line: string, publicUrl: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of line.matchAll(ADDRESS)) {
    const text = match[0].replace(/[.,;:!?)]+$/, '');
    const href = ownPart(text, publicUrl);
    if (href === null) continue;
    pieces.push({ text: line.slice(end, match.index), href: null }, { text, href });
    end = match.index + text.length;
  }
  pieces.push({ text: line.slice(end), href: null });
  return pieces.filter((piece) => piece.text !== '');
}

/** What follows our own address, or null where it is somebody else's: "http://ours.example.evil.example/". */
function ownPart(address: string, publicUrl: string): string | null {
  if (address === publicUrl) return '/';
  if (!address.startsWith(`${publicUrl}/`)) return null;
  return ownPath(address.slice(publicUrl.length));
}
