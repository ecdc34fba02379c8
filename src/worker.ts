import 'reflect-metadata';
import { pathToFileURL } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { requireMigrated } from './migrated.js';
import { Config } from './platform/config.js';
import { runUntilSignalled } from './platform/lifecycle.js';
import { PinoLogger } from './platform/logger.js';
import { BackgroundWorker } from './platform/worker.js';

/** The worker alone: sends messages and seals the audit. Throws `ConfigProblem`. */
export async function start(): Promise<{ url: string; close(): Promise<void> }> {
  const config = new Config();
  await requireMigrated(config);
  const app = await NestFactory.createApplicationContext(AppModule, {
    logger: new PinoLogger(config.logLevel), abortOnError: false,
  });
  app.get(BackgroundWorker).start();
  return { url: 'worker', close: () => app.close() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runUntilSignalled(start);
