import { MORE_CALLS, realisticDatabase } from './support/data.mjs';
import { record, withApplication } from './support/recording.mjs';
import { CONNECTIONS, ROUNDS, inTurn, load, row } from './support/rounds.mjs';
import { startBare, startService } from './support/servers.mjs';

const SECONDS = 5;
const WARM_SECONDS = 2;

export const title = 'Reading: the public list, one call, the calls as JSON';

export async function run(context) {
  const { appUrl, slug } = await realisticDatabase(context);
  const pages = [
    { what: 'the public list page', url: '/opportunities' },
    { what: 'one call’s page', url: `/opportunities/${slug}` },
    { what: 'the calls as JSON', url: '/api/v1/calls' },
  ];
  const routes = await withApplication(appUrl, async (app) => {
    const recorded = [];
    for (const { url } of pages) recorded.push({ method: 'GET', url, ...await record(app, url, url) });
    return recorded;
  });
  const rows = [
    ...await compare(context, appUrl, pages, routes.map((route) => ({ ...route, remembered: true })), 'from memory', {}),
    ...await compare(context, appUrl, pages, routes, 'made anew', { PAGE_CACHE: 'off' }),
  ];
  return { rows, notes: notes(routes) };
}

/** Each page in turn, on the service as it runs with these settings and on a bare server with these routes. */
async function compare(context, appUrl, pages, routes, how, env) {
  const service = await startService(appUrl, { env });
  const bare = await startBare(appUrl, routes);
  try {
    const rows = [];
    for (const [index, { what, url }] of pages.entries()) {
      context.log(`${what}, ${how}`);
      for (const server of [service, bare]) await load({ ...server, url: server.url + url }, { duration: WARM_SECONDS });
      const figures = await inTurn(service, bare, (server) => load({ ...server, url: server.url + url }, { duration: SECONDS }));
      rows.push(row(`${what}, ${how}`, routes[index].body.length, figures));
    }
    return rows;
  } finally {
    await Promise.all([service.stop(), bare.stop()]);
  }
}

function notes(routes) {
  const statements = routes.map((route) => route.statements.length);
  return [
    `The demo's stories and ${MORE_CALLS} more calls. ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turn, the other server standing still; the median of the pairs.`,
    'From memory: the service as it runs. The bare server has the same answer ready as bytes, looks in memory whose session the cookie names, and sends the same headers and bytes; it never has to know whether a call changed, or whether the reader has the page already. In the demo the service makes each page anew once a minute, because it says the time.',
    'What limits it: in both the connection itself, and writing some twenty headers.',
    `Made anew: the same service with PAGE_CACHE=off. The bare server runs the same SQL (${statements.join(', ')} statements, recorded from the service) and sends the service's own answer, made in advance. It is what the first reader after a change, and everybody who is signed in, waits for.`,
    'What limits it: the framework’s pipeline and the security headers made anew for each request; for the list also reading thirty rows and filling in the template; for JSON turning rows into objects and back into text.',
    'The load, the server and PostgreSQL share the machine’s cores.',
  ];
}
