import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A form that mail programs send by themselves (RFC 8058), without a cookie or a token of a page: its address holds one. Its body is not read. */
export const OneClick = () => RouteConfig({ oneClick: true });

export function isOneClick({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config as { oneClick?: boolean } | undefined)?.oneClick === true;
}

/** Mail programs may send it as multipart; what is not read needs no reader. */
export function takeOneClicks(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'POST' && isOneClick(request)) request.headers['content-type'] = 'application/x-www-form-urlencoded';
    done();
  });
}
