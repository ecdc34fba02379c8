import pg from 'pg';
import { dist } from '../../bench/support/dist.mjs';
import { liveManyLives, problemsIn } from '../support/states.mjs';

const RUNS = 500;
const STEPS = 50;

export const title = `${RUNS} random lives of applications, up to ${STEPS} commands each, go as the rules say`;

/** Another seed each time: SEED=123 repeats a run. */
export async function prove({ appUrl, ownerUrl, log }) {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  log(`SEED=${seed}`);
  const app = await dist.context(appUrl);
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  try {
    const { Clock } = await dist.load('src/platform/clock.js');
    const seen = await liveManyLives({
      app, load: (path) => dist.load(`${path}.js`), owner, today: app.get(Clock).today(), runs: RUNS, steps: STEPS, seed, log,
    });
    const problems = problemsIn(seen);
    if (problems.length > 0) throw new Error(`not proved: ${problems.join('; ')}`);
    log(`${seen.lives} lives with ${seen.steps} steps: none illegal, all audited, no message for an undone decision`);
  } finally {
    await owner.end();
    await app.close();
  }
}
