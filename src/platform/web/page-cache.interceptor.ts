import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { from, mergeMap, type Observable } from 'rxjs';
import { CACHED, PageCache } from './page-cache.js';

/** Notes, before a route that is `@Cached()` reads anything, what its answer is made from. */
@Injectable()
export class PageCacheInterceptor implements NestInterceptor {
  constructor(private readonly cache: PageCache, private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (!this.reflector.getAllAndOverride<boolean | undefined>(CACHED, [context.getHandler(), context.getClass()])) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return from(this.cache.begin(request)).pipe(mergeMap((keeping) => {
      request.keeping = keeping;
      return next.handle();
    }));
  }
}
