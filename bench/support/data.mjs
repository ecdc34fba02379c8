// A database as a council has it after some months: the demo's stories and thirty more calls, the same at every run.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { dist } from './dist.mjs';

export const MORE_CALLS = 30;
export const QUESTIONS = 10;
export const APPLICATIONS = 1000;
export const REVIEWED = 800;

const THEMES = [
  'Parks and play', 'Buses and stations', 'Housing repairs', 'Libraries', 'Health at home', 'Schools for everyone',
  'Leisure centres', 'Street crossings', 'Council tax letters', 'Paying for care',
];
const SUMMARY = 'Help decide how this service works for everyone. You meet with councillors and officers as equals, and use your own experience of barriers to say what has to change first.';
const WHAT = 'You read short papers before each meeting, in the format you asked for.\n\nYou say what works, what does not, and what must change. The council writes down what it did with your advice, and why.\n\nYou get training first.';
const WHO = 'Residents who use this service, or who would like to and can’t. You don’t need to know anything about how the council works.';
const QUESTION = 'Tell us about a time when you met a barrier, and what would have helped.';

let prepared;

/** Answers `{ appUrl, ownerUrl, slug, bigCall }`: `bigCall` asks ten questions. Made once for all benchmarks of a run. */
export function realisticDatabase({ freshDatabase, log }) {
  prepared ??= prepare(freshDatabase, log);
  return prepared;
}

