import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { respondWithFile } from './file-response.js';
import { Download, FileAnswer, Page, Redirect } from './page.js';
import { PageRenderer } from './page.renderer.js';

/** Turns a handler's `page`, `redirect`, `Download` or `FileAnswer` into a response; anything else passes, as JSON. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(mergeMap((result) => this.respond(result, request, reply)));
  }

  private async respond(result: unknown, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (result instanceof Page) {
      reply.status(result.status);
      return this.renderer.render(request, reply, result.view, result.model);
    }
    if (result instanceof Redirect) {
      if (result.flash) this.renderer.keepFlash(reply, result.flash);
      reply.status(303).header('location', result.to);
      return '';
    }
    if (result instanceof Download) {
      reply.type(result.type);
      if (result.name) reply.header('content-disposition', `attachment; filename="${result.name}"`);
      reply.header('cache-control', request.actor ? 'no-store' : 'no-cache');
      reply.status(200);
      return result.bytes;
    }
    if (result instanceof FileAnswer) return respondWithFile(result, request, reply);
    return result;
  }
}
