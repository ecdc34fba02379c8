// The built service in a process of its own, killed again and again while people ask it, and what those people do
// when the line breaks. Plain JavaScript, because the specs and `npm run prove` share it.
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const PROGRAM = join(fileURLToPath(new URL('../..', import.meta.url)), 'dist', 'src', 'main.js');
const START_MILLISECONDS = 90_000;
const DRAIN_MILLISECONDS = 120_000;
const RETRY_MILLISECONDS = 40;
const LATEST_KILL_MILLISECONDS = 40;
const DAY = 86_400_000;

/** `work({ owner, service })`, with the rights of the owner and a service that is not started yet; both are gone afterwards. */
export async function withService({ appUrl, ownerUrl }, work) {
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 4 });
  // Dropping the database at the end may cut off an idle connection; that is no failure.
  owner.on('error', (error) => {
    if (error.code !== '57P01') throw error;
  });
  const service = new Service(appUrl, await freePort());
  try {
    return await work({ owner, service });
  } finally {
    await service.kill();
    await owner.end();
  }
}

/** Web and worker in one process. */
class Service {
  #child;
  #output = '';

  constructor(appUrl, port) {
    this.url = `http://127.0.0.1:${port}`;
    this.env = {
      PATH: process.env.PATH, DATABASE_URL: appUrl, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'error', ALONGSIDE_DEMO: 'on',
      SESSION_SECRET: 'a secret for a crash, long enough to be one', ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    };
  }

  async start() {
    const child = spawn(process.execPath, [PROGRAM], { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const ready = new Promise((done, failed) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          this.#output += text;
          if (text.includes('Alongside is ready')) done();
        });
      }
      child.once('exit', () => failed(new Error(`the service did not start:\n${this.#output}`)));
    });
    await Promise.race([ready, wait(START_MILLISECONDS, undefined, { ref: false }).then(() => { throw new Error(`no start in time:\n${this.#output}`); })]);
  }

  async kill() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Kills the service `kills` times, spread over what there is to do: `finished()` counts it, `steps` is all of it.
 * `doing` is what people do meanwhile.
 */
export async function killing({ service, owner, kills, steps, finished, doing, waitForLeases, log }) {
  let over = false;
  const done = doing.finally(() => { over = true; });
  done.catch(() => {});
  for (let kill = 1; kill <= kills; kill += 1) {
    const wanted = Math.floor((steps * kill) / (kills + 1));
    while (!over && finished() < wanted) await wait(1);
    await wait(Math.random() * LATEST_KILL_MILLISECONDS);
    await service.kill();
    log(`killed, with ${finished()} of ${steps} done`);
    if (!waitForLeases) await letLeasesRunOut(owner);
    await service.start();
  }
  await done;
  await drained(owner);
}

/** As if the time had passed after which another process looks after a killed one's messages and searches. */
async function letLeasesRunOut(owner) {
  await owner.query(`update message set lease_until = created_at where state = 'sending'`);
  await owner.query(`update timetable set solving_until = proposed_at where solving_until is not null`);
}

async function drained(owner) {
  const deadline = performance.now() + DRAIN_MILLISECONDS;
  for (;;) {
    const { rows } = await owner.query(
      `select (select count(*) from outbox where handled_at is null)::int + (select count(*) from message where state in ('pending', 'sending'))::int
         + (select count(*) from audit_entry e where not exists (select from audit_seal s where s.entry_id = e.id))::int as waiting`);
    if (rows[0].waiting === 0) return;
    if (performance.now() > deadline) throw new Error(`${rows[0].waiting} are still waiting to be sent or sealed`);
    await wait(100);
  }
}

// ---- people who ask ------------------------------------------------------------------------

/** The line broke, and they did not try again. */
export class GaveUp extends Error {}

/** An answer that nobody should get. */
export class Strange extends Error {}

/**
 * Asks until there is an answer; whoever is not `patient` gives up when the line breaks.
 * `ask()` is one try, `interrupted()` hears of each that broke.
 */
export async function untilAnswered(ask, { patient, interrupted }) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Strange) throw error;
      interrupted();
      if (!patient) throw new GaveUp();
      await wait(RETRY_MILLISECONDS);
    }
  }
}

