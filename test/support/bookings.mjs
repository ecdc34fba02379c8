// Kills the service again and again while people book, move and give back interviews, leads make and take back times
// and release timetables, then looks at what is left. Plain JavaScript, because the specs and `npm run prove -- bookings` share it.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { callToBook, interviewDay } from './call-to-book.mjs';
import { askApi, GaveUp, killing, residents, Strange, untilAnswered, withService } from './killing.mjs';
import { bookingProblems } from './bookings-left.mjs';

export { bookingProblems };

/** One in so many gives up when the line breaks; the others try again until they have an answer. */
const IMPATIENT = 8;
const DAYS = 12;
/** People in each timetable. */
const PLACED = 5;
/** How often a timetable is asked for when what it stood on was taken meanwhile. */
const TRIES = 6;
const NO_TIMES_MILLISECONDS = 30;
/** Why a time could not be had, and another can. */
const TOO_LATE = ['Somebody else has just taken that time', 'That time is not free any more'];

/**
 * `people` make `steps` choices each, `clients` at a time, and `timetables` are released, while the service is killed `kills` times.
 * Answers what was seen: `problems` is empty when nothing was lost, double booked or half saved.
 */
export async function crashBookings({ appUrl, ownerUrl, kills, people, steps, timetables, clients = 8, waitForLeases = true, log = () => {} }) {
  return withService({ appUrl, ownerUrl }, async ({ owner, service }) => {
    const world = await callToBook(owner, await residents(owner, people), { days: DAYS });
    const toPlace = [];
    while (toPlace.length < timetables) toPlace.push(await callToBook(owner, await residents(owner, PLACED), { days: DAYS }));
    await service.start();
    const seen = { done: 0, booked: 0, moved: 0, cancelled: 0, tooLate: 0, gaveUp: 0, interrupted: 0, strange: [], lives: [], series: [], removed: [], releases: [] };
    const crowd = { url: service.url, world, seen, over: false };
    const leads = world.leads.map((lead, index) => leadLife(crowd, lead, index));
    const releasing = releaseAll(crowd, owner, toPlace);
    const doing = everybody(crowd, steps, clients).finally(() => { crowd.over = true; }).then(() => Promise.all([...leads, releasing]));
    await killing({ service, owner, kills, steps: people * steps, finished: () => seen.done, doing, waitForLeases, log });
    return { kills, ...seen, times: seen.series.filter(({ sure }) => sure).length, problems: [...seen.strange, ...await bookingProblems(owner, seen)] };
  });
}

// ---- residents, through the API ------------------------------------------------------------

