import { AdjustmentsQueries } from '../../src/adjustments/adjustments.queries.js';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { FeedbackQueries } from '../../src/adjustments/feedback.queries.js';
import { FeedbackService } from '../../src/adjustments/feedback.service.js';
import { ProfileService } from '../../src/adjustments/profile.service.js';
import { GroupsService } from '../../src/groups/groups.service.js';
import { MeetingsService } from '../../src/groups/meetings.service.js';
import { BankDetailsService } from '../../src/payments/bank-details.service.js';
import { ClaimsService } from '../../src/payments/claims.service.js';
import { RunsService } from '../../src/payments/runs.service.js';
import { RunExportService } from '../../src/payments/run-export.service.js';
import { ClaimQueries } from '../../src/payments/claims.queries.js';
import type { Ground } from './ground.js';
import type { People } from './people.js';
import type { World } from './world.js';

const RATE = { pence: 2000, unit: 'hour' } as const;

/** DRT: a group that meets and is paid. One meeting is paid, one waits at every step, one is coming. */
export async function campusTeam(world: World, folk: People, { campus, townHall, civic }: Ground): Promise<void> {
  const { dana, helen, kwame, lucy, ruth, iqbal, kofi, priya } = folk;
  const members = [ruth, iqbal, kofi];
  const meetings = world.get(MeetingsService);
  const claims = world.get(ClaimsService);

  await world.at(-60, '10:00');
  await world.database.transaction(async (tx) => {
    for (const { id } of members) {
      await world.get(GroupsService).addMember(tx, dana, { groupId: campus, personId: id, seatKind: 'disabled_resident', rate: RATE });
    }
  });
  await world.settle();

  const meet = async (day: number, room: string, about: string): Promise<string> => {
    const id = world.newId();
    await meetings.planMeeting(dana, {
      id, groupId: campus, day: await world.day(day), starts: '14:00', ends: '16:00', format: 'in_person', roomId: room, joiningDetails: null, about,
    });
    await world.settle();
    return id;
  };
  const claimFor = async (personId: string, day: number): Promise<string> => {
    const meetingDay = await world.day(day);
    return (await world.get(ClaimQueries).ofPerson(personId)).find(({ activityOn }) => activityOn === meetingDay)!.id;
  };

  const first = await meet(-30, townHall, 'The entrance and the lifts of the Civic Campus');
  await world.at(-29, '09:00');
  for (const { id } of members) await meetings.recordAttendance(dana, first, id, 120);
  await world.settle();

  await world.at(-28, '19:15');
  const details = [['Ruth Adeyemi', '089999', '66374958'], ['Iqbal Rahman', '202959', '63748472']] as const;
  for (const [index, who] of [ruth, iqbal].entries()) {
    const [accountName, sortCode, accountNumber] = details[index]!;
    await world.get(BankDetailsService).save(who, { id: world.newId(), accountName, sortCode, accountNumber });
    await claims.answer(who, await claimFor(who.id, -30), true);
  }
  await claims.answer(kofi, await claimFor(kofi.id, -30), false);
  await world.at(-27, '10:30');
  for (const who of [ruth, iqbal]) await claims.approve(helen, await claimFor(who.id, -30));
  await world.at(-26, '11:00');
  const runId = world.newId();
  await world.get(RunsService).build(kwame, runId);
  await world.get(RunsService).release(lucy, runId);
  await world.get(RunExportService).export(lucy, runId);
  await world.at(-24, '16:00');
  await world.get(RunsService).markPaid(lucy, runId);
  await world.settle();

  // Ruth says what helps her; it is arranged for the next meeting, and afterwards she says how it went.
  await world.at(-21, '18:10');
  const adjustments = world.get(AdjustmentsService);
  await world.database.transaction((tx) => adjustments.saveNeeds(tx, ruth, ruth.id, [{ code: 'large-print', ownWords: '18 point, on cream paper' }, { code: 'breaks' }]));
  await world.get(ProfileService).savePart(ruth, ruth.id, 'helps', 'Say your name before you speak.', true);
  await world.get(ProfileService).savePart(ruth, ruth.id, 'reach', 'Call me. I don’t read texts in the evening.', false);

  await world.at(-20, '10:00');
  const second = await meet(-4, civic, 'Cycle lanes and crossings around the campus');
  for (const step of ['acknowledged', 'booked'] as const) {
    const open = (await world.get(AdjustmentsQueries).open()).filter(({ personId }) => personId === ruth.id);
    for (const { id, version } of open) await adjustments.step(priya, id, step, version);
  }
  await world.settle();
  await world.at(-3, '09:10');
  await meetings.recordAttendance(dana, second, ruth.id, 130);
  await meetings.recordAttendance(dana, second, iqbal.id, 120);
  await meetings.recordAttendance(dana, second, kofi.id, null);
  await world.settle();
  await world.at(-2, '20:05');
  const toSay = await world.get(FeedbackQueries).toSay(ruth.id);
  await world.get(FeedbackService).give(ruth, toSay.map(({ id, what }) => (
    { arrangementId: id, ...(what === 'Breaks' ? { answer: 'partly', words: 'One break in two hours. Two would be better.' } : { answer: 'yes', words: null }) })));
  await claims.answer(ruth, await claimFor(ruth.id, -4), true);
  await world.settle();

  await world.at(-1, '10:00');
  await meet(7, civic, 'Signs and wayfinding: what helps, and for whom');
}
