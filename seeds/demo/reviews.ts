import { ReviewPhasesService } from '../../src/choosing/review-phases.service.js';
import { ReviewQueries } from '../../src/choosing/review.queries.js';
import { ReviewsService } from '../../src/choosing/reviews.service.js';
import type { StoryCriterion } from './calls.js';
import type { People } from './people.js';
import type { DemoPerson, World } from './world.js';

export const accessCriteria: readonly StoryCriterion[] = [
  { kind: 'essential', label: 'Knows from their own life how hard it can be to reach a service', weight: 3 },
  { kind: 'desirable', label: 'Says what would have helped', weight: 2 },
];

/** Two residents and a lead read all applications without names, and score them. One knows somebody. */
export async function firstReading(world: World, { marcus, ruth, iqbal }: People, callId: string): Promise<void> {
  await world.at(-16, '10:00');
  const phaseId = await plan(world, marcus, callId, { name: 'First reading', from: -16, to: -9, blind: true, reviewsEach: 3 });
  const phases = world.get(ReviewPhasesService);
  await phases.addReviewer(marcus, phaseId, { personId: ruth.id, kind: 'resident', decides: true });
  await phases.addReviewer(marcus, phaseId, { personId: iqbal.id, kind: 'resident', decides: true });
  await phases.addReviewer(marcus, phaseId, { personId: marcus.id, kind: 'lead', decides: true });
  await phases.open(marcus, phaseId);
  await world.settle();
  await world.at(-14, '16:30');
  await scoreAll(world, ruth, phaseId, callId, [[4, 3], [3, 2], [3, 4], [2, 2], [4, 4]]);
  await scoreAll(world, iqbal, phaseId, callId, [[3, 3], [4, 3], [1, 1], [3, 2], 'conflict']);
  await world.at(-12, '11:15');
  await scoreAll(world, marcus, phaseId, callId, [[3, 2], [3, 3], [4, 2], [3, 3], [2, 1]]);
  await world.at(-9, '15:00');
  await phases.close(marcus, phaseId);
}

/** Open now, with names: a second look at those who can still be offered a place. */
export async function secondReading(world: World, { marcus, ruth, iqbal }: People, callId: string): Promise<void> {
  await world.at(-3, '10:00');
  const phaseId = await plan(world, marcus, callId, { name: 'Second reading', from: -3, to: 3, blind: false, reviewsEach: 2 });
  const phases = world.get(ReviewPhasesService);
  await phases.addReviewer(marcus, phaseId, { personId: ruth.id, kind: 'resident', decides: true });
  await phases.addReviewer(marcus, phaseId, { personId: iqbal.id, kind: 'resident', decides: false });
  await phases.addReviewer(marcus, phaseId, { personId: marcus.id, kind: 'lead', decides: true });
  await phases.open(marcus, phaseId);
  await world.settle();
  await scoreAll(world, ruth, phaseId, callId, [[4, 3]]);
}

async function plan(world: World, lead: DemoPerson, callId: string, phase: { name: string; from: number; to: number; blind: boolean; reviewsEach: number }): Promise<string> {
  const id = world.newId();
  await world.get(ReviewPhasesService).plan(lead, callId, {
    id, name: phase.name, startsOn: await world.day(phase.from), endsOn: await world.day(phase.to), blind: phase.blind ? 'yes' : 'no',
    seeOthers: 'after_own', reviewsEach: phase.reviewsEach,
  });
  return id;
}

/** One after another, as "Save and next" gives them. */
async function scoreAll(world: World, reviewer: DemoPerson, phaseId: string, callId: string, all: readonly (readonly number[] | 'conflict')[]): Promise<void> {
  const reviews = world.get(ReviewsService);
  const criteria = await world.get(ReviewQueries).criteria(callId);
  for (const scores of all) {
    const key = await reviews.next(reviewer, phaseId);
    if (!key) return;
    await reviews.declare(reviewer, key, { answer: scores === 'conflict' ? 'conflict' : 'none' });
    if (scores === 'conflict') continue;
    await reviews.save(reviewer, key, { give: true, version: 0, scores: criteria.map(({ id }, index) => ({ criterionId: id, score: scores[index]! })) });
  }
}
