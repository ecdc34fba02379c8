// npm start: from a fresh clone to a running demo. Starts with no dependencies, and installs them.
// npm run demo:load -- --applications 1000: the same, but it loads a call with so many applications and ends.
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { AlreadyRunning, takeLock } from './process-lock.mjs';
import { ROOT, Refusal, onStop, printError, step } from './run.mjs';

const env = process.env;
const isProduction = env.NODE_ENV === 'production';
const options = readOptions(process.argv.slice(2));
const DRAIN_SECONDS = 4;

const aborter = new AbortController();
/** What has to be undone, last first. */
const undo = [];
let address;

onStop(async () => {
  aborter.abort();
  process.stdout.write('\nStopping …');
  await undoAll();
  process.stdout.write(' stopped.\n');
  process.exit(0);
});
process.on('uncaughtException', (error) => void fail(error));

try {
  await start();
} catch (error) {
  if (!aborter.signal.aborted) await fail(error);
}

async function start() {
  refuseInProduction();
  refuseOptions();
  const begun = performance.now();
  const folder = dataFolder();
  const lock = takeLockOrRefuse(join(folder, 'running.json'));
  undo.push(() => lock.release());
  address = await chooseAddress();
  lock.note({ address: address.publicUrl });

  console.log('\nAlongside\n');
  await ensureInstalled(aborter.signal);
  await build(aborter.signal);
  aborter.signal.throwIfAborted();
  await prepareDatabase(folder);
  prepareSettings(folder);
  await migrate();
  const demo = env.ALONGSIDE_DEMO === 'on' ? await loadDemo() : undefined;
  if (options.applications !== null) return end();
  const { url } = await serve();
  lock.note({ address: env.PUBLIC_URL ?? url });
  printBanner({ url: env.PUBLIC_URL ?? url, demo, seconds: (performance.now() - begun) / 1000 });
}

// ---- before anything is touched --------------------------------------------------------------

function refuseInProduction() {
  if (!isProduction) return;
  if (!env.DATABASE_URL && env.ALONGSIDE_ALLOW_EMBEDDED_IN_PRODUCTION !== 'yes') {
    throw new Refusal('In production the embedded database is refused: set DATABASE_URL.\n(To use it all the same, set ALONGSIDE_ALLOW_EMBEDDED_IN_PRODUCTION=yes.)');
  }
  if (env.ALONGSIDE_DEMO === 'on' && env.ALONGSIDE_ALLOW_DEMO_IN_PRODUCTION !== 'yes') {
    throw new Refusal('In production the demo is refused: anyone could sign in as anyone.\n(To show it all the same, set ALONGSIDE_ALLOW_DEMO_IN_PRODUCTION=yes.)');
  }
}

/** `{ reset, applications, unknown }`; `applications` is null where nothing is to be loaded. */
function readOptions(given) {
  const read = { reset: false, applications: null, unknown: undefined };
  for (let at = 0; at < given.length; at += 1) {
    if (given[at] === '--reset') read.reset = true;
    else if (given[at] === '--applications') read.applications = Number(given[at += 1]);
    else read.unknown ??= given[at];
  }
  return read;
}

function refuseOptions() {
  const { reset, applications, unknown } = options;
  if (unknown) throw new Refusal(`There is no option ${unknown}. There are: npm start -- --reset, and npm run demo:load -- --applications 1000`);
  if (reset && env.DATABASE_URL) throw new Refusal('--reset clears the embedded database only, and DATABASE_URL is set. Nothing was changed.');
  if (applications === null) return;
  if (!Number.isInteger(applications) || applications < 1 || applications > 100_000) throw new Refusal('--applications takes a whole number from 1 to 100000.');
  env.ALONGSIDE_DEMO ||= 'on';
  if (env.ALONGSIDE_DEMO !== 'on') throw new Refusal('Applications are made up for the demo only, and ALONGSIDE_DEMO is off.');
}

function takeLockOrRefuse(path) {
  try {
    return takeLock(path);
  } catch (error) {
    if (!(error instanceof AlreadyRunning)) throw error;
    const where = error.holder.address ? ` at ${error.holder.address}` : '';
    throw new Refusal(`Alongside is already running${where} (process ${error.holder.pid}).`);
  }
}

