import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { AnswersService } from '../../src/adjustments/answers.service.js';
import { ApologiesService } from '../../src/adjustments/apologies.service.js';
import type { ArrangementState } from '../../src/adjustments/arrangement.rules.js';
import { ChecksService } from '../../src/adjustments/checks.service.js';
import { FeedbackQueries } from '../../src/adjustments/feedback.queries.js';
import { FeedbackService } from '../../src/adjustments/feedback.service.js';
import { FiguresQueries } from '../../src/adjustments/figures.queries.js';
import { LooksQueries } from '../../src/adjustments/looks.queries.js';
import { PanelToDo } from '../../src/adjustments/panel-to-do.js';
import { ProfileQueries } from '../../src/adjustments/profile.queries.js';
import { ProfileService } from '../../src/adjustments/profile.service.js';
import { RisksService } from '../../src/adjustments/risks.service.js';
import { SchedulingQueries } from '../../src/adjustments/scheduling.queries.js';
import { DiaryService } from '../../src/diary/diary.service.js';
import type { EventName, Events } from '../../src/events/events.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { EventBus } from '../../src/platform/event-bus.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, someone, type OpenCall } from '../support/open-call.js';

const START = '2026-11-23T10:00:00Z';
const DAY = '2027-01-13';
const AFTER = '2027-01-14T10:00:00Z';
const SECRETS = ['Sign Language', 'bsl', 'taxi', 'Taxi', 'door', 'adjustment', 'access requirement', 'Planning Group'];

