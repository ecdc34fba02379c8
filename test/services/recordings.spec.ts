import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationsQueries, taskList } from '../../src/applications/applications.queries.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { RecordingsQueries } from '../../src/applications/recordings.queries.js';
import { RecordingsService } from '../../src/applications/recordings.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import type { FilePurpose } from '../../src/platform/files/file.rules.js';
import { Files } from '../../src/platform/files/files.service.js';
import { newTimelessId } from '../../src/platform/ids.js';
import { Invariants } from '../../src/platform/invariants.js';
import { ReviewPhasesService } from '../../src/choosing/review-phases.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { mp3, pdf, wav } from '../support/media.js';
import { applicant, openCall, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';
import { callToReview, CLOSED } from '../support/review.js';

describe('an answer by recording', () => {
  let t: TestApp;
  let recordings: RecordingsService;
  let applications: ApplicationsService;
  let call: OpenCall;
  let amina: Applicant;
  let id: string;

  beforeAll(async () => {
    t = await startTestApp();
    recordings = t.app.get(RecordingsService);
    applications = t.app.get(ApplicationsService);
  });
  beforeEach(async () => {
    call = await openCall(t);
    amina = await applicant(t);
    id = await writeApplication(t, call, amina);
    await applications.saveAnswers(amina.actor, id, call.questionIds.map((questionId) => ({ questionId, text: '' })));
  });
  afterAll(() => t.close());

  const send = async (bytes = mp3(), who: Actor = amina.actor, purpose: FilePurpose = 'recording') =>
    (await t.app.get(Files).receive(who, purpose, { name: 'Amina speaks.mp3', claimedType: null, content: Readable.from([bytes]) })).id;
  const add = async (questionId: string | null, fileId?: string, recordingId = newTimelessId()) => {
    await recordings.add(amina.actor, id, { id: recordingId, questionId, fileId: fileId ?? await send() });
    return recordingId;
  };
  const answersDone = async () => taskList((await t.app.get(ApplicationsQueries).own(id, amina.actor.personId))!).answers;
  const refusal = (work: Promise<unknown>) => work.then(() => 'done', (error: Error) => error.message);
  const stateOf = async (fileId: string) => (await t.owner.query<{ state: string }>(`select state from stored_file where id = $1`, [fileId])).rows[0]!.state;

  it('counts as the answer: to one question, or to all', async () => {
    expect([await answersDone(), await refusal(applications.submit(amina.actor, id))]).toEqual(['todo', 'Before you send it: Answer the questions.']);
    await add(call.questionIds[0]!);
    expect(await answersDone()).toBe('started');
    await add(null);
    expect(await answersDone()).toBe('done');
    await applications.submit(amina.actor, id);
    await t.app.get(Invariants).check();
    expect(await t.app.get(Invariants).broken()).toEqual([]);
  });

  it('is one for each question; another takes its place, and pressed twice it is one', async () => {
    const first = await send();
    await add(call.questionIds[0]!, first);
    const second = await send(wav());
    const recordingId = await add(call.questionIds[0]!, second);
    await add(call.questionIds[0]!, second, recordingId);
    expect(await stateOf(first)).toBe('removed');
    expect((await t.app.get(RecordingsQueries).of(id)).map(({ fileId, kind }) => [fileId, kind])).toEqual([[second, 'audio']]);
    expect(await refusal(t.owner.query(
      `insert into recording (id, application_id, question_id, question_text, file_id, kind, added_by, channel, added_at)
       select gen_random_uuid(), application_id, question_id, question_text, $2, kind, added_by, channel, added_at from recording where id = $1`,
      [recordingId, await send()]))).toContain('recording_one_an_answer');
  });

  it('stands as it was sent', async () => {
    const recordingId = await add(null);
    await applications.submit(amina.actor, id);
    const sent = 'You have sent this application already, so it can’t be changed. Call or text us if something is wrong.';
    expect(await refusal(add(call.questionIds[0]!))).toBe(sent);
    expect(await refusal(recordings.remove(amina.actor, id, recordingId))).toBe(sent);
    expect(await refusal(t.asApplication.query(`update recording set kind = 'video' where id = $1`, [recordingId]))).toBe('permission denied for table recording');
    expect(await refusal(t.asApplication.query(`delete from recording where id = $1`, [recordingId]))).toBe('permission denied for table recording');
  });

  it('does not count when the virus check stopped it', async () => {
    const fileId = await send();
    await add(null, fileId);
    await t.owner.query(`update stored_file set state = 'scanning' where id = $1`, [fileId]);
    expect(await answersDone()).toBe('done');
    await t.owner.query(`update stored_file set state = 'refused', refusal = 'Virus' where id = $1`, [fileId]);
    expect(await answersDone()).toBe('todo');
    expect(await refusal(applications.submit(amina.actor, id))).toBe('Before you send it: Answer the questions.');
  });

  it('of somebody else is not found, nor is their file taken', async () => {
    const recordingId = await add(null);
    const ben = await applicant(t, 'Ben');
    const none = 'We could not find what you asked for.';
    const bens = await send(mp3(), ben.actor);
    expect(await refusal(add(call.questionIds[0]!, bens))).toBe(none);
    expect(await refusal(recordings.add(ben.actor, id, { id: newTimelessId(), questionId: null, fileId: bens }))).toBe(none);
    expect(await refusal(recordings.remove(ben.actor, id, recordingId))).toBe(none);
    expect(await refusal(recordings.checkTranscript(ben.actor, id, recordingId, null))).toBe(none);
    expect(await refusal(add(newTimelessId()))).toBe('That is not one of the questions.');
  });

  it('gets a transcript from staff; the resident is told, looks, or leaves it', async () => {
    const recordingId = await add(null);
    expect(await refusal(recordings.transcribe(call.dana, id, recordingId, 'x'))).toBe('Only an application that was sent can get a transcript');
    await applications.submit(amina.actor, id);
    expect(await refusal(recordings.checkTranscript(amina.actor, id, recordingId, null))).toBe('There is nothing to check yet');
    await recordings.transcribe(call.dana, id, recordingId, 'Steps at the door.');
    await recordings.checkTranscript(amina.actor, id, recordingId, 'Two steps.');
    const one = () => t.app.get(RecordingsQueries).one(id, recordingId);
    expect(await one()).toMatchObject({ transcriptVerdict: 'change', transcriptWish: 'Two steps.', transcriptText: 'They ask for a change' });
    await recordings.transcribe(call.dana, id, recordingId, 'Two steps at the door.');
    expect(await one()).toMatchObject({ transcriptVerdict: null, transcriptWish: null });
    await recordings.checkTranscript(amina.actor, id, recordingId, null);
    expect(await one()).toMatchObject({ transcript: 'Two steps at the door.', transcriptVerdict: 'right', transcriptBy: 'Dana Reid' });
    await t.work();
    const { rows } = await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = $1 order by position`, [amina.email]);
    expect(rows.map(({ subject }) => subject.replace(/\(.*\)/, '(…)'))).toEqual([
      'We have your application (…)', 'Something to look at in your application (…)', 'Something to look at in your application (…)']);
  });

  it('that came by post is a scan, attached by staff before or after all else; it answers all', async () => {
    const fileId = await send(pdf(), call.dana, 'scan');
    const scan = newTimelessId();
    await recordings.addScan(call.dana, id, { id: scan, fileId });
    expect(await answersDone()).toBe('done');
    const { rows } = await t.owner.query(`select kind, channel, added_by from recording where id = $1`, [scan]);
    expect(rows).toEqual([{ kind: 'scan', channel: 'post', added_by: call.dana.personId }]);
    expect(await refusal(recordings.addScan(call.dana, id, { id: newTimelessId(), fileId: await send(mp3(), call.dana) }))).toBe('We could not find what you asked for.');
    await applications.withdraw(amina.actor, id);
    expect(await refusal(recordings.addScan(call.dana, id, { id: newTimelessId(), fileId: await send(pdf(), call.dana, 'scan') }))).toBe('They have withdrawn this application');
  });

  it('is closed to whoever scores the call without names, and open to the others', async () => {
    const review = await callToReview(t, { people: 0 });
    t.clock.moveTo('2026-11-23T10:00:00Z');
    const ben = await applicant(t, 'Ben');
    const own = await writeApplication(t, review, ben);
    const recordingId = newTimelessId();
    await recordings.add(ben.actor, own, { id: recordingId, questionId: null, fileId: await send(mp3(), ben.actor) });
    await applications.submit(ben.actor, own);
    t.clock.moveTo(CLOSED);
    await t.app.get(ReviewPhasesService).open(review.marcus, review.phaseId);
    const open = async (who: Actor, end: string) => {
      const cookie = `alongside=${await t.app.get(SignInService).openFor(who.personId)}`;
      const answer = await fetch(`${t.url}/staff/applications/${own}/recordings/${recordingId}${end}`, { headers: { cookie } });
      await answer.arrayBuffer();
      return answer.status;
    };
    for (const end of ['', '/file']) expect([await open(review.olu, end), await open(review.ruth, end), await open(review.marcus, end)]).toEqual([403, 403, 200]);
    t.clock.moveTo('2026-11-23T10:00:00Z');
  });

  describe('over HTTP', () => {
    const cookieOf = async ({ personId }: Actor) => `alongside=${await t.app.get(SignInService).openFor(personId)}`;
    const get = (path: string, cookie: string, more: Record<string, string> = {}) => fetch(t.url + path, { redirect: 'manual', headers: { cookie, ...more } });
    const names = ['content-disposition', 'x-content-type-options', 'content-security-policy', 'cache-control', 'accept-ranges', 'content-type', 'content-length'];

    it('is given out as an attachment alone, in parts if asked, under a name that says nothing; each time is written down', async () => {
      const bytes = wav(120);
      const fileId = await send(bytes);
      const recordingId = await add(null, fileId);
      const staff = await cookieOf(call.ruth);
      const path = `/staff/applications/${id}/recordings/${recordingId}/file`;
      expect((await get(path, staff)).status).toBe(404);
      await applications.submit(amina.actor, id);
      const whole = await get(path, staff);
      expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
      const { reference } = (await t.owner.query<{ reference: string }>(`select reference from application where id = $1`, [id])).rows[0]!;
      expect(Object.fromEntries(names.map((name) => [name, whole.headers.get(name)]))).toEqual({
        'content-disposition': `attachment; filename="${reference}-1.wav"; filename*=UTF-8''${reference}-1.wav`,
        'x-content-type-options': 'nosniff', 'content-security-policy': `default-src 'none'; sandbox`, 'cache-control': 'no-store',
        'accept-ranges': 'bytes', 'content-type': 'audio/wav', 'content-length': String(bytes.length),
      });
      const part = await get(path, staff, { range: 'bytes=524280-524300' });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 524280-524300/${bytes.length}`]);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(524280, 524301))).toBe(true);
      const beyond = await get(path, staff, { range: `bytes=${bytes.length}-` });
      expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
      const own = await get(`/my/applications/${id}/recordings/${recordingId}/file`, await cookieOf(amina.actor));
      expect(own.headers.get('content-disposition')).toContain('Amina speaks.wav');
      await own.arrayBuffer();
      expect((await get(`/my/applications/${id}/recordings/${recordingId}/file`, staff)).status).toBe(404);
      const { rows } = await t.owner.query(`select actor_id, count(*)::int from audit_entry where action = 'file.read' and subject_id = $1 group by 1 order by 2`, [fileId]);
      expect(rows).toEqual([{ actor_id: amina.actor.personId, count: 1 }, { actor_id: call.ruth.personId, count: 3 }]);
    });

    it('is sent as a plain form: without our token, or where no file is wanted, it is refused; mistakes come back kindly', async () => {
      const session = await cookieOf(amina.actor);
      const form = await get(`/my/applications/${id}/recordings/new?question=${call.questionIds[0]}`, session);
      const html = await form.text();
      const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(html)![1]!;
      const cookie = [session, ...form.headers.getSetCookie().map((line) => line.split(';')[0]!)].join('; ');
      const post = (fields: Record<string, string>, file: Buffer | null, path = `/my/applications/${id}/recordings`) => {
        const body = new FormData();
        for (const [name, value] of Object.entries(fields)) body.append(name, value);
        body.append('file', new Blob(file ? [new Uint8Array(file)] : []), file ? 'mine.mp3' : '');
        return fetch(t.url + path, { method: 'POST', redirect: 'manual', headers: { cookie }, body });
      };
      const fields = { _csrf: hidden('_csrf'), id: hidden('id'), questionId: hidden('questionId') };
      expect((await post({ ...fields, _csrf: 'wrong' }, mp3())).status).toBe(403);
      expect((await post(fields, mp3(), `/my/applications/${id}/answers`)).status).toBe(415);
      expect((await post({ ...fields, colour: 'red' }, mp3())).status).toBe(400);
      const said = async (answer: Response) => [answer.status, /govuk-error-message">.*?<\/span> ([^<]+)/.exec(await answer.text())?.[1]];
      expect(await said(await post(fields, null))).toEqual([422, 'Choose your recording']);
      expect(await said(await post(fields, Buffer.from('<html>hello</html>')))).toEqual([422, 'We can’t take this kind of file. Send MP3, M4A, WAV, OGG, MP4, WebM and MOV.']);
      const { rows: kept } = await t.owner.query(`select count(*)::int from recording where application_id = $1`, [id]);
      expect(kept).toEqual([{ count: 0 }]);
      for (const time of ['once', 'twice']) {
        const answer = await post(fields, mp3(3000));
        expect([time, answer.status, answer.headers.get('location')]).toEqual([time, 303, `/my/applications/${id}/answers`]);
      }
      expect((await t.app.get(RecordingsQueries).of(id)).map(({ questionId, size }) => [questionId, size])).toEqual([[call.questionIds[0], 3000 * 417]]);
    });
  });
});
