import { createServer, type Server } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import type { FilePurpose } from '../../src/platform/files/file.rules.js';
import { Files } from '../../src/platform/files/files.service.js';
import { BackgroundWorker } from '../../src/platform/worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { jpegWithPlace, mp3, pdf, wav, webm, zip } from '../support/media.js';
import { applicant, type Applicant } from '../support/open-call.js';

const EICAR = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';

let t: TestApp;
let files: Files;
let amina: Applicant;

async function begin(env: NodeJS.ProcessEnv = {}): Promise<void> {
  t = await startTestApp(env);
  files = t.app.get(Files);
  amina = await applicant(t);
}

const inPieces = (bytes: Buffer, size = 100_000): AsyncIterable<Buffer> =>
  Readable.from(Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size)));

const send = (purpose: FilePurpose, name: string, bytes: Buffer, claimedType: string | null = null, who: Actor = amina.actor) =>
  files.receive(who, purpose, { name, claimedType, content: inPieces(bytes) });

const row = async (id: string) => (await t.owner.query<Record<string, unknown>>(`select * from stored_file where id = $1`, [id])).rows[0]!;
const last = async () => (await t.owner.query<Record<string, unknown>>(`select * from stored_file order by created_at desc limit 1`)).rows[0]!;
const chunksOf = async (id: unknown) => (await t.owner.query<{ bytes: Buffer; size: number }>(`select bytes, size from file_chunk where file_id = $1 order by position`, [id])).rows;
const refusal = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: Error) => error.message);

async function content(id: string, who = amina.actor): Promise<Buffer> {
  const answer = await files.answer(who, id);
  const all: Buffer[] = [];
  for await (const bytes of answer.read(0, answer.size - 1)) all.push(bytes);
  return Buffer.concat(all);
}

