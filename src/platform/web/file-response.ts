import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { spanOf } from '../files/file.rules.js';
import type { FileAnswer } from './page.js';

/**
 * What somebody sent is never a page of ours: it is kept as a file, whatever is in it. Players on our own pages may
 * read parts of it all the same.
 */
export function respondWithFile(file: FileAnswer, request: FastifyRequest, reply: FastifyReply): Readable | string {
  reply.header('content-disposition', attachment(file.name))
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', `default-src 'none'; sandbox`)
    .header('cache-control', 'no-store')
    .header('accept-ranges', 'bytes')
    .type(file.type);
  const span = spanOf(request.headers.range, file.size);
  if (!span) {
    reply.status(416).header('content-range', `bytes */${file.size}`);
    return '';
  }
  const { from, to } = span === 'all' ? { from: 0, to: file.size - 1 } : span;
  reply.status(span === 'all' ? 200 : 206).header('content-length', String(to - from + 1));
  if (span !== 'all') reply.header('content-range', `bytes ${from}-${to}/${file.size}`);
  return request.method === 'HEAD' ? '' : Readable.from(file.read(from, to), { objectMode: false });
}

/** The name in plain letters for old readers, and as it is (RFC 6266). */
function attachment(name: string): string {
  const plain = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}
