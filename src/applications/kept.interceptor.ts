import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, from, type Observable } from 'rxjs';
import { subjectOf } from '../platform/actor.js';
import { redirect } from '../platform/web/page.js';
import { ApplicationTimes } from './application-times.queries.js';
import { applicationPaths } from './applications.paths.js';
import { ApplicationsQueries } from './applications.queries.js';
import { NotOpen } from './closed.js';
import { keptPage } from './kept.page.js';

/** Whoever comes to write after closing is led to what they wrote; what they send then is refused there, kindly. */
@Injectable()
export class KeptInterceptor implements NestInterceptor {
  constructor(private readonly queries: ApplicationsQueries, private readonly times: ApplicationTimes) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(catchError((error: unknown) => from(this.instead(error, request))));
  }

  private async instead(error: unknown, request: FastifyRequest): Promise<unknown> {
    const { id } = request.params as { id?: string };
    if (!(error instanceof NotOpen) || !id || !request.actor) throw error;
    if (request.method === 'GET') return redirect(applicationPaths.kept(id));
    const application = await this.queries.own(id, subjectOf(request.actor));
    if (application?.state !== 'draft') throw error;
    return keptPage(application, await this.times.ofApplication(id), 422, texts(request.body));
  }
}

/** What they wrote as answers; the rest is typed again quickly, or is nobody's business twice. */
function texts(body: unknown): string[] {
  return Object.entries(body ?? {}).flatMap(([name, text]) =>
    (name.startsWith('answer-') && typeof text === 'string' && text.trim() !== '' ? [text.trim()] : []));
}
