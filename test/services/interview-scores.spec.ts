import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { InterviewDays } from '../../src/interviews/interview-days.service.js';
import { InterviewScoresQueries } from '../../src/interviews/interview-scores.queries.js';
import { InterviewScoresService } from '../../src/interviews/interview-scores.service.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addTimes, book, callToInterview, pageFor, type CallToInterview } from '../support/interview-day.js';

/** Criteria of weight 3 and 1, so 16 points are possible. */
describe('scores of an interview', () => {
  let t: TestApp;
  let call: CallToInterview;
  let service: InterviewScoresService;
  let queries: InterviewScoresQueries;
  let bookingId: string;
  let applicant: CallToInterview['applicants'][number];
  let day = 10;

  beforeAll(async () => {
    t = await startTestApp();
    call = await callToInterview(t, 10);
    service = t.app.get(InterviewScoresService);
    queries = t.app.get(InterviewScoresQueries);
  });
  afterAll(() => t.close());

  // An interview of its own for each test: Dana, Ruth and Olu sit, on a day of February 2027, at 10.
  beforeEach(async () => {
    t.clock.moveTo('2027-01-11T10:00:00Z');
    applicant = call.applicants[day - 10]!;
    const date = `2027-02-${day}`;
    day += 1;
    const [slotId] = await addTimes(t, call, date, '10:00', 1);
    bookingId = await book(t, applicant, slotId!);
    t.clock.moveTo(`${date}T10:05:00Z`);
  });

  const give = (who: Actor, scores: readonly number[], version = 0, wanted = true) => service.save(who, bookingId, {
    give: wanted, version, scores: call.criteria.map(({ id }, index) => ({ criterionId: id, ...(scores[index] !== undefined && { score: scores[index] }) })),
  });
  const shown = async (who: Actor) => (await queries.shown(bookingId, who.personId)).map(({ name, scores }) => [name, scores.map(({ score }) => score).join()]);
  const refusal = async (attempt: Promise<unknown>): Promise<string> => attempt.then(() => 'done', (error: Error) => error.message);
  const insert = (personId: string, more: { given?: boolean; version?: number; at?: Date } = {}) => t.asApplication.query(
    `insert into interview_score (id, booking_id, person_id, version, given, saved_at) values ($1, $2, $3, $4, $5, $6)`,
    [newId(), bookingId, personId, more.version ?? 1, more.given ?? false, more.at ?? t.clock.now()]);

  it('are each person’s own until all are given, and then show together and stay', async () => {
    expect(await give(call.ruth, [4, 2])).toEqual({ revealed: false });
    expect(await give(call.olu, [1, 1])).toEqual({ revealed: false });
    for (const who of [call.ruth, call.olu, call.dana]) expect(await shown(who)).toEqual([]);
    const ruthSees = await pageFor(t, call.ruth, `/staff/interviews/${bookingId}/scores`);
    expect(ruthSees.text).toContain('2 of 3 people have given their scores.');
    expect(ruthSees.text).not.toContain('Olu Bankole');
    expect(await queries.result(bookingId, call.dana.personId, await queries.criteria(call.id))).toBeNull();

    expect(await give(call.ruth, [3, 2], 1)).toEqual({ revealed: false });
    expect(await give(call.dana, [3, 3])).toEqual({ revealed: true });
    expect(await shown(call.ruth)).toEqual([['Dana Reid', '3,3'], ['Olu Bankole', '1,1'], ['Ruth Adeyemi', '3,2']]);
    // 12, 4 and 11 of 16 points.
    expect((await queries.result(bookingId, call.dana.personId, await queries.criteria(call.id)))!.summary).toEqual({
      given: 3, median: 69, lowest: 25, highest: 75, spread: 50, farApart: true,
    });
    expect(await refusal(give(call.ruth, [4, 4], 2))).toBe('Everybody’s scores are shown now, so they stay as they are.');
    const { rows } = await t.owner.query(`select version, given from interview_score where booking_id = $1 and person_id = $2 order by version`, [bookingId, call.ruth.personId]);
    expect(rows).toEqual([{ version: 1, given: true }, { version: 2, given: true }]);
  });

  it('are drafts while they are not given, and are given whole', async () => {
    expect(await refusal(give(call.ruth, [4], 0))).toBe('Score each criterion, or keep it as a draft');
    await give(call.ruth, [4], 0, false);
    expect(await queries.subject(bookingId, call.ruth.personId)).toMatchObject({ given: false, version: 1 });
    expect(await refusal(give(call.ruth, [4, 4], 0))).toContain('saved in another window');
    await give(call.ruth, [4, 4], 1);
    expect(await refusal(give(call.ruth, [4], 2, false))).toBe('Score each criterion, or keep it as a draft');
  });

  it('are not there for anybody else, and refused before it starts', async () => {
    expect(await refusal(give(call.iqbal, [4, 4]))).toBe('We could not find what you asked for.');
    expect((await pageFor(t, call.iqbal, `/staff/interviews/${bookingId}/scores`)).status).toBe(404);
    expect((await pageFor(t, applicant.actor, `/staff/interviews/${bookingId}/scores`)).status).toBe(403);
    // A lead who did not sit there sees how far it is, and nothing else.
    const marcus = await pageFor(t, call.marcus, `/staff/interviews/${bookingId}/scores`);
    expect([marcus.status, marcus.text.includes('Save my scores')]).toEqual([200, false]);
    expect(await refusal(give(call.marcus, [4, 4]))).toBe('We could not find what you asked for.');
    t.clock.moveTo('2027-02-01T10:00:00Z');
    expect(await refusal(give(call.ruth, [4, 4]))).toBe('You can score from when the interview starts.');
  });

  it('can be shown by a lead before all are given, with a reason that stays', async () => {
    expect(await refusal(service.close(call.dana, bookingId, 'Olu is ill.'))).toBe('Nobody has given scores yet.');
    await give(call.ruth, [4, 2]);
    expect(await refusal(service.close(call.ruth, bookingId, 'I am curious.'))).toBe('We could not find what you asked for.');
    await service.close(call.dana, bookingId, 'Olu is ill.');
    expect(await shown(call.olu)).toEqual([['Ruth Adeyemi', '4,2']]);
    expect((await queries.subject(bookingId, call.olu.personId))!.closedReason).toBe('Olu is ill.');
    expect(await refusal(give(call.olu, [4, 4]))).toBe('Everybody’s scores are shown now, so they stay as they are.');
  });

  it('are neither given nor seen by whoever knows the person', async () => {
    await give(call.olu, [0, 0]);
    await service.declareConflict(call.olu, bookingId, 'My neighbour');
    expect(await refusal(give(call.olu, [4, 4], 1))).toBe('You told us that you know this person, or gain something. So others score this interview.');
    await give(call.ruth, [4, 4]);
    expect(await give(call.dana, [4, 4])).toEqual({ revealed: true });
    expect([await shown(call.olu), (await shown(call.ruth)).map(([name]) => name)]).toEqual([[], ['Dana Reid', 'Ruth Adeyemi']]);
    expect((await pageFor(t, call.olu, `/staff/interviews/${bookingId}/scores`)).text).not.toContain('Ruth Adeyemi:');
    expect(await refusal(service.agree(call.dana, bookingId, {
      id: newId(), reason: '-', agreedWith: call.olu.personId, scores: call.criteria.map(({ id }) => ({ criterionId: id, score: 4 })),
    }))).toBe('Choose somebody else who scored this interview. People who share a job count as one');
  });

  it('are agreed by a lead with somebody of the panel, criterion by criterion, with a reason', async () => {
    const agreement = { id: newId(), reason: 'We heard it twice.', agreedWith: call.ruth.personId, scores: call.criteria.map(({ id }, index) => ({ criterionId: id, score: 4 - index })) };
    expect(await refusal(service.agree(call.dana, bookingId, agreement))).toBe('First everybody on the panel gives their scores.');
    await give(call.ruth, [4, 2]);
    await give(call.olu, [3, 3]);
    await give(call.dana, [4, 4]);
    expect(await refusal(service.agree(call.dana, bookingId, { ...agreement, agreedWith: call.dana.personId }))).toContain('Choose somebody else');
    expect(await refusal(service.agree(call.dana, bookingId, { ...agreement, scores: agreement.scores.slice(1) }))).toBe('Agree on a score for each criterion');
    await service.agree(call.dana, bookingId, agreement);
    await service.agree(call.dana, bookingId, agreement);
    const result = (await queries.result(bookingId, call.dana.personId, await queries.criteria(call.id)))!;
    expect([result.agreedPercent, result.agreement!.reason, result.agreement!.agreedWith]).toEqual([94, 'We heard it twice.', 'Ruth Adeyemi']);
    const decides = await pageFor(t, call.dana, `/staff/applications/${applicant.applicationId}`);
    expect(decides.text).toContain('The panel agreed on 94%');
  });

  describe('in the database, as the application’s role', () => {
    it('are refused to anybody but the panel, before the start, after a conflict and after they show', async () => {
      expect(await refusal(insert(call.iqbal.personId))).toBe('only its panel scores an interview');
      expect(await refusal(insert(call.ruth.personId, { at: new Date('2027-02-01T10:00:00Z') }))).toBe('this interview has not been held');
      expect(await refusal(insert(call.ruth.personId, { given: true }))).toBe('not every criterion is scored');
      await service.declareConflict(call.ruth, bookingId, null);
      expect(await refusal(insert(call.ruth.personId))).toBe('a conflict is declared');
      expect(await refusal(t.asApplication.query(`insert into interview_reveal (booking_id, revealed_at) values ($1, now())`, [bookingId]))).toBe('nobody has given scores');
      await give(call.olu, [1, 1]);
      expect(await refusal(t.asApplication.query(`insert into interview_reveal (booking_id, revealed_at) values ($1, now())`, [bookingId])))
        .toBe('somebody on the panel has not given scores');
      await give(call.dana, [2, 2]);
      expect(await refusal(insert(call.dana.personId, { version: 2 }))).toBe('the scores of this interview are shown, and stay');
    });

    it('are only ever added to, and so are questions and what was agreed', async () => {
      const columns = {
        interview_score: 'booking_id', interview_mark: 'score_id', interview_reveal: 'booking_id', interview_conflict: 'booking_id',
        interview_agreement: 'booking_id', interview_agreed_mark: 'agreement_id', interview_questions: 'id', interview_questions_sent: 'booking_id',
      };
      for (const [table, column] of Object.entries(columns)) {
        for (const sql of [`update ${table} set ${column} = ${column}`, `delete from ${table}`]) {
          expect(await refusal(t.asApplication.query(sql))).toBe(`permission denied for table ${table}`);
          expect(await refusal(t.owner.query(sql))).toBe(`${table} is append-only`);
        }
      }
    });
  });

  describe('the sheet of a day', () => {
    it('says what to do on the day itself, to its panel alone, and never why', async () => {
      const date = `2027-02-${day - 1}`;
      const needs = ['extra-time', 'bsl-interpreter', 'taxi'].map((code) => ({ code, ownWords: null }));
      t.clock.moveTo('2027-01-12T10:00:00Z');
      await t.app.get(Database).transaction((tx) => t.app.get(AdjustmentsService).saveNeeds(tx, applicant.actor, applicant.actor.personId, needs));
      t.clock.moveTo(`${date}T10:05:00Z`);
      const toDo = async (who: Actor) => (await t.app.get(InterviewDays).read(who, date)).flatMap(({ slots }) => slots.flatMap((slot) => slot.toDo));
      const words = [
        'An interpreter is there. Speak to the person, one at a time, and not to the interpreter.', 'There is more time than usual. Do not hurry.',
      ];
      expect([await toDo(call.ruth), await toDo(call.marcus), await toDo(call.iqbal)]).toEqual([words, [], []]);
      const page = await pageFor(t, call.olu, `/staff/interviews/day/${date}`);
      expect(page.text).toContain('<li>There is more time than usual. Do not hurry.</li>');
      const { rows: kinds } = await t.owner.query<{ name: string }>(`select name from adjustment_kind where code in ('extra-time', 'bsl-interpreter', 'taxi')`);
      for (const { name } of kinds) expect(page.text).not.toContain(name);
      const looks = await t.owner.query(`select from audit_entry where action = 'arrangements.read' and subject_id = $1 and details ->> 'where' = 'day-sheet'`, [applicant.actor.personId]);
      expect(looks.rowCount).toBe(2);
      t.clock.moveTo(`2027-02-${day - 2}T10:00:00Z`);
      expect(await toDo(call.ruth)).toEqual([]);
    });

    it('is there for its panel and leads, with who comes when, and each reading is written down', async () => {
      const date = `2027-02-${day - 1}`;
      const sheets = t.app.get(InterviewDays);
      expect((await sheets.read(call.ruth, date)).map(({ panel, slots }) => [panel, slots.map(({ person }) => person)])).toEqual([
        [['Dana Reid', 'Olu Bankole', 'Ruth Adeyemi'], ['Amina Yusuf']],
      ]);
      expect(await sheets.read(call.iqbal, date)).toEqual([]);
      expect((await sheets.read(call.marcus, date)).length).toBe(1);
      const { rows } = await t.owner.query(`select count(*)::int as n from audit_entry where action = 'interview-day.read' and details ->> 'day' = $1`, [date]);
      expect(rows).toEqual([{ n: 2 }]);
      expect((await pageFor(t, call.ruth, `/staff/interviews/day/${date}/text`)).text).toContain('10AM TO 10:40AM: AMINA YUSUF');
      expect((await pageFor(t, call.ruth, '/staff/interviews/day/2027-02-30')).status).toBe(404);
      await t.app.get(InterviewsService).cancel(call.dana, bookingId);
      expect((await sheets.read(call.ruth, date))[0]!.slots.map(({ person }) => person)).toEqual([null]);
    });
  });
});
