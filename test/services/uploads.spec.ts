import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignInService } from '../../src/people/sign-in.service.js';
import { Files } from '../../src/platform/files/files.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { wav } from '../support/media.js';
import { applicant, type Applicant } from '../support/open-call.js';

/** The tus protocol as a browser speaks it, over HTTP. */
describe('a resumable upload', () => {
  let t: TestApp;
  let amina: Applicant;
  let headers: Record<string, string>;
  const bytes = wav(120);

  beforeAll(async () => {
    t = await startTestApp();
    amina = await applicant(t);
    headers = await signedIn(amina);
  });
  afterAll(() => t.close());

  async function signedIn(who: Applicant): Promise<Record<string, string>> {
    const session = `alongside=${await t.app.get(SignInService).openFor(who.actor.personId)}`;
    const form = await fetch(`${t.url}/my/access`, { headers: { cookie: session } });
    const token = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!;
    return { cookie: [session, ...form.headers.getSetCookie().map((line) => line.split(';')[0]!)].join('; '), 'csrf-token': token, 'tus-resumable': '1.0.0' };
  }

  const metadata = (purpose: string) => `purpose ${Buffer.from(purpose).toString('base64')},filename ${Buffer.from('Mine.wav').toString('base64')}`;
  const create = (more: Record<string, string> = {}, purpose = 'recording') => fetch(`${t.url}/my/uploads`, {
    method: 'POST', headers: { ...headers, 'upload-length': String(bytes.length), 'upload-metadata': metadata(purpose), ...more },
  });
  const patch = (at: string, offset: number, part: Buffer, more: Record<string, string> = {}) => fetch(t.url + at, {
    method: 'PATCH', headers: { ...headers, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), ...more }, body: new Uint8Array(part),
  });
  const offset = async (at: string) => {
    const answer = await fetch(t.url + at, { method: 'HEAD', headers });
    return [answer.status, answer.headers.get('upload-offset'), answer.headers.get('upload-length')];
  };

  it('goes on after a connection that was cut in the middle', async () => {
    const made = await create();
    expect([made.status, made.headers.get('access-control-allow-origin')]).toEqual([201, null]);
    const at = made.headers.get('location')!;
    expect(at).toMatch(/^\/my\/uploads\/[0-9a-f-]{36}$/);
    await cutAfter(at, 600_000);
    const [status, reached, length] = await offset(at);
    expect([status, length]).toEqual([200, String(bytes.length)]);
    expect(Number(reached)).toBeGreaterThan(500_000);
    expect(Number(reached)).toBeLessThanOrEqual(600_000);
    expect((await patch(at, 0, bytes)).status).toBe(409);
    const rest = await patch(at, Number(reached), bytes.subarray(Number(reached)));
    expect([rest.status, rest.headers.get('upload-offset')]).toEqual([204, String(bytes.length)]);
    const id = at.split('/').at(-1)!;
    expect(await t.app.get(Files).one(id)).toMatchObject({ state: 'unscanned', name: 'Mine.wav', size: bytes.length, sentBy: amina.actor.personId });
    const { rows } = await t.owner.query<{ sha256: Buffer }>(`select sha256 from stored_file where id = $1`, [id]);
    expect(rows[0]!.sha256.equals((await import('node:crypto')).createHash('sha256').update(bytes).digest())).toBe(true);
  });

  /** Sends so much of one request and hangs up. */
  async function cutAfter(at: string, sent: number): Promise<void> {
    const { hostname, port } = new URL(t.url);
    const socket = connect(Number(port), hostname);
    const lines = Object.entries({ ...headers, host: 'x', 'content-type': 'application/offset+octet-stream', 'upload-offset': '0', 'content-length': String(bytes.length) });
    socket.write(`PATCH ${at} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`);
    socket.write(bytes.subarray(0, sent));
    const id = at.split('/').at(-1)!;
    for (let waited = 0; waited < 100 && ((await t.app.get(Files).one(id))?.size ?? 0) < 500_000; waited += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }

  it('is its sender’s alone, and needs the token of our own page', async () => {
    const at = (await create()).headers.get('location')!;
    const mine = headers;
    headers = await signedIn(await applicant(t, 'Ben'));
    expect((await offset(at))[0]).toBe(404);
    expect((await patch(at, 0, bytes)).status).toBe(404);
    headers = { ...mine, 'csrf-token': 'wrong' };
    expect((await create()).status).toBe(403);
    headers = { ...mine, 'sec-fetch-site': 'cross-site' };
    expect((await patch(at, 0, bytes)).status).toBe(403);
    headers = { 'tus-resumable': '1.0.0', 'csrf-token': mine['csrf-token']!, cookie: mine['cookie']!.replace(/alongside=[^;]+; /, '') };
    expect((await create()).status).toBe(401);
    headers = mine;
  });

  it('is the one of its path: somebody else’s behind a question mark is not reached', async () => {
    const id = (await create()).headers.get('location')!.split('/').at(-1)!;
    const mine = headers;
    headers = await signedIn(await applicant(t, 'Ben'));
    const own = (await create()).headers.get('location')!;
    expect((await patch(`${own}?/${id}`, 0, bytes.subarray(0, 100))).headers.get('upload-offset')).toBe('100');
    expect([(await t.app.get(Files).one(id))!.size, (await t.app.get(Files).one(own.split('/').at(-1)!))!.size]).toEqual([0, 100]);
    expect((await offset(`${own}?/${id}`))[1]).toBe('100');
    headers = mine;
  });

  it('is refused before it begins when it is too big or for nothing we know, and after it when it is something else', async () => {
    const big = await create({ 'upload-length': '200000001' });
    expect([big.status, await big.text()]).toEqual([422, 'The file is too big. It can have 200 MB at most. Make it shorter, or send it to us another way.']);
    for (const unknown of ['spreadsheet', 'toString']) expect((await create({}, unknown)).status).toBe(400);
    // Those are for staff, and may be larger.
    expect([(await create({}, 'call_version')).status, (await create({}, 'scan')).status]).toEqual([403, 403]);
    const at = (await create({ 'upload-length': '5' })).headers.get('location')!;
    expect((await patch(at, 0, Buffer.from('hello, and more'))).status).toBeGreaterThanOrEqual(400);
    const wrong = await patch(at, 0, Buffer.from('hello'));
    expect([wrong.status, await wrong.text()]).toEqual([422, 'We can’t take this kind of file. Send MP3, M4A, WAV, OGG, MP4, WebM and MOV.']);
    expect((await offset(at))[0]).toBe(404);
  });

  it('may be given up', async () => {
    const at = (await create()).headers.get('location')!;
    expect((await fetch(t.url + at, { method: 'DELETE', headers })).status).toBe(204);
    expect((await offset(at))[0]).toBe(404);
  });
});
