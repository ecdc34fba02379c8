import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InterviewQuestionsQueries } from '../../src/interviews/interview-questions.queries.js';
import { InterviewQuestions } from '../../src/interviews/interview-questions.service.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { QuestionsSending } from '../../src/interviews/questions-sending.service.js';
import { RoundsQueries } from '../../src/interviews/rounds.queries.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { BackgroundWorker } from '../../src/platform/worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addTimes, book, callToInterview, pageFor, type CallToInterview } from '../support/interview-day.js';

describe('interview questions', () => {
  let t: TestApp;
  let call: CallToInterview;
  let roundId: string;
  let questions: InterviewQuestions;
  let queries: InterviewQuestionsQueries;

  beforeAll(async () => {
    t = await startTestApp();
    call = await callToInterview(t, 5);
    roundId = (await t.app.get(RoundsQueries).ofCall(call.id))[0]!.id;
    questions = t.app.get(InterviewQuestions);
    queries = t.app.get(InterviewQuestionsQueries);
  });
  afterAll(() => t.close());

  const save = (words: string[], version: number, as: 'draft' | 'ready' = 'ready') =>
    questions.save(call.ruth, roundId, { id: newId(), version, questions: words, as });
  const subjectsTo = async ({ email }: { email: string }) => {
    await t.work();
    return (await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = $1 and subject like '%question%' order by position`, [email])).rows.map(({ subject }) => subject);
  };
  const anHourLater = () => t.app.get(BackgroundWorker).tidy();

  it('are missed while interviews are booked, with the day on which they go out', async () => {
    t.clock.moveTo('2027-03-01T10:00:00Z');
    const [first, second] = await addTimes(t, call, '2027-03-31', '10:00', 2);
    await book(t, call.applicants[0]!, first!);
    await book(t, call.applicants[1]!, second!);
    // Five working days before Wednesday 31 March, over the bank holidays of Easter (26 and 29 March).
    expect(await queries.missing()).toMatchObject([{ roundId, booked: 2, dueOn: '2027-03-22', late: false }]);
    expect((await pageFor(t, call.ruth, '/staff')).text).toContain('without questions');
    await save(['What would you change?'], 0, 'draft');
    expect((await queries.missing()).length).toBe(1);
  });

  it('go out five working days before, once, to everybody, also when the worker was down that day', async () => {
    await save(['What would you change?', 'How should we listen to others?'], 1);
    expect(await queries.missing()).toEqual([]);
    await anHourLater();
    expect(await subjectsTo(call.applicants[0]!)).toEqual([]);
    expect((await pageFor(t, call.applicants[0]!.actor, `/my/applications/${call.applicants[0]!.applicationId}/interview/questions`)).status).toBe(404);

    t.clock.moveTo('2027-03-23T11:00:00Z');
    await anHourLater();
    await anHourLater();
    for (const who of call.applicants.slice(0, 2)) {
      expect(await subjectsTo(who)).toEqual(['The questions for your interview: Planning Group, Wednesday 31 March 2027']);
    }
    const { rows } = await t.owner.query<{ body: string }>(`select body from demo_mailbox where address = $1 order by position desc limit 1`, [call.applicants[0]!.email]);
    expect(rows[0]!.body).toContain('\n\n1. What would you change?\n\n2. How should we listen to others?\n\n');
    const base = `/my/applications/${call.applicants[0]!.applicationId}/interview/questions`;
    expect((await pageFor(t, call.applicants[0]!.actor, base)).text).toContain('<li>How should we listen to others?</li>');
    expect((await pageFor(t, call.applicants[0]!.actor, `${base}/text`)).text).toContain('2. How should we listen to others?');
    expect((await pageFor(t, call.applicants[0]!.actor, `${base}/pdf/18`)).type).toBe('application/pdf');
    expect((await pageFor(t, call.applicants[1]!.actor, base)).status).toBe(404);
  });

  it('go out at once to whoever books later than that, and not again when the interview moves', async () => {
    const who = call.applicants[2]!;
    const [early, late] = (await addTimes(t, call, '2027-03-30', '10:00', 2));
    const bookingId = await book(t, who, early!);
    expect(await subjectsTo(who)).toEqual(['The questions for your interview: Planning Group, Tuesday 30 March 2027']);
    await t.app.get(Database).transaction((tx) => t.app.get(InterviewsService).moveIn(tx, who.actor, bookingId, late!));
    await anHourLater();
    expect((await subjectsTo(who)).length).toBe(1);
  });

  it('go out again when they changed, and never for an interview that is cancelled', async () => {
    const [one, two, three] = call.applicants;
    await t.app.get(InterviewsService).cancel(two!.actor, (await t.owner.query<{ id: string }>(
      `select id from booking where application_id = $1 and state = 'live'`, [two!.applicationId])).rows[0]!.id);
    await save(['What would you change first?'], 2);
    expect([(await subjectsTo(one!)).at(-1), (await subjectsTo(two!)).length, (await subjectsTo(three!)).at(-1)]).toEqual([
      'New questions for your interview: Planning Group, Wednesday 31 March 2027', 1, 'New questions for your interview: Planning Group, Tuesday 30 March 2027',
    ]);
    expect((await pageFor(t, one!.actor, `/my/applications/${one!.applicationId}/interview/questions`)).text).toContain('What would you change first?');
  });

  it('are one row a saving, and two who write at once both see it', async () => {
    await expect(save(['Mine'], 2)).rejects.toThrow('Somebody else changed this');
    await expect(save(['A draft'], 3, 'draft')).rejects.toThrow('These questions were sent already');
    const { rows } = await t.owner.query(`select version, ready from interview_questions where round_id = $1 order by version`, [roundId]);
    expect(rows).toEqual([{ version: 1, ready: false }, { version: 2, ready: true }, { version: 3, ready: true }]);
    await t.app.get(QuestionsSending).sendDue();
    expect((await subjectsTo(call.applicants[0]!)).length).toBe(2);
  });
});
