import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { AppModule } from '../../src/app.module.js';
import type { Actor } from '../../src/platform/actor.js';
import { Clock } from '../../src/platform/clock.js';
import { Config } from '../../src/platform/config.js';
import type { Role } from '../../src/platform/permissions.js';
import { PinoLogger } from '../../src/platform/logger.js';
import { configureWeb, newAdapter } from '../../src/platform/web/server.js';
import { BackgroundWorker } from '../../src/platform/worker.js';
import { createTestDatabase } from './database.js';
import { testPool } from './pool.js';

/** Stands still until a test moves it. */
export class FrozenClock extends Clock {
  private instant = new Date('2026-11-23T10:00:00Z');

  override realNow(): Date {
    return new Date(this.instant);
  }

  moveTo(instant: string | Date): void {
    this.instant = new Date(instant);
  }

  forward(by: { minutes?: number; hours?: number; days?: number }): void {
    const minutes = (by.minutes ?? 0) + 60 * (by.hours ?? 0) + 24 * 60 * (by.days ?? 0);
    this.instant = new Date(this.instant.getTime() + minutes * 60_000);
  }
}

export interface TestApp {
  app: NestFastifyApplication;
  url: string;
  clock: FrozenClock;
  /** The database as its owner, to look and to prepare. */
  owner: pg.Pool;
  /** The database as the application's role, to see what it refuses. */
  asApplication: pg.Pool;
  /** What the worker does when it is nudged, done now, until nothing is left. */
  work(): Promise<void>;
  close(): Promise<void>;
}

/** The whole service on a database of its own, with its clock stopped on Monday 23 November 2026, 10am. */
export async function startTestApp(env: NodeJS.ProcessEnv = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const clock = new FrozenClock();
  const config = new Config({
    DATABASE_URL: database.appUrl,
    SESSION_SECRET: 'a secret for tests, long enough to be one',
    ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    ALONGSIDE_DEMO: 'on',
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...env,
  });
  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Config).useValue(config)
    .overrideProvider(Clock).useValue(clock)
    .setLogger(new PinoLogger(process.env['TEST_LOG'] ?? 'silent'))
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(newAdapter(config));
  await configureWeb(app);
  await app.listen(0, '127.0.0.1');
  const owner = testPool(database.ownerUrl);
  const asApplication = testPool(database.appUrl);
  return {
    app, clock, owner, asApplication,
    url: await app.getUrl(),
    work: () => app.get(BackgroundWorker).wake(),
    close: async () => {
      await app.close();
      await Promise.all([owner.end(), asApplication.end()]);
      await database.drop();
    },
  };
}

/** An actor for calling services without a browser. */
export function actorFor(personId: string, ...roles: Role[]): Actor {
  return { personId, name: null, roles, sessionId: null, channel: 'web', onBehalfOf: null };
}
