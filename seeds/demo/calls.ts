import type { CallDto, CriterionDto, QuestionDto } from '../../src/calls/calls.dto.js';
import { CallsService } from '../../src/calls/calls.service.js';
import { Readable } from 'node:stream';
import { Files } from '../../src/platform/files/files.service.js';
import { Conflict } from '../../src/platform/errors.js';
import { newTimelessId } from '../../src/platform/ids.js';
import { RecordingsService } from '../../src/applications/recordings.service.js';
import { toPdf } from '../../src/platform/documents/pdf.js';
import { CallVersionsService } from '../../src/calls/call-versions.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ChannelVisits } from '../../src/calls/channel-visits.js';
import { ChannelsService } from '../../src/calls/channels.service.js';
import { HoldingService } from '../../src/calls/holding.service.js';
import { InterpreterHolds } from '../../src/adjustments/holds.service.js';
import { InterpretersQueries } from '../../src/adjustments/interpreters.queries.js';
import { CallsQueries } from '../../src/calls/calls.queries.js';
import { CriteriaService } from '../../src/calls/criteria.service.js';
import { QuestionsService } from '../../src/calls/questions.service.js';
import type { Need } from '../../src/adjustments/arrangement.rules.js';
import { PeopleQueries } from '../../src/people/people.queries.js';
import { publishTogether } from './publishing.js';
import { tone } from './sound.js';
import type { DemoPerson, World } from './world.js';

export type StoryQuestion = Pick<QuestionDto, 'text'> & Partial<QuestionDto>;
export type StoryCriterion = Pick<CriterionDto, 'kind' | 'label'> & Partial<CriterionDto>;

/** Drafts a call, adds its questions and what it looks for, and publishes it with a co-decider. */
export async function publishCall(world: World, lead: DemoPerson, coDecider: DemoPerson, call: Omit<CallDto, 'id'>, questions: readonly StoryQuestion[], criteria: readonly StoryCriterion[] = []): Promise<string> {
  const calls = world.get(CallsService);
  const id = world.newId();
  await calls.draft(lead, { id, ...call });
  for (const question of questions) {
    await world.get(QuestionsService).add(lead, id, { id: world.newId(), kind: 'long_text', required: 'yes', ...question });
  }
  for (const criterion of criteria) await world.get(CriteriaService).add(lead, id, { id: world.newId(), weight: 1, ...criterion });
  await holdInterpreters(world, lead, id);
  await publishTogether(world, id, lead, coDecider);
  return id;
}

const HELD = 2;

/** Two of those who are free, for the first day of its interviews. */
async function holdInterpreters(world: World, lead: DemoPerson, callId: string): Promise<void> {
  const call = (await world.get(CallsQueries).detail(callId))!;
  const [first, second] = await world.get(InterpreterHolds).halfDays(call.interviewsFrom, call.interviewsTo);
  const times = [first, second].flatMap((half) => half?.key ?? []);
  let held = 0;
  for (const { resourceId } of (await world.get(InterpretersQueries).all()).filter(({ skills }) => skills.includes('bsl-interpreter'))) {
    if (held === HELD) return;
    try {
      await world.database.transaction((tx) => world.get(HoldingService).hold(tx, lead, callId, { resourceId, times }));
      held += 1;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

/** The call in Easy Read, for the demo its own words in large print, and a BSL video somewhere else. */
export async function addVersions(world: World, lead: DemoPerson, callId: string): Promise<void> {
  const versions = world.get(CallVersionsService);
  const call = (await world.get(CallsQueries).detail(callId))!;
  const pdf = await toPdf({ title: `${call.title} in Easy Read`, blocks: [{ kind: 'paragraph', text: call.summary }] }, 18);
  const { id: fileId } = await world.get(Files).receive(lead, 'call_version', { name: 'Easy Read.pdf', claimedType: 'application/pdf', content: Readable.from([pdf]) });
  await versions.add(lead, callId, { id: world.newId(), kind: 'easy_read', language: null, fileId, url: null });
  await versions.add(lead, callId, { id: world.newId(), kind: 'bsl', language: null, fileId: null, url: 'https://bsl.council.example/planning-group' });
}

/** Links for posts and posters, and how often each was followed in the days after. Gives their codes. */
export async function addChannels(world: World, lead: DemoPerson, callId: string, visits: Record<string, number>): Promise<string[]> {
  const { slug } = (await world.get(CallsQueries).detail(callId))!;
  const codes: string[] = [];
  for (const [name, count] of Object.entries(visits)) {
    const code = await world.get(ChannelsService).add(lead, callId, world.newId(), name);
    for (let visit = 0; visit < count; visit += 1) world.get(ChannelVisits).note(slug, code);
    codes.push(code);
  }
  return codes;
}

/** Somebody applies, from start to sent; the answers in `spoken`, by their number from 0, by recording. */
export async function apply(
  world: World, who: DemoPerson, callId: string, answers: readonly string[], needs: readonly Need[] = [], channel: string | null = null,
  spoken: readonly number[] = [],
): Promise<string> {
  const applications = world.get(ApplicationsService);
  const call = (await world.get(CallsQueries).detail(callId))!;
  const id = await applications.start(who, call.slug, channel);
  await applications.saveAbout(who, id, { name: who.name, postcode: 'W6 9JT', eligibility: ['lives'], interest: 'no' });
  await applications.saveAnswers(who, id, call.questions.map((question, index) => ({ questionId: question.id, text: answers[index] ?? '' })));
  for (const index of spoken) {
    const { id: fileId } = await world.get(Files).receive(who, 'recording', { name: 'My answer.wav', claimedType: 'audio/wav', content: Readable.from([tone(3)]) });
    await world.get(RecordingsService).add(who, id, { id: newTimelessId(), questionId: call.questions[index]!.id, fileId });
  }
  await applications.saveAccess(who, id, needs);
  const [contact] = await world.get(PeopleQueries).contacts(who.id);
  await applications.saveContact(who, id, contact!.id);
  await applications.submit(who, id);
  return id;
}
