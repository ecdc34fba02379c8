import { ConfigProblem } from './config.js';

const DRAIN_MILLISECONDS = 9_000;

/** Runs a process until SIGTERM or SIGINT, then lets requests and jobs end, for at most nine seconds. */
export async function runUntilSignalled(start: () => Promise<{ url: string; close(): Promise<void> }>): Promise<void> {
  try {
    const running = await start();
    process.stdout.write(`Alongside is ready: ${running.url}\n`);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void stop(running.close));
    }
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigProblem ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function stop(close: () => Promise<void>): Promise<void> {
  const tooLate = setTimeout(() => process.exit(1), DRAIN_MILLISECONDS);
  await close().catch(() => undefined);
  clearTimeout(tooLate);
  process.exit(0);
}
