import { fileTypeFromBuffer } from 'file-type';

/** What a zip keeps at its end, with the length of the comment after it. */
const ZIP_END = Buffer.from('PK\x05\x06', 'latin1');
const ZIP_END_BYTES = 22;
/** How much of the beginning and of the end says what something is. */
export const HEAD_BYTES = 256 * 1024;
export const TAIL_BYTES = 64 * 1024 + ZIP_END_BYTES;
const ZIPS = new Set(['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/zip']);
const MARKUP = /<\s*(!doctype|html|head|body|script|svg|iframe|\?php)/i;
const MARKUP_WITHIN = 1024;

/** What the content is, whatever its name or its sender say; null for what we don't know, or what is two things at once. */
export async function typeOfContent(head: Buffer, tail: Buffer): Promise<string | null> {
  const mime = isCaptions(head) ? 'text/vtt' : (await fileTypeFromBuffer(head))?.mime ?? null;
  if (mime === null || isMarkup(head) || (endsAsZip(tail) && !ZIPS.has(mime))) return null;
  return mime;
}

/** A page in disguise begins as one: players look past it, browsers might not. */
function isMarkup(head: Buffer): boolean {
  return MARKUP.test(head.subarray(0, MARKUP_WITHIN).toString('latin1'));
}

/** An archive stuck to the end of something else. */
function endsAsZip(tail: Buffer): boolean {
  for (let at = tail.lastIndexOf(ZIP_END); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf(ZIP_END, at - 1)) {
    if (at + ZIP_END_BYTES <= tail.length && at + ZIP_END_BYTES + tail.readUInt16LE(at + 20) === tail.length) return true;
  }
  return false;
}

function isCaptions(head: Buffer): boolean {
  return /^(\u00ef\u00bb\u00bf)?WEBVTT(\s|$)/.test(head.subarray(0, 16).toString('latin1')) && !head.includes(0);
}
