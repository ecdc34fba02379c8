import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { QUESTIONS, answersTo, prepareDrafts, realisticDatabase } from './support/data.mjs';
import { record, withApplication } from './support/recording.mjs';
import { CONNECTIONS, ROUNDS, inTurn, load, row } from './support/rounds.mjs';
import { startBare, startService } from './support/servers.mjs';

const AMOUNT = 500;
const WARM_AMOUNT = 200;

export const title = 'Submitting an application';

export async function run(context) {
  const { appUrl, ownerUrl, bigCall } = await realisticDatabase(context);
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  const drafts = await prepareDrafts(owner, bigCall, 2 + 2 * (WARM_AMOUNT + ROUNDS * AMOUNT));
  const body = JSON.stringify({ answers: answersTo(bigCall) });
  const route = await recordSubmission(appUrl, owner, bigCall, drafts, body);
  await settle(owner);
  const service = await startService(appUrl);
  const bare = await startBare(appUrl, [route]);
  try {
    const submit = (server, amount) => load(server, { amount, requests: [{ method: 'POST', body, setupRequest: (request) => submission(request, drafts.pop()) }] });
    const measured = async (server, amount) => {
      const result = await submit(server, amount);
      await (server === service ? drained(owner) : settle(owner));
      return result;
    };
    for (const server of [service, bare]) await measured(server, WARM_AMOUNT);
    context.log(`${AMOUNT} applications a round`);
    const figures = await inTurn(service, bare, (server) => measured(server, AMOUNT));
    return { rows: [row(`submitting (${QUESTIONS} answers)`, route.body.length, figures)], notes: notes(route) };
  } finally {
    await Promise.all([service.stop(), bare.stop()]);
    await owner.end();
  }
}

function submission(request, { id, token }) {
  return { ...request, path: `/api/v1/applications/${id}/submission`, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } };
}

async function recordSubmission(appUrl, owner, call, drafts, body) {
  return withApplication(appUrl, async (app) => {
    const [warm, draft] = [drafts.pop(), drafts.pop()];
    const ask = (one) => {
      const { path, ...rest } = submission({ method: 'POST', payload: body }, one);
      return { ...rest, url: path };
    };
    const known = { application: draft.id, person: draft.personId };
    const recorded = await record(app, ask(warm), ask(draft), { known, constants: [call.id, ...call.questionIds] });
    return { method: 'POST', url: '/api/v1/applications/:id/submission', ...recorded };
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
    `${QUESTIONS} answers in the body, a draft and a token of its own for each request; ${CONNECTIONS} connections, ${ROUNDS} rounds of ${AMOUNT} requests in turn.`,
    `The bare server runs the same ${statements.length} statements (recorded from the service: token, answers, application, audit, outbox, reading it back), the writes in one transaction.`,
    'The service is web and worker in one process: while it takes applications it also hands over and sends the confirmations of those it has. The bare server sends none.',
    'What limits it: round trips to PostgreSQL inside the transaction and the commit to disk, for both; for the service also the four short transactions that each confirmation takes at the same time.',
  ];
}
