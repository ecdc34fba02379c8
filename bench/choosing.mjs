import pg from 'pg';
import { APPLICATIONS, REVIEWED, thousandApplications } from './support/data.mjs';
import { record, withApplication } from './support/recording.mjs';
import { CONNECTIONS, ROUNDS, inTurn, load, row } from './support/rounds.mjs';
import { startBare, startService } from './support/servers.mjs';

const SECONDS = 5;
const WARM_SECONDS = 2;

export const title = `Choosing among ${APPLICATIONS} applications`;

export async function run(context) {
  const { appUrl, ownerUrl, call, phaseId, cookies } = await thousandApplications(context);
  await analyze(ownerUrl);
  const pages = [
    { what: 'the staff list: one call, one state, page 3', url: `/staff/applications?call=${call.id}&state=submitted&page=3`, cookie: cookies.lead },
    { what: 'a reviewer’s queue', url: `/staff/reviews/${phaseId}`, cookie: cookies.reviewer },
    { what: 'the dashboard of scores', url: `/staff/calls/${call.id}/review/dashboard`, cookie: cookies.lead },
  ];
  const routes = await withApplication(appUrl, async (app) => {
    const recorded = [];
    for (const { url, cookie } of pages) {
      const request = { method: 'GET', url, headers: { cookie } };
      recorded.push({ method: 'GET', url, ...await record(app, request, request, { constants: await idsIn(ownerUrl) }) });
    }
    return recorded;
  });
  const service = await startService(appUrl);
  const bare = await startBare(appUrl, routes);
  try {
    const rows = [];
    for (const [index, { what, url, cookie }] of pages.entries()) {
      context.log(what);
      const measure = (server, duration) => load({ ...server, url: server.url + url }, { duration, headers: { cookie } });
      for (const server of [service, bare]) await measure(server, WARM_SECONDS);
      rows.push(row(what, routes[index].body.length, await inTurn(service, bare, (server) => measure(server, SECONDS))));
    }
    return { rows, notes: notes(routes) };
  } finally {
    await Promise.all([service.stop(), bare.stop()]);
  }
}

async function analyze(ownerUrl) {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('analyze');
  await owner.end();
}

/** Everything that stands in the requests is the same at each: none of it is made anew. */
async function idsIn(ownerUrl) {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const { rows } = await owner.query(`select id from person union select id from call union select id from review_phase union select duty_id from reviewer`);
  await owner.end();
  return rows.map(({ id }) => id);
}

function notes(routes) {
  const statements = routes.map((route) => route.statements.length);
  return [
    `The demo's stories and a call with ${APPLICATIONS} applications, ${REVIEWED} of them with three reviews each, read by people who are signed in. ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turn, the other server standing still; the median of the pairs.`,
    `The bare server runs the same SQL, with the session looked up (${statements.join(', ')} statements, recorded from the service), and sends the service's own answer, made in advance.`,
    'What limits it: for the list filling in the template (layout, filter form, 25 rows) and the framework’s pipeline; for the queue also its list of 800 own scores; for the dashboard reading 7,200 scores and finding the medians and spreads of 960 applications, which PostgreSQL does for both, and filling in the template’s 50 rows.',
  ];
}
