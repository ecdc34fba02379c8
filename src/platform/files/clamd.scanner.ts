import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Scanner, type Verdict } from './scanner.js';

const SILENCE_MILLISECONDS = 60_000;
const PIECE_BYTES = 64 * 1024;
const LONGEST_ANSWER = 4096;

/** ClamAV's daemon over its INSTREAM command: `tcp://host:3310` or `unix:/path`. Its StreamMaxLength must be our largest file. */
export class ClamdScanner extends Scanner {
  readonly name = 'ClamAV';

  constructor(private readonly url: string, private readonly silence = SILENCE_MILLISECONDS) {
    super();
  }

  async scan(content: AsyncIterable<Buffer>): Promise<Verdict> {
    const socket = this.open();
    try {
      const answer = readAnswer(socket);
      // Waited for below; a daemon that goes away meanwhile must not be an unhandled rejection.
      answer.catch(() => undefined);
      await Promise.race([send(socket, content), answer]);
      return verdictOf(await answer);
    } finally {
      socket.destroy();
    }
  }

  private open(): Socket {
    const url = new URL(this.url);
    const socket = url.protocol === 'unix:' ? connect(url.pathname) : connect(Number(url.port || 3310), url.hostname);
    socket.setTimeout(this.silence, () => socket.destroy(new Error('clamd is silent')));
    return socket;
  }
}

async function send(socket: Socket, content: AsyncIterable<Buffer>): Promise<void> {
  await write(socket, Buffer.from('zINSTREAM\0'));
  for await (const bytes of content) {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      await write(socket, lengthOf(piece.length));
      await write(socket, piece);
    }
  }
  await write(socket, lengthOf(0));
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed) throw new Error('clamd closed the connection');
  if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

function readAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (text.includes('\0') || text.length > LONGEST_ANSWER) resolve(text.split('\0')[0]!);
    });
    socket.on('error', reject);
    socket.on('close', () => (text ? resolve(text) : reject(new Error('clamd closed the connection'))));
  });
}

/** "stream: OK", "stream: Eicar-Test-Signature FOUND"; anything else is no verdict. */
function verdictOf(answer: string): Verdict {
  const found = /^stream: (.+) FOUND\s*$/.exec(answer)?.[1];
  if (found) return { clean: false, found };
  if (/^stream: OK\s*$/.test(answer)) return { clean: true };
  throw new Error('clamd gave no verdict');
}