describe('my access requirements', () => {
  let t: TestApp;
  let database: Database;
  let call: OpenCall;
  let priya: Actor;
  let omar: Actor;
  let amina: Actor;

  beforeAll(async () => {
    t = await startTestApp();
    database = t.app.get(Database);
    call = await openCall(t);
    priya = await someone(t, 'Priya Shah', 'access_coordinator');
    omar = await someone(t, 'Omar Aziz', 'access_coordinator');
  });
  beforeEach(async () => {
    t.clock.moveTo(START);
    amina = (await applicant(t)).actor;
  });
  afterAll(() => t.close());

  const emit = <N extends EventName>(name: N, payload: Events[N]) => database.transaction((tx) => t.app.get(EventBus).emit(tx, name, payload));
  const save = (who: Actor, ...codes: string[]) =>
    database.transaction((tx) => t.app.get(AdjustmentsService).saveNeeds(tx, who, who.personId, codes.map((code) => ({ code }))));
  const rows = async <Row extends object>(sql: string, ...values: unknown[]) => (await t.owner.query<Row>(sql, values)).rows;

  async function occasion(kind: 'interview' | 'meeting' = 'meeting', day = DAY): Promise<string> {
    const id = newId();
    await database.transaction(async (tx) => {
      await t.app.get(DiaryService).plan(tx, priya, {
        id, kind, startsAt: new Date(`${day}T10:00:00Z`), endsAt: new Date(`${day}T11:00:00Z`), format: 'phone', roomId: null, joiningDetails: null, holderId: null });
      await t.app.get(DiaryService).expect(tx, id, [amina.personId]);
    });
    return id;
  }

  const plan = (occasionId: string, ...who: Actor[]) =>
    emit('meeting.planned', { occasionId, groupId: newId(), day: DAY, personIds: who.map(({ personId }) => personId) });

  async function interview(): Promise<string> {
    const occasionId = await occasion('interview');
    const ids = { applicationId: newId(), callId: call.id, personId: amina.personId };
    await emit('application.submitted', { ...ids, neededBy: '2027-01-11' });
    await emit('interview.booked', { ...ids, bookingId: newId(), occasionId, day: DAY });
    return occasionId;
  }

  async function arrangement(code: string, who = amina): Promise<{ id: string; state: ArrangementState; version: number; outcome: string | null; changed: string | null; ownerId: string; essential: boolean }> {
    const [row] = await rows<{ id: string; state: ArrangementState; version: number; outcome: string | null; changed: string | null; ownerId: string; essential: boolean }>(
      `select id, state, version, outcome, changed, owner_id as "ownerId", essential from arrangement where person_id = $1 and kind_code = $2 order by created_at desc, id desc limit 1`, who.personId, code);
    return row!;
  }

  async function go(code: string, ...steps: ArrangementState[]): Promise<void> {
    for (const to of steps) {
      const { id, version } = await arrangement(code);
      await t.app.get(AdjustmentsService).step(priya, id, to, version);
    }
  }

  async function look(who: Actor, path: string): Promise<{ status: number; html: string }> {
    const answer = await fetch(t.url + path, { redirect: 'manual', headers: { cookie: `alongside=${await t.app.get(SignInService).openFor(who.personId)}` } });
    return { status: answer.status, html: await answer.text() };
  }

  const said = async (who: Actor): Promise<string[]> => (await rows<{ template: string }>(
    `select template from message where person_id = $1 order by created_at, template`, who.personId)).map(({ template }) => template);

  describe('in one’s own words', () => {
    it('are kept part by part, with who may see each', async () => {
      const profiles = t.app.get(ProfileService);
      await profiles.savePart(amina, amina.personId, 'helps', 'Face me when you speak', true);
      await profiles.savePart(amina, amina.personId, 'reach', 'Text first', true);
      await save(amina, 'bsl-interpreter', 'taxi');
      await profiles.saveNeed(amina, amina.personId, 'bsl-interpreter', { ownWords: 'At my left', essential: true, extraMinutes: 30, prefer: ['Jo Bell'], refuse: ['Sam Fox'] });
      const { parts, needs } = await t.app.get(ProfileQueries).requirements(amina.personId);
      expect(parts).toEqual([{ part: 'helps', words: 'Face me when you speak', onTheDay: true }, { part: 'reach', words: 'Text first', onTheDay: false }]);
      expect(needs.map(({ code, ownWords, essential, extraMinutes, prefer, refuse }) => ({ code, ownWords, essential, extraMinutes, prefer, refuse }))).toEqual([
        { code: 'bsl-interpreter', ownWords: 'At my left', essential: true, extraMinutes: 30, prefer: ['Jo Bell'], refuse: ['Sam Fox'] },
        { code: 'taxi', ownWords: null, essential: true, extraMinutes: 0, prefer: [], refuse: [] },
      ]);
      await save(amina, 'bsl-interpreter', 'taxi', 'breaks');
      expect((await t.app.get(ProfileQueries).requirements(amina.personId)).needs[0]).toMatchObject({ ownWords: 'At my left' });
      await profiles.savePart(amina, amina.personId, 'helps', null, false);
      expect((await t.app.get(ProfileQueries).requirements(amina.personId)).parts.map(({ part }) => part)).toEqual(['reach']);
    });

    it('refuse one name for and against, and what is not needed', async () => {
      await save(amina, 'bsl-interpreter');
      const details = { ownWords: null, essential: null, extraMinutes: null };
      const saving = (code: string, prefer: string[], refuse: string[]) => t.app.get(ProfileService).saveNeed(amina, amina.personId, code, { ...details, prefer, refuse });
      await expect(saving('bsl-interpreter', ['Jo Bell'], ['jo bell'])).rejects.toThrow('Jo Bell is in both lists');
      await expect(saving('braille', [], [])).rejects.toMatchObject({ status: 404 });
    });

    it('know interpreters by their names, so that planning keeps clear of them', async () => {
      const id = newId();
      await t.owner.query(`insert into resource (id, kind, name, skills) values ($1, 'interpreter', 'Kit Marsh', '{bsl-interpreter}')`, [id]);
      await save(amina, 'bsl-interpreter');
      await t.app.get(ProfileService).saveNeed(amina, amina.personId, 'bsl-interpreter', { ownWords: null, essential: null, extraMinutes: null, prefer: [], refuse: ['kit marsh', 'Not known'] });
      const needs = await t.app.get(SchedulingQueries).needsOf([amina.personId]);
      expect(needs.get(amina.personId)!.skills).toEqual([{ skill: 'bsl-interpreter', leadDays: 20, preferred: [], refused: [id] }]);
    });

    it('stop holding a time up when somebody says it is only good to have', async () => {
      await save(amina, 'taxi');
      await plan(await occasion(), amina);
      expect((await arrangement('taxi')).essential).toBe(true);
      await t.app.get(ProfileService).saveNeed(amina, amina.personId, 'taxi', { ownWords: null, essential: false, extraMinutes: null, prefer: [], refuse: [] });
      expect((await arrangement('taxi')).essential).toBe(false);
      expect((await t.app.get(SchedulingQueries).needsOf([amina.personId])).get(amina.personId)!.leadDays).toBe(0);
    });
  });

  describe('for each event', () => {
    it('are asked about once, by a message that tells nothing, and kept as they were', async () => {
      await save(amina, 'bsl-interpreter');
      const occasionId = await interview();
      await emit('interview.booked', { applicationId: newId(), callId: call.id, personId: amina.personId, bookingId: newId(), occasionId, day: DAY });
      const checks = await t.app.get(ProfileQueries).openChecks(amina.personId);
      expect(checks).toMatchObject([{ occasion: 'Interview', shortName: 'Planning Group', day: DAY }]);
      const words = await t.app.get(MessageCatalogue).get('access-check').words({ checkId: checks[0]!.id, personId: amina.personId }, { personId: amina.personId });
      const all = [words.subject, ...words.paragraphs, words.text, words.link!.words].join(' ');
      expect(all).toContain('Wednesday 13 January 2027');
      for (const secret of SECRETS) expect(all).not.toContain(secret);

      await t.app.get(ChecksService).answer(amina, checks[0]!.id, 'right');
      await t.app.get(ChecksService).answer(amina, checks[0]!.id, 'right');
      expect(await t.app.get(ProfileQueries).openChecks(amina.personId)).toEqual([]);
      await expect(t.app.get(ChecksService).answer(omar, checks[0]!.id, 'right')).rejects.toMatchObject({ status: 404 });

      const copies = async () => (await t.app.get(ProfileQueries).copies(amina.personId)).map(({ day, content }) => [day, content.needs.map(({ code }) => code)]);
      expect(await copies()).toEqual([[DAY, ['bsl-interpreter']]]);
      await save(amina, 'bsl-interpreter', 'taxi');
      expect(await copies()).toEqual([[DAY, ['bsl-interpreter', 'taxi']]]);
      t.clock.moveTo(AFTER);
      await save(amina);
      expect(await copies()).toEqual([[DAY, ['bsl-interpreter', 'taxi']]]);
      await expect(t.asApplication.query(`update access_snapshot set content = '{}'`)).rejects.toMatchObject({ message: 'permission denied for table access_snapshot' });
    });

    it('ask nobody who told us nothing, and nobody twice', async () => {
      const occasionId = await occasion();
      await plan(occasionId, amina);
      expect(await t.app.get(ProfileQueries).openChecks(amina.personId)).toEqual([]);
      await emit('meeting.cancelled', { occasionId, groupId: newId(), personIds: [amina.personId] });
    });

    it('are asked about again after a year, and not before', async () => {
      await save(amina, 'taxi');
      t.clock.moveTo('2027-11-22T12:00:00Z');
      await t.app.get(ChecksService).askYearly();
      expect(await t.app.get(ProfileQueries).openChecks(amina.personId)).toEqual([]);
      t.clock.moveTo('2027-11-23T12:00:00Z');
      await t.app.get(ChecksService).askYearly();
      await t.app.get(ChecksService).askYearly();
      const [check, ...others] = await t.app.get(ProfileQueries).openChecks(amina.personId);
      expect([check!.occasion, others]).toEqual([null, []]);
      await t.app.get(ChecksService).answer(amina, check!.id, 'right');
      t.clock.moveTo('2028-11-01T12:00:00Z');
      await t.app.get(ChecksService).askYearly();
      expect(await t.app.get(ProfileQueries).openChecks(amina.personId)).toEqual([]);
    });
  });

  describe('two interviews for one call', () => {
    it('have their own arrangements, and what is given back waits for another time', async () => {
      await save(amina, 'taxi');
      const first = await interview();
      const second = await occasion('interview', '2027-01-15');
      const ids = { applicationId: newId(), callId: call.id, personId: amina.personId, bookingId: newId() };
      await emit('interview.booked', { ...ids, occasionId: second, day: '2027-01-15' });
      const where = async () => (await rows<{ line: string }>(
        `select concat_ws(' ', state, needed_by, case occasion_id when $2 then 'first' when $3 then 'second' end) as line from arrangement where person_id = $1 order by created_at, id`, amina.personId, first, second)).map(({ line }) => line);
      expect(await where()).toEqual(['asked 2027-01-13 first', 'asked 2027-01-15 second']);
      const cancelled = { ...ids, neededBy: '2027-01-11', byApplicant: true, byCouncilLate: 0 };
      await emit('interview.cancelled', { ...cancelled, occasionId: first });
      expect(await where()).toEqual(['asked 2027-01-11', 'asked 2027-01-15 second']);
      await emit('interview.cancelled', { ...cancelled, occasionId: second });
      expect(await where()).toEqual(['asked 2027-01-11', 'withdrawn 2027-01-15 second']);
    });
  });

  describe('after the event', () => {
    it('are asked about by a message the day after, once', async () => {
      await save(amina, 'taxi');
      await plan(await occasion(), amina);
      await t.app.get(FeedbackService).ask();
      expect(await said(amina)).not.toContain('access-feedback');
      t.clock.moveTo(AFTER);
      await t.app.get(FeedbackService).ask();
      await t.app.get(FeedbackService).ask();
      await t.work();
      expect((await said(amina)).filter((template) => template === 'access-feedback')).toHaveLength(1);
      const words = await t.app.get(MessageCatalogue).get('access-feedback').words({ askId: newId(), personId: amina.personId }, { personId: amina.personId });
      for (const secret of SECRETS) expect([words.subject, ...words.paragraphs, words.text].join(' ')).not.toContain(secret);
    });

    it('are said item by item, whatever staff had said or not said before, and once', async () => {
      await save(amina, 'taxi', 'breaks', 'large-print');
      await plan(await occasion(), amina);
      await go('taxi', 'acknowledged', 'booked');
      t.clock.moveTo(AFTER);
      const items = await t.app.get(FeedbackQueries).toSay(amina.personId);
      expect(items.map(({ what }) => what)).toEqual(['Large print, or coloured paper', 'Breaks', 'A taxi, booked by us']);
      await t.app.get(FeedbackService).give(amina, items.map(({ id }, index) => ({ arrangementId: id, answer: index === 1 ? 'partly' as const : 'yes' as const, words: index === 1 ? 'Too short' : null })));
      await t.app.get(FeedbackService).give(amina, [{ arrangementId: items[0]!.id, answer: 'no', words: null }]);
      expect(await rows(`select state, outcome from arrangement where person_id = $1 order by kind_code`, amina.personId)).toEqual([
        { state: 'feedback', outcome: 'partly' }, { state: 'feedback', outcome: 'delivered' }, { state: 'feedback', outcome: 'delivered' },
      ]);
      expect(await t.app.get(FeedbackQueries).toSay(amina.personId)).toEqual([]);
      await expect(t.app.get(FeedbackService).give(omar, [{ arrangementId: items[0]!.id, answer: 'no', words: null }])).rejects.toMatchObject({ status: 404 });
      await expect(t.asApplication.query(`update arrangement_feedback set answer = 'no'`)).rejects.toMatchObject({ message: 'permission denied for table arrangement_feedback' });
    });

    it('raise an apology for today, on the co-ordinator’s page, until somebody says what was said', async () => {
      await save(amina, 'taxi');
      await plan(await occasion(), amina);
      t.clock.moveTo(AFTER);
      const { id } = await arrangement('taxi');
      await t.app.get(FeedbackService).give(amina, [{ arrangementId: id, answer: 'no', words: 'I waited an hour' }]);
      const mine = async () => (await t.app.get(FeedbackQueries).apologies()).filter(({ personId }) => personId === amina.personId);
      const [apology] = await mine();
      expect(apology).toMatchObject({ what: 'A taxi, booked by us', dueOn: '2027-01-14', words: 'I waited an hour' });
      expect((await look(priya, '/staff/arrangements')).html).toContain('I waited an hour');
      await t.work();
      expect(await said(amina)).toContain('access-sorry');
      await t.app.get(ApologiesService).done(priya, apology!.id, 'I rang her.');
      await t.app.get(ApologiesService).done(omar, apology!.id, 'Again');
      expect(await mine()).toEqual([]);
      expect(await rows(`select words, done_by from apology where id = $1`, apology!.id)).toEqual([{ words: 'I rang her.', done_by: priya.personId }]);
    });

    it('never let what was not there be somebody’s not coming', async () => {
      await save(amina, 'taxi');
      const occasionId = await interview();
      await go('taxi', 'acknowledged', 'booked');
      t.clock.moveTo(`${DAY}T12:00:00Z`);
      const attendance = async () => (await rows<{ state: string }>(`select state from attendance where occasion_id = $1`, occasionId))[0]!.state;
      await database.transaction((tx) => t.app.get(DiaryService).recordAttendance(tx, call.dana, occasionId, amina.personId, null));
      expect(await attendance()).toBe('absent');
      await go('taxi', 'not_delivered');
      expect(await attendance()).toBe('not_held');

      const other = (await applicant(t)).actor;
      await t.owner.query(`insert into attendance (occasion_id, person_id, state) values ($1, $2, 'expected')`, [occasionId, other.personId]);
      await save(other, 'braille');
      await plan(occasionId, other);
      await expect(t.asApplication.query(`update attendance set state = 'absent', recorded_by = $2, recorded_at = $3 where person_id = $1`, [other.personId, priya.personId, START]))
        .rejects.toMatchObject({ constraint: 'attendance_absence_is_theirs' });
      expect(await database.transaction((tx) => t.app.get(DiaryService).recordAttendance(tx, call.dana, occasionId, other.personId, null))).toBe('not_held');
    });
  });

  describe('at risk', () => {
    it('are told to whoever stands in and to the leads on the next working day, once, without a word of what it is', async () => {
      await save(amina, 'taxi');
      await plan(await occasion(), amina);
      const { id } = await arrangement('taxi');
      await t.owner.query(`update arrangement set due_on = '2026-11-27', owner_id = $2, deputy_id = $3 where id = $1`, [id, priya.personId, omar.personId]);
      await t.owner.query(`insert into arrangement_risk select id, due_on, '2026-11-01', $2 from arrangement where id <> $1 on conflict do nothing`, [id, START]);
      const escalated = async () => (await rows<{ at: Date | null }>(`select escalated_at as at from arrangement_risk where arrangement_id = $1`, id)).map(({ at }) => at?.toISOString() ?? null);
      const at = async (instant: string) => { t.clock.moveTo(instant); await t.app.get(RisksService).escalate(); };
      await at('2026-11-27T12:00:00Z');
      expect(await escalated()).toEqual([]);
      // Saturday is no working day; Monday finds it, Tuesday tells of it.
      await at('2026-11-28T12:00:00Z');
      expect(await escalated()).toEqual([]);
      await at('2026-11-30T12:00:00Z');
      expect(await escalated()).toEqual([null]);
      await at('2026-12-01T12:00:00Z');
      expect(await escalated()).toEqual(['2026-12-01T12:00:00.000Z']);
      await at('2026-12-02T12:00:00Z');
      await t.work();
      expect(await escalated()).toEqual(['2026-12-01T12:00:00.000Z']);
      expect(await said(omar)).toEqual(['access-at-risk']);
      expect((await said(call.dana)).filter((template) => template === 'date-at-risk')).toHaveLength(1);
      const words = await t.app.get(MessageCatalogue).get('date-at-risk').words({ arrangementIds: [id] }, call.dana);
      for (const secret of [...SECRETS, 'Amina']) expect([words.subject, ...words.paragraphs, words.text].join(' ')).not.toContain(secret);
    });
  });

  describe('something else, or no', () => {
    it('is arranged further when they agree, and when they do not', async () => {
      await save(amina, 'taxi');
      await plan(await occasion(), amina);
      await go('taxi', 'acknowledged');
      const answers = t.app.get(AnswersService);
      for (const [agreed, changed] of [[true, null], [false, 'alternative_refused']] as const) {
        const offer = newId();
        const { id } = await arrangement('taxi');
        await answers.offer(priya, id, offer, 'A lift with Jo');
        await answers.offer(priya, id, offer, 'A lift with Jo');
        expect((await arrangement('taxi')).state).toBe('alternative_offered');
        await expect(answers.answerOffer(omar, offer, true, null)).rejects.toMatchObject({ status: 404 });
        expect((await look(amina, `/my/access/alternatives/${offer}`)).html).toContain('A lift with Jo');
        await answers.answerOffer(amina, offer, agreed, null);
        await answers.answerOffer(amina, offer, !agreed, null);
        expect(await arrangement('taxi')).toMatchObject({ state: 'arranging', changed });
      }
    });

    it('takes two people with two duties and a reason, and an appeal goes to somebody else', async () => {
      await save(amina, 'taxi');
      await plan(await occasion(), amina);
      await go('taxi', 'acknowledged');
      const answers = t.app.get(AnswersService);
      const { id } = await arrangement('taxi');
      await expect(t.asApplication.query(`update arrangement set state = 'declined' where id = $1`, [id])).rejects.toMatchObject({ constraint: 'arrangement_declined_by_two' });
      const refusal = newId();
      await answers.proposeRefusal(priya, id, refusal, 'There is no taxi on that day');
      await expect(answers.decideRefusal(priya, refusal, true)).rejects.toThrow('Somebody else has to agree');
      await expect(t.asApplication.query(`update arrangement_refusal set agreed_by = proposed_by, agreed_at = proposed_at where id = $1`, [refusal])).rejects.toMatchObject({ constraint: 'arrangement_refusal_two_people' });
      await answers.decideRefusal(omar, refusal, true);
      expect((await arrangement('taxi')).state).toBe('declined');
      expect((await look(amina, `/my/access/refusals/${refusal}`)).html).toContain('There is no taxi on that day');
      const third = await someone(t, 'Kim Lee', 'access_coordinator');
      await answers.appeal(amina, refusal, 'There is one at noon');
      await answers.appeal(amina, refusal, 'There is one at noon');
      expect(await arrangement('taxi')).toMatchObject({ state: 'arranging', changed: 'appeal', ownerId: third.personId });
    });
  });

  describe('who sees what', () => {
    const DENIED = ['access_need', 'arrangement', 'adjustment_kind', 'access_profile_part', 'access_snapshot', 'arrangement_feedback', 'interpreter_wish', 'person', 'scheduling_need'];

    it.each(['scheduler', 'panel', 'venue', 'payer'] as const)('%s: every table of it is refused by PostgreSQL', async (audience) => {
      for (const table of DENIED) {
        const kind = table === 'scheduling_need' ? 'view' : 'table';
        await expect(database.rowsAs(audience, { name: `test-${audience}-${table}`, text: `select * from ${table}` }))
          .rejects.toMatchObject({ code: '42501', message: `permission denied for ${kind} ${table}` });
      }
      const others = { scheduler: ['panel_to_do', 'venue_on_day'], panel: ['venue_on_day', 'scheduling_needs_of'], venue: ['panel_to_do', 'scheduling_needs_of'], payer: ['panel_to_do', 'venue_on_day', 'scheduling_needs_of'] }[audience];
      const values = { panel_to_do: `'2027-01-13', '${newId()}'`, venue_on_day: `'2027-01-13'`, scheduling_needs_of: `'{}', '2027-01-13'` } as Record<string, string>;
      for (const name of others) {
        await expect(database.rowsAs(audience, { name: `test-${audience}-${name}`, text: `select * from ${name}(${values[name]})` }))
          .rejects.toMatchObject({ code: '42501', message: `permission denied for function ${name}` });
      }
    });

    it('whoever runs a meeting reads what to do, on that day and no other, and is seen to have', async () => {
      await save(amina, 'bsl-interpreter', 'taxi');
      const profiles = t.app.get(ProfileService);
      await profiles.savePart(amina, amina.personId, 'helps', 'Face me when you speak', true);
      await profiles.savePart(amina, amina.personId, 'avoid', 'A secret', false);
      const occasionId = await occasion();
      const groupId = (await rows<{ id: string }>(`select group_id as id from call where id = $1`, call.id))[0]!.id;
      await t.owner.query(`insert into meeting (occasion_id, group_id, about) select $1, $2, 'First meeting'`, [occasionId, groupId]);
      await plan(occasionId, amina);
      const panel = t.app.get(PanelToDo);
      expect(await panel.on(DAY, call.dana.personId)).toEqual([]);
      t.clock.moveTo(`${DAY}T08:00:00Z`);
      expect(await panel.on('2027-01-14', call.dana.personId)).toEqual([]);
      expect(await panel.on(DAY, call.ruth.personId)).toEqual([]);
      const toDo = await panel.on(DAY, call.dana.personId);
      expect(toDo.filter(({ personId }) => personId === amina.personId)).toEqual([{
        occasionId, personId: amina.personId,
        words: ['An interpreter is there. Speak to the person, one at a time, and not to the interpreter.', 'What helps: Face me when you speak'],
      }]);
      expect(JSON.stringify(toDo)).not.toMatch(/secret|taxi|Sign Language/);
      await t.app.get(SchedulingQueries).needsOf([amina.personId]);
      await look(priya, '/staff/arrangements');
      await look(priya, `/staff/arrangements/people/${amina.personId}`);
      const looks = await t.app.get(LooksQueries).people(amina.personId);
      expect(looks.map(({ name, role, where }) => [name, role, where])).toEqual([
        ['Priya Shah', 'access co-ordinator', 'your access requirements'], ['Priya Shah', 'access co-ordinator', 'the page of what we arrange'],
        ['Dana Reid', 'strategic lead', 'what to do on the day'],
      ]);
      expect(await t.app.get(LooksQueries).audiences(amina.personId)).toEqual([{ onDay: DAY, who: 'People who plan times: minutes and days, never what it is' }]);
      expect((await look(amina, '/my/access/looks')).html).toContain('Priya Shah, access co-ordinator, Wednesday 13 January 2027, 8am, your access requirements');
    });

    it.each(['strategic_lead', 'co_decider', 'panel_member', 'finance_officer', 'administrator', 'auditor'] as const)('a %s has none of the co-ordinator’s pages', async (role) => {
      const who = await someone(t, 'Somebody', role);
      await save(amina, 'taxi');
      await plan(await occasion(), amina);
      const { id } = await arrangement('taxi');
      for (const path of [`/staff/arrangements/people/${amina.personId}`, `/staff/arrangements/${id}/alternative`, `/staff/arrangements/${id}/refusal`]) {
        expect((await look(who, path)).status).toBe(403);
      }
    });
  });

  it('can be taken away, as a page, a text and a Word file', async () => {
    await save(amina, 'taxi');
    await t.app.get(ProfileService).savePart(amina, amina.personId, 'helps', 'Face me when you speak', false);
    for (const path of ['/my/access', '/my/access/print', '/my/access/text', '/my/access/copies', '/my/access/needs', '/my/access/needs/taxi', '/my/access/parts/helps', '/my/access/feedback']) {
      expect([path, (await look(amina, path)).status]).toEqual([path, 200]);
    }
    expect((await look(amina, '/my/access/text')).html).toContain('WHAT HELPS ME\n\nFace me when you speak');
    expect((await look(amina, '/my/access/word')).status).toBe(200);
    expect((await look(amina, '/my/access/parts/diagnosis')).status).toBe(404);
  });

  it('are published as figures that lead to nobody', async () => {
    await t.owner.query(`update arrangement set needed_by = '2026-12-01', due_on = least(due_on, '2026-12-01'::date)`);
    t.clock.moveTo(AFTER);
    const figures = await t.app.get(FiguresQueries).byQuarter();
    expect(figures.map(({ quarter }) => quarter)).toEqual(['October to December 2026']);
    const page = await fetch(`${t.url}/access-requirements-met`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('October to December 2026');
  });
});
