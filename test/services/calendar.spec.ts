import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { CalendarFeeds } from '../../src/interviews/calendar-feeds.service.js';
import { InterviewCalendar } from '../../src/interviews/interview-calendar.queries.js';
import { MeetingCalendar } from '../../src/groups/meeting-calendar.queries.js';
import { MeetingsService } from '../../src/groups/meetings.service.js';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { CalendarFiles } from '../../src/platform/calendar.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addTimes, book, callToInterview, pageFor, type CallToInterview } from '../support/interview-day.js';
import { startPaidGroup } from '../support/paid-group.js';

/** As a calendar program reads it: folded lines joined, one property a line. */
const lines = (file: string): string[] => file.replace(/\r\n /g, '').split('\r\n');
const property = (file: string, name: string): string[] =>
  lines(file).filter((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`)).map((line) => line.slice(line.indexOf(':') + 1));

describe('calendar entries', () => {
  let t: TestApp;
  let call: CallToInterview;

  beforeAll(async () => {
    t = await startTestApp();
    call = await callToInterview(t, 4);
  });
  afterAll(() => t.close());

  const mailTo = async (address: string) => {
    await t.work();
    return (await t.owner.query<{ subject: string | null; body: string; calendar: string | null }>(
      `select subject, body, calendar from demo_mailbox where address = $1 order by position`, [address])).rows;
  };
  const textsFrom = async (phone: string, personId: string) => {
    const database = t.app.get(Database);
    const people = t.app.get(PeopleService);
    await database.transaction((tx) => people.addContact(tx, personId, { kind: 'phone', value: phone }));
    await t.owner.query(`update contact_point set preferred = false where person_id = $1`, [personId]);
    await t.owner.query(`update contact_point set preferred = true where person_id = $1 and kind = 'phone'`, [personId]);
  };

  describe.each([
    { when: 'before the clocks change', day: '2027-03-23', words: 'Tuesday 23 March 2027, 10am to 10:40am', utc: ['20270323T100000Z', '20270323T104000Z'], subject: 'Your interview: Planning Group, Tuesday 23 March 2027', first: 0 },
    { when: 'after the clocks change', day: '2027-03-30', words: 'Tuesday 30 March 2027, 10am to 10:40am', utc: ['20270330T090000Z', '20270330T094000Z'], subject: 'Your interview: Planning Group, Tuesday 30 March 2027', first: 2 },
  ])('of 10am $when, booked on 1 March', ({ day, words, utc, subject, first }) => {
    it('say 10am on the page, in the email, in the text and in the file', async () => {
      t.clock.moveTo('2027-03-01T10:00:00Z');
      const byEmail = call.applicants[first]!;
      const byText = call.applicants[first + 1]!;
      const [slotId, other] = await addTimes(t, call, day, '10:00', 2);
      await book(t, byEmail, slotId!);

      const letter = (await mailTo(byEmail.email)).at(-1)!;
      expect(letter.subject).toBe(subject);
      expect(letter.body).toContain(`When: ${words}.\n`);
      expect(property(letter.calendar!, 'DTSTART')).toEqual([utc[0]]);
      expect(property(letter.calendar!, 'DTEND')).toEqual([utc[1]]);

      const page = await pageFor(t, byEmail.actor, `/my/applications/${byEmail.applicationId}`);
      expect(page.text).toContain(`<dd>${words}</dd>`);

      const bookingId = (await t.owner.query<{ id: string }>(`select id from booking where application_id = $1 and state = 'live'`, [byEmail.applicationId])).rows[0]!.id;
      const file = await pageFor(t, byEmail.actor, `/my/interviews/${bookingId}/calendar`);
      expect(file.type).toBe('text/calendar; charset=utf-8');
      expect(lines(file.text)).toEqual([
        'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Alongside//calendar//EN', 'METHOD:PUBLISH', 'BEGIN:VEVENT',
        `UID:interview-${bookingId}@127.0.0.1`, 'SEQUENCE:0', 'DTSTAMP:20270301T100000Z', `DTSTART:${utc[0]}`, `DTEND:${utc[1]}`,
        'SUMMARY:Interview: Planning Group', 'LOCATION:Town Hall\\, room 3. Step-free',
        'ORGANIZER;CN="Hammersmith & Fulham Council":mailto:alongside@council.example',
        expect.stringMatching(/^URL;VALUE=URI:http/), 'STATUS:CONFIRMED', 'END:VEVENT', 'END:VCALENDAR',
      ]);

      const phone = `07700 90012${first}`;
      await textsFrom(phone, byText.actor.personId);
      await t.app.get(InterviewsService).cancel(byEmail.actor, bookingId);
      await book(t, byText, slotId!);
      const text = (await mailTo(phone)).at(-1)!;
      expect(text.body).toContain(`Your interview for Planning Group: ${words}. `);
      expect(text.calendar).toBeNull();
      await t.app.get(InterviewsService).cancel(byText.actor, (await t.owner.query<{ id: string }>(
        `select id from booking where slot_id = $1 and state = 'live'`, [slotId])).rows[0]!.id);
      await t.work();
      expect(other).toBeDefined();
    });
  });

  it('keep their id, are raised with each change, and are taken out when the interview is cancelled', async () => {
    t.clock.moveTo('2027-04-01T10:00:00Z');
    const who = call.applicants[0]!;
    const [slotId] = await addTimes(t, call, '2027-04-20', '14:00', 1);
    const bookingId = await book(t, who, slotId!);
    const entries = t.app.get(InterviewCalendar);
    const before = (await entries.entry(bookingId))!;
    await t.app.get(InterviewsService).cancel(who.actor, bookingId);
    const after = (await entries.entry(bookingId))!;
    expect([after.uid, after.state]).toEqual([before.uid, 'cancelled']);
    expect(after.sequence).toBeGreaterThan(before.sequence);
    const letter = (await mailTo(who.email)).at(-1)!;
    expect(letter.subject).toBe('Your interview is cancelled: Planning Group');
    expect(property(letter.calendar!, 'UID')).toEqual([`interview-${bookingId}@127.0.0.1`]);
    expect([property(letter.calendar!, 'METHOD'), property(letter.calendar!, 'STATUS')]).toEqual([['CANCEL'], ['CANCELLED']]);
    expect(letter.body).toContain('Open the attached file to take it out.');
  });

  it('are nobody else’s to download', async () => {
    const [mine, other] = call.applicants;
    const [slotId] = await addTimes(t, call, '2027-04-21', '14:00', 1);
    const bookingId = await book(t, mine!, slotId!);
    expect((await pageFor(t, mine!.actor, `/my/interviews/${bookingId}/calendar`)).status).toBe(200);
    expect((await pageFor(t, other!.actor, `/my/interviews/${bookingId}/calendar`)).status).toBe(404);
    expect((await pageFor(t, call.dana, `/my/interviews/${bookingId}/calendar`)).status).toBe(404);
    await t.app.get(InterviewsService).cancel(mine!.actor, bookingId);
  });

  it('of a meeting keep their id too, and are raised whoever changes the time', async () => {
    const group = await startPaidGroup(t);
    const id = newId();
    await t.app.get(MeetingsService).planMeeting(group.dana, {
      id, groupId: group.id, day: '2027-06-10', starts: '14:00', ends: '16:00', format: 'video', roomId: null, joiningDetails: 'https://meet.example/drt', about: 'Kerbs',
    });
    const meetings = t.app.get(MeetingCalendar);
    const planned = (await meetings.entry(id))!;
    expect(planned).toEqual({
      uid: `meeting-${id}`, sequence: 0, startsAt: new Date('2027-06-10T13:00:00Z'), endsAt: new Date('2027-06-10T15:00:00Z'),
      summary: 'Meeting: DFPG', location: 'By video', description: 'How to join: https://meet.example/drt', path: '/my/groups', state: 'planned',
    });
    await t.asApplication.query(`update occasion set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day' where id = $1`, [id]);
    expect(await meetings.entry(id)).toMatchObject({ uid: planned.uid, sequence: 1, startsAt: new Date('2027-06-11T13:00:00Z') });
    await t.asApplication.query(`update occasion set kind = kind where id = $1`, [id]);
    expect((await meetings.entry(id))!.sequence).toBe(1);
    await t.app.get(MeetingsService).cancelMeeting(group.dana, group.id, id);
    expect(await meetings.entry(id)).toMatchObject({ uid: planned.uid, sequence: 2, state: 'cancelled' });
    expect((await pageFor(t, group.amina, `/my/meetings/${id}/calendar`)).text).toContain('SUMMARY:Meeting: DFPG');
    expect((await pageFor(t, group.farah, `/my/meetings/${id}/calendar`)).status).toBe(404);
    const told = (await mailTo(`${group.amina.personId}@home.example`)).filter(({ calendar }) => calendar);
    expect(told.map(({ calendar }) => property(calendar!, 'METHOD')[0])).toContain('CANCEL');
    expect(told.map(({ calendar }) => calendar).join()).not.toContain('Disability');
  });

  describe('a private feed', () => {
    const feedOf = async (token: string) => {
      const response = await fetch(`${t.url}/calendars/${token}.ics`);
      return { status: response.status, text: await response.text() };
    };

    it('shows a panel member when they sit and how many they meet, and never whom', async () => {
      const feeds = t.app.get(CalendarFeeds);
      const [one, two, three] = call.applicants;
      const slots = await addTimes(t, call, '2027-05-11', '10:00', 3);
      await book(t, one!, slots[0]!);
      await book(t, two!, slots[1]!);
      await book(t, three!, slots[2]!);
      await addTimes(t, call, '2027-05-12', '10:00', 1);
      await feeds.make(call.ruth, newId());
      const { status, text } = await feedOf((await feeds.tokenFor(call.ruth.personId))!);
      expect(status).toBe(200);
      const upcoming = property(text, 'DTSTART').map((start, index) => [start, property(text, 'SUMMARY')[index], property(text, 'STATUS')[index]]).filter(([start]) => start! >= '20270501');
      expect(upcoming).toEqual([
        ['20270511T090000Z', 'Interview panel: Planning Group', 'CONFIRMED'],
        ['20270512T090000Z', 'Interview panel: Planning Group', 'TENTATIVE'],
      ]);
      expect(property(text, 'DESCRIPTION')).toContain('3 interviews. Sign in to see who comes when.');
      expect(text).not.toContain('Amina');
    });

    it('of a resident has their own interview, with how to join', async () => {
      const feeds = t.app.get(CalendarFeeds);
      const who = call.applicants[0]!;
      await feeds.make(who.actor, newId());
      const { text } = await feedOf((await feeds.tokenFor(who.actor.personId))!);
      expect(property(text, 'SUMMARY')).toEqual(['Interview: Planning Group']);
      expect(property(text, 'DTSTART')).toEqual(['20270511T090000Z']);
    });

    it('names no adjustment, though the applicant has several', async () => {
      const who = call.applicants[3]!;
      const needs = ['bsl-interpreter', 'extra-time', 'large-print', 'taxi'].map((code) => ({ code, ownWords: null }));
      await t.app.get(Database).transaction((tx) => t.app.get(AdjustmentsService).saveNeeds(tx, who.actor, who.actor.personId, needs));
      const [slotId] = await addTimes(t, call, '2027-08-10', '10:00', 1, { length: 120 });
      const bookingId = await book(t, who, slotId!);
      const { rows: kinds } = await t.owner.query<{ name: string; code: string }>(`select name, code from adjustment_kind`);
      await t.app.get(CalendarFeeds).make(who.actor, newId());
      const own = await feedOf((await t.app.get(CalendarFeeds).tokenFor(who.actor.personId))!);
      const panel = await feedOf((await t.app.get(CalendarFeeds).tokenFor(call.ruth.personId))!);
      const file = (await t.app.get(CalendarFiles).one((await t.app.get(InterviewCalendar).entry(bookingId))!)).content;
      const all = [own.text, panel.text, file].map((text) => text.replace(/LOCATION:.*/g, '').toLowerCase()).join('\n');
      for (const { name, code } of kinds) {
        expect(all).not.toContain(name.toLowerCase());
        expect(all).not.toContain(code);
      }
      expect(all).not.toContain('disab');
    });

    it('can be made new and stopped, and is found by nobody who only has the database', async () => {
      const feeds = t.app.get(CalendarFeeds);
      const first = (await feeds.tokenFor(call.ruth.personId))!;
      const id = newId();
      await feeds.make(call.ruth, id);
      await feeds.make(call.ruth, id);
      const second = (await feeds.tokenFor(call.ruth.personId))!;
      expect(second).not.toBe(first);
      expect(second).toMatch(/^[\w-]{43}$/);
      expect([(await feedOf(first)).status, (await feedOf(second)).status, (await feedOf(newId())).status]).toEqual([404, 200, 404]);
      const { rows } = await t.owner.query<{ row: string }>(`select f::text as row from calendar_feed f`);
      expect(rows.map(({ row }) => row).join()).not.toContain(second);
      await feeds.stop(call.ruth);
      expect([(await feedOf(second)).status, await feeds.tokenFor(call.ruth.personId)]).toEqual([404, null]);
      const shown = await pageFor(t, call.ruth, '/my/calendar');
      expect(shown.text).toContain('Make my address');
    });
  });

  it('of an application that ends take the interview out', async () => {
    const who = call.applicants[1]!;
    await t.app.get(ApplicationsService).withdraw(who.actor, who.applicationId);
    expect(await t.app.get(InterviewCalendar).ofPerson(who.actor.personId)).toEqual([]);
  });
});
