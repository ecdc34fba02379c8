import 'reflect-metadata';
import { pathToFileURL } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { requireMigrated } from './migrated.js';
import { Config } from './platform/config.js';
import { runUntilSignalled } from './platform/lifecycle.js';
import { PinoLogger } from './platform/logger.js';
import { configureWeb, newAdapter } from './platform/web/server.js';
import { BackgroundWorker } from './platform/worker.js';

/** Web and worker in one process. Throws `ConfigProblem`. */
export async function start(): Promise<{ url: string; close(): Promise<void> }> {
  const config = new Config();
  await requireMigrated(config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, newAdapter(config), {
    logger: new PinoLogger(config.logLevel), abortOnError: false,
  });
  await configureWeb(app);
  await app.listen(config.port, config.host);
  app.get(BackgroundWorker).start();
  return { url: config.publicUrl, close: () => app.close() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runUntilSignalled(start);
