// Rounds of interviews in the database, the same for the same seed: a quarter of the people with adjustments, two interpreters, three rooms.
import { randomUUID } from 'node:crypto';
import { callToBook, interviewDay } from '../../test/support/call-to-book.mjs';
import { residents } from '../../test/support/killing.mjs';
import { randomFrom } from '../../test/support/timetable-problem.mjs';
import { dist } from './dist.mjs';

const [MORE_LEADS, MORE_RESIDENTS] = [3, 4];
/** Of those with adjustments one in five signs; the others take longer, and some need a certain room, or to be met at a distance. */
const NEEDS = [['bsl-interpreter'], ['extra-time', 'step-free'], ['extra-time', 'breaks', 'hearing-loop'], ['extra-time', 'remote'], ['breaks', 'step-free', 'quiet-room']];
const FEATURES = [['step-free', 'loop', 'quiet'], ['step-free', 'loop'], ['step-free']];

/** Answers `{ roundId, members, lead }`: a session's token of a lead, and who may sit. `days` are working days, about. */
export async function roundToPlan(owner, { applicants, days, seed = 1, scarce = false }) {
  const random = randomFrom(seed);
  const some = (chance) => random() < chance;
  const last = Math.ceil((days * 7) / 5);
  const world = await callToBook(owner, await residents(owner, applicants), { days: last });
  const halfDays = Array.from({ length: last + 1 }, (_, index) => interviewDay(index)).flatMap((day) => [[day, 'morning'], [day, 'afternoon']]);
  await owner.query(`update interview_round set formats = '{in_person,phone,video}', break_minutes = 10 where id = $1`, [world.roundId]);
  await rooms(owner, world);
  await interpreters(owner, world.call.id, halfDays.filter(() => some(0.5)), halfDays.filter(() => some(0.5)));
  const needs = world.applicants.flatMap(({ id }, index) => (index % 4 === 0 ? NEEDS[(index / 4) % NEEDS.length].map((code) => [id, code]) : []));
  await owner.query(
    `insert into access_need (id, person_id, kind_code, created_at) select gen_random_uuid(), person_id, kind, now() from unnest($1::uuid[], $2::text[]) as n (person_id, kind)`,
    [needs.map(([id]) => id), needs.map(([, code]) => code)]);
  const leads = [...world.leads, ...await staff(owner, 'strategic_lead', MORE_LEADS)].map(({ id }) => id);
  const others = [...world.panels.flatMap(([, ...rest]) => rest), ...(await staff(owner, 'co_decider', MORE_RESIDENTS)).map(({ id }) => id)];
  const sitting = scarce ? [...leads, others[0]] : [...leads, ...others];
  const said = [
    ...world.applicants.flatMap(({ applicationId }) => halfDays.flatMap((at) => answer(applicationId, null, at, some(0.4) ? 'no' : some(0.4) ? 'prefer' : 'works'))),
    ...sitting.flatMap((id) => halfDays.flatMap((at) => answer(null, id, at, some(scarce ? 0.1 : 0.3) ? 'no' : 'works'))),
  ];
  await owner.query(
    `insert into availability (id, round_id, application_id, member_id, on_day, half, answer, said_at)
     select gen_random_uuid(), $1, application_id, member_id, on_day, half, answer, now()
     from unnest($2::uuid[], $3::uuid[], $4::date[], $5::text[], $6::text[]) as s (application_id, member_id, on_day, half, answer)`,
    [world.roundId, ...[0, 1, 2, 3, 4].map((column) => said.map((row) => row[column]))]);
  return { roundId: world.roundId, applicants, adjusted: new Set(needs.map(([id]) => id)).size, members: sitting, lead: world.leads[0].token };
}

function answer(applicationId, memberId, [day, half], what) {
  return what === 'works' ? [] : [[applicationId, memberId, day, half, what]];
}

async function rooms(owner, world) {
  const ids = [...world.rooms, randomUUID()];
  await owner.query(`insert into resource (id, kind, name) values ($1, 'room', $2)`, [ids[2], `Room ${ids[2]}`]);
  for (const [index, id] of ids.entries()) await owner.query(`update resource set features = $2 where id = $1`, [id, FEATURES[index]]);
  await owner.query(`insert into round_room (round_id, room_id) select $1, unnest($2::uuid[])`, [world.roundId, ids]);
}

async function interpreters(owner, callId, ...times) {
  const { londonInstant } = await dist.load('src/shared/dates.js');
  for (const [index, halfDays] of times.entries()) {
    const id = randomUUID();
    await owner.query(`insert into resource (id, kind, name, skills) values ($1, 'interpreter', $2, '{bsl-interpreter}')`, [id, `Interpreter ${index + 1}`]);
    for (const [day, half] of halfDays) {
      const [from, to] = half === 'morning' ? ['09:00', '13:00'] : ['13:00', '17:00'];
      await owner.query(
        `insert into reservation (id, occasion_id, holder_id, resource_id, during, firm) values (gen_random_uuid(), null, $1, $2, tstzrange($3, $4), true)`,
        [callId, id, londonInstant(day, from).instant, londonInstant(day, to).instant]);
    }
  }
}

async function staff(owner, role, count) {
  const people = await residents(owner, count, 'Sam Hart');
  await owner.query(
    `insert into role_assignment (id, person_id, role, from_on) select gen_random_uuid(), id, $2, '2020-01-01' from unnest($1::uuid[]) as id`, [people.map(({ id }) => id), role]);
  return people;
}