describe('what people send', () => {
  beforeAll(() => begin());
  beforeEach(() => t.clock.forward({ minutes: 1 }));
  afterAll(() => t.close());

  it('is kept whole, in pieces nobody can read without the key', async () => {
    const bytes = wav(200);
    const file = await send('recording', 'My answer.wav', bytes);
    expect(file).toMatchObject({ state: 'unscanned', name: 'My answer.wav', mediaType: 'audio/wav', size: bytes.length, attached: false });
    const chunks = await chunksOf(file.id);
    expect(chunks.map(({ size }) => size)).toEqual([524288, 524288, 524288, bytes.length - 3 * 524288]);
    expect(chunks.some((chunk) => chunk.bytes.includes('RIFF') || chunk.bytes.includes(bytes.subarray(1000, 1100)))).toBe(false);
    expect((await content(file.id)).equals(bytes)).toBe(true);
  });

  it('can’t be read from another place, or changed', async () => {
    const file = await send('recording', 'a.wav', wav(100));
    await t.owner.query(`update file_chunk a set bytes = b.bytes from file_chunk b where a.file_id = $1 and b.file_id = $1 and a.position = 1 and b.position = 0`, [file.id]);
    await expect(content(file.id)).rejects.toThrow();
    expect(await refusal(t.asApplication.query(`update file_chunk set bytes = ''`))).toBe('permission denied for table file_chunk');
    expect(await refusal(t.asApplication.query(`delete from stored_file`))).toBe('permission denied for table stored_file');
    expect(await refusal(t.asApplication.query(`update stored_file set state = 'clean' where id = $1`, [file.id])))
      .toBe('stored_file cannot go from "unscanned" to "clean"');
  });

  it.each([
    ['an MP3', 'recording', mp3(), 'audio/mpeg'], ['a WebM', 'recording', webm(), 'video/webm'], ['a PDF', 'scan', pdf(), 'application/pdf'],
    ['captions', 'call_version', Buffer.from('WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n'), 'text/vtt'],
  ] as const)('%s is known by its content, whatever it is called', async (_what, purpose, bytes, type) => {
    expect(await send(purpose, 'anything.exe', bytes, 'application/octet-stream')).toMatchObject({ mediaType: type });
  });

  const page = Buffer.from('<!doctype html><html><script>alert(1)</script></html>');
  const takes = 'We can’t take this kind of file. Send MP3, M4A, WAV, OGG, MP4, WebM and MOV.';
  it.each([
    ['a page called .mp3', page, takes],
    ['a page with an MP3’s mark before it', Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\x20', 'latin1'), page, mp3()]), takes],
    ['a recording with an archive at its end', Buffer.concat([mp3(), zip()]), takes],
    ['an archive', zip(), takes], ['a PDF', pdf(), takes], ['a program', Buffer.from('MZ\x90\0'.repeat(100), 'latin1'), takes],
    ['some text', Buffer.from('hello'), takes], ['nothing', Buffer.alloc(0), 'The file is empty. Choose another one.'],
  ])('%s is refused as a recording, with what is taken, and not kept', async (_what, bytes, words) => {
    expect(await refusal(send('recording', 'answer.mp3', bytes, 'audio/mpeg'))).toBe(words);
    const { id, state } = await last();
    expect([state, await chunksOf(id)]).toEqual(['refused', []]);
  });

  it('has a largest size, by what it is for; the council’s setting', async () => {
    expect(await files.mostBytes('recording')).toBe(200_000_000);
    const tooBig = Buffer.concat([pdf(), Buffer.alloc(20_000_001)]);
    expect(await refusal(send('scan', 'letter.pdf', tooBig))).toBe('The file is too big. It can have 20 MB at most. Make it shorter, or send it to us another way.');
    const { id, state } = await last();
    expect([state, await chunksOf(id)]).toEqual(['removed', []]);
  });

  it('tells nothing of where a picture was taken, and stands upright', async () => {
    const taken = await jpegWithPlace();
    expect(taken.includes('SecretPhone')).toBe(true);
    expect((await sharp(taken).metadata()).exif).toBeDefined();
    const file = await send('scan', 'letter.jpg', taken);
    const kept = await content(file.id);
    const { exif, xmp, iptc, width, height } = await sharp(kept).metadata();
    expect({ exif, xmp, iptc, width, height }).toEqual({ exif: undefined, xmp: undefined, iptc: undefined, width: 20, height: 40 });
    expect([kept.includes('SecretPhone'), kept.length]).toEqual([false, file.size]);
    expect(await refusal(send('scan', 'broken.jpg', taken.subarray(0, 200)))).toContain('We can’t take this kind of file');
  });

  it('goes on where it was cut; only its sender may', async () => {
    const bytes = wav(150);
    const id = await files.begin(amina.actor, { purpose: 'recording', name: 'a.wav', claimedType: null, announcedSize: bytes.length });
    const cut = async function* () {
      yield bytes.subarray(0, 700_000);
      throw new Error('cut');
    };
    expect(await refusal(files.append(id, 0, cut()))).toBe('cut');
    expect((await files.one(id))!.size).toBe(700_000);
    expect(await refusal(files.append(id, 600_000, inPieces(bytes.subarray(600_000))))).toBe('Another window sent the same file. Start again.');
    expect(await files.append(id, 700_000, inPieces(bytes.subarray(700_000)))).toBe(bytes.length);
    const ben = await applicant(t, 'Ben');
    expect(await refusal(files.finish(ben.actor, id))).toBe('We could not find what you asked for.');
    await files.finish(amina.actor, id);
    expect((await content(id)).equals(bytes)).toBe(true);
    await t.app.get(Database).transaction(async (tx) => {
      await expect(files.attach(tx, ben.actor, id, 'recording')).rejects.toThrow('We could not find');
      await expect(files.attach(tx, amina.actor, id, 'scan')).rejects.toThrow('We could not find');
      await files.attach(tx, amina.actor, id, 'recording');
      await expect(files.attach(tx, amina.actor, id, 'recording')).rejects.toThrow('We could not find');
    });
  });

  it('is written down each time it is read, and deleted with its name when it is removed', async () => {
    const file = await send('recording', 'Amina Yusuf.mp3', mp3());
    await content(file.id);
    await content(file.id);
    await t.app.get(Database).transaction((tx) => files.remove(tx, amina.actor, file.id));
    const { rows } = await t.owner.query(`select action, count(*)::int from audit_entry where subject_id = $1 group by action order by action`, [file.id]);
    expect(rows).toEqual([{ action: 'file.read', count: 2 }, { action: 'file.received', count: 1 }, { action: 'file.removed', count: 1 }]);
    expect([(await row(file.id))['name'], await chunksOf(file.id)]).toEqual(['removed', []]);
    expect(await refusal(content(file.id))).toBe('We could not find what you asked for.');
  });

  it('is forgotten a day after it was begun, when nothing came of it', async () => {
    const id = await files.begin(amina.actor, { purpose: 'recording', name: 'a.wav', claimedType: null, announcedSize: 1000 });
    await files.append(id, 0, inPieces(wav().subarray(0, 500)));
    const used = await send('recording', 'used.mp3', mp3());
    await t.app.get(Database).transaction((tx) => files.attach(tx, amina.actor, used.id, 'recording'));
    t.clock.forward({ hours: 23 });
    await t.app.get(BackgroundWorker).tidy();
    expect((await row(id))['state']).toBe('uploading');
    t.clock.forward({ hours: 2 });
    await t.app.get(BackgroundWorker).tidy();
    expect([(await row(id))['state'], await chunksOf(id), (await row(used.id))['state']]).toEqual(['removed', [], 'unscanned']);
  });

  it('can’t be begun without end', async () => {
    const who = await applicant(t, 'Many');
    const start = () => files.begin(who.actor, { purpose: 'scan', name: 'a', claimedType: null, announcedSize: 10 });
    for (let count = 0; count < 20; count += 1) await start();
    expect(await refusal(start())).toContain('You have begun many files');
  });
});

describe('looking for viruses', () => {
  let clamd: Server;
  let port: number;
  let mood: 'well' | 'away' | 'mad' = 'well';
  let received: Buffer;

  /** Speaks as clamd does: the command, lengths and pieces, a zero at the end; then its verdict. */
  beforeEach(async () => {
    mood = 'well';
    clamd = createServer((socket) => {
      if (mood === 'away') return socket.destroy();
      const bytes: Buffer[] = [];
      socket.on('error', () => undefined);
      socket.on('data', (more: Buffer) => {
        bytes.push(more);
        const all = Buffer.concat(bytes);
        const pieces: Buffer[] = [];
        if (all.subarray(0, 10).toString('latin1') !== 'zINSTREAM\0') return;
        for (let at = 10; at + 4 <= all.length;) {
          const length = all.readUInt32BE(at);
          if (length === 0) {
            received = Buffer.concat(pieces);
            const found = received.includes(EICAR) ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0';
            socket.end(mood === 'mad' ? 'INSTREAM size limit exceeded. ERROR\0' : found);
            return;
          }
          pieces.push(all.subarray(at + 4, at + 4 + length));
          at += 4 + length;
        }
      });
    });
    await new Promise<void>((resolve) => clamd.listen(0, '127.0.0.1', resolve));
    port = (clamd.address() as { port: number }).port;
    await begin({ CLAMAV_URL: `tcp://127.0.0.1:${port}` });
  });
  afterEach(async () => {
    await t.close();
    clamd.close();
  });

  it('lets nobody read before, and says who looked', async () => {
    const bytes = wav(200);
    const { id, state } = await send('recording', 'a.wav', bytes);
    expect(state).toBe('scanning');
    expect(await refusal(content(id))).toBe('Being checked for viruses. It can’t be opened.');
    await t.work();
    expect(received.equals(bytes)).toBe(true);
    expect(await row(id)).toMatchObject({ state: 'clean', scanned_by: 'ClamAV' });
    expect((await content(id)).equals(bytes)).toBe(true);
  });

  it('stops a virus and deletes it', async () => {
    const { id } = await send('scan', 'letter.pdf', Buffer.concat([pdf(), Buffer.from(EICAR)]));
    await t.work();
    expect(await row(id)).toMatchObject({ state: 'refused', refusal: 'Virus: Eicar-Test-Signature' });
    expect(await chunksOf(id)).toEqual([]);
    expect(await refusal(content(id))).toBe('Stopped by the virus check. It can’t be opened.');
  });

  it.each(['away', 'mad'] as const)('waits while the scanner is %s, gives nothing out, and looks again', async (how) => {
    mood = how;
    const { id } = await send('recording', 'a.mp3', mp3());
    await t.work();
    await t.work();
    expect(await row(id)).toMatchObject({ state: 'scanning', scan_attempts: 1 });
    expect(await refusal(content(id))).toContain('Being checked');
    mood = 'well';
    await t.work();
    expect((await row(id))['state']).toBe('scanning');
    t.clock.forward({ minutes: 1 });
    await t.work();
    expect(await row(id)).toMatchObject({ state: 'clean', scan_attempts: 2 });
  });
});
