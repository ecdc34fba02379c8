import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import type { Need } from '../../src/adjustments/arrangement.rules.js';
import { CallsQueries } from '../../src/calls/calls.queries.js';
import { ReviewDashboardQueries } from '../../src/choosing/review-dashboard.queries.js';
import { ReviewPhasesService } from '../../src/choosing/review-phases.service.js';
import { PeopleQueries } from '../../src/people/people.queries.js';
import type { Role } from '../../src/platform/permissions.js';
import { apply, publishCall } from './calls.js';
import { World, type DemoPerson } from './world.js';

const TITLE = 'Neighbourhood panel';
const AT_ONCE = 8;

const FIRST_NAMES = [
  'Adaeze', 'Ahmed', 'Alice', 'Anjali', 'Bartek', 'Bernadette', 'Carlos', 'Ciara', 'Daniel', 'Dilys', 'Elif', 'Emeka', 'Farah', 'Femi', 'Gloria',
  'Hannah', 'Hassan', 'Ines', 'Jasmin', 'Kenji', 'Leila', 'Magda', 'Mohammed', 'Nadia', 'Olga', 'Patrick', 'Rosa', 'Samuel', 'Tariq', 'Winifred',
];
const LAST_NAMES = [
  'Abara', 'Ali', 'Barker', 'Begum', 'Campbell', 'Costa', 'Davies', 'Eze', 'Fernandes', 'Gill', 'Haddad', 'Hughes', 'Ibrahim', 'Jankowski', 'Jones',
  'Kaur', 'Khan', 'Lopez', 'Mbeki', 'Murphy', 'Nowak', 'Okeke', 'Patel', 'Quinn', 'Reid', 'Silva', 'Thomas', 'Usman', 'Vella', 'Wood',
];
const BARRIERS = [
  'The kerb outside my home is too high for my chair', 'Letters come in print that I can’t read', 'I can’t hear the person behind the glass',
  'The form has to be done online, and I have no computer', 'The bus driver pulls away before I sit down', 'I am told to phone, and speech is hard for me',
  'The meeting is at a time when I care for my son', 'Nobody answers when I write',
];
const CHANGES = [
  'Ask people before the plans are drawn', 'Write in short sentences', 'Let people choose how they are reached', 'Say what was done with what we said',
  'Give one person to talk to', 'Meet where people already are', 'Pay for the taxi in advance', 'Train everybody at the front desk',
];
const NEEDS: Need[][] = [
  [], [], [], [{ code: 'extra-time', ownWords: null }], [], [], [{ code: 'breaks', ownWords: null }], [], [{ code: 'questions-in-advance', ownWords: null }], [],
];

/**
 * A call that has just closed and is under review, with so many applications; the same people and words at every run.
 * Where some are there already, it adds those that are missing. Answers how many it added.
 */
export async function loadManyApplications(app: INestApplicationContext, today: string, wanted: number): Promise<number> {
  const world = new World(app, today);
  const callId = await theCall(world);
  const [{ there }] = await world.database.transaction((tx) =>
    tx.query<[{ there: number }]>(`select count(*)::int as there from application where call_id = $1`, [callId]));
  await world.at(-10, '12:00');
  for (let index = there; index < wanted; index += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted - index) }, (_, more) => applyAs(world, callId, index + more)));
  }
  await world.settle();
  await world.at(0, '09:00');
  await openReview(world, callId);
  await world.settle();
  return Math.max(0, wanted - there);
}

async function theCall(world: World): Promise<string> {
  const known = (await world.get(CallsQueries).staffList()).find(({ title }) => title === TITLE);
  if (known) return known.id;
  await world.at(-30, '09:00');
  const lead = await world.person('Olu Bright', 'olu@council.example', ['strategic_lead']);
  const decider = await world.person('Nadia Karim', 'nadia@home.example', ['co_decider', 'panel_member']);
  const [group] = await world.get(CallsQueries).groups();
  return publishCall(world, lead, decider, {
    title: TITLE, shortName: 'Panel', referencePrefix: 'PANEL', groupId: group!.id,
    summary: 'Help decide how services in your street work for everyone.',
    whatYouWouldDo: 'You read short papers in the format you asked for. You say what works, what does not, and what must change.',
    whoWeAreLookingFor: 'Residents who meet barriers in the services of their street. You don’t need to know how the council works.',
    timeCommitment: 'Six meetings a year, up to 2 hours each', rate: 2000, rateUnit: 'hour', disabledResidentPlaces: 8, residentPlaces: 8,
    opensOn: await world.day(-29), opensTime: '10:00', closesOn: await world.day(-1), closesTime: '12:00',
    interviewsFrom: await world.day(25), interviewsTo: await world.day(35), firstMeetingOn: await world.day(50),
  }, [
    { text: 'Which barriers do you meet?', wordLimit: 200 },
    { text: 'What would you change first?', wordLimit: 200 },
  ], [
    { kind: 'essential', label: 'Knows barriers from their own life', weight: 3 },
    { kind: 'essential', label: 'Wants to change things with others', weight: 2 },
    { kind: 'desirable', label: 'Brings a view that is missing in the group' },
  ]);
}

/** Two Disabled residents and a lead score them without names. */
async function openReview(world: World, callId: string): Promise<void> {
  const phases = world.get(ReviewPhasesService);
  const lead = await found(world, 'Olu Bright', 'strategic_lead');
  if ((await world.get(ReviewDashboardQueries).phases(callId)).length > 0) return;
  const id = world.newId();
  await phases.plan(lead, callId, {
    id, name: 'Reading', startsOn: await world.day(0), endsOn: await world.day(20), blind: 'yes', seeOthers: 'after_own', reviewsEach: 3,
  });
  await phases.addReviewer(lead, id, { personId: lead.id, kind: 'lead', decides: true });
  for (const name of ['Ruth Adeyemi', 'Iqbal Rahman']) {
    await phases.addReviewer(lead, id, { personId: (await found(world, name, 'co_decider')).id, kind: 'resident', decides: true });
  }
  await phases.open(lead, id);
}

async function found(world: World, name: string, role: Role): Promise<DemoPerson> {
  const person = (await world.get(PeopleQueries).withRole(role)).find((one) => one.name === name)!;
  return { id: person.id, personId: person.id, name, roles: [role], sessionId: null, channel: 'web', onBehalfOf: null };
}

async function applyAs(world: World, callId: string, index: number): Promise<void> {
  const name = `${pick(FIRST_NAMES, index)} ${pick(LAST_NAMES, Math.floor(index / FIRST_NAMES.length) + index)}`;
  const person = await world.person(name, `panel-${index + 1}@home.example`);
  const words = (from: readonly string[], step: number) => `${pick(from, index * step)}. ${pick(from, index * step + 3)}. It has been so for ${1 + (index % 9)} years.`;
  const id = await apply(world, person, callId, [words(BARRIERS, 3), words(CHANGES, 5)], pick(NEEDS, index));
  if (index % 25 === 24) await world.get(ApplicationsService).withdraw(person, id);
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length]!;
}
