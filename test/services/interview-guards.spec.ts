import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnswersService } from '../../src/adjustments/answers.service.js';
import type { Need } from '../../src/adjustments/adjustments.service.js';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ConfirmingService } from '../../src/interviews/confirming.service.js';
import type { NewSlotsDto } from '../../src/interviews/interviews.dto.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { OnTheDayService } from '../../src/interviews/on-the-day.service.js';
import { RoundsQueries } from '../../src/interviews/rounds.queries.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, panelOf, someone, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';

const NOW = '2026-12-07T10:00:00Z';

describe('what is refused of an interview', () => {
  let t: TestApp;
  let call: OpenCall;
  let panel: string[];
  let roundId: string;
  let interviews: InterviewsService;

  beforeAll(async () => {
    t = await startTestApp();
    t.clock.moveTo('2026-12-01T10:00:00Z');
    call = await openCall(t);
    panel = await panelOf(t, call);
    interviews = t.app.get(InterviewsService);
    roundId = (await t.app.get(RoundsQueries).ofCall(call.id))[0]!.id;
  });
  afterAll(() => t.close());

  async function shortlisted(needs: Need[] = []): Promise<Applicant & { id: string }> {
    t.clock.moveTo('2026-12-01T10:00:00Z');
    const who = await applicant(t);
    const id = await writeApplication(t, call, who, { needs });
    await t.app.get(ApplicationsService).submit(who.actor, id);
    t.clock.moveTo(NOW);
    await t.app.get(ChoosingService).decide(call.dana, id, { outcome: 'shortlisted', reason: 'Knows the barriers.', coDecidedBy: call.ruth.personId });
    await t.app.get(ChoosingService).toldByPerson(call.dana, id);
    return { ...who, id };
  }

  let hour = 8;
  async function slot(more: Partial<NewSlotsDto> = {}): Promise<string> {
    const id = newId();
    hour += 1;
    await t.app.get(SlotsService).create(call.dana, call.id, {
      id, roundId, day: `2027-01-${11 + Math.floor(hour / 9)}`, startTime: `${String(8 + hour % 9).padStart(2, '0')}:00`, length: 40, count: 1, gap: 0,
      format: 'video', joiningDetails: 'A link.', panel, ...more,
    });
    return id;
  }

  const at = async (instant: string, act: () => Promise<void>) => {
    t.clock.moveTo(instant);
    try { await act(); } finally { t.clock.moveTo(NOW); }
  };
  const stateOf = async (bookingId: string) => (await t.owner.query(
    `select b.state, b.slot_id as "slotId", b.cancel_cause as cause, b.late_percent as percent, b.agreed_at is not null as agreed, b.confirmed_at is not null as confirmed,
       a.state as attendance from booking b join slot s on s.id = b.slot_id join application p on p.id = b.application_id
     join attendance a on a.occasion_id = s.occasion_id and a.person_id = p.person_id where b.id = $1`, [bookingId])).rows[0] as object;
  const item = async (personId: string) => (await t.owner.query<{ id: string; version: number; state: string }>(
    `select id, version, state from arrangement where person_id = $1 and occasion_id is not null`, [personId])).rows[0]!;

  /** A browser of somebody who is signed in. */
  async function signIn(personId: string) {
    const jar = new Map([['alongside', await t.app.get(SignInService).openFor(personId)]]);
    const send = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(t.url + path, { ...init, redirect: 'manual', headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') } });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }
      return { status: answer.status, location: answer.headers.get('location'), text: (await answer.text()).replaceAll('&#39;', '’') };
    };
    return {
      get: send,
      post: async (path: string, fields: Record<string, string>, more: [string, string][] = []) => {
        const csrf = /name="_csrf" value="([^"]+)"/.exec((await send('/my/access')).text)![1]!;
        return send(path, { method: 'POST', body: new URLSearchParams([['_csrf', csrf], ...Object.entries(fields), ...more]) });
      },
    };
  }

  async function api(token: string, path: string, body: object): Promise<{ status: number; detail: unknown }> {
    const answer = await fetch(`${t.url}/api/v1${path}`, {
      method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
    return { status: answer.status, detail: ((await answer.json()) as { detail?: unknown }).detail };
  }

  describe('that is over or has begun', () => {
    const BEGAN = 'This interview has started already, so it can’t be moved.';
    let past: Applicant & { id: string };
    let free: Applicant & { id: string };
    let held: Applicant & { id: string };
    let bookingId: string;
    let heldId: string;
    let pastSlot: string;
    let heldSlot: string;
    let later: string;

    beforeAll(async () => {
      [past, free, held] = [await shortlisted(), await shortlisted(), await shortlisted()];
      const day = '2027-02-16';
      const own = await slot({ day, startTime: '09:00' });
      [heldSlot, pastSlot] = [await slot({ day, startTime: '10:00' }), await slot({ day, startTime: '11:00' })];
      later = await slot({ day: '2027-02-25', startTime: '09:00' });
      bookingId = await interviews.book(past.actor, own, past.id);
      await at('2027-02-16T08:00:00Z', async () => { heldId = await interviews.place(call.dana, { slotId: heldSlot, applicationId: held.id }); });
      t.clock.moveTo('2027-02-17T10:00:00Z');
    });
    afterAll(() => t.clock.moveTo(NOW));

    it('can’t be booked, by page or API', async () => {
      const they = await signIn(free.actor.personId);
      const page = await they.post(`/my/applications/${free.id}/interview`, { slotId: pastSlot });
      expect(page.status).toBe(422);
      expect(page.text).toContain('That time has started already. Please choose another.');
      expect(await api(free.token, `/slots/${pastSlot}/booking`, { applicationId: free.id })).toEqual({ status: 422, detail: 'That time has started already. Please choose another.' });
    });

    it('can’t be moved, by its resident, a lead or API', async () => {
      const before = await stateOf(bookingId);
      const [they, lead] = [await signIn(past.actor.personId), await signIn(call.dana.personId)];
      for (const answer of [await they.post(`/my/applications/${past.id}/interview`, { slotId: later }), await lead.post(`/staff/interviews/${bookingId}/time`, { slotId: later })]) {
        expect(answer.status).toBe(422);
        expect(answer.text).toContain(BEGAN);
      }
      expect(await api(past.token, `/bookings/${bookingId}/move`, { slotId: later })).toEqual({ status: 422, detail: BEGAN });
      // Nor into the past.
      const next = await interviews.book(free.actor, later, free.id);
      expect((await (await signIn(free.actor.personId)).post(`/my/applications/${free.id}/interview`, { slotId: pastSlot })).text).toContain('That time has started already. Please choose another.');
      expect((await api(free.token, `/bookings/${next}/move`, { slotId: pastSlot })).status).toBe(422);
      await interviews.cancel(free.actor, next);
      expect(await stateOf(bookingId)).toEqual(before);
    });

    it('can’t be cancelled, by its resident, a lead or API', async () => {
      const before = await stateOf(bookingId);
      const theirs = await (await signIn(past.actor.personId)).post(`/my/applications/${past.id}/interview/cancellation`, {});
      expect(theirs.status).toBe(422);
      expect(theirs.text).toContain('Your interview has started already. Call or text us, and we find a way together.');
      const none = await (await signIn(past.actor.personId)).post(`/my/applications/${past.id}/interview`, { slotId: 'none' });
      expect(none.status).toBe(422);
      const lead = await (await signIn(call.dana.personId)).post(`/staff/interviews/${bookingId}/cancellation`, { reason: 'A mistake' });
      expect(lead.status).toBe(422);
      expect(lead.text).toContain('This interview is over, so it can’t be cancelled. Write down how it went instead');
      expect(await api(past.token, `/bookings/${bookingId}/cancellation`, {})).toEqual({
        status: 422, detail: 'Your interview has started already. Call or text us, and we find a way together.',
      });
      expect(await stateOf(bookingId)).toEqual(before);
    });

    it('can’t be agreed to, by its resident or for them', async () => {
      const before = await stateOf(heldId);
      const theirs = await (await signIn(held.actor.personId)).post(`/my/applications/${held.id}/interview/agreement`, {});
      const lead = await (await signIn(call.dana.personId)).post(`/staff/interviews/${heldId}/yes`, {});
      for (const answer of [theirs, lead]) {
        expect(answer.status).toBe(422);
        expect(answer.text).toContain('This interview has started already.');
      }
      await expect(t.app.get(ConfirmingService).agree(held.actor, heldId)).rejects.toThrow('started already');
      expect(await stateOf(heldId)).toEqual(before);
    });

    it('can’t be placed', async () => {
      const lead = await (await signIn(call.dana.personId)).post(`/staff/applications/${free.id}/interview`, { slotId: pastSlot });
      expect(lead.status).toBe(422);
      expect(lead.text).toContain('That time has started already. Choose another');
    });
  });

  it('a time that the clocks leave out is refused with the one to use instead', async () => {
    const lead = await signIn(call.dana.personId);
    const answer = await lead.post(`/staff/calls/${call.id}/slots`, {
      id: newId(), roundId, 'day-day': '28', 'day-month': '3', 'day-year': '2027', startTime: '01:30', length: '40', count: '1', gap: '0', format: 'phone', joiningDetails: 'We call you.',
    }, panel.map((id) => ['panel', id]));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('<a href="#startTime">1:30am on Sunday 28 March 2027 does not exist, because the clocks go forward. Try 2:30am</a>');
    const { paths } = await (await fetch(`${t.url}/api/openapi.json`)).json() as { paths: Record<string, unknown> };
    // The API takes ids of times that were made, and never a time.
    expect(Object.keys(paths).filter((path) => /slots|bookings/.test(path)).sort()).toEqual([
      '/api/v1/applications/{id}/slots', '/api/v1/bookings/{id}/cancellation', '/api/v1/bookings/{id}/move', '/api/v1/slots/{id}/booking']);
  });

  it('a day that is too soon is held when everybody was asked and said yes; the resident reads so, and can say that they did not', async () => {
    const signer = await shortlisted([{ code: 'bsl-interpreter', ownWords: null }]);
    const soon = await slot({ day: '2027-01-20', startTime: '18:00', length: 55 });
    await at('2026-12-30T10:00:00Z', async () => {
      const lead = await signIn(call.dana.personId);
      const path = `/staff/applications/${signer.id}/interview`;
      const asked = { slotId: soon, reason: 'The group meets on 25 January.', 'spokeOn-day': '29', 'spokeOn-month': '12', 'spokeOn-year': '2026' };
      expect((await lead.post(path, { slotId: soon })).text).toContain('The first day that is safe for everybody is Thursday 28 January 2027');
      const others = panel.filter((id) => id !== call.dana.personId);
      expect((await lead.post(path, asked, others.map((id) => ['agreed', id]))).text).toContain('Everybody has to agree to it first');
      expect((await lead.post(path, { ...asked, reason: '' }, [...others, signer.actor.personId].map((id) => ['agreed', id]))).text).toContain('Say why it can’t be later');
      const done = await lead.post(path, asked, [...others, signer.actor.personId].map((id) => ['agreed', id]));
      expect(done.status).toBe(303);
      const they = await signIn(signer.actor.personId);
      const page = await they.get('/my/dates');
      expect(page.text).toContain('wrote that they spoke with you on Tuesday 29 December 2026, and that you said yes. Why it could not be later: The group meets on 25 January.');
      const denial = /action="(\/my\/dates\/[^"]+\/denial)"/.exec(page.text)![1]!;
      expect((await (await signIn((await shortlisted()).actor.personId)).post(denial, {})).status).toBe(404);
      t.clock.moveTo('2026-12-30T10:00:00Z');
      expect((await they.post(denial, {})).status).toBe(303);
      expect((await they.get('/my/dates')).text).toContain('You told us that you did not agree');
      // Each of the panel was asked too, so that nobody can be told from it.
      expect((await t.owner.query(`select count(*)::int as n from date_agreement d join slot s on s.occasion_id = d.occasion_id where s.id = $1`, [soon])).rows).toEqual([{ n: others.length + 1 }]);
    });
  });

  it('what was not there is never their not coming: it is ours, paid, and PostgreSQL says so too', async () => {
    const one = await shortlisted([{ code: 'taxi', ownWords: null }]);
    const bookingId = await interviews.book(one.actor, await slot({ day: '2027-02-02' }), one.id);
    await at('2027-02-03T10:00:00Z', async () => {
      await interviews.recordAttendance(call.dana, bookingId, false);
      expect(await stateOf(bookingId)).toMatchObject({ attendance: 'not_held' });
      const days = t.app.get(OnTheDayService);
      await expect(days.recordOutcome(call.dana, bookingId, 'not_held_theirs')).rejects.toThrow('We did not have everything ready for them, so it could not be held because of us.');
      await expect(t.asApplication.query(
        `insert into interview_outcome (booking_id, outcome, recorded_by, recorded_at) values ($1, 'not_held_theirs', $2, now())`, [bookingId, call.dana.personId]),
      ).rejects.toMatchObject({ constraint: 'interview_outcome_is_theirs' });
      await days.recordOutcome(call.dana, bookingId, 'not_held_ours');
    });
    expect(await stateOf(bookingId)).toMatchObject({ state: 'cancelled', cause: 'not_held', percent: 100 });
    expect((await t.owner.query(`select basis, fee_pence::int as fee from claim where person_id = $1`, [one.actor.personId])).rows).toEqual([{ basis: 'late_cancellation', fee: 1500 }]);
  });

  it('what was declined holds nothing up when they come all the same, and is ours when they do not', async () => {
    const answers = t.app.get(AnswersService);
    const [priya, otherOne] = [await someone(t, 'Priya Shah', 'access_coordinator'), await someone(t, 'Sam Cole', 'access_coordinator')];
    const declined = async (who: Actor): Promise<string> => {
      const { id, version } = await item(who.personId);
      await t.app.get(AdjustmentsService).step(priya, id, 'acknowledged', version);
      const refusal = newId();
      await answers.proposeRefusal(priya, id, refusal, 'There is a bus at the door.');
      await answers.decideRefusal(otherOne, refusal, true);
      return refusal;
    };
    const one = await shortlisted([{ code: 'taxi', ownWords: null }]);
    const bookingId = await interviews.book(one.actor, await slot({ day: '2027-02-04' }), one.id);
    const refusal = await declined(one.actor);
    expect(await stateOf(bookingId)).toMatchObject({ confirmed: false });
    const they = await signIn(one.actor.personId);
    expect((await they.get(`/my/access/refusals/${refusal}`)).text).toContain('I come all the same');
    expect((await (await signIn(otherOne.personId)).post(`/my/access/refusals/${refusal}/coming`, {})).status).toBe(404);
    for (const _ of [1, 2]) expect((await they.post(`/my/access/refusals/${refusal}/coming`, {})).status).toBe(303);
    expect(await stateOf(bookingId)).toMatchObject({ confirmed: true });
    await answers.appeal(one.actor, refusal, 'The bus has steps.');
    expect(await stateOf(bookingId)).toMatchObject({ confirmed: false, state: 'live' });

    const two = await shortlisted([{ code: 'taxi', ownWords: null }]);
    const other = await interviews.book(two.actor, await slot({ day: '2027-02-05' }), two.id);
    await declined(two.actor);
    await at('2027-02-05T20:00:00Z', () => interviews.recordAttendance(call.dana, other, false));
    expect(await stateOf(other)).toMatchObject({ attendance: 'not_held' });
  });
});
