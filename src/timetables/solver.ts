import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import { projectRoot } from '../platform/root.js';
import type { Found } from './solving.js';
import type { Problem } from './timetable.rules.js';

/** Compiled: a worker thread runs no TypeScript. */
const PROGRAM = join(projectRoot, 'dist', 'src', 'timetables', 'solver.worker.js');
/** A search ends by itself; after so many more seconds nobody waits for it. */
const GRACE_SECONDS = 5;

/** Looks for a timetable in a thread of its own, one at a time, so that pages are answered meanwhile. */
@Injectable()
export class Solver {
  private current: Worker | null = null;
  private queue: Promise<unknown> = Promise.resolve();

  /** `tell` hears each better answer in turn. Answers the last one. Throws when there is none, or time is up. */
  solve(problem: Problem, seconds: number, tell: (found: Found) => Promise<void>): Promise<Found> {
    const turn = this.queue.then(() => this.run(problem, seconds, tell));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    await this.current?.terminate();
  }

  private async run(problem: Problem, seconds: number, tell: (found: Found) => Promise<void>): Promise<Found> {
    const worker = new Worker(PROGRAM, { workerData: { problem, seconds }, execArgv: [] });
    this.current = worker;
    let last: Found | null = null;
    let told = Promise.resolve();
    const tooLate = setTimeout(() => void worker.terminate(), (seconds + GRACE_SECONDS) * 1000);
    try {
      await new Promise<void>((done, failed) => {
        worker.on('message', (found: Found) => {
          last = found;
          told = told.then(() => tell(found));
          told.catch(failed);
        });
        worker.once('error', failed);
        worker.once('exit', () => done());
      });
      await told;
    } finally {
      clearTimeout(tooLate);
      this.current = null;
      await worker.terminate();
    }
    if (!last) throw new Error('the search ended without an answer');
    return last;
  }
}
