import { ApplicationsService } from '../../src/applications/applications.service.js';
import { CallsQueries } from '../../src/calls/calls.queries.js';
import { DirectoryService } from '../../src/people/directory.service.js';
import { PeopleQueries } from '../../src/people/people.queries.js';
import { SupportersService } from '../../src/people/supporters.service.js';
import type { Actor } from '../../src/platform/actor.js';
import type { People } from './people.js';
import type { World } from './world.js';

/** Edith applied by phone: she has a landline and nothing else. Joan is helped by Grace, her neighbour. */
export async function helped(world: World, { dana, joan }: People): Promise<void> {
  await world.at(-1, '11:05');
  const edith = world.newId();
  await world.get(DirectoryService).add(dana, { id: edith, name: 'Edith Palmer', postcode: 'W12 8AA', call: '020 7946 0177', readBack: 'yes' });
  const call = (await world.get(CallsQueries).publicList()).find(({ stage }) => stage === 'open')!;
  const { questions } = (await world.get(CallsQueries).detail(call.id))!;
  const speaking: Actor = { ...dana, roles: [], channel: 'phone', onBehalfOf: edith };
  const applications = world.get(ApplicationsService);
  const id = await applications.start(speaking, call.slug);
  await applications.saveAbout(speaking, id, { name: 'Edith Palmer', postcode: 'W12 8AA', eligibility: ['lives'], interest: 'no' });
  await applications.saveAnswers(speaking, id, questions.map((question) => ({ questionId: question.id, text: 'The kerbs on my road are too high for my walker.' })));
  await applications.saveAccess(speaking, id, [], true);
  const [contact] = await world.get(PeopleQueries).contacts(edith);
  await applications.saveContact(speaking, id, contact!.id);
  await applications.submit(speaking, id, [], { readBack: true, receivedOn: null });
  await world.settle();

  await world.at(-1, '15:30');
  await world.get(SupportersService).add(joan, {
    id: world.newId(), name: 'Grace from next door', email: 'grace@home.example', scope: ['apply', 'interviews', 'messages'], endsOn: await world.day(100),
  });
  await world.settle();
}