/** Asks the API as somebody; answers `{ status, answer }`. */
export async function askApi(url, token, method, path, body, key) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method, body: body && JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }), ...(key && { 'idempotency-key': key }) },
  });
  return { status: response.status, answer: await response.json() };
}

// ---- whom they ask about -------------------------------------------------------------------

/** Days from now. */
export function inDays(days) {
  return new Date(Date.now() + days * DAY);
}

/** A call that is open, with a lead and a co-decider. */
export async function publishedCall(owner, { closesIn, interviewsIn, questions = [] }) {
  const [groupId, callId, leadId, deciderId] = Array.from({ length: 4 }, () => randomUUID());
  const slug = `planning-${callId}`;
  await owner.query(`insert into person (id, name, created_at) select unnest($1::uuid[]), 'Dana Reid', $2`, [[leadId, deciderId], inDays(-2)]);
  await owner.query(
    `insert into involvement_group (id, slug, name, short_name, purpose, meets, created_at) values ($1, $2, 'Planning Group', 'Planning', '-', '-', $3)`, [groupId, slug, inDays(-2)]);
  await owner.query(
    `insert into call (id, slug, group_id, state, title, short_name, reference_prefix, summary, what_you_would_do, who_we_are_looking_for, time_commitment,
       rate_pence, rate_unit, opens_at, closes_at, interviews_from, interviews_to, first_meeting_on, created_at)
     values ($1, $2, $3, 'draft', 'Planning Group', 'Planning', 'PLAN', '-', '-', '-', '-', 2000, 'hour', $4, $5, $6, $7, $7, $4)`,
    [callId, slug, groupId, inDays(-1), inDays(closesIn), inDays(interviewsIn[0]), inDays(interviewsIn[1])]);
  await owner.query(
    `insert into question (id, lineage_id, call_id, position, text, word_limit, created_at) select id, id, $2, position, 'A question', 100, $3 from unnest($1::uuid[]) with ordinality as q (id, position)`,
    [questions, callId, inDays(-2)]);
  await owner.query(
    `insert into call_gate_pass (id, call_id, gate, passed_by, passed_at, reason) select gen_random_uuid(), $1, code, $2, $3, '-' from call_gate`, [callId, leadId, inDays(-1)]);
  await owner.query(`insert into call_co_decider (call_id, person_id) values ($1, $2)`, [callId, deciderId]);
  await owner.query(`update call set state = 'ready', ready_at = $3, ready_by = $2 where id = $1`, [callId, leadId, inDays(-1)]);
  await owner.query(`update call set state = 'published', published_at = $3, published_by = $2 where id = $1`, [callId, deciderId, inDays(-1)]);
  return { id: callId, slug, leadId, deciderId };
}

/** People with an email address and a token for the API each. */
export async function residents(owner, count, name = 'Amina Yusuf') {
  const people = Array.from({ length: count }, () => {
    const id = randomUUID();
    return { id, contactId: randomUUID(), email: `${id}@home.example`, token: `token-${id}` };
  });
  const columns = ['id', 'contactId', 'email'].map((column) => people.map((person) => person[column]));
  await owner.query(`insert into person (id, name, created_at) select unnest($1::uuid[]), $2, $3`, [columns[0], name, inDays(-2)]);
  await owner.query(
    `insert into contact_point (id, person_id, kind, value, preferred, verified_at, created_at)
     select id, person_id, 'email', value, true, $4, $4 from unnest($1::uuid[], $2::uuid[], $3::text[]) as c (id, person_id, value)`,
    [columns[1], columns[0], columns[2], inDays(-2)]);
  await owner.query(
    `insert into api_token (id, token_hash, person_id, name, created_at)
     select gen_random_uuid(), hash, person_id, 'crash', $3 from unnest($1::bytea[], $2::uuid[]) as x (hash, person_id)`,
    [people.map(({ token }) => hashed(token)), columns[0], inDays(-2)]);
  return people;
}

export function hashed(token) {
  return createHash('sha256').update(token).digest();
}

/** What is wrong with the chain of the audit; nothing, mostly. */
export async function auditProblems(owner) {
  const { rows } = await owner.query(`select * from verify_audit()`);
  return rows.map(({ at_position, problem }) => `the audit at ${at_position}: ${problem}`);
}
