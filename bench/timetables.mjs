import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { realisticDatabase } from './support/data.mjs';
import { startService } from './support/servers.mjs';
import { roundToPlan } from './support/timetable-rounds.mjs';

const ROUNDS = [
  { applicants: 20, days: 5 }, { applicants: 40, days: 8 }, { applicants: 80, days: 10 }, { applicants: 80, days: 6, scarce: true }, { applicants: 300, days: 30 },
];
/** Of a search: for those up to eighty, and for three hundred. */
const [SECONDS, MOST_SECONDS] = [30, 60];
const LOOK_MILLISECONDS = 50;
const REQUESTS = 300;

export const title = 'Timetables for 20, 40, 80 and 300 applicants';

/** All in the service itself: asked for over HTTP, looked for by its own worker thread, pages answered by the same process. */
export async function run(context) {
  const { appUrl, ownerUrl } = await realisticDatabase(context);
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 4 });
  owner.on('error', () => {});
  const service = await startService(appUrl, { env: { PAGE_CACHE: 'off' } });
  try {
    const rows = [];
    let idle;
    let meanwhile;
    for (const round of ROUNDS) {
      const isLargest = round === ROUNDS.at(-1);
      context.log(`${round.applicants} applicants${round.scarce ? ', one resident for the panel' : ''}`);
      await owner.query(`update setting set value = $1 where key = 'timetables.seconds'`, [String(isLargest ? MOST_SECONDS : SECONDS)]);
      const planned = await roundToPlan(owner, round);
      await owner.query('analyze');
      if (isLargest) idle = await p95(service.url, (done) => done < REQUESTS, REQUESTS);
      const search = proposed(owner, service.url, planned);
      if (isLargest) {
        let over = false;
        search.finally(() => { over = true; }).catch(() => {});
        await wait(500);
        meanwhile = await p95(service.url, () => !over);
      }
      rows.push(row(round, planned, await search));
    }
    const ratio = meanwhile.p95 / idle.p95;
    return {
      rows,
      notes: [
        `Proposed over HTTP and looked for by the running service, ${SECONDS} s at most, ${MOST_SECONDS} s for 300. Marks: 80 placed within 10 s; 300 placed, or the shortage said, within 60 s.`,
        `Pages of the same process: the public list, one request after another, ${idle.count} while idle and ${meanwhile.count} all through the search for 300 people. p95 idle ${idle.p95.toFixed(1)} ms, meanwhile ${meanwhile.p95.toFixed(1)} ms, ${ratio.toFixed(2)} times (mark: 2).`,
        'A quarter of the people have adjustments; two interpreters, three rooms. Everybody is placed, or the answer is what is short. A best that is not proven is the best that was found in the time.',
      ],
    };
  } finally {
    await service.stop();
    await owner.end();
  }
}

function row({ applicants, days, scarce }, { adjusted }, { answer, first, last, proven }) {
  return {
    what: `${applicants} applicants, about ${days} days${scarce ? ', one resident for the panel' : ''}`, 'with adjustments': adjusted, answer,
    'first, s': first.toFixed(1), 'last, s': last.toFixed(1), 'best proven': proven ? 'yes' : 'no',
  };
}

/** Seconds from the lead's press to what they can read. */
async function proposed(owner, url, { roundId, members, lead }) {
  const id = randomUUID();
  const { cookie, csrf } = await signedIn(url, lead);
  const body = new URLSearchParams({ _csrf: csrf, id });
  for (const member of members) body.append('members', member);
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  const answer = await fetch(`${url}/staff/rounds/${roundId}/timetable`, { method: 'POST', headers: { cookie }, body, redirect: 'manual' });
  if (answer.status !== 303) throw new Error(`proposing answered ${answer.status}: ${(await answer.text()).replace(/<[^>]*>|\s+/g, ' ').slice(0, 1500)}`);
  for (let first = null; ; await wait(LOOK_MILLISECONDS)) {
    const { rows: [{ state, proven, placed }] } = await owner.query(
      `select state, proven, (select count(*)::int from timetable_placement p where p.timetable_id = t.id) as placed from timetable t where id = $1`, [id]);
    if (state !== 'solving') first ??= since();
    if (state === 'failed' || since() > MOST_SECONDS + 30) throw new Error(`the search for ${members.length} on the panel is ${state}`);
    if (state === 'proposed' || state === 'short') return { answer: state === 'short' ? 'short, and said' : `${placed} placed`, first, last: since(), proven };
  }
}

async function signedIn(url, token) {
  const form = await fetch(`${url}/sign-in`);
  return {
    cookie: `${form.headers.getSetCookie()[0].split(';')[0]}; alongside=${token}`, csrf: /name="_csrf" value="([^"]+)"/.exec(await form.text())[1],
  };
}

/** In milliseconds, of requests one after another as long as `more` says so. */
async function p95(url, more, warmUp = 0) {
  for (let request = 0; request < warmUp; request += 1) await asked(url);
  const times = [];
  while (more(times.length)) times.push(await asked(url));
  return { count: times.length, p95: times.sort((one, other) => one - other)[Math.floor(times.length * 0.95)] };
}

async function asked(url) {
  const began = performance.now();
  const answer = await fetch(`${url}/opportunities`);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  return performance.now() - began;
}
