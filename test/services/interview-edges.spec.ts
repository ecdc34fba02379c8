import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjustmentsService, type Need } from '../../src/adjustments/adjustments.service.js';
import { ProfileService } from '../../src/adjustments/profile.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { CalendarFeeds } from '../../src/interviews/calendar-feeds.service.js';
import { HoldsService } from '../../src/interviews/holds.service.js';
import { InterviewsQueries } from '../../src/interviews/interviews.queries.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { OnTheDayService } from '../../src/interviews/on-the-day.service.js';
import { RepliesService } from '../../src/interviews/replies.service.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import { readTelephone } from '../../src/people/people.rules.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { pageFor } from '../support/interview-day.js';
import { applicant, openCall, panelOf, writeApplication, type OpenCall } from '../support/open-call.js';

const NOW = '2026-12-07T10:00:00Z';

describe('interviews', () => {
  let t: TestApp;
  let call: OpenCall;
  let panel: string[];
  let interviews: InterviewsService;

  beforeAll(async () => {
    t = await startTestApp();
    t.clock.moveTo('2026-12-01T10:00:00Z');
    call = await openCall(t);
    panel = await panelOf(t, call);
    interviews = t.app.get(InterviewsService);
  });
  afterAll(() => t.close());

  async function submitted(needs: Need[] = []): Promise<{ id: string; actor: Actor }> {
    t.clock.moveTo('2026-12-01T10:00:00Z');
    const who = await applicant(t);
    const id = await writeApplication(t, call, who, { needs });
    await t.app.get(ApplicationsService).submit(who.actor, id);
    t.clock.moveTo(NOW);
    return { id, actor: who.actor };
  }

  async function shortlisted(needs: Need[] = []): Promise<{ id: string; actor: Actor }> {
    const one = await submitted(needs);
    await t.app.get(ChoosingService).decide(call.dana, one.id, { outcome: 'shortlisted', reason: 'Knows the barriers.', coDecidedBy: call.ruth.personId });
    await t.app.get(ChoosingService).toldByPerson(call.dana, one.id);
    return one;
  }

  let day = 11;
  async function slot(): Promise<string> {
    const id = newId();
    await t.app.get(SlotsService).create(call.dana, call.id, {
      id, day: `2027-01-${day++}`, startTime: '10:00', length: 40, count: 1, gap: 0, format: 'video', joiningDetails: 'A link.', panel,
    });
    return id;
  }

  const booking = (id: string) => t.app.get(InterviewsQueries).booking(id);

  it('take the time that is held for somebody as a yes when they choose it', async () => {
    const one = await shortlisted();
    const held = await slot();
    const id = await interviews.place(call.dana, { slotId: held, applicationId: one.id });
    expect(await booking(id)).toMatchObject({ agreedAt: null });
    expect(await interviews.book(one.actor, held, one.id)).toBe(id);
    expect(await booking(id)).toMatchObject({ agreedAt: new Date(NOW), confirmedAt: new Date(NOW) });
  });

  it('tell supporters nothing of what is still to be arranged', async () => {
    const one = await shortlisted([{ code: 'taxi', ownWords: null }]);
    const bookingId = await interviews.book(one.actor, await slot(), one.id);
    const payload = { bookingId, applicationId: one.id, callId: call.id, personId: one.actor.personId, occasionId: '', day: '' };
    const words = await t.app.get(MessageCatalogue).get('interview-booked').words(payload, { personId: one.actor.personId });
    expect(words.paragraphs.join()).toContain('confirm it as soon as everything is ready');
    expect(words.copyParagraphs!.join()).not.toContain('ready');
    expect(words.copyParagraphs).toHaveLength(words.paragraphs.length);
  });

  it('say nothing to a lead of what fits somebody whose application is still read', async () => {
    const one = await submitted([{ code: 'extra-time', ownWords: null }]);
    await slot();
    const before = await pageFor(t, call.dana, `/staff/applications/${one.id}/interview`);
    expect(before.status).toBe(422);
    expect(before.text).not.toContain('Too short');
    await t.app.get(ChoosingService).decide(call.dana, one.id, { outcome: 'shortlisted', reason: 'Knows the barriers.', coDecidedBy: call.ruth.personId });
    expect((await pageFor(t, call.dana, `/staff/applications/${one.id}/interview`)).status).toBe(422);
    await t.app.get(ChoosingService).toldByPerson(call.dana, one.id);
    const after = await pageFor(t, call.dana, `/staff/applications/${one.id}/interview`);
    expect([after.status, after.text.includes('Too short: plan 55 minutes')]).toEqual([200, true]);
  });

  it('show a panel member their own panels, and how long nobody’s takes', async () => {
    const one = await shortlisted([{ code: 'extra-time', ownWords: null }]);
    const id = newId();
    await t.app.get(SlotsService).create(call.dana, call.id, {
      id, day: '2027-02-02', startTime: '10:00', length: 55, count: 1, gap: 0, format: 'video', joiningDetails: 'A link.', panel,
    });
    await interviews.book(one.actor, id, one.id);
    const outsider = await t.app.get(Database).transaction(async (tx) => {
      const outsider = await t.app.get(PeopleService).create(tx, { name: 'Femi Ade' });
      await t.app.get(PeopleService).giveRole(tx, outsider, 'co_decider', '2020-01-01');
      return outsider;
    });
    const list = async (personId: string) => (await pageFor(t, { ...call.dana, personId }, '/staff/interviews')).text;
    const when = 'Tuesday 2 February 2027, 10am';
    expect((await list(call.dana.personId)).includes(`${when} to 10:55am`)).toBe(true);
    const member = await list(call.ruth.personId);
    expect([member.includes(when), member.includes('10:55am')]).toEqual([true, false]);
    expect((await list(outsider)).includes(when)).toBe(false);
  });

  it('are confirmed when the last thing they wait for is not needed any more', async () => {
    const one = await shortlisted([{ code: 'taxi', ownWords: null }]);
    const bookingId = await interviews.book(one.actor, await slot(), one.id);
    expect((await booking(bookingId))!.confirmedAt).toBeNull();
    await t.app.get(Database).transaction((tx) => t.app.get(AdjustmentsService).saveNeeds(tx, one.actor, one.actor.personId, []));
    expect((await booking(bookingId))!.confirmedAt).toEqual(new Date(NOW));
  });

  it('follow what somebody says they can or can’t do without', async () => {
    const one = await shortlisted([{ code: 'taxi', ownWords: null }]);
    const bookingId = await interviews.book(one.actor, await slot(), one.id);
    const say = (essential: boolean) => t.app.get(ProfileService).saveNeed(one.actor, one.actor.personId, 'taxi', { ownWords: null, essential, extraMinutes: null, prefer: [], refuse: [] });
    await say(false);
    expect((await booking(bookingId))!.confirmedAt).toEqual(new Date(NOW));
    await say(true);
    expect((await booking(bookingId))!.confirmedAt).toBeNull();
  });

  it('that took place without a yes are nobody’s expired hold', async () => {
    const one = await shortlisted();
    const bookingId = await interviews.place(call.dana, { slotId: await slot(), applicationId: one.id });
    const { startsAt } = (await booking(bookingId))!;
    await t.owner.query(`update booking set agree_by = $2 where id = $1`, [bookingId, startsAt.toISOString().slice(0, 10)]);
    t.clock.moveTo(new Date(startsAt.getTime() + 24 * 60 * 60_000));
    await t.app.get(HoldsService).look();
    expect(await booking(bookingId)).toMatchObject({ state: 'live', attendance: 'expected' });
    await interviews.recordAttendance(call.dana, bookingId, true);
    t.clock.moveTo(NOW);
  });

  it('that were not held because of us are paid, whatever was written down first', async () => {
    const paid = async ({ actor }: { actor: Actor }) => (await t.owner.query<{ fee: number }>(
      `select fee_pence::int as fee from claim where person_id = $1 and basis = 'late_cancellation'`, [actor.personId])).rows;
    const [one, two, three] = [await shortlisted([{ code: 'taxi', ownWords: null }]), await shortlisted(), await shortlisted()];
    const [a, b, c] = [
      await interviews.book(one.actor, await slot(), one.id), await interviews.book(two.actor, await slot(), two.id), await interviews.book(three.actor, await slot(), three.id)];
    t.clock.moveTo('2027-01-29T10:00:00Z');
    for (const id of [a, b, c]) await interviews.recordAttendance(call.dana, id, false);
    expect([(await booking(a))!.attendance, (await booking(b))!.attendance]).toEqual(['not_held', 'absent']);
    await interviews.cancel(one.actor, a);
    await t.app.get(OnTheDayService).recordOutcome(call.dana, b, 'not_held_ours');
    await interviews.cancel(three.actor, c);
    expect([await paid(one), await paid(two), await paid(three)]).toEqual([[{ fee: 1500 }], [{ fee: 1500 }], []]);
    t.clock.moveTo(NOW);
  });

  it('are answered by text from a number that two people use only by a person who asks', async () => {
    const number = readTelephone('07700 900555')!;
    const [one, other] = [await shortlisted(), await shortlisted()];
    const use = async ({ actor }: { actor: Actor }) => t.owner.query(
      `insert into contact_point (id, person_id, kind, value, shared, verified_at, created_at) values ($1, $2, 'phone', $3, true, $4, $4)`, [newId(), actor.personId, number, NOW]);
    await use(one);
    const bookingId = await interviews.place(call.dana, { slotId: await slot(), applicationId: one.id });
    const mine = await interviews.book(other.actor, await slot(), other.id);
    await use(other);
    const text = (words: string) => t.app.get(RepliesService).receive({ providerId: newId(), number, words, receivedAt: t.clock.now() });
    expect([await text('NO'), await text('yes')]).toEqual([null, null]);
    expect(await booking(bookingId)).toMatchObject({ state: 'live', agreedAt: null });
    await interviews.cancel(other.actor, mine);
    await t.app.get(ApplicationsService).withdraw(other.actor, other.id);
    expect(await text('Yes')).toBe('agreed');
  });

  it('keep their time when it is taken back just as somebody books it', async () => {
    const one = await shortlisted();
    const slotId = await slot();
    const bookingId = await interviews.book(one.actor, slotId, one.id);
    const { occasionId } = (await booking(bookingId))!;
    await expect(t.app.get(Database).transaction((tx) => t.app.get(SlotsService).removeIn(tx, call.dana, { id: slotId, occasionId }))).rejects.toMatchObject({ status: 409 });
    expect((await booking(bookingId))!.state).toBe('live');
  });

  it('leave no calendar of a merged record that nobody can stop', async () => {
    const [one, other] = [await applicant(t), await applicant(t)];
    const feeds = t.app.get(CalendarFeeds);
    await feeds.make(other.actor, newId());
    const token = (await feeds.tokenFor(other.actor.personId))!;
    await t.owner.query(`update person set merged_into = $2 where id = $1`, [other.actor.personId, one.actor.personId]);
    expect(await feeds.ownerOf(token)).toBe(one.actor.personId);
    expect(await feeds.tokenFor(one.actor.personId)).toBe(token);
    await feeds.stop(one.actor);
    expect(await feeds.ownerOf(token)).toBeNull();
  });
});
