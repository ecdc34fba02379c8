// npm test: everything on a fresh clone. Lint, compile, a throw-away PostgreSQL, a browser, then Jest.
//
//   npm test                            all of it
//   npm test -- journeys                only the test files whose path contains "journeys"
//   npm test -- --no-lint --no-build x  the same without checking or compiling first
//   npm test -- --only x                lint and compile left out, as above
//
// Anything else goes to Jest.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compileWithTests, makeStyles } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { Refusal, onStop, printError, run, step } from './run.mjs';

const CLUSTER_PREFIX = 'alongside-test-';
const { skipLint, skipBuild, jestArguments } = readArguments(process.argv.slice(2));
const aborter = new AbortController();
let cluster;
let clusterHome;

onStop(async () => {
  aborter.abort();
  await stopCluster();
  process.exit(130);
});

const outcome = { passed: 0, failed: 0 };
try {
  await test();
} catch (error) {
  if (!aborter.signal.aborted) printError(error);
  outcome.failed += 1;
} finally {
  await stopCluster();
}
if (!aborter.signal.aborted) {
  console.log(`\n${outcome.passed} passed, ${outcome.failed} failed`);
  process.exit(outcome.failed === 0 ? 0 : 1);
}

function readArguments(given) {
  const only = given.includes('--only');
  const ours = ['--only', '--no-lint', '--no-build'];
  return {
    skipLint: only || given.includes('--no-lint'),
    skipBuild: only || given.includes('--no-build'),
    jestArguments: given.filter((argument) => !ours.includes(argument)),
  };
}

async function test() {
  await ensureInstalled(aborter.signal);
  await Promise.all([lint(), compile()]);
  if (!skipBuild) await makeStyles();
  const databaseSettings = await step('Preparing the database', prepareDatabase);
  const browserSettings = await step('Finding a browser', findBrowser);
  if (!browserSettings) reportNoBrowser();
  aborter.signal.throwIfAborted();
  await runJest({ ...databaseSettings, ...browserSettings });
}

// Both are on one core each, and what they have to say is printed when they are done.
async function lint() {
  if (skipLint) return;
  const { code, output } = await run(process.execPath, ['node_modules/eslint/bin/eslint.js', '--max-warnings=0', '.'], { signal: aborter.signal });
  reportCheck('Lint', code === 0 ? '' : output);
}

async function compile() {
  if (skipBuild) return;
  reportCheck('Types', await compileWithTests(aborter.signal));
}

function reportCheck(name, complaints) {
  if (aborter.signal.aborted) return;
  if (complaints) outcome.failed += 1;
  console.log(complaints ? `  ${name}: failed\n\n${complaints.trim()}\n` : `  ${name}: fine`);
}

async function prepareDatabase() {
  const { createCluster, sweepClusters, temporaryHome } = await import('./embedded-postgres.mjs');
  const { TEMPLATE, createTemplate } = await import('./databases.mjs');
  await sweepClusters(CLUSTER_PREFIX);
  clusterHome = temporaryHome(CLUSTER_PREFIX);
  cluster = createCluster({ dir: clusterHome, durable: false });
  const server = await cluster.start();
  await createTemplate(server, aborter.signal);
  return { TEST_SUPER_URL: server.superUrl, TEST_OWNER_URL: server.ownerUrl, TEST_APP_URL: server.appUrl, TEST_TEMPLATE: TEMPLATE };
}

async function findBrowser() {
  const { findBrowser } = await import('../test/support/find-browser.mjs');
  return findBrowser();
}

function reportNoBrowser() {
  console.log('\n  !!! NO BROWSER WAS FOUND: the tests that look at pages are skipped. Install Chromium or set CHROMIUM_PATH. !!!\n');
  if (process.env.CI) throw new Refusal('In CI the pages must be seen in a browser.');
}

async function runJest(settings) {
  const results = join(clusterHome, 'results.json');
  const { code } = await run(process.execPath, [
    '--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js',
    '--json', `--outputFile=${results}`, ...jestArguments,
  ], { env: { ...settings, NODE_ENV: 'test', TZ: 'UTC' }, show: 'errors', signal: aborter.signal });
  if (!aborter.signal.aborted) addResults(results, code);
}

// A test file that could not be run at all counts as one failure.
function addResults(path, code) {
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(path, 'utf8'));
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  outcome.passed += numPassedTests;
  outcome.failed += code !== 0 && failed === 0 ? 1 : failed;
}

async function stopCluster() {
  await cluster?.stop();
  if (clusterHome) rmSync(clusterHome, { recursive: true, force: true, maxRetries: 3 });
}