/** `.data` in the checkout, or a temporary folder of the same name at every start. */
function dataFolder() {
  const preferred = join(ROOT, '.data');
  if (isWritable(preferred)) return preferred;
  const folder = join(tmpdir(), `alongside-data-${process.getuid?.() ?? env.USERNAME}`);
  if (!isWritable(folder)) throw new Refusal(`Neither ${preferred} nor ${folder} can be written.`);
  console.log(`  The data is kept in ${folder}, because ${preferred} cannot be written.`);
  return folder;
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function chooseAddress() {
  env.HOST ||= '127.0.0.1';
  env.PORT ||= '3000';
  const port = Number(env.PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Refusal(`PORT is a number from 1 to 65535, not ${env.PORT}.`);
  await refuseTakenAddress(env.HOST, port);
  const shownHost = ['0.0.0.0', '::'].includes(env.HOST) ? '127.0.0.1' : env.HOST;
  const publicUrl = env.PUBLIC_URL ?? `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${port}`;
  if (!isProduction) env.PUBLIC_URL = publicUrl;
  return { host: env.HOST, port, publicUrl };
}

function refuseTakenAddress(host, port) {
  return new Promise((free, taken) => {
    const probe = createServer();
    probe.once('error', (error) => taken(addressRefusal(error, host, port)));
    probe.listen({ host, port, exclusive: true }, () => probe.close(free));
  });
}

function addressRefusal(error, host, port) {
  switch (error.code) {
    case 'EADDRINUSE': return new Refusal(`Port ${port} is in use by another program. Stop that, or choose another port: PORT=${port + 1} npm start`);
    case 'EACCES': return new Refusal(`You may not use port ${port}. Choose another: PORT=3000 npm start`);
    default: return new Refusal(`Nothing can listen on ${host}, port ${port}: ${error.message}`);
  }
}

// ---- the steps -------------------------------------------------------------------------------

async function prepareDatabase(folder) {
  if (env.DATABASE_URL) return;
  const { createCluster } = await import('./embedded-postgres.mjs');
  const notices = [];
  const cluster = createCluster({ dir: join(folder, 'postgres'), reset: options.reset, onNotice: (line) => notices.push(line) });
  undo.push(() => cluster.stop());
  const { ownerUrl, appUrl } = await step('Starting PostgreSQL', () => cluster.start());
  for (const line of notices) console.log(`  Note: ${line}`);
  env.DATABASE_URL = appUrl;
  env.DATABASE_OWNER_URL = ownerUrl;
  env.ALONGSIDE_EMBEDDED_DATABASE = 'yes';
}

function prepareSettings(folder) {
  env.ALONGSIDE_DEMO ||= isProduction ? 'off' : 'on';
  env.LOG_LEVEL ||= 'warn';
  if (isProduction && env.ALONGSIDE_EMBEDDED_DATABASE !== 'yes') return;
  const secrets = keptSecrets(join(folder, 'secrets.json'));
  for (const [name, value] of Object.entries(secrets)) env[name] ||= value;
}

// Kept, or the next start could not read what this one encrypted.
function keptSecrets(path) {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  const secrets = {
    ENCRYPTION_KEYS: `local:${randomBytes(32).toString('base64')}`,
    SESSION_SECRET: randomBytes(32).toString('base64'),
  };
  writeFileSync(`${path}.new`, JSON.stringify(secrets, undefined, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return secrets;
}

async function migrate() {
  const { migrate } = await application('migrate');
  const ownerUrl = env.DATABASE_OWNER_URL ?? env.DATABASE_URL;
  await step('Bringing the database up to date', () => migrate(ownerUrl, () => {}));
}

async function loadDemo() {
  const { loadDemo } = await application('demo');
  const { applications } = options;
  const what = applications === null ? 'Loading the demo stories' : `Loading the demo stories and ${applications} applications`;
  return step(what, () => loadDemo(() => {}, applications ?? 0));
}

async function serve() {
  const { start } = await application('main');
  const starting = step('Starting Alongside', start);
  undo.push(() => drain(starting));
  return starting;
}

// The rest must be stopped too: a request that never ends may not keep it waiting.
async function drain(starting) {
  const closed = starting.then((app) => app.close()).catch(() => {});
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, DRAIN_SECONDS * 1000))]);
}

function application(name) {
  aborter.signal.throwIfAborted();
  return import(pathToFileURL(join(ROOT, 'dist', 'src', `${name}.js`)));
}

// ---- what is said ----------------------------------------------------------------------------

function printBanner({ url, demo, seconds }) {
  const lines = [`Ready in ${seconds.toFixed(1)} s: ${url}`];
  if (demo) {
    lines.push('', `Sign in as, at ${url}/demo/people:`, ...columns(demo.people.map(({ name, role }) => [name, role])));
    lines.push('', 'API tokens:', ...columns(demo.tokens.map(({ name, token }) => [name, token])));
    lines.push('', `Emails and texts arrive at ${url}/demo/mailbox`);
  }
  lines.push('', 'Stop with Ctrl-C. Begin again with: npm start -- --reset');
  console.log(`\n${lines.map((line) => (line ? `  ${line}` : '')).join('\n')}\n`);
}

function columns(rows) {
  const width = Math.max(0, ...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}

// ---- the end ---------------------------------------------------------------------------------

async function end() {
  await undoAll();
  console.log('\n  Done. See it with: npm start\n');
  process.exit(0);
}

async function fail(error) {
  printError(error.code === 'EADDRINUSE' ? addressRefusal(error, address.host, address.port) : error);
  await undoAll();
  process.exit(1);
}

async function undoAll() {
  for (let step = undo.pop(); step; step = undo.pop()) {
    try {
      await step();
    } catch (error) {
      printError(error);
    }
  }
}
