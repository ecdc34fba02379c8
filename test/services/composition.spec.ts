import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { CriteriaService } from '../../src/calls/criteria.service.js';
import { QuestionsService } from '../../src/calls/questions.service.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { CompositionQueries } from '../../src/choosing/composition.queries.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type OpenCall } from '../support/open-call.js';

const OPTIONS = ['Steps', 'Noise', 'Small print'];

describe('the composition of a group', () => {
  let t: TestApp;
  let call: OpenCall;
  beforeAll(async () => {
    t = await startTestApp();
    call = await openCall(t, async (id, lead) => {
      const questions = t.app.get(QuestionsService);
      await questions.add(lead, id, {
        id: newId(), kind: 'many', text: 'Which barriers do you meet most?', options: OPTIONS, required: 'no', forComposition: 'yes',
      });
      await questions.add(lead, id, { id: newId(), kind: 'many', text: 'How did you hear of us?', options: ['Steps', 'A friend'], required: 'no' });
      for (const what of ['barrier:Steps', 'barrier:Small print', 'first_time']) {
        await t.app.get(CriteriaService).addTarget(lead, id, { id: newId(), what, atLeast: 2 });
      }
    });
  });
  afterAll(() => t.close());

  async function applied(barriers: string, outcome: 'shortlisted' | 'not_selected' | null): Promise<string> {
    const who = await applicant(t);
    const id = await writeApplication(t, call, who, { answers: ['At the door.', 'Ramps.', barriers, 'Steps'] });
    await t.app.get(ApplicationsService).submit(who.actor, id);
    if (outcome) {
      await t.app.get(ChoosingService).decide(call.dana, id, { outcome, reason: 'A reason.', coDecidedBy: call.ruth.personId });
    }
    return id;
  }

  it('counts what the shortlist chose, in the questions that are counted and no others', async () => {
    for (const barriers of ['Steps\nNoise', 'Steps', '']) await applied(barriers, 'shortlisted');
    await applied('Small print', 'not_selected');
    await applied('Small print', null);
    const queries = t.app.get(CompositionQueries);
    expect((await queries.experience(call.id)).map(({ question, onlyOne, option, people }) => [question, onlyOne, option, people])).toEqual([
      ['Which barriers do you meet most?', false, 'Steps', 2], ['Which barriers do you meet most?', false, 'Noise', 1],
      ['Which barriers do you meet most?', false, 'Small print', 0],
    ]);
    expect(await queries.targets(call.id, 3)).toEqual([
      { what: 'barrier', option: 'Small print', atLeast: 2, people: 0 }, { what: 'barrier', option: 'Steps', atLeast: 2, people: 2 },
      { what: 'first_time', option: null, atLeast: 2, people: 3 },
    ]);
  });

  it('keeps an answer to an earlier version of the question, and leaves out whoever withdrew', async () => {
    const question = (await t.owner.query<{ id: string }>(
      `select id from question where call_id = $1 and for_composition`, [call.id])).rows[0]!;
    await t.app.get(QuestionsService).mend(call.dana, call.id, question.id, { id: newId(), text: 'Which barriers do you meet the most?' });
    const { rows: [steps] } = await t.owner.query<{ id: string; person: string }>(
      `select a.id, a.person_id as person from application a join answer w on w.application_id = a.id where w.text = E'Steps\\nNoise'`);
    const counted = async () => (await t.app.get(CompositionQueries).experience(call.id)).map(({ people }) => people);
    expect(await counted()).toEqual([2, 1, 0]);
    await t.owner.query(`update application set state = 'withdrawn' where id = $1`, [steps!.id]);
    expect(await counted()).toEqual([1, 0, 0]);
  });
});
