import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { prepareBookings, realisticDatabase } from './support/data.mjs';
import { record, withApplication } from './support/recording.mjs';
import { CONNECTIONS, ROUNDS, inTurn, load, row } from './support/rounds.mjs';
import { startBare, startService } from './support/servers.mjs';

const AMOUNT = 400;
const WARM_AMOUNT = 200;

export const title = 'Booking an interview';

export async function run(context) {
  const { appUrl, ownerUrl, bigCall } = await realisticDatabase(context);
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  const people = await prepareBookings(owner, bigCall, 2 + 2 * (WARM_AMOUNT + ROUNDS * AMOUNT));
  const route = await recordBooking(appUrl, people);
  await settle(owner);
  const service = await startService(appUrl);
  const bare = await startBare(appUrl, [route]);
  try {
    const book = (server, amount) => load(server, { amount, requests: [{ method: 'POST', setupRequest: (request) => booking(request, people.pop()) }] });
    const measured = async (server, amount) => {
      const result = await book(server, amount);
      await (server === service ? drained(owner) : settle(owner));
      return result;
    };
    for (const server of [service, bare]) await measured(server, WARM_AMOUNT);
    context.log(`${AMOUNT} bookings a round`);
    const figures = await inTurn(service, bare, (server) => measured(server, AMOUNT));
    return { rows: [row('booking a time', route.body.length, figures)], notes: notes(route) };
  } finally {
    await Promise.all([service.stop(), bare.stop()]);
    await owner.end();
  }
}

function booking(request, { slotId, applicationId, token }) {
  return {
    ...request, path: `/api/v1/slots/${slotId}/booking`, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ applicationId }),
  };
}

async function recordBooking(appUrl, people) {
  return withApplication(appUrl, async (app) => {
    const [warm, one] = [people.pop(), people.pop()];
    const ask = (person) => {
      const { path, body, ...rest } = booking({ method: 'POST' }, person);
      return { ...rest, url: path, payload: body };
    };
    const { applicationId, personId, slotId, occasionId, callId, roundId } = one;
    const recorded = await record(app, ask(warm), ask(one), {
      status: 201, known: { application: applicationId, person: personId, slot: slotId, occasion: occasionId }, constants: [callId, roundId],
    });
    return { method: 'POST', url: '/api/v1/slots/:id/booking', status: 201, ...recorded };
  });
}

/** What the bare server leaves behind is nobody's work. */
async function settle(owner) {
  await owner.query(`update outbox set handled_at = created_at where handled_at is null`);
}

async function drained(owner) {
  for (;;) {
    const { rows } = await owner.query(
      `select (select count(*) from outbox where handled_at is null) + (select count(*) from message where state in ('pending', 'sending') and channel in ('email', 'text')) as waiting`);
    if (Number(rows[0].waiting) === 0) return;
    await wait(50);
  }
}

function notes({ statements }) {
  return [
    `A resident, a token and a free time of their own for each request, a room and three people on each panel; ${CONNECTIONS} connections, ${ROUNDS} rounds of ${AMOUNT} requests in turn.`,
    `The bare server runs the same ${statements.length} statements (recorded from the service: token, locks, booking, reservation, attendance, application, audit, outbox, confirming, reading it back), the writes in one transaction.`,
    'The service is web and worker in one process: while it takes bookings it also hands over and sends the messages about those it has, with their calendar entries. The bare server sends none.',
    'What limits it: round trips to PostgreSQL inside the transaction and the commit to disk, for both; for the service also the messages it sends at the same time.',
  ];
}
