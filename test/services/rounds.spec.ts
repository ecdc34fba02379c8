import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjustmentsService, type Need } from '../../src/adjustments/adjustments.service.js';
import type { ArrangementState } from '../../src/adjustments/arrangement.rules.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ConfirmingService } from '../../src/interviews/confirming.service.js';
import type { NewSlotsDto } from '../../src/interviews/interviews.dto.js';
import { InterviewsQueries } from '../../src/interviews/interviews.queries.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { RoundsQueries } from '../../src/interviews/rounds.queries.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import type { EventName, Events } from '../../src/events/events.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, panelOf, writeApplication, type OpenCall } from '../support/open-call.js';

const NOW = '2026-12-07T10:00:00Z';

describe('rounds of interviews', () => {
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
  const booking = (id: string) => t.app.get(InterviewsQueries).booking(id);
  const emitted = async <N extends EventName>(event: N, applicationId: string): Promise<Events[N][]> =>
    (await t.owner.query<{ payload: Events[N] }>(
      `select payload from outbox where event = $1 and payload ->> 'applicationId' = $2 order by id`, [event, applicationId])).rows.map(({ payload }) => payload);
  const words = async <N extends EventName>(template: string, payload: Events[N]) => t.app.get(MessageCatalogue).get(template).words(payload, { personId: '' });

  async function secondRound(...applications: string[]): Promise<string> {
    const id = newId();
    const { number } = (await t.owner.query<{ number: number }>(`select max(number) + 1 as number from interview_round where call_id = $1`, [call.id])).rows[0]!;
    await t.owner.query(
      `insert into interview_round (id, call_id, number, name, from_on, to_on, formats, base_minutes, break_minutes, panel_least, panel_most, created_by, created_at)
       select $1, call_id, $3, 'Second interviews', from_on, to_on, formats, 30, 10, 3, 4, $2, now() from interview_round where id = $4`, [id, call.dana.personId, number, roundId]);
    await t.owner.query(`insert into round_applicant select $1, unnest($2::uuid[]), $3, now()`, [id, applications, call.dana.personId]);
    return id;
  }

  it('begin with one when the call is published, with three or four people on its panels', async () => {
    expect(await t.app.get(RoundsQueries).ofCall(call.id)).toMatchObject([{
      number: 1, name: 'First interviews', fromOn: '2027-01-11', toOn: '2027-01-15', formats: ['in_person', 'phone', 'video'],
      baseMinutes: 40, breakMinutes: 15, panelLeast: 3, panelMost: 4, rooms: [],
    }]);
    await expect(slot({ panel: panel.slice(0, 2) })).rejects.toThrow('Choose at least 3 people');
    await expect(slot({ format: 'home_visit' })).rejects.toThrow('In this round you meet: in person, by phone and by video');
  });

  it('keep an application interviewing until the last of its interviews is cancelled', async () => {
    const one = await shortlisted();
    const first = await interviews.book(one.actor, await slot(), one.id);
    const second = await secondRound(one.id);
    const again = await interviews.book(one.actor, await slot({ roundId: second }), one.id);
    expect((await t.app.get(InterviewsQueries).liveBookings(one.id)).map(({ bookingId }) => bookingId)).toEqual([first, again]);
    await interviews.cancel(one.actor, first);
    expect(await stateOf(one.id)).toBe('interviewing');
    await interviews.cancel(one.actor, again);
    expect(await stateOf(one.id)).toBe('shortlisted');
    const other = await shortlisted();
    await expect(interviews.place(call.dana, { slotId: await slot({ roundId: second }), applicationId: other.id })).rejects.toThrow('They are not in this round');
  });

  it('hold a time that a lead placed until its resident says yes, and confirm it then', async () => {
    const one = await shortlisted();
    const slotId = await slot();
    const bookingId = await interviews.place(call.dana, { slotId, applicationId: one.id });
    expect(await interviews.place(call.dana, { slotId, applicationId: one.id })).toBe(bookingId);
    // Three working days after Monday 7 December.
    expect(await booking(bookingId)).toMatchObject({ state: 'live', placedBy: call.dana.personId, agreedAt: null, agreeBy: '2026-12-10', confirmedAt: null, sequence: 0 });
    expect(await stateOf(one.id)).toBe('interviewing');
    const [placed] = await emitted('interview.booked', one.id);
    expect((await words('interview-held', placed!)).text).toContain('Does this time work? Reply YES or NO by Thursday 10 December 2026.');
    await expect(t.asApplication.query(`update booking set confirmed_at = now() where id = $1`, [bookingId])).rejects.toMatchObject({ constraint: 'booking_confirmed_when_agreed' });
    const stranger = await shortlisted();
    await expect(t.app.get(ConfirmingService).agree(stranger.actor, bookingId)).rejects.toMatchObject({ status: 404 });
    await t.app.get(ConfirmingService).agree(one.actor, bookingId);
    await t.app.get(ConfirmingService).agree(one.actor, bookingId);
    expect(await booking(bookingId)).toMatchObject({ agreedAt: new Date(NOW), confirmedAt: new Date(NOW) });
    expect(await emitted('interview.confirmed', one.id)).toMatchObject([{ bookingId, atOnce: false }]);
  });

  it('are confirmed when what is essential is booked, and not any more when it is not', async () => {
    const one = await shortlisted([{ code: 'taxi', ownWords: null }]);
    const bookingId = await interviews.book(one.actor, await slot(), one.id);
    expect(await booking(bookingId)).toMatchObject({ agreedAt: new Date(NOW), confirmedAt: null });
    const [booked] = await emitted('interview.booked', one.id);
    expect((await words('interview-booked', booked!)).paragraphs.join(' ')).toContain('We hold this time for you, and confirm it as soon as everything is ready.');
    await expect(t.asApplication.query(`update booking set confirmed_at = now() where id = $1`, [bookingId])).rejects.toMatchObject({ constraint: 'booking_confirmed_when_arranged' });
    const { rows: [taxi] } = await t.owner.query<{ id: string; version: number }>(`select id, version from arrangement where person_id = $1`, [one.actor.personId]);
    const step = async (to: ArrangementState) => t.app.get(AdjustmentsService).step(call.dana, taxi!.id, to, (await t.owner.query<{ version: number }>(`select version from arrangement where id = $1`, [taxi!.id])).rows[0]!.version);
    await step('acknowledged');
    await step('booked');
    expect(await booking(bookingId)).toMatchObject({ confirmedAt: new Date(NOW) });
    expect(await emitted('interview.confirmed', one.id)).toMatchObject([{ bookingId, atOnce: false }]);
    await step('arranging');
    expect(await booking(bookingId)).toMatchObject({ state: 'live', confirmedAt: null });
  });

  it('move a booking as the same booking, with one message that has both times', async () => {
    const one = await shortlisted();
    const [from, to, other] = [await slot(), await slot(), await slot()];
    const bookingId = await interviews.book(one.actor, from, one.id);
    const before = (await booking(bookingId))!;
    await interviews.move(one.actor, bookingId, to);
    const after = (await booking(bookingId))!;
    expect(after).toMatchObject({ slotId: to, sequence: 1, state: 'live', agreeBy: null, confirmedAt: new Date(NOW) });
    const [moved] = await emitted('interview.moved', one.id);
    expect(moved).toMatchObject({ bookingId, fromOccasionId: before.occasionId, occasionId: after.occasionId });
    expect(await t.app.get(MessageCatalogue).get('interview-booked').holds!((await emitted('interview.booked', one.id))[0]! as never)).toBe(false);
    const { text, subject } = await words('interview-moved', moved!);
    expect(subject).toBe('New time for your interview: Planning Group');
    expect(text).toMatch(/has a new time: .* It was /);
    await interviews.move(call.dana, bookingId, other);
    expect(await booking(bookingId)).toMatchObject({ slotId: other, sequence: 2, agreedAt: null, agreeBy: '2026-12-10', placedBy: call.dana.personId });
    // What it left is free for others.
    const two = await shortlisted();
    await interviews.book(two.actor, from, two.id);
    await expect(interviews.move(one.actor, bookingId, from)).rejects.toMatchObject({ status: 409 });
    const { rows } = await t.owner.query(
      `select count(*)::int as n from reservation r join resource x on x.id = r.resource_id where x.person_id = $1 and r.released_at is null`, [one.actor.personId]);
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('leave a past interview as it was', async () => {
    const one = await shortlisted();
    const bookingId = await interviews.book(one.actor, await slot(), one.id);
    const later = await slot({ day: '2027-01-27' });
    t.clock.moveTo('2027-01-26T10:00:00Z');
    await expect(interviews.move(one.actor, bookingId, later)).rejects.toThrow('has started already');
    await expect(interviews.move(call.dana, bookingId, later)).rejects.toThrow('has started already');
    await expect(interviews.cancel(one.actor, bookingId)).rejects.toThrow('started already');
    t.clock.moveTo(NOW);
  });

  it('say who sits on a panel that day, once, and when nobody does any more', async () => {
    const day = '2027-01-28';
    const sittings = async (event: EventName) => (await t.owner.query(
      `select payload ->> 'personId' as person from outbox where event = $1 and payload ->> 'day' = $2 and payload ->> 'callId' = $3`, [event, day, call.id])).rows.map((row: { person: string }) => row.person).sort();
    const ids = [newId(), newId()];
    await t.app.get(Database).transaction(async (tx) => {
      for (const [index, id] of ids.entries()) {
        await t.app.get(SlotsService).createIn(tx, call.dana, {
          id, roundId, startsAt: new Date(`${day}T1${index}:00:00Z`), endsAt: new Date(`${day}T1${index}:40:00Z`), format: 'phone', roomId: null, panel, joiningDetails: 'We call you.',
        });
      }
    });
    expect(await sittings('panel.sitting-planned')).toEqual([...panel].sort());
    await t.app.get(SlotsService).remove(call.dana, ids[0]!);
    expect(await sittings('panel.sitting-ended')).toEqual([]);
    await t.app.get(SlotsService).remove(call.dana, ids[1]!);
    expect(await sittings('panel.sitting-ended')).toEqual([...panel].sort());
  });
});
