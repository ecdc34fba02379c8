// What SQL the service runs for a request, taken from the service itself, so that the bare server runs the same.
import pg from 'pg';
import { dist } from './dist.mjs';

// The queue's nudge and the demo's clock are not part of a request.
const ASIDE = /add_job/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Asks the service, in this process, once to warm it and once to record.
 * `warm` and `request` are what `inject` takes; `known` names the values that another request has in their place.
 * An id that the service made and used again is made once for each request.
 * Answers `{ type, body, statements }`, where a statement's values are marked for bare.mjs.
 */
export async function record(app, warm, request, { known = {}, constants = [], status = 200 } = {}) {
  await expectSuccess(app.inject(warm), status);
  const statements = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function query(config, values, ...rest) {
    const text = typeof config === 'string' ? config : config?.text;
    const given = (Array.isArray(values) ? values : config?.values) ?? [];
    if (text && !ASIDE.test(text) && !given.includes('demo.clock-offset-ms')) statements.push({ name: config.name, text, values: given });
    return original.call(this, config, values, ...rest);
  };
  try {
    const { headers, body } = await expectSuccess(app.inject(request), status);
    const mark = marker({ ...known, ...madeIds(statements, known, constants) }, constants);
    return {
      type: headers['content-type'], headers: fixed(headers), body,
      statements: statements.map(({ name, text, values }) => ({ name, text, values: values.map(mark) })),
    };
  } finally {
    pg.Client.prototype.query = original;
  }
}

export async function withApplication(appUrl, work) {
  const app = await dist.application(appUrl);
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

/** What a server that knows the answer in advance can say in advance. */
function fixed(headers) {
  const made = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'set-cookie']);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !made.has(name)));
}

async function expectSuccess(asked, status) {
  const answer = await asked;
  if (answer.statusCode !== status) throw new Error(`${answer.statusCode}: ${answer.body.slice(0, 300)}`);
  return answer;
}

/** Ids that come twice or more and are nobody's we know. */
function madeIds(statements, known, constants) {
  const times = new Map();
  for (const { values } of statements) {
    for (const id of new Set(values.flat().filter((value) => typeof value === 'string' && ID.test(value)))) times.set(id, (times.get(id) ?? 0) + 1);
  }
  const others = [...Object.values(known), ...constants];
  const made = [...times].filter(([id, count]) => count > 1 && !others.includes(id)).map(([id]) => id);
  return Object.fromEntries(made.map((id, index) => [`made${index + 1}`, id]));
}

function marker(known, constants) {
  const names = Object.entries(known);
  return function mark(value) {
    if (Array.isArray(value)) return { is: 'list', of: value.map(mark) };
    if (value instanceof Date) return { is: 'now' };
    if (Buffer.isBuffer(value)) return { is: 'tokenHash' };
    if (typeof value !== 'string') return { is: 'value', value };
    const whole = names.find(([, text]) => text === value);
    if (whole) return { is: whole[0] };
    if (names.some(([, text]) => value.includes(text))) {
      return { is: 'text', parts: names.reduce((text, [name, own]) => text.replaceAll(own, `{${name}}`), value) };
    }
    return ID.test(value) && !constants.includes(value) ? { is: 'newId' } : { is: 'value', value };
  };
}
