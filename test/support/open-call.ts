import { publishTogether } from '../../seeds/demo/publishing.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import type { Need } from '../../src/adjustments/arrangement.rules.js';
import { CallsQueries } from '../../src/calls/calls.queries.js';
import { CallsService } from '../../src/calls/calls.service.js';
import { QuestionsService } from '../../src/calls/questions.service.js';
import { GroupsService } from '../../src/groups/groups.service.js';
import { PeopleQueries } from '../../src/people/people.queries.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Sessions } from '../../src/people/sessions.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import type { Role } from '../../src/platform/permissions.js';
import { actorFor, type TestApp } from './app.js';

/** A call that residents can apply to, with the two people who decide about it. */
export interface OpenCall {
  id: string;
  slug: string;
  questionIds: string[];
  /** A strategic lead. */
  dana: Actor;
  /** A Disabled resident, co-decider. */
  ruth: Actor;
}

export interface Applicant {
  actor: Actor;
  /** For the API. */
  token: string;
  contactId: string;
  email: string;
}

/** Closes on 4 December 2026 at midday; two questions of 50 words. `draft` adds to it before it is published. */
export async function openCall(t: TestApp, draft: (callId: string, lead: Actor) => Promise<void> = () => Promise.resolve()): Promise<OpenCall> {
  const calls = t.app.get(CallsService);
  const dana = await someone(t, 'Dana Reid', 'strategic_lead');
  const ruth = await someone(t, 'Ruth Adeyemi', 'co_decider');
  const groupId = newId();
  await t.app.get(Database).transaction((tx) => t.app.get(GroupsService).create(tx, null, {
    id: groupId, slug: `group-${groupId}`, name: 'Disability Forum Planning Group', shortName: 'Planning Group',
    purpose: 'Advises on planning applications.', meets: 'About once a month', budgetLineId: null,
    seats: [{ kind: 'disabled_resident', places: 5 }],
  }));
  const id = newId();
  await calls.draft(dana, {
    id, title: 'Planning Group', shortName: 'Planning Group', referencePrefix: 'PLAN', groupId, summary: 'Advise on plans.',
    whatYouWouldDo: 'You look at plans.', whoWeAreLookingFor: 'Disabled people.', timeCommitment: 'Once a month',
    rate: 2000, rateUnit: 'hour', disabledResidentPlaces: 5, opensOn: '2026-11-02', opensTime: '10:00', closesOn: '2026-12-04', closesTime: '12:00',
    interviewsFrom: '2027-01-11', interviewsTo: '2027-01-15', firstMeetingOn: '2027-02-01',
  });
  for (const text of ['Which barriers do you meet?', 'What would you change?']) {
    await t.app.get(QuestionsService).add(dana, id, { id: newId(), kind: 'long_text', text, wordLimit: 50, required: 'yes' });
  }
  await draft(id, dana);
  await publishTogether(t.app, id, dana, ruth);
  const call = (await t.app.get(CallsQueries).detail(id))!;
  return { id, slug: call.slug, questionIds: call.questions.map((question) => question.id), dana, ruth };
}

/** Three people, as a panel of its first round: the lead, the co-decider and one more resident. */
export async function panelOf(t: TestApp, call: OpenCall): Promise<string[]> {
  const third = await someone(t, 'Mary Okafor', 'panel_member');
  return [call.dana.personId, call.ruth.personId, third.personId];
}

/** A resident with an email address and a token for the API. */
export async function applicant(t: TestApp, name = 'Amina Yusuf'): Promise<Applicant> {
  const actor = await someone(t, name);
  const token = await t.app.get(Database).transaction((tx) => t.app.get(Sessions).issueApiToken(tx, actor.personId, 'test'));
  const [contact] = await t.app.get(PeopleQueries).contacts(actor.personId);
  return { actor, token, contactId: contact!.id, email: contact!.value };
}

/** Everything written, nothing sent. Answers the application's id. */
export async function writeApplication(t: TestApp, call: OpenCall, { actor, contactId }: Applicant, more: { birthDate?: string; needs?: Need[]; answers?: readonly string[] } = {}): Promise<string> {
  const applications = t.app.get(ApplicationsService);
  const id = await applications.start(actor, call.slug);
  await applications.saveAbout(actor, id, {
    name: 'Amina Yusuf', postcode: 'W6 9JT', eligibility: ['lives'], interest: 'no', ...(more.birthDate && { birthDate: more.birthDate }),
  });
  await applications.saveAnswers(actor, id, call.questionIds.map((questionId, index) => ({ questionId, text: more.answers?.[index] ?? 'Steps at the door.' })));
  await applications.saveAccess(actor, id, more.needs ?? []);
  await applications.saveContact(actor, id, contactId);
  return id;
}

export async function someone(t: TestApp, name: string, role?: Role): Promise<Actor> {
  const people = t.app.get(PeopleService);
  return t.app.get(Database).transaction(async (tx) => {
    const id = await people.create(tx, { name });
    await people.addContact(tx, id, { kind: 'email', value: `${id}@home.example` });
    if (role) await people.giveRole(tx, id, role, '2026-01-01');
    return actorFor(id, ...(role ? [role] : []));
  });
}
