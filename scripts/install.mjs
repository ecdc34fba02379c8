// Installs the packages when what is installed is not what package-lock.json says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, Refusal, run, step } from './run.mjs';

const OLDEST_NODE = [20, 19];

export async function ensureInstalled(signal) {
  refuseOldNode();
  if (isInstalled()) return;
  await step('Installing packages', () => install(signal));
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Refusal(`This needs Node ${OLDEST_NODE.join('.')} or later; you have ${process.versions.node}.`);
}

// npm leaves a copy of the lock file in node_modules when an install has finished, and only then.
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    // Optional ones are for other machines.
    return found ? found.version === version && found.integrity === integrity : optional === true;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function install(signal) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await runNpm(args, signal);
  if (code !== 0) throw new Refusal(`npm could not install the packages:\n\n${output.trim()}`);
}

function runNpm(args, signal) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return run(process.execPath, [npm, ...args], { signal });
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { signal });
}
