import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishTogether } from '../../seeds/demo/publishing.js';
import { ApplicationsQueries } from '../../src/applications/applications.queries.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { whoDecided } from '../../src/calls/call.document.js';
import type { CallDto, GateDto } from '../../src/calls/calls.dto.js';
import { CallsQueries } from '../../src/calls/calls.queries.js';
import { CallsService } from '../../src/calls/calls.service.js';
import { ChecklistQueries } from '../../src/calls/checklist.queries.js';
import { CriteriaService } from '../../src/calls/criteria.service.js';
import { PublishingService } from '../../src/calls/publishing.service.js';
import { QuestionsService } from '../../src/calls/questions.service.js';
import { ChoosingQueries } from '../../src/choosing/choosing.queries.js';
import { GroupsService } from '../../src/groups/groups.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { Invariants } from '../../src/platform/invariants.js';
import type { Role } from '../../src/platform/permissions.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication } from '../support/open-call.js';

describe('publishing together', () => {
  let t: TestApp;
  let calls: CallsService;
  let publishing: PublishingService;
  let groupId: string;
  /** Dana and Marcus share one job; Helen holds the budget; Ruth and Iqbal are co-deciders. */
  let dana: Actor;
  let marcus: Actor;
  let helen: Actor;
  let ruth: Actor;
  let iqbal: Actor;

  beforeAll(async () => {
    t = await startTestApp();
    calls = t.app.get(CallsService);
    publishing = t.app.get(PublishingService);
    const database = t.app.get(Database);
    const people = t.app.get(PeopleService);
    const someone = (name: string, role: Role, jobShareId: string | null = null) => database.transaction(async (tx) => {
      const id = await people.create(tx, { name });
      await people.giveRole(tx, id, role, '2020-01-01', jobShareId);
      return actorFor(id, role);
    });
    const share = await database.transaction((tx) => people.createJobShare(tx, 'Strategic leads'));
    [dana, marcus] = [await someone('Dana Reid', 'strategic_lead', share), await someone('Marcus Osei', 'strategic_lead', share)];
    helen = await someone('Helen Marsh', 'budget_holder');
    [ruth, iqbal] = [await someone('Ruth Adeyemi', 'co_decider'), await someone('Iqbal Rahman', 'co_decider')];
    groupId = newId();
    await database.transaction((tx) => t.app.get(GroupsService).create(tx, null, {
      id: groupId, slug: 'planning', name: 'Planning Group', shortName: 'Planning', purpose: '-', meets: '-', budgetLineId: null,
      seats: [{ kind: 'disabled_resident', places: 5 }],
    }));
  });
  afterAll(() => t.close());

  const terms = (more: Partial<CallDto> = {}): CallDto => ({
    id: newId(), title: 'Planning Group', shortName: 'Planning Group', referencePrefix: 'PLAN', groupId, summary: 'Advise on plans.',
    whatYouWouldDo: 'You look at plans.', whoWeAreLookingFor: 'Disabled people.', timeCommitment: 'Once a month',
    rate: 2000, rateUnit: 'hour', disabledResidentPlaces: 5, opensOn: '2026-11-24', opensTime: '10:00', closesOn: '2026-12-04', closesTime: '12:00',
    interviewsFrom: '2027-01-11', interviewsTo: '2027-01-15', firstMeetingOn: '2027-02-01', ...more,
  });

  async function draft(more: Partial<CallDto> = {}): Promise<CallDto> {
    const dto = terms(more);
    await calls.draft(dana, dto);
    await t.app.get(QuestionsService).add(dana, dto.id, { id: newId(), kind: 'long_text', text: 'Why?', wordLimit: 50, required: 'yes' });
    return dto;
  }

  const gates: Record<string, Partial<GateDto>> = {
    formats: { easyReadOn: '2026-11-20', bslOn: '2026-11-23' }, interpreters: { withoutInterpreters: 'none_to_be_had' },
  };

  async function passAll(id: string, named: Partial<GateDto> = { coDeciders: [ruth.personId] }): Promise<void> {
    for (const { code } of await t.app.get(ChecklistQueries).gates(id)) {
      await publishing.passGate(dana, id, code, { reason: 'It is so.', ...gates[code], ...(code === 'decided-together' && named) });
    }
  }

  async function ready(): Promise<CallDto> {
    const dto = await draft();
    await passAll(dto.id);
    await publishing.makeReady(dana, dto.id);
    return dto;
  }

  const detail = async (id: string) => (await t.app.get(CallsQueries).detail(id))!;
  const left = async (id: string) => (await t.app.get(ChecklistQueries).gates(id)).filter(({ pass }) => !pass).map(({ code }) => code);
  const refusal = async (sql: string, values: unknown[]): Promise<string> => {
    try {
      await t.asApplication.query(sql, values);
      return 'done';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const publishBySql = (id: string, by: Actor) =>
    refusal(`update call set state = 'published', published_at = '2026-11-23', published_by = $2 where id = $1`, [id, by.personId]);

  describe('the checklist', () => {
    it('takes Easy Read and BSL only before the day it opens', async () => {
      const { id } = await draft();
      await expect(publishing.passGate(dana, id, 'formats', { reason: 'Ordered.', easyReadOn: '2026-11-20', bslOn: '2026-11-24' }))
        .rejects.toThrow('The BSL version comes on Tuesday 24 November 2026. That is not before it opens');
      await publishing.passGate(dana, id, 'formats', { reason: 'Seen.', easyReadOn: '2026-11-20', bslOn: '2026-11-23' });
      expect(await detail(id)).toMatchObject({ easyReadOn: '2026-11-20', bslOn: '2026-11-23' });
    });

    it('counts the longest common lead time in working days from closing, bank holidays too', async () => {
      const { id } = await draft({ interviewsFrom: '2027-01-05' });
      expect(await t.app.get(ChecklistQueries).leadTime(new Date('2026-12-04T12:00:00Z'))).toEqual({
        lead: { what: 'British Sign Language (BSL) interpreter', days: 20 }, firstSafeDay: '2027-01-06',
      });
      await expect(publishing.passGate(dana, id, 'lead-time', { reason: 'Fine.' })).rejects.toThrow('The first safe day for interviews is Wednesday 6 January 2027');
      await calls.edit(dana, id, terms({ id, interviewsFrom: '2027-01-06' }));
      await publishing.passGate(dana, id, 'lead-time', { reason: 'Counted.' });
    });

    it('asks about dates again when a date changes, and only then', async () => {
      const dto = await draft();
      await passAll(dto.id);
      await calls.edit(dana, dto.id, { ...dto, title: 'Another title' });
      expect(await left(dto.id)).toEqual([]);
      await calls.edit(dana, dto.id, { ...dto, opensOn: '2026-11-25' });
      expect(await left(dto.id)).toEqual(['formats', 'lead-time', 'interpreters']);
      await expect(publishing.makeReady(dana, dto.id)).rejects.toThrow('Finish the checklist first: 3 questions are left');
    });

    it('can be taken back, and knows no other question', async () => {
      const { id } = await draft();
      await publishing.passGate(helen, id, 'money', { reason: 'From my budget.' });
      expect((await t.app.get(ChecklistQueries).gates(id)).find(({ code }) => code === 'money')?.pass).toEqual({ by: 'Helen Marsh', at: expect.any(String), reason: 'From my budget.' });
      await publishing.takeGateBack(helen, id, 'money');
      expect(await left(id)).toContain('money');
      await expect(publishing.passGate(helen, id, 'nothing', { reason: '-' })).rejects.toThrow('We could not find');
    });
  });

  describe('the second person', () => {
    it('is neither who wrote it nor who shares their job, in the service and in the database', async () => {
      const { id } = await ready();
      for (const who of [dana, marcus]) {
        await expect(publishing.approve(who, id)).rejects.toThrow('Somebody else must approve it');
        expect(await publishBySql(id, who)).toBe('a call is approved by a second person');
      }
      await publishing.approve(helen, id);
      expect(await detail(id)).toMatchObject({ state: 'published', maker: 'Dana Reid', approver: 'Helen Marsh', coDeciders: ['Ruth Adeyemi'] });
    });

    it('sends it back with a reason, and reads it again', async () => {
      const { id } = await ready();
      await publishing.sendBack(ruth, id, 'Say what “plans” are.');
      expect(await detail(id)).toMatchObject({ state: 'draft', sentBack: { by: 'Ruth Adeyemi', reason: 'Say what “plans” are.' } });
      await expect(publishing.approve(ruth, id)).rejects.toThrow('It is not ready for approval');
      await publishing.makeReady(dana, id);
      await publishing.approve(iqbal, id);
      expect(await detail(id)).toMatchObject({ coDeciders: ['Iqbal Rahman', 'Ruth Adeyemi'], sentBack: null });
    });

    it('changes nothing while it waits', async () => {
      const dto = await ready();
      await expect(calls.edit(dana, dto.id, dto)).rejects.toThrow('It waits for approval');
      await expect(publishing.takeGateBack(dana, dto.id, 'money')).rejects.toThrow('It waits for approval');
    });
  });

  it('shows why no resident decided, where none did', async () => {
    const { id } = await draft();
    await expect(passAll(id, {})).rejects.toThrow('Nobody is named.');
    await passAll(id, { noCoDeciderReason: 'The group chose to wait for its new members.' });
    await publishing.makeReady(dana, id);
    await publishing.approve(helen, id);
    expect(whoDecided(await detail(id))).toBe(
      'No Disabled resident decided this call with the council. This is why: The group chose to wait for its new members. Helen Marsh approved it.');
  });

  it('the database takes no call without its checklist, and nothing of a public one changes', async () => {
    const { id } = await ready();
    await t.owner.query(`update call_gate_pass set taken_back_at = '2026-11-23', taken_back_by = passed_by where call_id = $1 and gate = 'money'`, [id]);
    expect(await publishBySql(id, helen)).toBe('the checklist of the call is not passed');
    const other = await draft();
    await t.app.get(CriteriaService).add(dana, other.id, { id: newId(), kind: 'essential', label: 'Meets barriers', weight: 3 });
    await publishTogether(t.app, other.id, dana, ruth);
    expect(await t.app.get(CallsQueries).criteria(other.id)).toEqual([{
      id: expect.any(String), kind: 'essential', label: 'Meets barriers', description: null, weight: 3,
      scoreLabels: ['Not shown', 'A little', 'In part', 'Well', 'Very well'],
    }]);
    expect(await refusal(`update criterion set weight = 5 where call_id = $1`, [other.id])).toBe('criterion of a published call stays as it is');
    expect(await refusal(`delete from call_co_decider where call_id = $1`, [other.id])).toBe('call_co_decider of a published call stays as it is');
    expect(await refusal(`update question set text = 'Other words' where call_id = $1`, [other.id])).toBe('question of a published call stays as it is');
    expect(await refusal(`insert into call_gate (code, question, help, position) values ('x', '-', '-', 9)`, [])).toBe('permission denied for table call_gate');
  });

  it('mended words make a new version: what was sent keeps the old, a draft is offered its answer again', async () => {
    const call = await openCall(t);
    const [sent, writing] = [await applicant(t), await applicant(t, 'George Ellis')];
    const [sentId, writingId] = [await writeApplication(t, call, sent), await writeApplication(t, call, writing)];
    const applications = t.app.get(ApplicationsService);
    await applications.submit(sent.actor, sentId);
    t.clock.forward({ minutes: 5 });
    const [old] = call.questionIds;
    const mended = newId();
    await t.app.get(QuestionsService).mend(call.dana, call.id, old!, { id: mended, text: 'Which barriers do you meet, at home or outside?' });
    expect((await detail(call.id)).changes).toEqual([{ on: '2026-11-23', before: 'Which barriers do you meet?', text: 'Which barriers do you meet, at home or outside?' }]);
    const own = (await t.app.get(ApplicationsQueries).own(writingId, writing.actor.personId))!;
    expect(own.questions.map(({ id }) => id)).toEqual([mended, call.questionIds[1]]);
    expect(own.earlier).toEqual([{ questionId: mended, earlierId: old, text: 'Steps at the door.' }]);
    await expect(applications.submit(writing.actor, writingId)).rejects.toThrow('Answer the questions');
    await applications.saveAnswers(writing.actor, writingId, [{ questionId: mended, text: 'Steps at the door, at home.' }]);
    t.clock.forward({ minutes: 5 });
    await applications.submit(writing.actor, writingId);
    const questionsOf = async (id: string) => (await t.app.get(ChoosingQueries).one(id))!.answers.map(({ question, text }) => `${question} ${text}`);
    expect(await questionsOf(sentId)).toEqual(['Which barriers do you meet? Steps at the door.', 'What would you change? Steps at the door.']);
    expect(await questionsOf(writingId)).toEqual(['Which barriers do you meet, at home or outside? Steps at the door, at home.', 'What would you change? Steps at the door.']);
    await t.app.get(Invariants).check();
    expect(await t.app.get(Invariants).broken()).toEqual([]);
  });
});
