import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ReviewPhasesService } from '../../src/choosing/review-phases.service.js';
import { ReviewsService } from '../../src/choosing/reviews.service.js';
import type { SeeOthers } from '../../src/choosing/review.rules.js';
import type { Actor } from '../../src/platform/actor.js';
import { newId } from '../../src/platform/ids.js';
import type { TestApp } from './app.js';
import { applicant, openCall, someone, writeApplication, type Applicant, type OpenCall } from './open-call.js';

export interface Criterion {
  id: string;
  kind: 'essential' | 'desirable';
  label: string;
  weight: number;
}

/** A call that has closed, with people who applied, and a planned review by two residents, an officer and a lead. */
export interface CallToReview extends OpenCall {
  criteria: Criterion[];
  phaseId: string;
  /** A second resident who scores. */
  iqbal: Actor;
  /** An officer who scores. */
  olu: Actor;
  /** A lead who does not score. */
  marcus: Actor;
  applicants: (Applicant & { applicationId: string })[];
}

export const CLOSED = '2026-12-07T10:00:00Z';

export async function callToReview(t: TestApp, more: { people?: number; blind?: boolean; seeOthers?: SeeOthers; reviewsEach?: number } = {}): Promise<CallToReview> {
  t.clock.moveTo('2026-11-23T10:00:00Z');
  const call = await openCall(t);
  const criteria = await addCriteria(t, call.id);
  const applicants: CallToReview['applicants'] = [];
  for (let index = 0; index < (more.people ?? 3); index += 1) {
    const who = await applicant(t);
    const applicationId = await writeApplication(t, call, who);
    await t.app.get(ApplicationsService).submit(who.actor, applicationId);
    applicants.push({ ...who, applicationId });
  }
  t.clock.moveTo(CLOSED);
  const [iqbal, olu, marcus] = [await someone(t, 'Iqbal Rahman', 'panel_member'), await someone(t, 'Olu Bankole', 'panel_member'), await someone(t, 'Marcus Osei', 'strategic_lead')];
  const phaseId = await planReview(t, call, { blind: more.blind ?? true, seeOthers: more.seeOthers ?? 'after_own', reviewsEach: more.reviewsEach ?? 3 });
  const phases = t.app.get(ReviewPhasesService);
  await phases.addReviewer(call.dana, phaseId, { personId: call.ruth.personId, kind: 'resident', decides: true });
  await phases.addReviewer(call.dana, phaseId, { personId: iqbal.personId, kind: 'resident', decides: false });
  await phases.addReviewer(call.dana, phaseId, { personId: olu.personId, kind: 'officer', decides: false });
  return { ...call, criteria, phaseId, iqbal, olu, marcus, applicants };
}

export async function planReview(t: TestApp, call: OpenCall, phase: { blind: boolean; seeOthers: SeeOthers; reviewsEach: number }): Promise<string> {
  const id = newId();
  await t.app.get(ReviewPhasesService).plan(call.dana, call.id, {
    id, name: 'First reading', startsOn: '2026-12-07', endsOn: '2026-12-18', blind: phase.blind ? 'yes' : 'no', seeOthers: phase.seeOthers, reviewsEach: phase.reviewsEach,
  });
  return id;
}

/** An essential one that counts three times, and a desirable one. */
async function addCriteria(t: TestApp, callId: string): Promise<Criterion[]> {
  const criteria: Criterion[] = [
    { id: newId(), kind: 'essential', label: 'Knows barriers from their own life', weight: 3 },
    { id: newId(), kind: 'desirable', label: 'Has ideas for change', weight: 1 },
  ];
  await t.owner.query(`alter table criterion disable trigger user`);
  for (const [index, { id, kind, label, weight }] of criteria.entries()) {
    await t.owner.query(
      `insert into criterion (id, call_id, position, kind, label, description, weight, score_labels) values ($1, $2, $3, $4, $5, null, $6, $7)`,
      [id, callId, index + 1, kind, label, weight, ['Not shown', 'A little', 'Partly', 'Well', 'Very well']]);
  }
  await t.owner.query(`alter table criterion enable trigger user`);
  return criteria;
}

/** The address of an application in a review. */
export async function keyOf(t: TestApp, phaseId: string, applicationId: string): Promise<{ key: string; number: number }> {
  const { rows } = await t.owner.query<{ key: string; number: number }>(
    `select id as key, number from phase_application where phase_id = $1 and application_id = $2`, [phaseId, applicationId]);
  return rows[0]!;
}

/** Somebody says that they know nobody, and gives scores in the order of the criteria. */
export async function giveScores(t: TestApp, reviewer: Actor, call: Pick<CallToReview, 'criteria'>, key: string, scores: readonly number[], version = 0): Promise<void> {
  const reviews = t.app.get(ReviewsService);
  await reviews.declare(reviewer, key, { answer: 'none' });
  await reviews.save(reviewer, key, { give: true, version, scores: call.criteria.map(({ id }, index) => ({ criterionId: id, score: scores[index]! })) });
}