async function prepare(freshDatabase, log) {
  const { appUrl, ownerUrl } = await freshDatabase();
  log(`loading the demo's stories and ${MORE_CALLS} more calls`);
  const begun = performance.now();
  const app = await dist.context(appUrl);
  try {
    const { loadStories } = await dist.load('seeds/demo/index.js');
    const { World } = await dist.load('seeds/demo/world.js');
    const { Clock } = await dist.load('src/platform/clock.js');
    const today = app.get(Clock).today();
    await loadStories(app, today);
    const calls = await moreCalls(new World(app, today));
    log(`loaded in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    return { appUrl, ownerUrl, ...calls };
  } finally {
    await app.close();
  }
}

async function moreCalls(world) {
  const { publishCall } = await dist.load('seeds/demo/calls.js');
  const { CallsQueries } = await dist.load('src/calls/calls.queries.js');
  const calls = world.get(CallsQueries);
  const lead = await world.person('Olu Bright', 'olu@council.example', ['strategic_lead']);
  const decider = await world.person('Nadia Karim', 'nadia@home.example', ['co_decider']);
  const [{ id: groupId }] = await calls.groups();
  const { DiaryService } = await dist.load('src/diary/diary.service.js');
  // Interviews of several calls fall on the same days.
  for (let index = 0; index < MORE_CALLS; index += 1) {
    await world.database.transaction((tx) => world.get(DiaryService).addInterpreter(tx, `Interpreter ${index + 1}`, ['bsl-interpreter']));
  }
  const publish = async (index, [opens, closes], questions) => {
    await world.at(Math.min(opens, -1), '09:00');
    return publishCall(world, lead, decider, {
      title: `${THEMES[index % THEMES.length]}, group ${1 + Math.floor(index / THEMES.length)}`, shortName: `Group ${index + 1}`, referencePrefix: 'BENCH', groupId,
      summary: SUMMARY, whatYouWouldDo: WHAT, whoWeAreLookingFor: WHO, timeCommitment: 'Six meetings a year, up to 2 hours each',
      rate: 2000, rateUnit: 'hour', disabledResidentPlaces: 3, residentPlaces: 2,
      opensOn: await world.day(opens), opensTime: '10:00', closesOn: await world.day(closes), closesTime: '12:00',
      interviewsFrom: await world.day(closes + 21), interviewsTo: await world.day(closes + 25), firstMeetingOn: await world.day(closes + 40),
    }, Array.from({ length: questions }, (_, number) => ({ text: `${number + 1}. ${QUESTION}`, wordLimit: 200 })));
  };
  let bigCallId;
  for (let index = 0; index < MORE_CALLS; index += 1) {
    const id = await publish(index, stageDays(index), index === 0 ? QUESTIONS : 2 + (index % 4));
    if (index === 0) bigCallId = id;
  }
  await world.settle();
  const { slug, questions } = await calls.detail(bigCallId);
  return { slug, bigCall: { id: bigCallId, slug, questionIds: questions.map(({ id }) => id) } };
}

/** Working days from today on which a call opens and closes: two in five open, one in five to come, two in five closed. */
function stageDays(index) {
  switch (index % 5) {
    case 0: case 1: return [-2 - (index % 9), 3 + index];
    case 2: return [2 + index, 12 + index];
    default: return [-50 + (index % 10), -40 + index];
  }
}

/**
 * A thousand people have applied for one call, which has closed. Of them 800 are scored by all three reviewers.
 * Answers `{ appUrl, ownerUrl, call, phaseId, cookies: { lead, reviewer } }`; the lead does not score.
 */
export async function thousandApplications({ freshDatabase, log }) {
  const { appUrl, ownerUrl } = await freshDatabase();
  log(`loading the demo's stories and ${APPLICATIONS} applications`);
  const app = await dist.context(appUrl);
  try {
    const { loadStories } = await dist.load('seeds/demo/index.js');
    const { loadManyApplications } = await dist.load('seeds/demo/many-applications.js');
    const { Clock } = await dist.load('src/platform/clock.js');
    const { CallsQueries } = await dist.load('src/calls/calls.queries.js');
    const today = app.get(Clock).today();
    await loadStories(app, today);
    await loadManyApplications(app, today, APPLICATIONS);
    const call = (await app.get(CallsQueries).staffList()).find(({ shortName }) => shortName === 'Panel');
    await giveReviews(ownerUrl, call.id);
    return {
      appUrl, ownerUrl, call, phaseId: await openPhase(app, call.id),
      cookies: { lead: await sessionOf(app, 'Dana Whitfield'), reviewer: await sessionOf(app, 'Ruth Adeyemi') },
    };
  } finally {
    await app.close();
  }
}

async function openPhase(app, callId) {
  const { ReviewDashboardQueries } = await dist.load('src/choosing/review-dashboard.queries.js');
  const [phase] = await app.get(ReviewDashboardQueries).phases(callId);
  return phase.id;
}

/** Whole reviews, as many as there are reviewers for each application, with scores that differ. */
async function giveReviews(ownerUrl, callId) {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('begin');
  await owner.query(
    `insert into review (id, phase_id, application_id, reviewer_id, duty_id, state, created_at, updated_at)
     select gen_random_uuid(), p.id, pa.application_id, w.person_id, w.duty_id, 'draft', p.created_at, p.created_at
     from review_phase p join reviewer w on w.phase_id = p.id
     join lateral (select application_id from phase_application where phase_id = p.id order by number limit ${REVIEWED}) pa on true
     where p.call_id = $1`, [callId]);
  await owner.query(
    `insert into review_score (review_id, criterion_id, score)
     select r.id, c.id, abs(hashtext(r.id::text || c.id::text)) % 5 from review r join review_phase p on p.id = r.phase_id join criterion c on c.call_id = p.call_id
     where p.call_id = $1`, [callId]);
  await owner.query(`update review set state = 'given', given_at = created_at where phase_id in (select id from review_phase where call_id = $1)`, [callId]);
  await owner.query('commit');
  await owner.end();
}

/** A cookie as a browser would send it. */
async function sessionOf(app, name) {
  const { Sessions } = await dist.load('src/people/sessions.service.js');
  const { Database } = await dist.load('src/platform/database.js');
  const token = await app.get(Database).transaction(async (tx) => {
    const [{ id }] = await tx.query(`select id from person where name = $1`, [name]);
    return app.get(Sessions).open(tx, id);
  });
  return `alongside=${token}`;
}

/** People with a finished draft for the call and a token each. Answers `[{ id, token }]`. */
export async function prepareDrafts(owner, call, count) {
  const { hashToken } = await dist.load('src/platform/crypto.js');
  const drafts = Array.from({ length: count }, () => ({ id: randomUUID(), personId: randomUUID(), token: randomUUID() }));
  const people = drafts.map(({ personId }) => personId);
  const now = new Date();
  await owner.query(`insert into person (id, name, created_at) select unnest($1::uuid[]), 'Amina Yusuf', $2`, [people, now]);
  await owner.query(
    `insert into contact_point (id, person_id, kind, value, preferred, verified_at, created_at)
     select gen_random_uuid(), person, 'email', person || '@home.example', true, $2, $2 from unnest($1::uuid[]) as person`, [people, now]);
  await owner.query(
    `insert into api_token (id, token_hash, person_id, name, created_at)
     select gen_random_uuid(), hash, person, 'bench', $3 from unnest($1::bytea[], $2::uuid[]) as t (hash, person)`,
    [drafts.map(({ token }) => hashToken(token)), people, now]);
  await owner.query(
    `insert into application (id, reference, call_id, person_id, state, channel, name, postcode, eligibility, interest_declared, access_answered_at, contact_answered_at, created_at)
     select id, 'BENCH-' || id, $3, person, 'draft', 'web', 'Amina Yusuf', 'W6 9JT', '{lives}', false, $4, $4, $4 from unnest($1::uuid[], $2::uuid[]) as a (id, person)`,
    [drafts.map(({ id }) => id), people, call.id, now]);
  await owner.query('analyze');
  return drafts;
}

/**
 * People who were told that they are shortlisted, a token and a free time for each: half an hour in a room, with a panel of three.
 * Answers `[{ applicationId, personId, token, callId, roundId, slotId, occasionId }]`.
 */
export async function prepareBookings(owner, call, count) {
  const drafts = await prepareDrafts(owner, call, count);
  const ids = drafts.map(({ id }) => id);
  const now = new Date();
  await owner.query(`update application set state = 'submitted', submitted_at = $2 where id = any($1)`, [ids, now]);
  await owner.query(`update application set state = 'shortlisted' where id = any($1)`, [ids]);
  const staff = `select person_id from role_assignment where role = any($2) order by person_id limit 1`;
  await owner.query(
    `insert into decision (id, application_id, outcome, state, state_before, reason, decided_by, decided_at)
     select gen_random_uuid(), id, 'shortlisted', 'pending', 'submitted', '-', (${staff}), $3 from unnest($1::uuid[]) as id`, [ids, ['strategic_lead'], now]);
  await owner.query(
    `update decision set state = 'applied', applied_by = decided_by, applied_at = decided_at, co_decided_by = (${staff}) where application_id = any($1)`, [ids, ['co_decider']]);
  await owner.query(`update decision set state = 'told', told_at = decided_at, telling_at = decided_at where application_id = any($1)`, [ids]);
  const { rows: [{ roundId }] } = await owner.query(`update interview_round set base_minutes = 30 where call_id = $1 returning id as "roundId"`, [call.id]);
  const slots = await freeTimes(owner, call.id, roundId, count);
  await owner.query('analyze');
  return drafts.map(({ id, personId, token }, index) => ({ applicationId: id, personId, token, callId: call.id, roundId, ...slots[index] }));
}

/** Ten panels with a room each, sixteen times a day. */
async function freeTimes(owner, callId, roundId, count) {
  const PANELS = 10;
  const panels = Array.from({ length: PANELS }, () => ({ room: randomUUID(), people: [randomUUID(), randomUUID(), randomUUID()] }));
  const people = panels.flatMap((panel) => panel.people);
  const now = new Date();
  await owner.query(`insert into person (id, name, created_at) select unnest($1::uuid[]), 'Sam Hart', $2`, [people, now]);
  await owner.query(`insert into resource (id, kind, person_id) select gen_random_uuid(), 'person', id from unnest($1::uuid[]) as id`, [people]);
  await owner.query(`insert into resource (id, kind, name) select id, 'room', 'Room ' || id from unnest($1::uuid[]) as id`, [panels.map(({ room }) => room)]);
  const nine = new Date(now.getTime() + 60 * 86_400_000).setUTCHours(9, 0, 0, 0);
  const slots = Array.from({ length: count }, (_, index) => {
    const turn = Math.floor(index / PANELS);
    return { slotId: randomUUID(), occasionId: randomUUID(), panel: panels[index % PANELS], at: new Date(nine + Math.floor(turn / 16) * 86_400_000 + (turn % 16) * 1_800_000) };
  });
  const columns = [slots.map(({ slotId }) => slotId), slots.map(({ occasionId }) => occasionId), slots.map(({ panel }) => panel.room), slots.map(({ at }) => at)];
  const from = `unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) as x (slot, occasion, room, at)`;
  await owner.query(
    `insert into occasion (id, kind, starts_at, ends_at, format, room_id, holder_id, created_at)
     select occasion, 'interview', at, at + interval '30 minutes', 'in_person', room, $5, $6 from ${from} where slot is not null`, [...columns, callId, now]);
  await owner.query(
    `insert into slot (id, call_id, round_id, occasion_id, created_by, created_at) select slot, $5, $6, occasion, $7, $8 from ${from} where room is not null and at is not null`,
    [...columns, callId, roundId, people[0], now]);
  await owner.query(`insert into slot_panel (slot_id, person_id) select slot, person from unnest($1::uuid[], $2::uuid[]) as x (slot, person)`,
    [slots.flatMap(({ slotId }) => [slotId, slotId, slotId]), slots.flatMap(({ panel }) => panel.people)]);
  await owner.query(
    `insert into reservation (id, occasion_id, resource_id, during)
     select gen_random_uuid(), o.id, o.room_id, tstzrange(o.starts_at, o.ends_at) from slot s join occasion o on o.id = s.occasion_id where s.id = any($1)
     union all select gen_random_uuid(), o.id, r.id, tstzrange(o.starts_at, o.ends_at) from slot s join occasion o on o.id = s.occasion_id
       join slot_panel p on p.slot_id = s.id join resource r on r.person_id = p.person_id where s.id = any($1)`, [columns[0]]);
  return slots.map(({ slotId, occasionId }) => ({ slotId, occasionId }));
}

/** About fifty words to each question, as people write. */
export function answersTo({ questionIds }) {
  const text = 'The lift at the station was out of order for three weeks. Nobody told us when it would work again. I had to go two stops further and come back by bus. A text message in the morning would have saved me an hour each day, and a lot of worry.';
  return questionIds.map((questionId) => ({ questionId, text }));
}
