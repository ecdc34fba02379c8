import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import highs from 'highs';
import { solve } from './solving.js';
import type { Problem } from './timetable.rules.js';

// Its types are those of a CommonJS module, which it is not when imported.
const loadHighs = highs as unknown as typeof highs.default;

// On Linux this is the thread's own priority: pages come first.
if (process.platform === 'linux') setPriority(0, 10);

const { problem, seconds } = workerData as { problem: Problem; seconds: number };
const began = performance.now();
solve(await loadHighs(), problem, { seconds, elapsed: () => performance.now() - began }, (found) => parentPort!.postMessage(found));