async function everybody(crowd, steps, clients) {
  const queue = [...crowd.world.applicants.entries()];
  const client = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await residentLife(crowd, steps, ...next);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** What somebody was told, so far: `booking` is what they have, `unsure` what they may have instead. */
async function residentLife({ url, seen }, steps, index, { applicationId, token }) {
  const patience = { patient: index % IMPATIENT !== 0, interrupted: () => { seen.interrupted += 1; } };
  const life = { applicationId, booking: null, unsure: undefined, booked: [], cancelled: [] };
  seen.lives.push(life);
  const ask = (method, path, body) => {
    const key = method === 'POST' ? randomUUID() : undefined;
    return untilAnswered(async () => {
      const { status, answer } = await askApi(url, token, method, path, body, key);
      if (status === 409 && TOO_LATE.some((words) => answer.detail.startsWith(words))) return null;
      if (status >= 400) throw new Strange(`${method} ${path} said ${status}: ${answer.detail}`);
      return answer;
    }, patience);
  };
  /** Whatever becomes of it, we know what it would lead to. */
  const change = async (after, path, body) => {
    life.unsure = after;
    const answer = await ask('POST', path, body);
    life.unsure = undefined;
    return answer;
  };
  let step = 0;
  try {
    while (step < steps) {
      const { booking } = life;
      if (booking && Math.random() < 0.5) {
        await change(null, `/bookings/${booking.id}/cancellation`, {});
        life.booking = null;
        life.cancelled.push(booking.id);
        seen.cancelled += 1;
      } else {
        const { slots } = await ask('GET', `/applications/${applicationId}/slots`);
        const slot = pick(slots.slice(0, 12));
        if (!slot) {
          await wait(NO_TIMES_MILLISECONDS);
          continue;
        }
        const after = { id: booking?.id, slotId: slot.id, moves: booking ? booking.moves + 1 : 0 };
        const answer = booking ? await change(after, `/bookings/${booking.id}/move`, { slotId: slot.id })
          : await change(after, `/slots/${slot.id}/booking`, { applicationId });
        if (!answer) {
          seen.tooLate += 1;
          continue;
        }
        life.booking = { ...after, id: answer.id };
        if (!booking) life.booked.push(answer.id);
        seen[booking ? 'moved' : 'booked'] += 1;
      }
      step += 1;
      seen.done += 1;
    }
  } catch (error) {
    if (error instanceof GaveUp) seen.gaveUp += 1;
    else seen.strange.push(error.message);
    seen.done += steps - step;
  }
}

function pick(list) {
  return list[Math.floor(Math.random() * list.length)];
}

// ---- leads, through the pages --------------------------------------------------------------

/** Makes times and takes some back, until everybody has done what they wanted. */
async function leadLife(crowd, lead, index) {
  const { seen } = crowd;
  try {
    const browser = new Browser(crowd, lead);
    for (let round = 0; !crowd.over; round += 1) {
      if (round % 3 === 2) await takeOneBack(crowd, browser);
      else await makeTimes(crowd, index, browser);
      await wait(20);
    }
  } catch (error) {
    seen.strange.push(error.message);
  }
}

/** Up to four in one go. Of two panels and two rooms some are taken: then nothing is made. */
async function makeTimes({ seen, world }, index, browser) {
  const one = { name: `Series ${randomUUID()}`, count: 1 + Math.floor(Math.random() * 4), sure: false };
  seen.series.push(one);
  const minutes = 9 * 60 + 15 * Math.floor(Math.random() * 24);
  const status = await browser.post(`/staff/calls/${world.call.id}/slots`, {
    id: randomUUID(), day: interviewDay(1 + Math.floor(Math.random() * DAYS)), startTime: `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`,
    length: 30, count: one.count, gap: 5 * Math.floor(Math.random() * 3), format: 'in_person', roomId: pick(world.rooms), joiningDetails: one.name,
    panel: Math.random() < 0.8 ? world.panels[index] : pick(world.panels),
  }, [303, 409]);
  one.sure = status === 303;
}

async function takeOneBack({ seen }, browser) {
  const page = await browser.get('/staff/interviews');
  const id = pick([...page.matchAll(/\/staff\/slots\/([0-9a-f-]+)\/removal/g)])?.[1];
  // Somebody may have booked it meanwhile.
  if (id && await browser.post(`/staff/slots/${id}/removal`, {}, [303, 422]) === 303) seen.removed.push(id);
}

// ---- a lead who asks for timetables, reads and releases them ---------------------------------

async function releaseAll(crowd, owner, toPlace) {
  try {
    for (const world of toPlace) await releaseOne(crowd, owner, world);
  } catch (error) {
    crowd.seen.strange.push(error.message);
  }
}

/** Until one is released: what it stands on may be taken meanwhile, and then nothing of it is saved. */
async function releaseOne(crowd, owner, { roundId, leads, panels }) {
  const browser = new Browser(crowd, leads[0]);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const id = randomUUID();
    const release = { id, sure: false };
    crowd.seen.releases.push(release);
    await browser.post(`/staff/rounds/${roundId}/timetable`, { id, members: panels.flat() }, [303]);
    if (await found(owner, browser, id)) {
      await browser.post(`/staff/timetables/${id}/review`, {}, [303]);
      release.sure = await browser.post(`/staff/timetables/${id}/release`, {}, [303, 409]) === 303;
      if (release.sure) return;
    }
    await browser.post(`/staff/timetables/${id}/discarding`, {}, [303]);
  }
  throw new Strange(`no timetable could be released in ${TRIES} tries`);
}

/** Whether a search ended with everybody in it; one that a kill has stopped for good is begun again. */
async function found(owner, browser, id) {
  for (;;) {
    const { rows: [{ state }] } = await owner.query(`select state from timetable where id = $1`, [id]);
    if (state === 'proposed' || state === 'short') return state === 'proposed';
    if (state === 'failed') await browser.post(`/staff/timetables/${id}/attempt`, {}, [303]);
    await wait(100);
  }
}

/** A signed-in browser without JavaScript, that loads a page again when it did not come. */
class Browser {
  #csrf;

  constructor({ url, seen }, { token }) {
    this.url = url;
    this.cookie = `alongside=${token}`;
    this.patience = { patient: true, interrupted: () => { seen.interrupted += 1; } };
  }

  async get(path) {
    return untilAnswered(async () => {
      const response = await fetch(this.url + path, { headers: { cookie: this.cookie }, redirect: 'manual' });
      const text = await response.text();
      if (response.status !== 200) throw new Strange(`GET ${path} said ${response.status}`);
      return text;
    }, this.patience);
  }

  /** Answers the status, which is one of `expected`. */
  async post(path, fields, expected) {
    await this.#readToken();
    const body = new URLSearchParams({ _csrf: this.#csrf });
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
    return untilAnswered(async () => {
      const response = await fetch(this.url + path, { method: 'POST', headers: { cookie: this.cookie }, body, redirect: 'manual' });
      const text = await response.text();
      if (!expected.includes(response.status)) throw new Strange(`POST ${path} said ${response.status}: ${text.replace(/<[^>]*>|\s+/g, ' ').slice(0, 2000)}`);
      return response.status;
    }, this.patience);
  }

  async #readToken() {
    if (this.#csrf) return;
    await untilAnswered(async () => {
      const response = await fetch(`${this.url}/staff/interviews`, { headers: { cookie: this.cookie } });
      const [cookie] = response.headers.getSetCookie().filter((one) => one.startsWith('_csrf='));
      this.#csrf = /name="_csrf" value="([^"]+)"/.exec(await response.text())[1];
      this.cookie += `; ${cookie.split(';')[0]}`;
    }, this.patience);
  }
}
