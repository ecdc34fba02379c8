// Kills the service again and again while people apply, then looks at what is left. Plain JavaScript,
// because the specs and `npm run prove -- crash` share it; it runs what was built, in a process of its own.
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const PROGRAM = join(fileURLToPath(new URL('../..', import.meta.url)), 'dist', 'src', 'main.js');
const START_MILLISECONDS = 30_000;
const DRAIN_MILLISECONDS = 120_000;
const RETRY_MILLISECONDS = 40;
const LATEST_KILL_MILLISECONDS = 40;
const DAY = 86_400_000;

/** One in so many gives up when the line breaks; the others try again until they have an answer. */
const IMPATIENT = 6;

/**
 * `applications` people apply, `clients` at a time, while the service is killed `kills` times.
 * Answers what was seen: `problems` is empty when nothing was lost, doubled or half saved.
 */
export async function crash({ appUrl, ownerUrl, kills, applications, clients = 6, waitForLeases = true, log = () => {} }) {
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 4 });
  // Dropping the database at the end may cut off an idle connection; that is no failure.
  owner.on('error', (error) => {
    if (error.code !== '57P01') throw error;
  });
  const service = new Service(appUrl, await freePort());
  try {
    const call = await prepareCall(owner, applications);
    await service.start();
    const seen = { acknowledged: new Map(), gaveUp: 0, interrupted: 0, strange: [] };
    const applying = applyAll(call, service.url, seen, clients);
    for (let kill = 1; kill <= kills; kill += 1) {
      const finished = await reach(seen, Math.floor((applications * kill) / (kills + 1)), applying);
      await wait(Math.random() * LATEST_KILL_MILLISECONDS);
      await service.kill();
      log(`killed, with ${finished} of ${applications} finished`);
      if (!waitForLeases) await letLeasesRunOut(owner);
      await service.start();
    }
    await applying;
    await drained(owner);
    return {
      kills, acknowledged: seen.acknowledged.size, gaveUp: seen.gaveUp, interrupted: seen.interrupted,
      problems: [...seen.strange, ...await problemsIn(owner, call, seen.acknowledged)],
    };
  } finally {
    await service.kill();
    await owner.end();
  }
}

/** The built service: web and worker in one process. */
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

// ---- people who apply ----------------------------------------------------------------------

async function prepareCall(owner, applicants) {
  const now = Date.now();
  const at = (days) => new Date(now + days * DAY);
  const call = {
    slug: 'planning-group',
    questionIds: Array.from({ length: 3 }, () => randomUUID()),
    people: Array.from({ length: applicants }, (_, index) => ({ id: randomUUID(), contactId: randomUUID(), email: `person-${index}@home.example`, token: `token-${index}-${randomUUID()}` })),
  };
  const [groupId, callId, leadId, deciderId] = Array.from({ length: 4 }, () => randomUUID());
  await owner.query(`insert into person (id, name, created_at) select unnest($1::uuid[]), 'Dana Reid', $2`, [[leadId, deciderId], at(-2)]);
  await owner.query(
    `insert into involvement_group (id, slug, name, short_name, purpose, meets, created_at) values ($1, 'planning', 'Planning Group', 'Planning', '-', '-', $2)`, [groupId, at(-2)]);
  await owner.query(
    `insert into call (id, slug, group_id, state, title, short_name, reference_prefix, summary, what_you_would_do, who_we_are_looking_for, time_commitment,
       rate_pence, rate_unit, opens_at, closes_at, interviews_from, interviews_to, first_meeting_on, created_at)
     values ($1, $2, $3, 'draft', 'Planning Group', 'Planning', 'PLAN', '-', '-', '-', '-', 2000, 'hour', $4, $5, $6, $6, $6, $4)`,
    [callId, call.slug, groupId, at(-1), at(30), at(60)]);
  await owner.query(
    `insert into question (id, lineage_id, call_id, position, text, word_limit, created_at) select id, id, $2, position, 'A question', 100, $3 from unnest($1::uuid[]) with ordinality as q (id, position)`,
    [call.questionIds, callId, at(-2)]);
  await owner.query(
    `insert into call_gate_pass (id, call_id, gate, passed_by, passed_at, reason) select gen_random_uuid(), $1, code, $2, $3, '-' from call_gate`, [callId, leadId, at(-1)]);
  await owner.query(`insert into call_co_decider (call_id, person_id) values ($1, $2)`, [callId, deciderId]);
  await owner.query(`update call set state = 'ready', ready_at = $3, ready_by = $2 where id = $1`, [callId, leadId, at(-1)]);
  await owner.query(`update call set state = 'published', published_at = $3, published_by = $2 where id = $1`, [callId, deciderId, at(-1)]);
  const columns = ['id', 'contactId', 'email'].map((name) => call.people.map((person) => person[name]));
  await owner.query(`insert into person (id, name, created_at) select unnest($1::uuid[]), 'Amina Yusuf', $2`, [columns[0], at(-2)]);
  await owner.query(
    `insert into contact_point (id, person_id, kind, value, preferred, verified_at, created_at)
     select id, person_id, 'email', value, true, $4, $4 from unnest($1::uuid[], $2::uuid[], $3::text[]) as c (id, person_id, value)`,
    [columns[1], columns[0], columns[2], at(-2)]);
  await owner.query(
    `insert into api_token (id, token_hash, person_id, name, created_at)
     select gen_random_uuid(), hash, person_id, 'crash', $3 from unnest($1::bytea[], $2::uuid[]) as x (hash, person_id)`,
    [call.people.map(({ token }) => createHash('sha256').update(token).digest()), columns[0], at(-2)]);
  return call;
}

