import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReviewDashboardQueries } from '../../src/choosing/review-dashboard.queries.js';
import { ReviewPanelService } from '../../src/choosing/review-panel.service.js';
import { ReviewPhasesService } from '../../src/choosing/review-phases.service.js';
import { ReviewQueries } from '../../src/choosing/review.queries.js';
import { ReviewsService } from '../../src/choosing/reviews.service.js';
import { ReadingQueries } from '../../src/choosing/reading.queries.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { Invariants } from '../../src/platform/invariants.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, someone, writeApplication } from '../support/open-call.js';
import { callToReview, giveScores, keyOf, planReview, type CallToReview } from '../support/review.js';

describe('reviews of applications', () => {
  let t: TestApp;
  let phases: ReviewPhasesService;
  let reviews: ReviewsService;
  let queries: ReviewQueries;
  beforeAll(async () => {
    t = await startTestApp();
    phases = t.app.get(ReviewPhasesService);
    reviews = t.app.get(ReviewsService);
    queries = t.app.get(ReviewQueries);
  });
  afterAll(() => t.close());

  const opened = async (more: Parameters<typeof callToReview>[1] = {}): Promise<CallToReview> => {
    const call = await callToReview(t, more);
    await phases.addReviewer(call.dana, call.phaseId, { personId: call.dana.personId, kind: 'lead', decides: true });
    await phases.open(call.dana, call.phaseId);
    await t.work();
    return call;
  };
  const keys = async (call: CallToReview) => Promise.all(call.applicants.map(async ({ applicationId }) => (await keyOf(t, call.phaseId, applicationId)).key));
  const code = async (sql: string, values: unknown[] = []) => t.asApplication.query(sql, values).then(() => 'allowed', (error: { constraint?: string; message: string }) => error.constraint ?? error.message);
  const inbox = async ({ personId }: Actor) => (await t.owner.query<{ template: string }>(
    `select m.template from message m where m.person_id = $1 order by m.id`, [personId])).rows.map(({ template }) => template);

  describe('opening', () => {
    it('waits for the close of the call, and for a resident and a lead or officer', async () => {
      const call = await callToReview(t);
      t.clock.moveTo('2026-12-04T11:59:00Z');
      await expect(phases.open(call.dana, call.phaseId)).rejects.toThrow('It can open once the call has closed');
      t.clock.moveTo('2026-12-07T10:00:00Z');
      for (const { personId } of [call.ruth, call.iqbal]) await phases.removeReviewer(call.dana, call.phaseId, personId);
      await expect(phases.open(call.dana, call.phaseId)).rejects.toThrow('Add at least one resident who scores');
      await phases.addReviewer(call.dana, call.phaseId, { personId: call.ruth.personId, kind: 'resident', decides: true });
      await phases.removeReviewer(call.dana, call.phaseId, call.olu.personId);
      await expect(phases.open(call.dana, call.phaseId)).rejects.toThrow('Add at least one strategic lead or officer who scores');
      await phases.addReviewer(call.dana, call.phaseId, { personId: call.olu.personId, kind: 'officer', decides: false });
      await phases.open(call.dana, call.phaseId);
      await phases.open(call.dana, call.phaseId);
      await t.work();
      expect([await inbox(call.ruth), await inbox(call.olu), await inbox(call.iqbal)]).toEqual([['review-opened'], ['review-opened'], []]);
      expect(await t.app.get(Invariants).check().then(() => t.app.get(Invariants).broken())).toEqual([]);
    });

    it('is for one review of a call at a time, in the service and in the database', async () => {
      const call = await opened();
      const second = await planReview(t, call, { blind: false, seeOthers: 'never', reviewsEach: 1 });
      await phases.addReviewer(call.dana, second, { personId: call.ruth.personId, kind: 'resident', decides: true });
      await phases.addReviewer(call.dana, second, { personId: call.dana.personId, kind: 'lead', decides: true });
      await expect(phases.open(call.dana, second)).rejects.toThrow('Another review of this call is open. Close that one first');
      expect(await code(`update review_phase set state = 'open', opened_at = created_at where id = $1`, [second])).toBe('review_phase_one_open');
      await phases.close(call.dana, call.phaseId);
      await phases.open(call.dana, second);
    });

    it('lets in a late application, with a number like the others', async () => {
      const call = await opened();
      const late = await applicant(t);
      t.clock.moveTo('2026-11-24T10:00:00Z');
      const id = await writeApplication(t, call, late);
      await t.app.get(ApplicationsService).submit(late.actor, id);
      t.clock.moveTo('2026-12-07T10:00:00Z');
      expect((await keyOf(t, call.phaseId, id)).number).toBeGreaterThanOrEqual(1000);
      expect((await queries.own(call.ruth.personId, call.phaseId))!.left).toBe(4);
    });
  });

  describe('a declaration', () => {
    it('comes before reading, and a conflict takes the application away from this reviewer alone', async () => {
      const call = await opened();
      const [key] = await keys(call) as [string];
      const reading = t.app.get(ReadingQueries);
      expect(await reading.read(call.ruth.personId, key)).toMatchObject({ declared: false, answers: [] });
      await expect(reviews.save(call.ruth, key, { give: false, version: 0, scores: [] })).rejects.toThrow('First say whether you know this person');
      await reviews.declare(call.ruth, key, { answer: 'conflict', words: 'She is my neighbour' });
      await expect(reading.read(call.ruth.personId, key)).rejects.toThrow('So somebody else scores this one');
      await expect(reviews.save(call.ruth, key, { give: false, version: 0, scores: [] })).rejects.toThrow('So somebody else scores this one');
      await reviews.declare(call.ruth, key, { answer: 'none' });
      await expect(reading.read(call.ruth.personId, key)).rejects.toThrow('So somebody else scores this one');
      expect((await queries.own(call.ruth.personId, call.phaseId))!.left).toBe(2);
      expect((await queries.own(call.iqbal.personId, call.phaseId))!.left).toBe(3);
      const { rows } = await t.app.get(ReviewDashboardQueries).dashboard(call.id, call.marcus.personId);
      expect(rows.find((row) => row.key === key)).toMatchObject({ conflicts: 1, canStill: 3, needsSomebody: false });
      await reviews.declare(call.olu, key, { answer: 'conflict' });
      expect((await t.app.get(ReviewDashboardQueries).dashboard(call.id, call.marcus.personId)).rows.find((row) => row.key === key))
        .toMatchObject({ conflicts: 2, canStill: 2, needsSomebody: true });
      expect(await code(`update conflict_declaration set has_conflict = false`)).toContain('permission denied');
      expect(await code(`delete from conflict_declaration`)).toContain('permission denied');
    });

    it('made after scoring voids one’s own scores, which stay void', async () => {
      const call = await opened();
      const [key] = await keys(call) as [string];
      await giveScores(t, call.ruth, call, key, [4, 4]);
      await giveScores(t, call.iqbal, call, key, [1, 1]);
      await reviews.declare(call.ruth, key, { answer: 'conflict' });
      const { rows } = await t.app.get(ReviewDashboardQueries).dashboard(call.id, call.marcus.personId);
      expect(rows.find((row) => row.key === key)).toMatchObject({ given: 1, median: 25 });
      expect(await code(`update review set state = 'given' where state = 'void'`)).toBe('review_state_step');
    });

    it('is not asked of one’s own application: nobody reviews that', async () => {
      const call = await callToReview(t);
      const [own] = call.applicants;
      await t.app.get(Database).transaction((tx) => t.app.get(PeopleService).giveRole(tx, own!.actor.personId, 'panel_member', '2026-01-01'));
      await phases.addReviewer(call.dana, call.phaseId, { personId: own!.actor.personId, kind: 'resident', decides: false });
      await phases.open(call.dana, call.phaseId);
      const { key } = await keyOf(t, call.phaseId, own!.applicationId);
      await expect(reviews.declare(own!.actor, key, { answer: 'none' })).rejects.toThrow('This one is yours');
      await expect(t.app.get(ReadingQueries).read(own!.actor.personId, key)).rejects.toThrow('This one is yours');
      const taken: (string | null)[] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        const next = await reviews.next(own!.actor, call.phaseId);
        taken.push(next);
        if (next) await giveScores(t, own!.actor, call, next, [2, 2]);
      }
      expect([taken.includes(key), taken[2]]).toEqual([false, null]);
      expect(await code(
        `insert into review (id, phase_id, application_id, reviewer_id, duty_id, state, created_at, updated_at) values ($1, $2, $3, $4, $4, 'draft', $5, $5)`,
        [newId(), call.phaseId, own!.applicationId, own!.actor.personId, t.clock.now()])).toBe('review_not_ones_own');
    });

    it('is nobody else’s: who does not score here finds nothing', async () => {
      const call = await opened();
      const [key] = await keys(call) as [string];
      await expect(reviews.declare(call.marcus, key, { answer: 'none' })).rejects.toThrow('could not find');
      await expect(t.app.get(ReadingQueries).read(call.marcus.personId, key)).rejects.toThrow('could not find');
      await expect(reviews.next(call.marcus, call.phaseId)).rejects.toThrow('could not find');
    });
  });

  describe('scores', () => {
    it('are given whole, in the service and in the database; a draft may have gaps and does not count', async () => {
      const call = await opened();
      const [key] = await keys(call) as [string];
      const [first, second] = call.criteria;
      await reviews.declare(call.ruth, key, { answer: 'none' });
      await expect(reviews.save(call.ruth, key, { give: true, version: 0, scores: [{ criterionId: first!.id, score: 3 }] })).rejects.toThrow('Score each criterion');
      await reviews.save(call.ruth, key, { give: false, version: 0, scores: [{ criterionId: first!.id, score: 3 }] });
      expect(await queries.own(call.ruth.personId, call.phaseId)).toMatchObject({ given: 0, drafts: 1, left: 3 });
      expect(await code(`update review set state = 'given', given_at = created_at where phase_id = $1`, [call.phaseId])).toBe('review_whole_when_given');
      const { reviewId } = (await queries.subject(key, call.ruth.personId))!;
      expect(await code(`insert into review_score (review_id, criterion_id, score) values ($1, $2, 5)`, [reviewId, second!.id])).toBe('review_score_score_check');
      const other = await opened();
      expect(await code(`insert into review_score (review_id, criterion_id, score) values ($1, $2, 2)`, [reviewId, other.criteria[0]!.id])).toBe('review_score_holds');
      await expect(reviews.save(call.ruth, key, { give: false, version: 1, scores: [{ criterionId: other.criteria[0]!.id, score: 2 }] })).rejects.toThrow('not part of this call');
    });

    it('can be changed until the review closes; the audit keeps what they were; a second window overwrites nothing', async () => {
      const call = await opened();
      const [key] = await keys(call) as [string];
      await giveScores(t, call.ruth, call, key, [4, 2]);
      const { reviewId, version } = (await queries.subject(key, call.ruth.personId))!;
      await expect(giveScores(t, call.ruth, call, key, [0, 0], 0)).rejects.toThrow('saved elsewhere meanwhile');
      await giveScores(t, call.ruth, call, key, [3, 3], version);
      const { rows } = await t.owner.query<{ action: string; details: object }>(`select action, details from audit_entry where subject_id = $1 order by sequence`, [reviewId]);
      expect(rows).toEqual([
        { action: 'review.given', details: {} },
        { action: 'review.changed', details: { version: 1, [call.criteria[0]!.id]: 4, [call.criteria[1]!.id]: 2 } },
      ]);
      await phases.close(call.dana, call.phaseId);
      await expect(giveScores(t, call.ruth, call, key, [1, 1], 2)).rejects.toThrow('This review has closed');
      expect(await code(`update review set note = 'late' where id = $1`, [reviewId])).toBe('review_in_open_phase');
      expect(await code(`update review_score set score = 0 where review_id = $1`, [reviewId])).toBe('review_score_holds');
    });

    it.each(['after_own', 'after_close', 'never'] as const)('of others, seen %s, never show before one’s own', async (seeOthers) => {
      const call = await opened({ seeOthers });
      const [key] = await keys(call) as [string];
      const { applicationId } = call.applicants[0]!;
      const others = async () => (await queries.others(call.phaseId, applicationId, call.ruth.personId)).map(({ kind }) => kind);
      const onDashboard = async () => (await t.app.get(ReviewDashboardQueries).dashboard(call.id, call.ruth.personId)).rows.find((row) => row.key === key)!.median;
      await giveScores(t, call.iqbal, call, key, [4, 4]);
      await reviews.declare(call.ruth, key, { answer: 'none' });
      expect([await others(), await onDashboard()]).toEqual([[], null]);
      await reviews.save(call.ruth, key, { give: false, version: 0, scores: [] });
      expect([await others(), await onDashboard()]).toEqual([[], null]);
      await giveScores(t, call.ruth, call, key, [0, 0], 1);
      expect(await others()).toEqual(seeOthers === 'after_own' ? ['resident'] : []);
      // Nor by what they come to, for those who score and decide.
      expect(await onDashboard()).toBe(seeOthers === 'after_own' ? 50 : null);
      await phases.close(call.dana, call.phaseId);
      expect(await others()).toEqual(seeOthers === 'never' ? [] : ['resident']);
      expect(await onDashboard()).toBe(50);
      expect(await queries.others(call.phaseId, applicationId, call.olu.personId)).toEqual([]);
    });

    it('come to a median, a spread and words about what is low, and rank nobody', async () => {
      const call = await opened();
      const all = await keys(call);
      await giveScores(t, call.ruth, call, all[0]!, [4, 4]);
      await giveScores(t, call.iqbal, call, all[0]!, [1, 0]);
      await giveScores(t, call.olu, call, all[0]!, [1, 4]);
      await giveScores(t, call.ruth, call, all[1]!, [3, 2]);
      const { rows } = await t.app.get(ReviewDashboardQueries).dashboard(call.id, call.marcus.personId);
      const shown = (key: string) => {
        const { given, median, lowest, highest, spread, farApart, low } = rows.find((row) => row.key === key)!;
        return { given, median, lowest, highest, spread, farApart, low };
      };
      expect(shown(all[0]!)).toEqual({ given: 3, median: 44, lowest: 19, highest: 100, spread: 81, farApart: true, low: ['Knows barriers from their own life'] });
      expect(shown(all[1]!)).toEqual({ given: 1, median: 69, lowest: 69, highest: 69, spread: 0, farApart: false, low: [] });
      expect(shown(all[2]!)).toEqual({ given: 0, median: null, lowest: null, highest: null, spread: null, farApart: false, low: [] });
      expect(rows.map(({ reference }) => reference)).toEqual(rows.map(({ reference }) => reference).sort());
    });
  });

  describe('people who share a job', () => {
    it('have one set of scores, and count as one', async () => {
      const call = await callToReview(t);
      const partners = await Promise.all(['Ann Lead', 'Bea Lead'].map((name) => someone(t, name, 'strategic_lead'))) as [Actor, Actor];
      const share = await t.app.get(Database).transaction(async (tx) => {
        const id = await t.app.get(PeopleService).createJobShare(tx, 'Leads');
        for (const { personId } of partners) await t.app.get(PeopleService).giveRole(tx, personId, 'strategic_lead', '2026-02-01', id);
        return id;
      });
      for (const { personId } of partners) await phases.addReviewer(call.dana, call.phaseId, { personId, kind: 'lead', decides: true });
      await phases.open(call.dana, call.phaseId);
      const [key] = await keys(call) as [string];
      await giveScores(t, partners[0], call, key, [4, 4]);
      expect(await t.app.get(ReadingQueries).read(partners[1].personId, key).then(({ declared }) => declared)).toBe(false);
      await giveScores(t, partners[1], call, key, [2, 2], 1);
      const { rows } = await t.owner.query(`select duty_id = $2 as shared, state from review where phase_id = $1`, [call.phaseId, share]);
      expect(rows).toEqual([{ shared: true, state: 'given' }]);
      const [row] = (await t.app.get(ReviewDashboardQueries).dashboard(call.id, call.marcus.personId)).rows.filter((one) => one.key === key);
      expect(row).toMatchObject({ given: 1, median: 50, canStill: 4 });
    });
  });

  describe('the next one', () => {
    it('is the least reviewed, and two who press at once get different ones', async () => {
      const call = await opened({ people: 4 });
      const [a, b, c] = await Promise.all([call.ruth, call.iqbal, call.olu].map((one) => reviews.next(one, call.phaseId)));
      expect(new Set([a, b, c]).size).toBe(3);
      await giveScores(t, call.ruth, call, a!, [2, 2]);
      const untouched = (await keys(call)).filter((key) => ![a, b, c].includes(key));
      expect(await reviews.next(call.ruth, call.phaseId, a)).toBe(untouched[0]);
    });

    it('stays the same for the same reviewer until they score it, and is free for others after half an hour', async () => {
      const call = await opened({ people: 2 });
      const first = await reviews.next(call.ruth, call.phaseId);
      expect(await reviews.next(call.ruth, call.phaseId)).toBe(first);
      const others = new Set<string | null>();
      for (let turn = 0; turn < 2; turn += 1) others.add(await reviews.next(call.iqbal, call.phaseId));
      expect([...others]).toEqual([(await keys(call)).find((key) => key !== first)]);
      const left = await queries.next({ phaseId: call.phaseId, personId: call.olu.personId, dutyId: call.olu.personId }, t.clock.realNow());
      t.clock.forward({ minutes: 31 });
      const later = await queries.next({ phaseId: call.phaseId, personId: call.olu.personId, dutyId: call.olu.personId }, t.clock.realNow());
      expect([left, later].every((one) => one !== null)).toBe(true);
    });

    it('ends when each has as many reviews as wanted, and passes over what was withdrawn', async () => {
      const call = await opened({ people: 3, reviewsEach: 1 });
      const all = await keys(call);
      await giveScores(t, call.ruth, call, all[0]!, [2, 2]);
      await t.app.get(ApplicationsService).withdraw(call.applicants[1]!.actor, call.applicants[1]!.applicationId);
      expect(await reviews.next(call.iqbal, call.phaseId)).toBe(all[2]);
      await giveScores(t, call.iqbal, call, all[2]!, [2, 2]);
      expect(await reviews.next(call.olu, call.phaseId)).toBeNull();
      await phases.close(call.dana, call.phaseId);
      expect(await reviews.next(call.olu, call.phaseId)).toBeNull();
    });
  });

  it('of what was spoken or signed waits until somebody has written it down, and then reads like the others', async () => {
    const call = await opened({ people: 2 });
    const [spoken] = call.applicants;
    const [recordingId, fileId] = [newId(), newId()];
    await t.owner.query(`insert into stored_file (id, purpose, sent_by, state, name, created_at) values ($1, 'recording', $2, 'uploading', 'a.webm', $3)`,
      [fileId, spoken!.actor.personId, t.clock.now()]);
    await t.owner.query(
      `insert into recording (id, application_id, question_id, question_text, file_id, kind, added_by, channel, added_at)
       values ($1, $2, $3, 'Which barriers do you meet?', $4, 'audio', $5, 'web', $6)`,
      [recordingId, spoken!.applicationId, call.questionIds[0], fileId, spoken!.actor.personId, t.clock.now()]);
    const [, written] = await keys(call);
    expect([(await queries.own(call.ruth.personId, call.phaseId))!.left, await reviews.next(call.ruth, call.phaseId)]).toEqual([1, written]);
    const waits = async (reader: Actor) => (await t.app.get(ReviewDashboardQueries).dashboard(call.id, reader.personId)).rows.map(({ toWriteDown }) => toWriteDown).sort();
    expect([await waits(call.marcus), await waits(call.ruth)]).toEqual([[false, true], [false, false]]);
    await t.owner.query(`update recording set transcript = 'Amina Yusuf says: kerbs.', transcript_by = $2, transcript_at = $3 where id = $1`,
      [recordingId, call.marcus.personId, t.clock.now()]);
    expect((await queries.own(call.ruth.personId, call.phaseId))!.left).toBe(2);
    expect((await queries.answers(spoken!.applicationId, true)).map(({ text }) => text)).toContain('[name removed] says: kerbs.');
    // There is no file behind it.
    await t.owner.query(`update recording set removed_at = $2 where id = $1`, [recordingId, t.clock.now()]);
  });

  describe('an agreed view', () => {
    it('is by two with a resident among them, stays beside the scores, and can’t be changed', async () => {
      const call = await opened();
      const [key] = await keys(call) as [string];
      const panel = t.app.get(ReviewPanelService);
      const dto = { id: newId(), agreedPercent: 60, words: 'We weigh the second answer more.', reason: 'It shows more of her own life.', moderatedWith: call.ruth.personId };
      await giveScores(t, call.ruth, call, key, [4, 4]);
      await expect(panel.moderate(call.dana, call.id, key, dto)).rejects.toThrow('could not find');
      await giveScores(t, call.dana, call, key, [1, 1]);
      await expect(panel.moderate(call.dana, call.id, key, { ...dto, moderatedWith: call.olu.personId })).rejects.toThrow('One of you must be a resident');
      await expect(panel.moderate(call.marcus, call.id, key, dto)).rejects.toThrow('Only somebody who decides');
      await panel.moderate(call.dana, call.id, key, dto);
      await panel.moderate(call.dana, call.id, key, dto);
      const { rows } = await t.app.get(ReviewDashboardQueries).dashboard(call.id, call.marcus.personId);
      expect(rows.find((row) => row.key === key)).toMatchObject({ moderated: true, agreedPercent: 60, given: 2, median: 63, lowest: 25, highest: 100 });
      expect((await t.owner.query(`select from moderation where phase_id = $1`, [call.phaseId])).rowCount).toBe(1);
      expect(await code(`update moderation set agreed_percent = 90`)).toContain('permission denied');
      expect(await t.owner.query(`delete from moderation`).catch((error: Error) => error.message)).toBe('moderation is append-only');
    });
  });

  it('leaves no impossible state behind', async () => {
    await t.app.get(Invariants).check();
    expect(await t.app.get(Invariants).broken()).toEqual([]);
  });
});
