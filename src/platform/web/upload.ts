import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const FIELDS = 20;
const FIELD_BYTES = 100 * 1024;
/** Far above every limit of ours, which are said kindly where the file is kept. */
const MOST_BYTES = 1024 ** 4;

/** A file as it comes; nothing of it is held. */
export interface Upload {
  /** As the sender's computer has it. */
  name: string;
  claimedType: string | null;
  content: AsyncIterable<Buffer>;
}

declare module 'fastify' {
  interface FastifyRequest {
    upload: (Upload & { drain(): void }) | null;
  }
}

/** A route whose form brings one file. Its other fields stand before the file and are the body, as in any form. */
export const TakesFile = () => RouteConfig({ takesFile: true });

/** The file of a form; null when none was chosen. */
export const SentFile = createParamDecorator((_: unknown, context: ExecutionContext): Upload | null =>
  context.switchToHttp().getRequest<FastifyRequest>().upload);

export function takesFile(request: FastifyRequest): boolean {
  return (request.routeOptions.config as { takesFile?: boolean }).takesFile === true;
}

/** Reads the fields up to the file and leaves that for the handler. */
export async function readFieldsBeforeFile(request: FastifyRequest): Promise<void> {
  const parts = request.parts({ limits: { fields: FIELDS, fieldSize: FIELD_BYTES, files: 1, fileSize: MOST_BYTES } });
  const fields: Record<string, unknown> = {};
  request.body = fields;
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    const part = next.value;
    if (part.type === 'field') {
      fields[part.fieldname] = part.value;
    } else if (!part.filename) {
      part.file.resume();
    } else {
      const drain = () => (part.file.destroyed ? request.raw.resume() : part.file.resume());
      request.upload = { name: part.filename, claimedType: part.mimetype || null, content: part.file as AsyncIterable<Buffer>, drain };
      return;
    }
  }
}

/** What nobody read is let through to its end, so that the browser gets to read our answer. */
export function drainUnread(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request: FastifyRequest, _reply: FastifyReply, payload: unknown, done: (error: Error | null, payload: unknown) => void) => {
    request.upload?.drain();
    done(null, payload);
  });
}
