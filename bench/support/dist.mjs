// The built service, to be run or to be called in this process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../scripts/run.mjs';

/** As in production, with what a benchmark on one machine has to be allowed. */
export function settingsFor(appUrl, port) {
  return {
    NODE_ENV: 'production', LOG_LEVEL: 'warn', HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, DATABASE_URL: appUrl,
    ALONGSIDE_DEMO: 'on', ALONGSIDE_ALLOW_DEMO_IN_PRODUCTION: 'yes', ALONGSIDE_EMBEDDED_DATABASE: 'yes', ALONGSIDE_ALLOW_EMBEDDED_IN_PRODUCTION: 'yes',
    SESSION_SECRET: 'a secret for a benchmark, long enough to be one', ENCRYPTION_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
  };
}

export const dist = {
  program: (path) => join(ROOT, 'dist', path),
  load: (path) => import(pathToFileURL(dist.program(path))),

  /** Its services, without its pages. */
  async context(appUrl) {
    Object.assign(process.env, settingsFor(appUrl, 0));
    await import('reflect-metadata');
    const { NestFactory } = await import('@nestjs/core');
    const { AppModule } = await dist.load('src/app.module.js');
    return NestFactory.createApplicationContext(AppModule, { logger: ['error'], abortOnError: false });
  },

  /** All of it, to be asked without a socket. */
  async application(appUrl) {
    // What is recorded is what it does, not what it remembers.
    Object.assign(process.env, settingsFor(appUrl, 0), { PAGE_CACHE: 'off' });
    await import('reflect-metadata');
    const { NestFactory } = await import('@nestjs/core');
    const { AppModule } = await dist.load('src/app.module.js');
    const { Config } = await dist.load('src/platform/config.js');
    const { configureWeb, newAdapter } = await dist.load('src/platform/web/server.js');
    const app = await NestFactory.create(AppModule, newAdapter(new Config()), { logger: ['error'], abortOnError: false });
    await configureWeb(app);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return app;
  },
};
