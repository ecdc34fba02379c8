// The bare server: Fastify and pg, the service's own SQL, and an answer made in advance. Nothing else.
import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import { v7 } from 'uuid';

process.once('message', (plan) => void serve(plan));

async function serve({ appUrl, port, routes }) {
  const pool = new pg.Pool({ connectionString: appUrl, max: 10, options: '-c role=alongside_app -c timezone=UTC' });
  const fastify = Fastify();
  for (const { method, url, status = 200, type, headers, body, statements, remembered } of routes) {
    fastify.route({
      method, url: url.split('?')[0],
      handler: remembered ? fromMemory(headers, body) : async (request, reply) => {
        await runAll(pool, statements, request);
        return reply.status(status).type(type).send(body);
      },
    });
  }
  await fastify.listen({ port, host: '127.0.0.1' });
  process.send('ready');
}

/** Who asks is looked up in memory by their session's cookie; headers and bytes are there already. */
function fromMemory(headers, body) {
  const bytes = Buffer.from(body);
  const sessions = new Map();
  return (request, reply) => {
    const token = /(?:^|; )alongside=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    if (token && sessions.has(token)) throw new Error('nobody is signed in here');
    return reply.headers(headers).send(bytes);
  };
}

/** In order; between START TRANSACTION and COMMIT on one connection. */
async function runAll(pool, statements, request) {
  const facts = { application: request.body?.applicationId ?? request.params.id, slot: request.params.id };
  let client;
  try {
    for (const { name, text, values } of statements) {
      if (text === 'START TRANSACTION') client = await pool.connect();
      const { rows } = await (client ?? pool).query({ name, text, values: values.map((value) => valueOf(value, facts, request)) });
      facts.person ??= rows[0]?.personId;
      facts.occasion ??= rows[0]?.occasionId;
      if (text !== 'COMMIT') continue;
      client.release();
      client = undefined;
    }
  } finally {
    client?.release(true);
  }
}

function valueOf(marked, facts, request) {
  switch (marked.is) {
    case 'now': return new Date();
    case 'newId': return v7();
    case 'tokenHash': return createHash('sha256').update(tokenOf(request.headers)).digest();
    case 'text': return marked.parts.replace(/\{(\w+)\}/g, (whole, name) => (/^made/.test(name) || facts[name] ? factOf(name, facts) : whole));
    case 'list': return marked.of.map((one) => valueOf(one, facts, request));
    case 'value': return marked.value;
    default: return factOf(marked.is, facts);
  }
}

/** An id of the service's own is made when it is first used. */
function factOf(name, facts) {
  if (/^made/.test(name)) facts[name] ??= v7();
  return facts[name];
}

/** The API's bearer token, or the session of a page. */
function tokenOf({ authorization, cookie }) {
  return authorization?.slice('Bearer '.length) ?? /(?:^|; )alongside=([^;]+)/.exec(cookie)[1];
}
