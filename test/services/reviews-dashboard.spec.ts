import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReviewDashboardQueries, type Dashboard, type DashboardOrder, type DashboardRow } from '../../src/choosing/review-dashboard.queries.js';
import { ReviewPhasesService } from '../../src/choosing/review-phases.service.js';
import { HIGHEST_SCORE, isLow, points, possiblePoints, summarise } from '../../src/choosing/score.rules.js';
import type { Actor } from '../../src/platform/actor.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { someone } from '../support/open-call.js';
import { callToReview, keyOf, type CallToReview, type Criterion } from '../support/review.js';

const PEOPLE = 40;
const WANTED = 3;
const FAR_APART = 30;
const SIZE = 7;

interface Given {
  reviewer: Actor;
  draft: boolean;
  scores: number[];
}

interface Scored {
  key: string;
  number: number;
  applicationId: string;
  moderated: boolean;
  reviews: Given[];
}

describe('the dashboard of scores', () => {
  let t: TestApp;
  let call: CallToReview;
  let all: Scored[];
  let dashboards: ReviewDashboardQueries;

  beforeAll(async () => {
    t = await startTestApp();
    dashboards = t.app.get(ReviewDashboardQueries);
    call = await callToReview(t, { people: PEOPLE, reviewsEach: WANTED });
    call.criteria.push(await addCriterion('essential', 2), await addCriterion('essential', 5), await addCriterion('desirable', 4));
    const more = [await someone(t, 'Ada Cole', 'panel_member'), await someone(t, 'Ben Dale', 'panel_member')];
    const phases = t.app.get(ReviewPhasesService);
    for (const { personId } of more) await phases.addReviewer(call.dana, call.phaseId, { personId, kind: 'resident', decides: false });
    await phases.open(call.dana, call.phaseId);
    all = await score([call.ruth, call.iqbal, call.olu, ...more]);
  });
  afterAll(() => t.close());

  async function addCriterion(kind: Criterion['kind'], weight: number): Promise<Criterion> {
    const criterion = { id: newId(), kind, weight, label: `${kind}, weight ${weight}` };
    await t.owner.query(`alter table criterion disable trigger user`);
    await t.owner.query(
      `insert into criterion (id, call_id, position, kind, label, weight, score_labels)
       select $1, $2, 1 + max(position), $3, $4, $5, min(score_labels) from criterion where call_id = $2`, [criterion.id, call.id, kind, criterion.label, weight]);
    await t.owner.query(`alter table criterion enable trigger user`);
    return criterion;
  }

  /** Generated reviews of each application by some of the reviewers; some stay drafts, and every fifth application has an agreed view. */
  async function score(reviewers: Actor[]): Promise<Scored[]> {
    const scores = fc.array(fc.integer({ min: 0, max: HIGHEST_SCORE }), { minLength: call.criteria.length, maxLength: call.criteria.length });
    const reviews = fc.tuple(fc.subarray(reviewers), fc.array(fc.tuple(scores, fc.nat(5)), { minLength: reviewers.length, maxLength: reviewers.length }))
      .map(([by, drawn]) => by.map((reviewer, index) => ({ reviewer, scores: drawn[index]![0], draft: drawn[index]![1] === 0 })));
    const drawn = fc.sample(reviews, { numRuns: PEOPLE, seed: 20261207 });
    const scored: Scored[] = [];
    for (const [index, { applicationId }] of call.applicants.entries()) {
      const moderated = index % 5 === 0;
      scored.push({ ...await keyOf(t, call.phaseId, applicationId), applicationId, moderated, reviews: drawn[index]! });
      for (const review of drawn[index]!) await give(applicationId, review);
      if (moderated) {
        await t.owner.query(`insert into moderation values ($1, $2, $3, 50, 'We agreed', 'We talked', $4, $5, $6)`,
          [newId(), call.phaseId, applicationId, call.dana.personId, call.ruth.personId, t.clock.now()]);
      }
    }
    return scored;
  }

  async function give(applicationId: string, { reviewer, draft, scores }: Given): Promise<void> {
    const id = newId();
    await t.owner.query(
      `insert into review (id, phase_id, application_id, reviewer_id, duty_id, state, created_at, updated_at) values ($1, $2, $3, $4, $4, 'draft', $5, $5)`,
      [id, call.phaseId, applicationId, reviewer.personId, t.clock.now()]);
    await t.owner.query(`insert into review_score (review_id, criterion_id, score) select $1, * from unnest($2::uuid[], $3::int[])`,
      [id, call.criteria.map((criterion) => criterion.id), scores]);
    if (!draft) await t.owner.query(`update review set state = 'given', given_at = $2 where id = $1`, [id, t.clock.now()]);
  }

  /** What the rules make of the same scores, for this reader. */
  function expected(reader: Actor, { key, number, moderated, reviews }: Scored) {
    const given = reviews.filter(({ draft }) => !draft);
    const hidden = reader === call.ruth && !given.some(({ reviewer }) => reviewer === reader);
    const seen = hidden ? [] : given.map(({ scores }) => new Map(call.criteria.map(({ id }, index) => [id, scores[index]!])));
    return {
      key, number, hidden, ...summarise(seen.map((one) => points(call.criteria, one)), possiblePoints(call.criteria), FAR_APART),
      given: given.length, moderated: moderated && !hidden, agreedPercent: moderated && !hidden ? 50 : null,
      low: call.criteria.filter(({ id, kind }) => kind === 'essential' && isLow(seen.map((one) => one.get(id)!))).map(({ label }) => label),
    };
  }

  const judged = ({ key, number, hidden, given, median, lowest, highest, spread, farApart, moderated, agreedPercent, low }: DashboardRow) =>
    ({ key, number, hidden, given, median, lowest, highest, spread, farApart, moderated, agreedPercent, low });
  const byNumber = <Row extends { number: number }>(rows: Row[]) => [...rows].sort((a, b) => a.number - b.number);
  const readers = (): Actor[] => [call.marcus, call.ruth];

  it('says of each application exactly what the rules make of its scores', async () => {
    for (const reader of readers()) {
      const { rows, nameless } = await dashboards.dashboard(call.id, reader.personId);
      expect(byNumber(rows.map(judged))).toEqual(byNumber(all.map((one) => expected(reader, one))));
      expect([nameless, rows.every(({ reference }) => (reference === null) === nameless)]).toEqual([reader === call.ruth, true]);
    }
    expect(all.filter((one) => expected(call.ruth, one).hidden).length).toBeGreaterThan(5);
    expect(all.filter((one) => expected(call.marcus, one).low.length > 0).length).toBeGreaterThan(5);
  });

  it('shows page by page the same rows in the same order, with counts of all', async () => {
    const value = (row: DashboardRow, order: DashboardOrder) => (order === 'reference' ? 0 : row[order] ?? -1);
    for (const reader of readers()) {
      const whole = await dashboards.dashboard(call.id, reader.personId);
      const first = reader === call.ruth ? byNumber(whole.rows) : [...whole.rows].sort((a, b) => (a.reference! < b.reference! ? -1 : 1));
      expect(whole.rows).toEqual(first);
      for (const order of ['reference', 'median', 'spread'] as const) {
        const pages: Dashboard[] = [];
        for (let number = 1; number <= Math.ceil(PEOPLE / SIZE); number += 1) pages.push(await dashboards.dashboard(call.id, reader.personId, { order, number, size: SIZE }));
        expect(pages.flatMap(({ rows }) => rows)).toEqual([...first].sort((a, b) => value(b, order) - value(a, order)));
        const marks = all.map((one) => expected(reader, one));
        const counts = {
          all: PEOPLE, done: marks.filter(({ given }) => given >= WANTED).length, farApart: marks.filter(({ farApart, moderated }) => farApart && !moderated).length,
          needsSomebody: whole.rows.filter(({ needsSomebody }) => needsSomebody).length,
        };
        expect(pages.map((page) => page.counts)).toEqual(pages.map(() => counts));
      }
    }
  });

  it('says of one application alone what it says among all', async () => {
    for (const reader of readers()) {
      const { rows } = await dashboards.dashboard(call.id, reader.personId);
      expect(await Promise.all(rows.map(({ key }) => dashboards.one(call.id, reader.personId, key)))).toEqual(rows);
    }
    expect(await dashboards.one(call.id, call.marcus.personId, newId())).toBeNull();
  });

  it('leaves out who withdrew, and has nothing after the last page', async () => {
    await t.owner.query(`update application set state = 'withdrawn', withdrawn_at = $2 where id = $1`, [all[0]!.applicationId, t.clock.now()]);
    expect((await dashboards.dashboard(call.id, call.marcus.personId)).counts.all).toBe(PEOPLE - 1);
    expect(await dashboards.one(call.id, call.marcus.personId, all[0]!.key)).toBeNull();
    expect(await dashboards.dashboard(call.id, call.marcus.personId, { order: 'reference', number: 99, size: SIZE }))
      .toMatchObject({ rows: [], counts: { all: 0, done: 0, farApart: 0, needsSomebody: 0 } });
  });
});
