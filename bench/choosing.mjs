import pg from 'pg';
import { APPLICATIONS, thousandApplications } from './support/data.mjs';
import { record, withApplication } from './support/recording.mjs';
import { CONNECTIONS, ROUNDS, inTurn, load, row } from './support/rounds.mjs';
import { startBare, startService } from './support/servers.mjs';

const SECONDS = 5;
const WARM_SECONDS = 2;

export const title = `Choosing among ${APPLICATIONS} applications`;

export async function run(context) {
  const { appUrl, ownerUrl, call, cookie } = await thousandApplications(context);
  await analyze(ownerUrl);
  const headers = { cookie };
  const pages = [
    { what: 'the staff list: one call, one state, page 3', url: `/staff/applications?call=${call.id}&state=submitted&page=3` },
  ];
  const routes = await withApplication(appUrl, async (app) => {
    const recorded = [];
    for (const { url } of pages) {
      const request = { method: 'GET', url, headers };
      recorded.push({ method: 'GET', url, ...await record(app, request, request, { constants: [call.id] }) });
    }
    return recorded;
  });
  const service = await startService(appUrl);
  const bare = await startBare(appUrl, routes);
  try {
    const rows = [];
    for (const [index, { what, url }] of pages.entries()) {
      context.log(what);
      const measure = (server, duration) => load({ ...server, url: server.url + url }, { duration, headers });
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

function notes(routes) {
  const statements = routes.map((route) => route.statements.length);
  return [
    `The demo's stories and a call with ${APPLICATIONS} applications, read by a lead who is signed in. ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turn, the other server standing still; the median of the pairs.`,
    `The bare server runs the same SQL, with the session looked up (${statements.join(', ')} statements, recorded from the service), and sends the service's own answer, made in advance.`,
    'What limits it: filling in the template (layout, filter form, 25 rows) and the framework’s pipeline.',
  ];
}
