import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { liveManyLives, problemsIn } from '../support/states.mjs';

/** More of the same, and longer: npm run prove -- states. */
describe('random lives of applications', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startTestApp();
  });
  afterAll(() => t.close());

  it('go as the rules say, each step audited, and nobody hears of what was undone', async () => {
    const seen = await liveManyLives({
      app: t.app, load: (path: string) => import(`../../${path}.js`), owner: t.owner, today: '2026-11-23', runs: 10, steps: 40, seed: 20261123,
    });
    expect(problemsIn(seen)).toEqual([]);
    expect(seen.steps).toBeGreaterThan(50);
  });
});