async function applyAll(call, url, seen, clients) {
  const queue = [...call.people.entries()];
  const client = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await applyOne(call, url, seen, ...next);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** From start to sent, each step tried again when the line breaks, with the key it was first sent with. */
async function applyOne(call, url, seen, index, person) {
  const patient = index % IMPATIENT !== 0;
  const ask = async (method, path, body, key) => {
    for (;;) {
      try {
        const response = await fetch(`${url}/api/v1/applications${path}`, {
          method, body: JSON.stringify(body),
          headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
        });
        const answer = await response.json();
        if (!response.ok) throw new Strange(`${method} ${path} said ${response.status}: ${answer.detail}`);
        return answer;
      } catch (error) {
        if (error instanceof Strange) throw error;
        seen.interrupted += 1;
        if (!patient) throw new GaveUp();
        await wait(RETRY_MILLISECONDS);
      }
    }
  };
  try {
    const { id } = await ask('POST', '', { callSlug: call.slug }, `start-${index}`);
    await ask('PUT', `/${id}/about`, { name: 'Amina Yusuf', postcode: 'W6 9JT', eligibility: ['lives'], interest: 'no' });
    await ask('PUT', `/${id}/access`, { needs: [] });
    await ask('PUT', `/${id}/contact`, { contactId: person.contactId });
    const answers = call.questionIds.map((questionId) => ({ questionId, text: 'Steps at the door.' }));
    const sent = await ask('POST', `/${id}/submission`, { answers }, `submit-${index}`);
    seen.acknowledged.set(person.id, sent.id);
  } catch (error) {
    if (error instanceof GaveUp) seen.gaveUp += 1;
    else seen.strange.push(error.message);
  }
}

class GaveUp extends Error {}
class Strange extends Error {}

/** Until so many have finished, or all have. */
async function reach(seen, wanted, applying) {
  let over = false;
  applying.finally(() => { over = true; });
  const finished = () => seen.acknowledged.size + seen.gaveUp + seen.strange.length;
  while (!over && finished() < wanted) await wait(1);
  return finished();
}

// ---- what is left --------------------------------------------------------------------------

/** As if the time had passed after which another process looks after a killed one's messages. */
async function letLeasesRunOut(owner) {
  await owner.query(`update message set lease_until = created_at where state = 'sending'`);
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

const COMPLETE = JSON.stringify({ state: 'submitted', answers: 3, events: 1, audited: 1, messages: 1, letters: 1 });
const NOT_SENT = JSON.stringify({ state: 'draft', answers: 0, events: 0, audited: 0, messages: 0, letters: 0 });

async function problemsIn(owner, call, acknowledged) {
  const { rows } = await owner.query(
    `select a.id, a.person_id, a.state,
       (select count(*) from answer w where w.application_id = a.id)::int as answers,
       (select count(*) from outbox o where o.event = 'application.submitted' and o.payload ->> 'applicationId' = a.id::text)::int as events,
       (select count(*) from audit_entry e where e.action = 'application.submitted' and e.subject_id = a.id)::int as audited,
       (select count(*) from message m where m.template = 'application-received' and m.payload ->> 'applicationId' = a.id::text and m.state = 'sent')::int as messages,
       (select count(*) from demo_mailbox b join contact_point c on c.value = b.address
        where c.person_id = a.person_id and b.subject like 'We have your application%')::int as letters
     from application a`);
  const broken = rows.filter(({ state, answers, events, audited, messages, letters, person_id }) => {
    const facts = JSON.stringify({ state, answers, events, audited, messages, letters });
    return facts !== COMPLETE && (facts !== NOT_SENT || acknowledged.has(person_id));
  });
  const kept = new Map(rows.map(({ person_id, id }) => [person_id, id]));
  const lost = [...acknowledged].filter(([personId, id]) => kept.get(personId) !== id);
  const { rows: chain } = await owner.query(`select * from verify_audit()`);
  return [
    ...broken.map((row) => `half saved or doubled: ${JSON.stringify(row)}`),
    ...lost.map(([, id]) => `acknowledged but not there: ${id}`),
    ...(rows.length > kept.size ? [`${rows.length} applications of ${kept.size} people`] : []),
    ...(rows.length > call.people.length ? [`${rows.length} applications, ${call.people.length} applied`] : []),
    ...chain.map(({ at_position, problem }) => `the audit at ${at_position}: ${problem}`),
  ];
}
