import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { demoTokens, loadStories } from '../seeds/demo/index.js';
import { loadManyApplications } from '../seeds/demo/many-applications.js';
import { AppModule } from './app.module.js';
import { PeopleQueries } from './people/people.queries.js';
import { Clock } from './platform/clock.js';
import { Config } from './platform/config.js';
import { Database } from './platform/database.js';
import { PinoLogger } from './platform/logger.js';
import { roleNames } from './platform/permissions.js';

export interface LoadedDemo {
  people: { name: string; role: string }[];
  tokens: readonly { name: string; token: string }[];
}

const ANYBODY = { name: 'demo-anybody', text: `select 1 from person limit 1` };

/**
 * Loads the demo stories into an empty database; one that has people is left as it is.
 * With `applications`, there is then a call with so many.
 */
export async function loadDemo(report: (line: string) => void = () => undefined, applications = 0): Promise<LoadedDemo> {
  const config = new Config();
  const app = await NestFactory.createApplicationContext(AppModule, { logger: new PinoLogger(config.logLevel), abortOnError: false });
  try {
    if (await app.get(Database).row(ANYBODY)) {
      report('the demo is there already');
    } else {
      await loadStories(app, app.get(Clock).today());
      report('the demo is loaded');
    }
    if (applications > 0) {
      const added = await loadManyApplications(app, app.get(Clock).today(), applications);
      report(`${added} applications are added`);
    }
    const people = await app.get(PeopleQueries).withAnyRole();
    return {
      people: people.map(({ name, roles }) => ({ name: name ?? '', role: roles.map((role) => roleNames[role]).join(', ') })),
      tokens: demoTokens,
    };
  } finally {
    await app.close();
  }
}
