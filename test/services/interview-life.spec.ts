import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Need } from '../../src/adjustments/adjustments.service.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { HoldsService } from '../../src/interviews/holds.service.js';
import { OnTheDayService } from '../../src/interviews/on-the-day.service.js';
import { RepliesService } from '../../src/interviews/replies.service.js';
import type { NewSlotsDto } from '../../src/interviews/interviews.dto.js';
import { InterviewsQueries } from '../../src/interviews/interviews.queries.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { RoundsQueries } from '../../src/interviews/rounds.queries.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import type { EventName, Events } from '../../src/events/events.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, panelOf, writeApplication, type OpenCall } from '../support/open-call.js';

const NOW = '2026-12-07T10:00:00Z';

describe('the life of an interview', () => {
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

  async function shortlisted(needs: Need[] = []): Promise<{ id: string; actor: Actor }> {
    t.clock.moveTo('2026-12-01T10:00:00Z');
    const who = await applicant(t);
    const id = await writeApplication(t, call, who, { needs });
    await t.app.get(ApplicationsService).submit(who.actor, id);
    t.clock.moveTo(NOW);
    await t.app.get(ChoosingService).decide(call.dana, id, { outcome: 'shortlisted', reason: 'Knows the barriers.', coDecidedBy: call.ruth.personId });
    await t.app.get(ChoosingService).toldByPerson(call.dana, id);
    return { id, actor: who.actor };
  }

  let hour = 8;
  /** A free time of its own, an hour after the last one. */
  async function slot(more: Partial<NewSlotsDto> = {}): Promise<string> {
    const id = newId();
    hour += 1;
    const day = `2027-01-${11 + Math.floor(hour / 9) }`;
    await t.app.get(SlotsService).create(call.dana, call.id, {
      id, roundId, day, startTime: `${String(8 + hour % 9).padStart(2, '0')}:00`, length: 40, count: 1, gap: 0, format: 'video', joiningDetails: 'A link.', panel, ...more,
    });
    return id;
  }

  const stateOf = async (id: string): Promise<string> =>
    (await t.owner.query<{ state: string }>(`select state from application where id = $1`, [id])).rows[0]!.state;
  const emitted = async <N extends EventName>(event: N, applicationId: string): Promise<Events[N][]> =>
    (await t.owner.query<{ payload: Events[N] }>(
      `select payload from outbox where event = $1 and payload ->> 'applicationId' = $2 order by id`, [event, applicationId])).rows.map(({ payload }) => payload);
  const words = async <N extends EventName>(template: string, payload: Events[N]) => t.app.get(MessageCatalogue).get(template).words(payload, { personId: '' });

  const ofBooking = async (id: string) => (await t.owner.query(
    `select state, cancel_cause as cause, late_percent as percent, agreed_at is not null as agreed, late_minutes as late from booking where id = $1`, [id])).rows[0] as object;
  const claims = async (personId: string) => (await t.owner.query(`select fee_pence::int as fee, minutes, basis, state from claim where person_id = $1`, [personId])).rows as object[];
  const at = async (instant: string, act: () => Promise<void>) => {
    t.clock.moveTo(instant);
    try { await act(); } finally { t.clock.moveTo(NOW); }
  };
  const texts = (number: string, words: string, providerId: string | null = null) =>
    t.app.get(RepliesService).receive({ providerId, number, words, receivedAt: t.clock.now() });
  const phone = async (personId: string, value: string, shared = false) => t.owner.query(
    `insert into contact_point (id, person_id, kind, value, shared, verified_at, created_at) values (gen_random_uuid(), $1, 'phone', $2, $3, now(), now())`, [personId, value, shared]);

  it('is paid in full within seven days, half within fourteen, and not before or by its resident', async () => {
    const lateness = async (today: string, byResident = false) => {
      const one = await shortlisted();
      const bookingId = await interviews.book(one.actor, await slot({ day: '2027-01-29' }), one.id);
      await at(today, () => interviews.cancel(byResident ? one.actor : call.dana, bookingId, byResident ? null : 'Our lift is broken'));
      const [cancelled] = await emitted('interview.cancelled', one.id);
      return { percent: cancelled!.byCouncilLate, claims: await claims(one.actor.personId), text: (await words('interview-cancelled', cancelled!)).text };
    };
    // Forty minutes are three started quarter hours at £20 an hour.
    const week = await lateness('2027-01-22T10:00:00Z');
    expect(week).toMatchObject({ percent: 100, claims: [{ fee: 1500, minutes: 40, basis: 'late_cancellation', state: 'drafted' }] });
    expect(week.text).toContain('Our lift is broken. We told you late, so we pay you £15.');
    expect(await lateness('2027-01-21T10:00:00Z')).toMatchObject({ percent: 50, claims: [{ fee: 750 }] });
    expect(await lateness('2027-01-14T10:00:00Z')).toMatchObject({ percent: 0, claims: [] });
    expect(await lateness('2027-01-28T10:00:00Z', true)).toMatchObject({ percent: 0, claims: [] });
  });

  it('is held, asked about once more, and free again without blame', async () => {
    const one = await shortlisted();
    const slotId = await slot();
    const bookingId = await interviews.place(call.dana, { slotId, applicationId: one.id });
    await t.app.get(HoldsService).look();
    expect(await emitted('interview.hold-ending', one.id)).toEqual([]);
    await at('2026-12-09T10:00:00Z', async () => {
      await t.app.get(HoldsService).look();
      await t.app.get(HoldsService).look();
    });
    expect(await emitted('interview.hold-ending', one.id)).toHaveLength(1);
    await at('2026-12-10T22:00:00Z', () => t.app.get(HoldsService).look());
    expect(await ofBooking(bookingId)).toMatchObject({ state: 'live' });
    await at('2026-12-11T06:00:00Z', () => t.app.get(HoldsService).look());
    expect(await ofBooking(bookingId)).toMatchObject({ state: 'cancelled', cause: 'expired', percent: null });
    expect(await stateOf(one.id)).toBe('shortlisted');
    expect((await t.app.get(InterviewsQueries).slotsToChoose(one.id)).map((free) => free.slotId)).toContain(slotId);
    const [ended] = await emitted('interview.hold-ended', one.id);
    expect((await words('interview-hold-ended', ended!)).text).toContain('You are still on the shortlist.');
    expect(await t.app.get(MessageCatalogue).get('interview-cancelled').holds!((await emitted('interview.cancelled', one.id))[0]! as never)).toBe(false);
  });

  it('begins later when somebody says so on the day, and whoever comes next hears it', async () => {
    const [one, two] = [await shortlisted(), await shortlisted()];
    const [first, second] = [await slot({ day: '2027-02-03', startTime: '10:00' }), await slot({ day: '2027-02-03', startTime: '11:00' })];
    const [a, b] = [await interviews.book(one.actor, first, one.id), await interviews.book(two.actor, second, two.id)];
    const late = t.app.get(OnTheDayService);
    await expect(late.runLate(one.actor, a, 10)).rejects.toThrow('on the day of the interview');
    await at('2027-02-03T09:30:00Z', async () => {
      await late.runLate(one.actor, a, 10);
      await late.runLate(one.actor, a, 10);
      expect(await emitted('interview.running-late', one.id)).toMatchObject([{ minutes: 10, byCouncil: false }]);
      await late.runLate(call.dana, a, 20);
    });
    expect(await ofBooking(a)).toMatchObject({ late: 10 });
    expect(await emitted('interview.running-late', two.id)).toMatchObject([{ bookingId: b, minutes: 20, byCouncil: true }]);
    expect((await words('interview-running-late', (await emitted('interview.running-late', two.id))[0]!)).text).toContain('about 20 minutes late');
  });

  it('could not be held because of us: they are paid and choose again', async () => {
    const one = await shortlisted();
    const bookingId = await interviews.book(one.actor, await slot({ day: '2027-02-04' }), one.id);
    const days = t.app.get(OnTheDayService);
    await at('2027-02-05T10:00:00Z', async () => {
      await expect(interviews.cancel(call.dana, bookingId)).rejects.toThrow('Write down how it went instead');
      await expect(days.recordOutcome(call.dana, bookingId, 'ready')).rejects.toThrow('Write down first that they came');
      await days.recordOutcome(call.dana, bookingId, 'not_held_ours');
      await days.recordOutcome(call.dana, bookingId, 'not_held_ours');
    });
    expect(await ofBooking(bookingId)).toMatchObject({ state: 'cancelled', cause: 'not_held', percent: 100 });
    expect(await claims(one.actor.personId)).toMatchObject([{ fee: 1500 }]);
    expect(await stateOf(one.id)).toBe('shortlisted');
    const two = await shortlisted();
    const held = await interviews.book(two.actor, await slot({ day: '2027-02-08' }), two.id);
    await at('2027-02-09T10:00:00Z', async () => {
      await interviews.recordAttendance(call.dana, held, true);
      await days.recordOutcome(call.dana, held, 'another');
      await expect(days.recordOutcome(call.dana, held, 'ready')).rejects.toThrow('written down already');
    });
  });

  it('is answered by text: yes, no, a number of a time; and what is not certain waits for a person', async () => {
    const one = await shortlisted();
    const number = '+447700900801';
    await phone(one.actor.personId, number);
    const bookingId = await interviews.place(call.dana, { slotId: await slot(), applicationId: one.id });
    expect(await texts(number, 'yes but my sister comes too')).toBeNull();
    expect(await texts(number, 'STOP')).toBeNull();
    expect(await ofBooking(bookingId)).toMatchObject({ state: 'live', agreed: false });
    expect(await texts('07700 900801', 'Yes', 'provider-1')).toBe('agreed');
    expect(await texts('07700 900801', 'Yes', 'provider-1')).toBeNull();
    expect(await ofBooking(bookingId)).toMatchObject({ agreed: true });
    expect(await texts(number, 'NO')).toBeNull();
    expect(await ofBooking(bookingId)).toMatchObject({ state: 'live' });

    const two = await shortlisted();
    await phone(two.actor.personId, '+447700900802');
    const held = await interviews.place(call.dana, { slotId: await slot(), applicationId: two.id });
    expect(await texts('+447700900802', 'no')).toBe('none_suit');
    expect(await ofBooking(held)).toMatchObject({ state: 'cancelled', cause: 'resident' });
    const { text } = await words('interview-more-times', { requestId: null, applicationId: two.id, callId: call.id, personId: two.actor.personId });
    const position = /(\d): /.exec(text)![1]!;
    expect(await texts('+447700900802', position)).toBe('chose');
    expect(await stateOf(two.id)).toBe('interviewing');
  });

  it('of a number that two people share is done only when it can mean one', async () => {
    const [one, two] = [await shortlisted(), await shortlisted()];
    for (const { actor } of [one, two]) await phone(actor.personId, '+447700900803', true);
    const a = await interviews.place(call.dana, { slotId: await slot(), applicationId: one.id });
    const b = await interviews.place(call.dana, { slotId: await slot(), applicationId: two.id });
    expect(await texts('+447700900803', 'yes')).toBeNull();
    expect([await ofBooking(a), await ofBooking(b)]).toMatchObject([{ agreed: false }, { agreed: false }]);
    // Whoever texts now may still answer what was asked about the other one.
    await interviews.cancel(call.dana, b);
    expect(await texts('+447700900803', 'yes')).toBeNull();
    await t.app.get(ApplicationsService).withdraw(two.actor, two.id);
    expect(await texts('+447700900803', 'yes')).toBe('agreed');
    expect(await ofBooking(a)).toMatchObject({ agreed: true });
  });

  it('is at a time that fits: long enough and early enough, or refused with what can be done', async () => {
    const slow = await shortlisted([{ code: 'extra-time', ownWords: null }]);
    const short = await slot();
    expect((await t.app.get(InterviewsQueries).slotsToChoose(slow.id)).map(({ slotId }) => slotId)).not.toContain(short);
    await expect(interviews.book(slow.actor, short, slow.id)).rejects.toThrow('shorter than the one we plan for you');
    await expect(interviews.place(call.dana, { slotId: short, applicationId: slow.id })).rejects.toThrow('Too short: plan 55 minutes');
    await interviews.book(slow.actor, await slot({ length: 55 }), slow.id);

    // Twenty working days from Wednesday 30 December, over New Year’s Day: Thursday 28 January.
    const signer = await shortlisted([{ code: 'bsl-interpreter', ownWords: null }]);
    const [soon, safe] = [await slot({ day: '2027-01-20', startTime: '18:00', length: 55 }), await slot({ day: '2027-01-28', startTime: '18:00', length: 55 })];
    await at('2026-12-30T10:00:00Z', async () => {
      const refusal = 'Thursday 28 January 2027';
      await expect(interviews.book(signer.actor, soon, signer.id)).rejects.toThrow(refusal);
      await expect(interviews.place(call.dana, { slotId: soon, applicationId: signer.id })).rejects.toThrow(`The first day that is safe for everybody is ${refusal}`);
      const override = { reason: 'The group meets then.', spokeOn: '2026-12-29', agreed: [signer.actor.personId] };
      await expect(interviews.place(call.dana, { slotId: soon, applicationId: signer.id, override })).rejects.toThrow('Everybody has to agree');
      await interviews.book(signer.actor, safe, signer.id);
    });
  });
});
