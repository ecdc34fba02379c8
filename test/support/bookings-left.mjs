// What is in the database after people booked, moved and gave back interviews while the service was killed:
// compared with what they were told, and looked at with plain SQL that trusts none of the constraints.
import { auditProblems } from './killing.mjs';

/** What is wrong, in sentences. `seen` is what people were told. */
export async function bookingProblems(owner, { lives, series, removed, releases }) {
  const bookings = new Map((await owner.query(BOOKINGS)).rows.map((row) => [row.id, row]));
  const live = new Map([...bookings.values()].filter(({ state }) => state === 'live').map((row) => [row.applicationId, row]));
  return [
    ...lives.flatMap((life) => lost(life, bookings, live)),
    ...[...bookings.values()].flatMap(halfSaved),
    ...await lostTimes(owner, series, removed),
    ...await lostReleases(owner, releases),
    ...(await Promise.all(QUESTIONS.map(async ([what, text]) => (await owner.query(text)).rows.map((row) => `${what}: ${JSON.stringify(row)}`)))).flat(),
    ...await auditProblems(owner),
  ];
}

// ---- what they were told -------------------------------------------------------------------

/** Everything acknowledged is there, or was followed by something acknowledged. */
function lost({ applicationId, booking, unsure, booked, cancelled }, bookings, live) {
  const has = live.get(applicationId) ?? null;
  const fits = (wanted) => (wanted === null || has === null ? wanted === has
    : (wanted.id === undefined || wanted.id === has.id) && wanted.slotId === has.slotId && wanted.moves === has.sequence);
  return [
    ...(fits(booking) || (unsure !== undefined && fits(unsure)) ? []
      : [`acknowledged was ${JSON.stringify(booking)}, perhaps ${JSON.stringify(unsure)}, but there is ${JSON.stringify(has)}`]),
    ...booked.filter((id) => bookings.get(id)?.applicationId !== applicationId).map((id) => `acknowledged but not there: booking ${id}`),
    ...cancelled.filter((id) => bookings.get(id)?.state !== 'cancelled').map((id) => `acknowledged but still live: booking ${id}`),
  ];
}

async function lostTimes(owner, series, removed) {
  const { rows } = await owner.query(
    `select o.joining_details as name, count(*)::int as count from slot s join occasion o on o.id = s.occasion_id group by 1`);
  const made = new Map(rows.map(({ name, count }) => [name, count]));
  const { rows: still } = await owner.query(`select id from slot where id = any($1) and removed_at is null`, [removed]);
  return [
    ...series.filter(({ name, count, sure }) => (made.get(name) ?? (sure ? -1 : count)) !== count)
      .map(({ name, count, sure }) => `${name}: ${made.get(name) ?? 0} of ${count} times, ${sure ? 'acknowledged' : 'not acknowledged'}`),
    ...still.map(({ id }) => `acknowledged as taken back, but there: slot ${id}`),
  ];
}

async function lostReleases(owner, releases) {
  const { rows } = await owner.query(`select id from timetable where state = 'released'`);
  const released = new Set(rows.map(({ id }) => id));
  return releases.filter(({ id, sure }) => sure && !released.has(id)).map(({ id }) => `acknowledged as released, but not: timetable ${id}`);
}

// ---- whole or absent -----------------------------------------------------------------------

const counted = (table, condition) => `(select count(*) from ${table} where ${condition})::int`;
const audited = (action) => counted('audit_entry e', `e.subject_id = b.id and e.action = any('{${action}}')`);
const emitted = (event) => counted('outbox o', `o.event = '${event}' and o.payload ->> 'bookingId' = b.id::text and o.handled_at is not null`);
const written = (template) => counted('message m',
  `m.template = any('{${template}}') and m.payload ->> 'bookingId' = b.id::text and m.person_id = a.person_id and m.state in ('sent', 'cancelled')`);

const BOOKINGS = `
  select b.id, b.application_id as "applicationId", b.slot_id as "slotId", b.state, b.sequence,
    json_build_object(
      'confirmed', (b.confirmed_at is not null) = (b.state = 'live' and b.agreed_at is not null), 'cancelledAt', b.cancelled_at is not null,
      'audit', json_build_array(${audited('interview.booked,interview.placed')}, ${audited('interview.moved')}, ${audited('interview.cancelled')}),
      'events', json_build_array(${emitted('interview.booked')}, ${emitted('interview.moved')}, ${emitted('interview.cancelled')}),
      'messages', json_build_array(${written('interview-booked,interview-held')}, ${written('interview-moved')}, ${written('interview-cancelled')})) as facts
  from booking b join application a on a.id = b.application_id`;

