// A call whose applicants were told that they are shortlisted, with panels and rooms for its interviews: made with
// plain SQL, because it stands before what is proved. Plain JavaScript, for proofs and specs.
import { randomUUID } from 'node:crypto';
import { hashed, inDays, publishedCall, residents } from './killing.mjs';

const FIRST_DAY = 40;
const PANELS = 2;

/** Days of the interviews, from 0. */
export function interviewDay(index) {
  return inDays(FIRST_DAY + index).toISOString().slice(0, 10);
}

/** For these people; two panels and two rooms of its own. Its leads are signed in with their token. */
export async function callToBook(owner, people, { days }) {
  const call = await publishedCall(owner, { closesIn: FIRST_DAY - 10, interviewsIn: [FIRST_DAY, FIRST_DAY + days] });
  const roundId = randomUUID();
  await owner.query(
    `insert into interview_round (id, call_id, number, name, from_on, to_on, formats, base_minutes, break_minutes, panel_least, panel_most, created_at)
     values ($1, $2, 1, 'First interviews', $3, $4, '{in_person}', 30, 0, 3, 4, $5)`,
    [roundId, call.id, interviewDay(0), interviewDay(days), inDays(-1)]);
  const applicants = await shortlist(owner, call, people);
  const [leads, deciders, members] = [await staff(owner, 'strategic_lead'), await staff(owner, 'co_decider'), await staff(owner, 'panel_member')];
  const rooms = Array.from({ length: PANELS }, () => randomUUID());
  await owner.query(`insert into resource (id, kind, name) select id, 'room', 'Room ' || id from unnest($1::uuid[]) as id`, [rooms]);
  return { call, roundId, applicants, rooms, leads, panels: leads.map(({ id }, index) => [id, deciders[index].id, members[index].id]) };
}

async function shortlist(owner, call, people) {
  const applicants = people.map((person) => ({ ...person, applicationId: randomUUID() }));
  const ids = applicants.map(({ applicationId }) => applicationId);
  await owner.query(
    `insert into application (id, reference, call_id, person_id, state, channel, name, postcode, access_answered_at, contact_answered_at, submitted_at, created_at)
     select id, 'PLAN-' || id, $3, person_id, 'draft', 'web', 'Amina Yusuf', 'W6 9JT', $4, $4, $4, $4 from unnest($1::uuid[], $2::uuid[]) as x (id, person_id)`,
    [ids, applicants.map(({ id }) => id), call.id, inDays(-1)]);
  for (const state of ['submitted', 'shortlisted']) await owner.query(`update application set state = $2 where id = any($1)`, [ids, state]);
  await owner.query(
    `insert into decision (id, application_id, outcome, state, state_before, reason, decided_by, decided_at)
     select gen_random_uuid(), id, 'shortlisted', 'pending', 'submitted', '-', $2, $3 from unnest($1::uuid[]) as id`, [ids, call.leadId, inDays(-1)]);
  await owner.query(
    `update decision set state = 'applied', applied_by = decided_by, applied_at = decided_at, co_decided_by = $2 where application_id = any($1)`, [ids, call.deciderId]);
  await owner.query(`update decision set state = 'told', told_at = decided_at, telling_at = decided_at where application_id = any($1)`, [ids]);
  return applicants;
}

/** One for each panel, signed in. */
async function staff(owner, role) {
  const people = await residents(owner, PANELS, 'Sam Hart');
  const ids = people.map(({ id }) => id);
  await owner.query(`insert into role_assignment (id, person_id, role, from_on) select gen_random_uuid(), id, $2, '2020-01-01' from unnest($1::uuid[]) as id`, [ids, role]);
  await owner.query(
    `insert into session (id, token_hash, person_id, created_at, last_seen_at, expires_at)
     select gen_random_uuid(), hash, person_id, $3, $3, $4 from unnest($1::bytea[], $2::uuid[]) as x (hash, person_id)`,
    [people.map(({ token }) => hashed(token)), ids, new Date(), inDays(1)]);
  return people;
}
