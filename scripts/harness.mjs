// What `npm run bench` and `npm run prove` share: a build, a durable throw-away PostgreSQL, a migrated database.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { ROOT, Refusal, onStop, printError, step } from './run.mjs';

/** The names that can be asked for: the `.mjs` files of a folder. */
export function namesIn(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  const files = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return files.filter((file) => file.isFile() && file.name.endsWith('.mjs')).map((file) => file.name.replace(/\.mjs$/, '')).sort();
}

export function load(folder, name) {
  if (!namesIn(folder).includes(name)) throw new Refusal(`There is no ${folder}/${name}.mjs. There are: ${namesIn(folder).join(', ') || 'none yet'}.`);
  return import(pathToFileURL(join(ROOT, folder, `${name}.mjs`)));
}

/** Runs `work({ ownerUrl, appUrl, superUrl, freshDatabase })`, cleans up however it ends, and exits. */
export async function withDatabase(prefix, work) {
  const aborter = new AbortController();
  let cluster;
  let home;
  const cleanUp = async () => {
    await cluster?.stop();
    if (home) rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  };
  onStop(async () => {
    aborter.abort();
    await cleanUp();
    process.exit(130);
  });

  let exitCode = 0;
  try {
    await ensureInstalled(aborter.signal);
    await build(aborter.signal);
    const { createCluster, sweepClusters, temporaryHome } = await import('./embedded-postgres.mjs');
    const { cloner, createTemplate } = await import('./databases.mjs');
    await sweepClusters(prefix);
    home = temporaryHome(prefix);
    cluster = createCluster({ dir: home, durable: true });
    const freshDatabase = await step('Preparing the database', async () => {
      const server = await cluster.start();
      await createTemplate(server, aborter.signal);
      return Object.assign(cloner(server), { superUrl: server.superUrl });
    });
    const { ownerUrl, appUrl } = await freshDatabase();
    await work({ ownerUrl, appUrl, superUrl: freshDatabase.superUrl, freshDatabase });
  } catch (error) {
    if (!aborter.signal.aborted) printError(error);
    exitCode = 1;
  }
  if (aborter.signal.aborted) return;
  await cleanUp();
  process.exit(exitCode);
}