/** A booking has one entry, one event and one message for each thing that happened to it. */
function halfSaved({ id, state, sequence, facts }) {
  const happened = [1, sequence, state === 'cancelled' ? 1 : 0];
  const whole = { confirmed: true, cancelledAt: state === 'cancelled', audit: happened, events: happened, messages: happened };
  return JSON.stringify(facts) === JSON.stringify(whole) ? [] : [`half saved or doubled: booking ${id}, ${state}, ${JSON.stringify(facts)}`];
}

/** Who has to be where, from the slots; and who is reserved, from the reservations. */
const PLACES = `
  select s.occasion_id, r.id as resource_id from slot s join occasion o on o.id = s.occasion_id join resource r on r.id = o.room_id where s.removed_at is null
  union all select s.occasion_id, r.id from slot s join slot_panel p on p.slot_id = s.id join resource r on r.person_id = p.person_id where s.removed_at is null
  union all select s.occasion_id, r.id from booking b join slot s on s.id = b.slot_id join application a on a.id = b.application_id
    join resource r on r.person_id = a.person_id where b.state = 'live'`;
const RESERVED = `
  select v.occasion_id, v.resource_id from reservation v join resource r on r.id = v.resource_id
  where v.released_at is null and v.occasion_id is not null and v.firm`;

const QUESTIONS = [
  ['in two places at once', `
    with place as (select distinct x.resource_id, o.id, tstzrange(o.starts_at, o.ends_at) as during from (${PLACES} union all ${RESERVED}) x join occasion o on o.id = x.occasion_id)
    select a.resource_id, a.id as one, b.id as other from place a join place b on b.resource_id = a.resource_id and a.id < b.id and a.during && b.during`],
  ['a time with two people', `select slot_id from booking where state = 'live' group by slot_id having count(*) > 1`],
  ['somebody with two times', `select application_id from booking where state = 'live' group by application_id, round_id having count(*) > 1`],
  ['not reserved', `(${PLACES}) except (${RESERVED})`],
  ['reserved for nothing', `
    select x.* from ((${RESERVED}) except (${PLACES})) x join resource r on r.id = x.resource_id join occasion o on o.id = x.occasion_id
    where o.kind = 'interview' and r.kind <> 'interpreter'`],
  ['reserved for another time than its interview', `
    select v.id from reservation v join occasion o on o.id = v.occasion_id where v.released_at is null and v.during <> tstzrange(o.starts_at, o.ends_at)`],
  ['not expected', `
    select b.id from booking b join slot s on s.id = b.slot_id join application a on a.id = b.application_id
    where b.state = 'live' and not exists (select from attendance t where t.occasion_id = s.occasion_id and t.person_id = a.person_id and t.state = 'expected')`],
  ['interviewing without an interview, or the other way', `
    select a.id, a.state from application a where a.submitted_at is not null and (a.state = 'interviewing') <> exists (
      select from booking b where b.application_id = a.id and b.state = 'live')`],
  ['taken back in half', `
    select s.id from slot s join occasion o on o.id = s.occasion_id where (s.removed_at is null) <> (o.cancelled_at is null)
      or (s.removed_at is not null and exists (select from booking b where b.slot_id = s.id and b.state = 'live'))`],
  ['times without one entry in the audit', `
    select s.id from slot s where (select count(*) from audit_entry e where e.subject_id = s.id and e.action = 'slot.created') <> 1
      or (select count(*) from audit_entry e where e.subject_id = s.id and e.action = 'slot.removed') <> (s.removed_at is not null)::int`],
  ['released in half', `
    select t.id, p.application_id from timetable t join timetable_placement p on p.timetable_id = t.id where t.state = 'released' and not exists (
      select from booking b join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
      where b.application_id = p.application_id and b.round_id = t.round_id and b.state = 'live' and o.starts_at = p.starts_at)`],
  ['placed by nothing that was released', `
    select b.id from booking b where b.placed_by is not null and not exists (
      select from timetable t join timetable_placement p on p.timetable_id = t.id where t.state = 'released' and p.application_id = b.application_id and t.round_id = b.round_id)`],
  ['released without one entry in the audit', `
    select t.id from timetable t where (select count(*) from audit_entry e where e.subject_id = t.id and e.action = 'timetable.released') <> (t.state = 'released')::int`],
  ['sent but in no mailbox, or the other way', `
    select m.id, m.template, m.state from message m where (m.state = 'sent') <> exists (select from demo_mailbox b where b.message_id = m.id)`],
  ['neither sent nor put aside', `select id, template, state, last_error from message where state not in ('sent', 'cancelled')`],
];
