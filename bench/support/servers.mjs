// The two servers, each in a process of its own.
import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { dist, settingsFor } from './dist.mjs';

const BARE = fileURLToPath(new URL('bare.mjs', import.meta.url));

/** Web and worker in one process, ready when it says so. `flags` go to Node, `env` to the service. */
export async function startService(appUrl, { flags = [], env = {} } = {}) {
  const port = await freePort();
  const child = spawn(process.execPath, [...flags, dist.program('src/main.js')], {
    env: { PATH: process.env.PATH, ...settingsFor(appUrl, port), ...env }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const server = new Server('service', child, `http://127.0.0.1:${port}`);
  child.stdout.setEncoding('utf8');
  await server.ready((done) => child.stdout.on('data', (text) => { if (text.includes('is ready')) done(); }));
  return server;
}

export async function startBare(appUrl, routes) {
  const port = await freePort();
  const child = fork(BARE, { env: { PATH: process.env.PATH, NODE_ENV: 'production' } });
  child.send({ appUrl, port, routes });
  const server = new Server('bare', child, `http://127.0.0.1:${port}`);
  await server.ready((done) => child.once('message', done));
  return server;
}

class Server {
  constructor(name, child, url) {
    Object.assign(this, { name, child, url });
  }

  ready(whenReady) {
    return new Promise((done, failed) => {
      whenReady(done);
      this.child.once('exit', (code) => failed(new Error(`the ${this.name} server ended with ${code}`)));
    });
  }

  /** Stands still while the other is measured. */
  pause() {
    this.child.kill('SIGSTOP');
  }

  resume() {
    this.child.kill('SIGCONT');
  }

  /** Resident memory, in bytes. */
  memory() {
    const path = `/proc/${this.child.pid}/status`;
    const kilobytes = existsSync(path)
      ? /^VmRSS:\s+(\d+)/m.exec(readFileSync(path, 'utf8'))[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(this.child.pid)], { encoding: 'utf8' });
    return Number(kilobytes) * 1024;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.resume();
    this.child.kill(this.name === 'bare' ? 'SIGKILL' : 'SIGTERM');
    await once(this.child, 'exit');
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
