// What SQL the service runs for a request, taken from the service itself, so that the bare server runs the same.
import pg from 'pg';
import { dist } from './dist.mjs';

// The queue's nudge and the demo's clock are not part of a request.
const ASIDE = /add_job/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Asks the service, in this process, once to warm it and once to record.
 * `warm` and `request` are what `inject` takes; `known` names the values that another request has in their place.
 * Answers `{ type, body, statements }`, where a statement's values are marked for bare.mjs.
 */
export async function record(app, warm, request, { known = {}, constants = [] } = {}) {
  await expectSuccess(app.inject(warm));
  const statements = [];
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function query(config, values, ...rest) {
    const text = typeof config === 'string' ? config : config?.text;
    const given = (Array.isArray(values) ? values : config?.values) ?? [];
    if (text && !ASIDE.test(text) && !given.includes('demo.clock-offset-ms')) statements.push({ name: config.name, text, values: given });
    return original.call(this, config, values, ...rest);
  };
  try {
    const { headers, body } = await expectSuccess(app.inject(request));
    const mark = marker(known, constants);
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

async function expectSuccess(asked) {
  const answer = await asked;
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${answer.body.slice(0, 300)}`);
  return answer;
}

function marker(known, constants) {
  const names = Object.entries(known);
  return (value) => {
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
