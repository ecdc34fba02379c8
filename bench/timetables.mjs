import { madeUpProblem } from '../test/support/timetable-problem.mjs';
import { realisticDatabase } from './support/data.mjs';
import { dist } from './support/dist.mjs';
import { startService } from './support/servers.mjs';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const SIZES = [[20, 5], [40, 8], [80, 10]];
const SEEDS = [1, 2, 3];
const SECONDS = 60;
const REQUESTS = 200;

export const title = 'Timetables for 20, 40, 80 and 300 applicants';

/** A quarter of them with adjustments, two interpreters, three rooms. */
export async function run(context) {
  const rows = [];
  for (const [applicants, days] of SIZES) {
    context.log(`${applicants} applicants`);
    const found = [];
    for (const seed of SEEDS) found.push(await search(madeUpProblem({ applicants, days, seed })));
    rows.push(row(`${applicants} applicants, ${days} days`, found));
  }
  context.log('too little time for 80, and 300 applicants');
  rows.push(row('80 applicants, one resident for the panel', [await search(madeUpProblem({ applicants: 80, days: 10, scarce: true }))]));
  rows.push(row('300 applicants, 30 days', [await search(madeUpProblem({ applicants: 300, days: 30 }))]));
  rows.push(row('300 applicants, one resident for the panel', [await search(madeUpProblem({ applicants: 300, days: 15, scarce: true }))]));
  const { idle, meanwhile } = await pages(context);
  return {
    rows,
    notes: [
      `Each search in a worker thread of its own, as in the service, for ${SECONDS} s at most. Marks: 80 placed within 10 s; 300 placed, or the shortage said, within 60 s.`,
      `Pages meanwhile: the public list, one request after another from the running service while a search for 300 people runs beside it. p95 idle ${idle.toFixed(1)} ms, meanwhile ${meanwhile.toFixed(1)} ms, ${(meanwhile / idle).toFixed(2)} times (mark: 2).`,
      'Everybody is placed, or the answer is what is short. A best that is not proven is the best that was found in the time.',
    ],
  };
}

function row(what, found) {
  const each = (read) => found.map(read).join(' ');
  return {
    what, answer: each(({ answer }) => answer), 'first, s': each(({ first }) => first.toFixed(2)), 'last, s': each(({ last }) => last.toFixed(1)),
    'best proven': each(({ proven }) => (proven ? 'yes' : 'no')),
  };
}

async function search(problem) {
  const began = performance.now();
  const answers = [];
  const worker = solver(problem);
  worker.on('message', (found) => answers.push({ found, at: (performance.now() - began) / 1000 }));
  await once(worker, 'exit');
  const last = answers.at(-1);
  const plan = last.found.kind === 'plan';
  const placed = plan ? last.found.plan.sittings.flatMap(({ placements }) => placements).length : 0;
  return {
    answer: plan ? `${placed} placed` : 'short', first: answers[0].at, last: last.at,
    proven: plan ? last.found.proven : last.found.shortage.proven,
  };
}

function solver(problem) {
  return new Worker(dist.program('src/timetables/solver.worker.js'), { workerData: { problem, seconds: SECONDS } });
}

/** In milliseconds: the 95th of a hundred, without and with a search beside it. */
async function pages(context) {
  const { appUrl } = await realisticDatabase(context);
  const service = await startService(appUrl, { env: { PAGE_CACHE: 'off' } });
  try {
    await p95(service.url);
    const idle = await p95(service.url);
    const worker = solver(madeUpProblem({ applicants: 300, days: 30 }));
    try {
      await once(worker, 'message');
      return { idle, meanwhile: await p95(service.url) };
    } finally {
      await worker.terminate();
    }
  } finally {
    await service.stop();
  }
}

async function p95(url) {
  const times = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    const began = performance.now();
    const answer = await fetch(`${url}/opportunities`);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
    times.push(performance.now() - began);
  }
  return times.sort((one, other) => one - other)[Math.floor(REQUESTS * 0.95)];
}
