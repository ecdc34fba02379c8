import type { CallDto } from '../../src/calls/calls.dto.js';
import { addVersions, apply, publishCall, type StoryQuestion } from './calls.js';
import type { Ground } from './ground.js';
import type { People } from './people.js';
import type { World } from './world.js';

export const planningQuestions: readonly StoryQuestion[] = [
  { text: 'Which barriers do you meet in housing, public buildings or open space?', help: 'One or two examples are enough.', wordLimit: 200 },
  { text: 'What would you like to change?', wordLimit: 200 },
];

/** The Disability Forum Planning Group's call of February 2020, in its own terms. */
export function planningCall(groupId: string): Omit<CallDto, 'id' | 'opensOn' | 'opensTime' | 'closesOn' | 'closesTime' | 'interviewsFrom' | 'interviewsTo' | 'firstMeetingOn'> {
  return {
    title: 'Disability Forum Planning Group', shortName: 'Planning Group', referencePrefix: 'PLAN', groupId,
    summary: 'Help make new homes, buildings and open space work for everyone. You use your own experience of barriers to advise on planning applications.',
    whatYouWouldDo: 'You meet with other Disabled people to look at planning applications (this means plans that builders send to the council).\n\nYou say what works, what does not, and what must change. The council writes down what it did with your advice.\n\nYou get training first.',
    whoWeAreLookingFor: 'Disabled people who live, study, work or volunteer in the borough, with lived experience (this means what you know from your own life) of barriers in housing, public buildings and open space.\n\nYou don’t need to know anything about planning. We ask you to stay for at least 12 months.',
    timeCommitment: 'At least 12 meetings a year, up to 3 hours each, in office hours',
    rate: 2000, rateUnit: 'hour',
    paymentNotes: '£20 an hour for each meeting, and £20 for each hour of extra work that we agree with you.',
    disabledResidentPlaces: 5,
  };
}

/** Open now: two people have applied, one is still writing. */
export async function planningGroup(world: World, { dana, ruth, george, mary }: People, { planning }: Ground): Promise<void> {
  await world.at(-8, '09:30');
  const callId = await publishCall(world, dana, ruth, {
    ...planningCall(planning),
    opensOn: await world.day(-8), opensTime: '10:00', closesOn: await world.day(10), closesTime: '12:00',
    interviewsFrom: await world.day(31), interviewsTo: await world.day(35), firstMeetingOn: await world.day(45),
  }, planningQuestions);
  await addVersions(world, dana, callId);

  await world.at(-5, '14:10');
  await apply(world, george, callId, [
    'The new flats on my street have a step at the door. I use a wheelchair and can’t visit my own sister.',
    '',
  ], [], null, [1]);
  await world.settle();

  await world.at(-2, '11:25');
  await apply(world, mary, callId, [
    'I am Deaf. Entry phones only have sound, so I can’t get into buildings.',
    'Entry systems that show a picture and text.',
  ], [{ code: 'bsl-interpreter', ownWords: null }]);
  await world.settle();
}
