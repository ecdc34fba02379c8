import { setTimeout as wait } from 'node:timers/promises';
import { realisticDatabase } from './support/data.mjs';
import { median } from './support/rounds.mjs';
import { startService } from './support/servers.mjs';

const STARTS = 5;
const IDLE_MILLISECONDS = 5_000;

export const title = 'Starting, and memory when idle';

export async function run(context) {
  const { appUrl } = await realisticDatabase(context);
  const starts = [];
  let memory;
  for (let start = 1; start <= STARTS; start += 1) {
    const begun = performance.now();
    const service = await startService(appUrl);
    try {
      const { status } = await fetch(service.url);
      if (status !== 200) throw new Error(`the first page said ${status}`);
      starts.push(performance.now() - begun);
      if (start < STARTS) continue;
      await wait(IDLE_MILLISECONDS);
      memory = service.memory();
    } finally {
      await service.stop();
    }
  }
  return {
    rows: [
      { what: 'from starting the process to the first page', median: `${(median(starts) / 1000).toFixed(2)} s`, all: starts.map((ms) => (ms / 1000).toFixed(2)).join(' ') },
      { what: 'resident memory when idle, web and worker', median: `${(memory / 2 ** 20).toFixed(0)} MB`, all: `after one page and ${IDLE_MILLISECONDS / 1000} s` },
    ],
    notes: [
      `${STARTS} starts on a running, migrated database with the demo's stories. Files are in the system's cache.`,
      'What limits it: loading the modules of the packages (most of it), and compiling every view before anybody asks for it (a sixth).',
    ],
  };
}
