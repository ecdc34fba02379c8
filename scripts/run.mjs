// Running other programs, and stopping in good order. No dependencies: used before they are installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Something the person who typed the command can put right: shown as a sentence, without a stack. */
export class Refusal extends Error {}

/**
 * Runs a program from the top of the checkout and answers `{ code, output }`.
 * `show` is 'all' or 'errors': what is passed through. The rest is kept, to be printed if it matters.
 */
export function run(program, args, { env = {}, show, signal } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, {
      cwd: ROOT, signal, env: { ...process.env, ...env }, windowsHide: true,
      stdio: ['ignore', show === 'all' ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => { output += text; });
    child.once('error', (error) => (error.name === 'AbortError' ? done({ code: 1, output }) : failed(error)));
    child.once('close', (code, killedBy) => done({ code: code ?? (killedBy ? 1 : 0), output }));
  });
}

/** Prints what is being done, then how long it took. */
export async function step(title, work) {
  const begun = performance.now();
  process.stdout.write(`  ${title} …`);
  try {
    const result = await work();
    process.stdout.write(` ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write(' failed\n');
    throw error;
  }
}

/**
 * Calls `stop` once, on Ctrl-C, SIGTERM, a closed terminal, or the end of the npm that started us
 * (npm does not pass SIGTERM on). Gives up waiting for it after `seconds`.
 */
export function onStop(stop, seconds = 10) {
  let stopping = false;
  const begin = (reason) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), seconds * 1000 - 300).unref();
    void stop(reason);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => begin(signal));
  watchNpm(() => begin('SIGTERM'));
}

function watchNpm(ended) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const ancestors = () => [process.ppid, parentOf(process.ppid)].join();
  const atStart = ancestors();
  setInterval(() => { if (ancestors() !== atStart) ended(); }, 250).unref();
}

// Between npm and us there may be a shell that outlives npm.
function parentOf(pid) {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}

/** Prints a refusal as a sentence, anything else with its stack. */
export function printError(error) {
  const isExpected = error instanceof Refusal || error?.constructor?.name === 'ConfigProblem';
  console.error(`\n${isExpected ? error.message : (error?.stack ?? error)}\n`);
}
