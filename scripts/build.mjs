// Compiles what changed: TypeScript into dist/src, dist/migrations and dist/seeds, styles into dist/public.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, relative, resolve } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { ROOT, Refusal, printError, run, step } from './run.mjs';

const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.built.json');
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const SOURCE_FOLDERS = ['src', 'migrations', 'seeds'];

/** Builds what changed since the last time. */
export async function build(signal) {
  const code = hashCode();
  if (code !== readStamp().code) {
    await step('Compiling', () => compile('tsconfig.build.json', signal));
    writeStamp({ code });
  }
  await makeStyles();
}

/** For the tests: compiles everything, the tests too, and answers what the compiler complains of. */
export async function compileWithTests(signal) {
  const code = hashCode();
  const complaints = await complaintsOf('tsconfig.json', signal);
  if (!complaints) writeStamp({ code });
  return complaints;
}

/** Sees for itself whether anything changed. */
export async function makeStyles() {
  const { buildStyles } = await import('./styles.mjs');
  await step('Making the styles', buildStyles);
}

async function compile(config, signal) {
  const complaints = await complaintsOf(config, signal);
  if (complaints) throw new Refusal(`The code does not compile:\n\n${complaints}`);
}

// One record of what is compiled, shared by both configurations, so that neither trusts an output
// the other has since replaced.
async function complaintsOf(config, signal) {
  if (!existsSync(join(DIST, 'src'))) rmSync(join(DIST, '.tsbuildinfo'), { force: true });
  const { code, output } = await run(process.execPath, [COMPILER, '-p', config, '--pretty', 'false'], { signal });
  if (code === 0) removeLeftovers();
  return code === 0 ? '' : output.trim() || 'the compiler failed';
}

// What was compiled from a file that has since been removed must not be found by anyone.
function removeLeftovers() {
  for (const folder of [...SOURCE_FOLDERS, 'test']) {
    for (const file of filesIn(join(DIST, folder))) {
      const source = join(ROOT, relative(DIST, file)).replace(/\.js(\.map)?$/, '.ts');
      if (/\.js(\.map)?$/.test(file) && !existsSync(source)) rmSync(file, { force: true });
    }
  }
}

function hashCode() {
  const isCode = (file) => ['.ts', '.json'].includes(extname(file)) && !file.endsWith('.spec.ts');
  const code = SOURCE_FOLDERS.flatMap((folder) => filesIn(join(ROOT, folder))).filter(isCode);
  const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(ROOT, name));
  return hashOf([...settings, ...code]);
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
  return names.filter((path) => statSync(path).isFile());
}

function readStamp() {
  try {
    return existsSync(join(DIST, 'src')) ? JSON.parse(readFileSync(STAMP, 'utf8')) : {};
  } catch {
    return {};
  }
}

function writeStamp(changes) {
  mkdirSync(DIST, { recursive: true });
  writeFileSync(STAMP, JSON.stringify({ ...readStamp(), ...changes }));
}

/** True when this module is the command itself, not something another script imports. */
function isCommand() {
  return process.argv[1] !== undefined && resolve(process.argv[1]) === join(ROOT, 'scripts', 'build.mjs');
}

if (isCommand()) {
  try {
    await ensureInstalled();
    await build();
  } catch (error) {
    printError(error);
    process.exitCode = 1;
  }
}
