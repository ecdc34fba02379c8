import { AdjustmentsQueries } from '../../src/adjustments/adjustments.queries.js';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { InterviewQuestions } from '../../src/interviews/interview-questions.service.js';
import { InterviewsQueries } from '../../src/interviews/interviews.queries.js';
import { RoundsQueries } from '../../src/interviews/rounds.queries.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { AvailabilityService } from '../../src/timetables/availability.service.js';
import { SearchingService } from '../../src/timetables/searching.service.js';
import { TimetablesService } from '../../src/timetables/timetables.service.js';
import { addChannels, apply, publishCall } from './calls.js';
import type { Ground } from './ground.js';
import { accessCriteria, firstReading, secondReading } from './reviews.js';
import type { People } from './people.js';
import type { DemoPerson, World } from './world.js';

/** RACIG, in the middle of its interviews: three people shortlisted, one time chosen, one person asks for other times. */
export async function accessGroup(world: World, folk: People, { access, townHall }: Ground): Promise<void> {
  const { marcus, iqbal, ruth, priya, tom, sunita, joan, kofi, grace } = folk;
  await world.at(-40, '09:00');
  const callId = await publishCall(world, marcus, iqbal, {
    title: 'Resident Access Programme group', shortName: 'Access Group', referencePrefix: 'ACCESS', groupId: access,
    summary: 'Decide with us how people reach council services: online, by phone and in person.',
    whatYouWouldDo: 'You meet with councillors and council officers, as equals. You look at how people reach the council, and decide together what must change.',
    whoWeAreLookingFor: 'Residents who had trouble getting through to a council service, or who know people who had. Two residents and a councillor chair the group together.',
    timeCommitment: 'At least eight meetings a year, up to 2 hours each',
    rate: 2000, rateUnit: 'hour', disabledResidentPlaces: 2, residentPlaces: 4,
    opensOn: await world.day(-40), opensTime: '10:00', closesOn: await world.day(-18), closesTime: '17:00',
    interviewsFrom: await world.day(2), interviewsTo: await world.day(6), firstMeetingOn: await world.day(18),
  }, [{ text: 'Tell us about a time when you tried to reach a council service.', wordLimit: 250 }], accessCriteria);

  await world.at(-38, '11:00');
  const [poster, newsletter] = await addChannels(world, marcus, callId, { 'Library posters': 31, 'Housing newsletter': 64 });

  await world.at(-30, '18:40');
  const applied = new Map<DemoPerson, string>();
  const stories: [DemoPerson, string][] = [
    [tom, 'I called four times about a broken lift. Each time I began again from the start.'],
    [sunita, 'The form timed out before I could finish. I type slowly.'],
    [joan, 'I wanted to talk to a person. There was no number on the page.'],
    [kofi, 'My father does not read English well. Nobody told us we could have an interpreter.'],
    [grace, 'The office moved, and the letter still had the old address.'],
  ];
  for (const [who, answer] of stories) {
    applied.set(who, await apply(world, who, callId, [answer], who === sunita ? [{ code: 'extra-time', ownWords: null }, { code: 'breaks', ownWords: null }] : [],
      who === joan ? poster : newsletter));
  }
  await world.settle();

  await world.at(-29, '09:30');
  for (const item of await world.get(AdjustmentsQueries).open()) {
    await world.get(AdjustmentsService).step(priya, item.id, 'acknowledged', item.version);
  }

  await firstReading(world, folk, callId);

  await world.at(-6, '10:15');
  const choosing = world.get(ChoosingService);
  for (const who of [tom, sunita, joan]) {
    const id = applied.get(who)!;
    await choosing.decide(marcus, id, { outcome: 'shortlisted', reason: 'Speaks from experience that the group needs.', coDecidedBy: iqbal.id });
    await choosing.tell(marcus, id);
  }
  await choosing.decide(marcus, applied.get(grace)!, {
    outcome: 'not_selected', coDecidedBy: iqbal.id,
    reason: 'Thank you for telling us about the letter. Others told us more about reaching services over time. The Planning Group may suit you too.',
  });
  await world.settle();

  await world.at(-5, '09:20');
  await world.get(SlotsService).create(marcus, callId, {
    id: world.newId(), day: await world.day(3), startTime: '10:00', length: 65, count: 3, gap: 15,
    format: 'in_person', roomId: townHall, panel: [marcus.id, iqbal.id, ruth.id],
  });
  const [first] = await world.get(InterviewsQueries).slotsToChoose(applied.get(sunita)!);
  await world.get(InterviewsService).book(sunita, first!.slotId, applied.get(sunita)!);
  await world.settle();
  await world.at(-5, '15:00');
  const [extraTime] = (await world.get(AdjustmentsQueries).open()).filter(({ personId }) => personId === sunita.id);
  await world.get(AdjustmentsService).step(priya, extraTime!.id, 'booked', extraTime!.version);
  await world.settle();
  const [round] = await world.get(RoundsQueries).ofCall(callId);
  await world.get(InterviewQuestions).save(iqbal, round!.id, {
    id: world.newId(), version: 0, as: 'ready', note: 'It takes about 40 minutes. You can bring notes, and ask us anything.',
    questions: ['Tell us about a time when you could not reach a service.', 'What should change first, and why?', 'How would you listen to people who see it differently?'],
  });
  await world.settle();
  await secondReading(world, folk, callId);
  await proposeTimetable(world, folk, callId);
}

/** Times for everybody who is shortlisted, to be read and released. */
async function proposeTimetable(world: World, { marcus, iqbal, ruth }: People, callId: string): Promise<void> {
  const [round] = await world.get(RoundsQueries).ofCall(callId);
  const half = { day: await world.day(4), half: 'morning' as const };
  await world.get(AvailabilityService).sayForPanel(iqbal, round!.id, [{ ...half, answer: 'no' }], 4);
  await world.get(TimetablesService).propose(marcus, { id: world.newId(), roundId: round!.id, members: [marcus.id, iqbal.id, ruth.id] });
  await world.get(SearchingService).begin();
  await world.get(SearchingService).idle();
}
