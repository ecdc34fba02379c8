import { applyDecorators } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiHeader, DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const METHODS = ['get', 'post', 'put', 'delete'] as const;

const PROBLEMS: Record<number, string> = {
  400: 'The request can’t be understood: malformed JSON, an unknown field, a wrong type',
  401: 'No bearer token, or one that is not known',
  403: 'Your role may not do this',
  404: 'No such thing, or it is somebody else’s',
  409: 'Somebody was quicker, it has changed, or the Idempotency-Key was used for another request',
  413: 'The body is too large',
  415: 'The body is not JSON',
  422: 'A rule says no; `detail` says why',
  500: 'Our fault',
  503: 'Not available just now',
};

/** For writes: repeat a request safely with the same key. */
export const ApiIdempotent = () => applyDecorators(ApiHeader({
  name: 'Idempotency-Key', required: false, schema: { type: 'string', minLength: 1, maxLength: 200 },
  description: 'The same key with the same body gives the first answer again and does nothing twice.',
}));

/** OpenAPI at /api/openapi.json, with every error each operation can give. */
export function serveApiDescription(app: NestFastifyApplication): void {
  const options = new DocumentBuilder()
    .setTitle('Alongside')
    .setDescription('Resident involvement from open call to payment.')
    .setVersion('1')
    .addBearerAuth()
    .build();
  let description: string | null = null;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/api/openapi.json', async (_request, reply) => {
    description ??= JSON.stringify(describeApi(app, options));
    return reply.type('application/json').send(description);
  });
}

function describeApi(app: NestFastifyApplication, options: Omit<OpenAPIObject, 'paths'>): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, options);
  document.paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith('/api/')));
  document.components ??= {};
  document.components.schemas = {
    ...document.components.schemas,
    Problem: {
      type: 'object', required: ['type', 'title', 'status', 'detail'],
      properties: {
        type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' },
        errors: { type: 'array', items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } } },
      },
    },
  };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) addProblems(path, method, operation);
    }
  }
  return document;
}

function addProblems(path: string, method: string, operation: Operation): void {
  const statuses = [400, 500, 503];
  if (operation.security) statuses.push(401, 403);
  if (path.includes('{')) statuses.push(404);
  if (method !== 'get') statuses.push(409, 413, 415, 422);
  for (const status of statuses.sort()) {
    operation.responses[status] ??= {
      description: PROBLEMS[status]!,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
}
