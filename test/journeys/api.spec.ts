import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { DiaryService } from '../../src/diary/diary.service.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, panelOf, type Applicant, type OpenCall } from '../support/open-call.js';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

describe('the same story through the API, as far as it goes', () => {
  let t: TestApp;
  let call: OpenCall;
  let nadia: Applicant;
  let id: string;

  beforeAll(async () => {
    t = await startTestApp();
    call = await openCall(t);
    nadia = await applicant(t, 'Nadia Haddad');
  });
  afterAll(() => t.close());

  async function api(method: string, path: string, body?: object, token: string | null = nadia.token): Promise<Answer> {
    const response = await fetch(`${t.url}/api/v1${path}`, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() as Record<string, unknown> };
  }

  it('anybody reads the calls', async () => {
    const { body } = await api('GET', '/calls', undefined, null);
    expect(body).toMatchObject({ calls: [{ slug: call.slug, stage: 'open', ratePence: 2000, seats: [{ kind: 'disabled_resident', places: 5 }] }] });
    const one = await api('GET', `/calls/${call.slug}`, undefined, null);
    expect((one.body['questions'] as { id: string }[]).map((question) => question.id)).toEqual(call.questionIds);
  });

  it('a resident writes an application and sends it', async () => {
    expect((await api('POST', '/applications', { callSlug: call.slug }, null)).status).toBe(401);
    const started = await api('POST', '/applications', { callSlug: call.slug });
    expect(started).toMatchObject({ status: 201, body: { status: 'Not sent yet', tasks: { about: 'started', answers: 'todo', access: 'todo', contact: 'todo' } } });
    id = started.body['id'] as string;
    const early = await api('POST', `/applications/${id}/submission`, {});
    expect(early).toMatchObject({ status: 422, body: { title: 'That can’t be done' } });

    expect((await api('PUT', `/applications/${id}/about`, { name: 'Nadia Haddad', postcode: 'nowhere', eligibility: ['lives'], interest: 'no' })).body['errors']).toEqual([
      { field: 'postcode', message: 'Enter a real postcode, like W6 9JT' },
    ]);
    await api('PUT', `/applications/${id}/about`, { name: 'Nadia Haddad', postcode: 'w69jt', eligibility: ['none'], interest: 'yes', interestWords: 'My sister works for the council.' });
    await api('PUT', `/applications/${id}/access`, { needs: ['bsl-interpreter'] });
    const [contact] = started.body['contacts'] as { id: string }[];
    await api('PUT', `/applications/${id}/contact`, { contactId: contact!.id });
    const sent = await api('POST', `/applications/${id}/submission`, {
      answers: call.questionIds.map((questionId) => ({ questionId, text: 'Steps at the door.' })),
    });
    expect(sent).toMatchObject({ status: 200, body: { status: 'Being considered', tasks: { about: 'done', answers: 'done', access: 'done', contact: 'done' } } });
  });

  it('she books an interview when she is shortlisted and told, and not before, moves it and gives it back', async () => {
    const roomId = await t.app.get(Database).transaction((tx) => t.app.get(DiaryService).addRoom(tx, 'Town Hall', 'Step-free'));
    await t.app.get(SlotsService).create(call.dana, call.id, {
      id: newId(), day: '2027-01-14', startTime: '10:00', length: 55, count: 2, gap: 5, format: 'in_person', roomId,
      panel: await panelOf(t, call),
    });
    const choosing = t.app.get(ChoosingService);
    await choosing.decide(call.dana, id, { outcome: 'shortlisted', reason: 'Yes.', coDecidedBy: call.ruth.personId });
    expect((await api('GET', `/applications/${id}`)).body['status']).toBe('Being considered');
    expect((await api('GET', `/applications/${id}/slots`)).body).toEqual({ slots: [] });
    await choosing.tell(call.dana, id);
    await t.work();
    expect((await api('GET', `/applications/${id}`)).body['status']).toBe('Choose your interview time');
    const { slots } = (await api('GET', `/applications/${id}/slots`)).body as { slots: { id: string; startsAt: string }[] };
    expect(slots).toMatchObject([{ startsAt: '2027-01-14T10:00:00.000Z', room: 'Town Hall' }, { startsAt: '2027-01-14T11:00:00.000Z' }]);
    const booked = await api('POST', `/slots/${slots[0]!.id}/booking`, { applicationId: id });
    expect(booked).toMatchObject({ status: 201, body: { applicationId: id, state: 'live' } });
    await t.work();
    const moved = await api('POST', `/bookings/${String(booked.body['id'])}/move`, { slotId: slots[1]!.id });
    expect(moved).toMatchObject({ status: 200, body: { id: booked.body['id'], slotId: slots[1]!.id, startsAt: '2027-01-14T11:00:00.000Z', state: 'live' } });
    await t.work();
    expect((await api('POST', `/bookings/${String(booked.body['id'])}/cancellation`, {})).body['state']).toBe('cancelled');
  });

  it('somebody else sees nothing of it', async () => {
    const other = await applicant(t, 'Tom Price');
    for (const [method, path, body] of [
      ['GET', `/applications/${id}`, undefined], ['GET', `/applications/${id}/slots`, undefined],
      ['PUT', `/applications/${id}/answers`, { answers: [] }], ['POST', `/applications/${id}/withdrawal`, {}],
    ] as const) {
      expect((await api(method, path, body, other.token)).status).toBe(404);
    }
  });

  it('each step reached her once, in order', async () => {
    await t.work();
    const { rows } = await t.owner.query<{ template: string }>(
      `select m.template from demo_mailbox b join message m on m.id = b.message_id where b.address = $1 order by b.position`, [nadia.email]);
    expect(rows.map(({ template }) => template)).toEqual(['application-received', 'decision', 'access-check', 'interview-booked', 'access-check', 'interview-moved', 'interview-cancelled']);
  });

  it('the description names every operation and every error it gives', async () => {
    const description = await (await fetch(`${t.url}/api/openapi.json`)).json() as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    const operations = Object.entries(description.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => `${method.toUpperCase()} ${path}: ${Object.keys(operation.responses).join(' ')}`));
    expect(operations).toEqual(expect.arrayContaining([
      'GET /api/v1/calls: 200 400 500 503',
      'GET /api/v1/calls/{slug}: 200 400 404 500 503',
      'POST /api/v1/applications: 201 400 401 403 409 413 415 422 500 503',
      'POST /api/v1/applications/{id}/submission: 200 400 401 403 404 409 413 415 422 500 503',
      'POST /api/v1/slots/{id}/booking: 201 400 401 403 404 409 413 415 422 500 503',
    ]));
    expect(operations.filter((operation) => !operation.includes('500'))).toEqual([]);
  });
});
