// A lock file that names the process holding it, so that a crash never leaves it held.
import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export class AlreadyRunning extends Error {
  constructor(holder) {
    super(`already running (process ${holder.pid})`);
    this.name = 'AlreadyRunning';
    this.holder = holder;
  }
}

/** Takes the lock, or throws AlreadyRunning with what its holder last noted in it. */
export function takeLock(path, details = {}) {
  const self = { pid: process.pid, started: processStart(process.pid) };
  while (!createLock(path, { ...self, ...details })) {
    const holder = readLock(path);
    if (holder && isRunning(holder)) throw new AlreadyRunning(holder);
    if (holder) discardStaleLock(path, holder);
  }
  return {
    note: (more) => replaceLock(path, { ...self, ...details, ...more }),
    release: () => rmSync(path, { force: true }),
  };
}

/** Who holds the lock now, or undefined. */
export function lockHolder(path) {
  const holder = readLock(path);
  return holder && isRunning(holder) ? holder : undefined;
}

/** Is this very process still there? Its start time tells it from a later one with the same number. */
export function isRunning({ pid, started }) {
  const now = processStart(pid);
  return now !== undefined && now === started;
}

// Written in full under another name and then linked, so that nobody ever reads half a lock.
function createLock(path, content) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replaceLock(path, content) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
  renameSync(draft, path);
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { pid: 0 };
    throw error;
  }
}

// Two starts may find the same stale lock: the slower one must not throw away the faster one's new lock.
function discardStaleLock(path, stale) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const taken = readLock(aside);
  const isNew = taken && (taken.pid !== stale.pid || taken.started !== stale.started);
  if (isNew) linkSync(aside, path);
  rmSync(aside, { force: true });
}

/** When a process started, in whatever words the system uses; undefined when it is gone or a zombie. */
export function processStart(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') return startOnLinux(pid);
  if (process.platform === 'win32') return isSignallable(pid) ? 'running' : undefined;
  return startFromPs(pid);
}

function startOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${startTicks}`;
  } catch {
    return undefined;
  }
}

function startFromPs(pid) {
  try {
    const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'ignore'] };
    const [state, ...start] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], options).trim().split(/\s+/);
    return !state || state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

function isSignallable(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
