import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BudgetQueries } from '../../src/budgets/budgets.queries.js';
import { GroupQueries } from '../../src/groups/groups.queries.js';
import { GroupsService } from '../../src/groups/groups.service.js';
import { MeetingQueries } from '../../src/groups/meetings.queries.js';
import { MeetingsService, type NewMeeting } from '../../src/groups/meetings.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { EventBus } from '../../src/platform/event-bus.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { planTomorrow, startPaidGroup, type PaidGroup } from '../support/paid-group.js';

describe('groups', () => {
  let t: TestApp;
  let group: PaidGroup;
  let meetings: MeetingsService;
  let database: Database;
  beforeAll(async () => {
    t = await startTestApp();
    meetings = t.app.get(MeetingsService);
    database = t.app.get(Database);
  });
  beforeEach(async () => { group = await startPaidGroup(t, 20_000); });
  afterAll(() => t.close());

  const newPerson = () => database.transaction((tx) => t.app.get(PeopleService).create(tx, { name: 'Sunita Rao' }));
  const accept = async (personId: string, seatKind = 'officer') => {
    const { applicationId, callId } = await apply(personId);
    await database.transaction((tx) => t.app.get(EventBus).emit(tx, 'offer.accepted', {
      applicationId, callId, groupId: group.id, personId, seatKind, ratePence: 2000, rateUnit: 'hour',
    }));
  };
  const apply = async (personId: string) => {
    const [applicationId, callId] = [newId(), newId()];
    await t.owner.query(
      `insert into call (id, slug, group_id, state, title, short_name, reference_prefix, summary, what_you_would_do, who_we_are_looking_for,
         time_commitment, rate_pence, rate_unit, opens_at, closes_at, interviews_from, interviews_to, first_meeting_on, created_at)
       values ($1::uuid, $1::text, $2, 'draft', 'Join us', 'DFPG', 'DFPG', '', '', '', '', 2000, 'hour',
         '2026-11-01Z', '2026-11-10Z', '2026-11-12', '2026-11-13', '2026-11-20', '2026-11-01Z')`, [callId, group.id]);
    await t.owner.query(
      `insert into application (id, reference, call_id, person_id, state, channel, created_at)
       values ($1::uuid, $1::text, $2, $3, 'draft', 'web', '2026-11-01Z')`, [applicationId, callId, personId]);
    return { applicationId, callId };
  };
  const balance = async () => (await t.app.get(BudgetQueries).lines()).find(({ id }) => id === group.budgetLineId)!;
  const held = async () => (await t.app.get(GroupQueries).seats(group.id)).map(({ kindName, number, personName, rate }) => [kindName, number, personName, rate]);
  const meeting = (changes: Partial<NewMeeting> = {}): NewMeeting => ({
    id: newId(), groupId: group.id, day: '2027-03-10', starts: '14:00', ends: '16:00', format: 'video', roomId: null,
    joiningDetails: null, about: 'Plans for a library', ...changes,
  });
  const wordsOf = async (template: string, occasionId: string) =>
    t.app.get(MessageCatalogue).get(template).words({ occasionId } as never, { personId: group.amina.personId });

  describe('accepting an offer', () => {
    it('takes a free seat of its kind at the rate that was offered', async () => {
      await accept(await newPerson());
      expect(await held()).toEqual([
        ['Disabled resident', 1, 'Amina Yusuf', '£20 an hour'], ['Disabled resident', 2, 'Tom Price', '£20 an hour'],
        ['Council officer', 1, 'Sunita Rao', '£20 an hour'],
      ]);
    });

    it('is refused when none is free, and leaves nothing behind', async () => {
      const personId = await newPerson();
      await expect(accept(personId, 'disabled_resident')).rejects.toThrow('No seat for this is free in the group: Disabled resident');
      const { rows } = await t.owner.query(`select count(*)::int as n from outbox where payload->>'personId' = $1`, [personId]);
      expect(rows).toEqual([{ n: 0 }]);
    });

    it('gives one seat to one of two people who accept at once', async () => {
      const outcomes = await Promise.allSettled([accept(await newPerson()), accept(await newPerson())]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('expects a new member at meetings that were planned before, with the money for it', async () => {
      const occasionId = await planTomorrow(t, group, 60);
      const personId = await newPerson();
      await accept(personId);
      expect((await t.app.get(MeetingQueries).attendance(occasionId)).map(({ name, state }) => [name, state])).toEqual([
        ['Amina Yusuf', 'expected'], ['Sunita Rao', 'expected'], ['Tom Price', 'expected'],
      ]);
      expect((await balance()).committedPence).toBe(6000);
    });

    it('is not stopped by a meeting the budget can’t pay for any more', async () => {
      const occasionId = await planTomorrow(t, group, 240);
      const personId = await newPerson();
      await accept(personId);
      expect((await t.app.get(MeetingQueries).attendance(occasionId)).map(({ name }) => name)).toEqual(['Amina Yusuf', 'Tom Price']);
    });
  });

  describe('planning a meeting', () => {
    it('expects every member, sets their money aside, and tells them', async () => {
      const plan = meeting();
      await meetings.planMeeting(group.dana, plan);
      expect(await balance()).toMatchObject({ committedPence: 8000, leftPence: 12_000 });
      expect(await t.app.get(MeetingQueries).one(group.id, plan.id)).toMatchObject({
        startsAt: new Date('2027-03-10T14:00Z'), endsAt: new Date('2027-03-10T16:00Z'), formatName: 'By video', expected: 2, recorded: 0, overlaps: 0,
      });
      const { rows } = await t.owner.query(`select payload from outbox where event = 'meeting.planned' and payload->>'groupId' = $1`, [group.id]);
      expect(rows).toEqual([{ payload: {
        occasionId: plan.id, groupId: group.id, day: '2027-03-10', personIds: [group.amina.personId, group.tom.personId],
      } }]);
      expect(await wordsOf('meeting-planned', plan.id)).toEqual({
        subject: 'DFPG meets on Wednesday 10 March 2027, 2pm',
        paragraphs: [
          'The next meeting of DFPG is on Wednesday 10 March 2027, 2pm to 4pm.', 'By video.',
          'If you can’t come, or what you need has changed, call or text us.',
        ],
        text: 'DFPG meets on Wednesday 10 March 2027, 2pm to 4pm. By video.',
        link: { words: 'See your groups', path: '/my/groups' },
        calendar: {
          uid: `meeting-${plan.id}`, sequence: 0, startsAt: new Date('2027-03-10T14:00Z'), endsAt: new Date('2027-03-10T16:00Z'),
          summary: 'Meeting: DFPG', location: 'By video', description: null, path: '/my/groups', state: 'planned',
        },
      });
    });

    it('happens once, however often the button is pressed', async () => {
      const plan = meeting();
      await Promise.all([meetings.planMeeting(group.dana, plan), meetings.planMeeting(group.dana, plan)]);
      await meetings.planMeeting(group.dana, plan);
      expect((await balance()).committedPence).toBe(8000);
    });

    it('is refused before the work when the budget is short, and says by how much', async () => {
      const plan = meeting({ starts: '10:00', ends: '16:00' });
      await expect(meetings.planMeeting(group.dana, plan)).rejects.toThrow('The budget is £40 short');
      expect(await t.app.get(MeetingQueries).one(group.id, plan.id)).toBeNull();
    });

    it('is refused at a time that does not exist or a room that is taken', async () => {
      await expect(meetings.planMeeting(group.dana, meeting({ day: '2027-03-28', starts: '01:30', ends: '03:00' })))
        .rejects.toThrow('1:30am on Sunday 28 March 2027 does not exist, because the clocks go forward. Try 2:30am');
      const roomId = newId();
      await t.owner.query(`insert into resource (id, kind, name) values ($1, 'room', 'Town Hall, room 3')`, [roomId]);
      await meetings.planMeeting(group.dana, meeting({ format: 'in_person', roomId, ends: '15:00' }));
      await expect(meetings.planMeeting(group.dana, meeting({ format: 'in_person', roomId, ends: '14:30' }))).rejects.toThrow('That room is taken at that time.');
    });

    it('flags members who are somewhere else, and lets them be', async () => {
      await meetings.planMeeting(group.dana, meeting({ ends: '15:00' }));
      const second = meeting({ starts: '14:30', ends: '15:00' });
      await meetings.planMeeting(group.dana, second);
      expect((await t.app.get(MeetingQueries).one(group.id, second.id))!.overlaps).toBe(2);
    });
  });

  it('gives the money back when a meeting is cancelled, and tells members', async () => {
    const plan = meeting();
    await meetings.planMeeting(group.dana, plan);
    await meetings.cancelMeeting(group.sam, group.id, plan.id);
    await meetings.cancelMeeting(group.sam, group.id, plan.id);
    expect(await balance()).toMatchObject({ committedPence: 0, leftPence: 20_000 });
    const { rows } = await t.owner.query(`select count(*)::int as n from outbox where event = 'meeting.cancelled' and payload->>'groupId' = $1`, [group.id]);
    expect(rows).toEqual([{ n: 1 }]);
    expect(await t.app.get(MessageCatalogue).get('meeting-planned').holds!({ occasionId: plan.id } as never)).toBe(false);
    expect((await wordsOf('meeting-cancelled', plan.id)).subject).toBe('The DFPG meeting on Wednesday 10 March 2027, 2pm is cancelled');
  });

  describe('recording who came', () => {
    it('waits for the start, drafts a claim for who came, and gives back the money of who did not', async () => {
      const occasionId = await planTomorrow(t, group);
      await expect(meetings.recordAttendance(group.dana, occasionId, group.amina.personId, 130)).rejects.toThrow('It has not started yet');
      t.clock.forward({ days: 1, hours: 2 });
      await meetings.recordAttendance(group.dana, occasionId, group.amina.personId, 130);
      await meetings.recordAttendance(group.dana, occasionId, group.amina.personId, 130);
      await meetings.recordAttendance(group.dana, occasionId, group.tom.personId, null);
      expect(await balance()).toMatchObject({ committedPence: 6000, leftPence: 14_000 });
      const { rows } = await t.owner.query(`select fee_pence::int as fee, minutes, state from claim where occasion_id = $1`, [occasionId]);
      expect(rows).toEqual([{ fee: 4500, minutes: 130, state: 'drafted' }]);
      await expect(meetings.recordAttendance(group.dana, occasionId, group.amina.personId, 60)).rejects.toThrow('This was recorded already');
    });

    it('is not for the one who is paid, nor for their job-share partner', async () => {
      await database.transaction((tx) => t.app.get(GroupsService).addMember(tx, null, {
        groupId: group.id, personId: group.sam.personId, seatKind: 'officer', rate: { pence: 2000, unit: 'hour' },
      }));
      const occasionId = await planTomorrow(t, group, 120);
      t.clock.forward({ days: 1 });
      for (const lead of [group.sam, group.dana]) {
        await expect(meetings.recordAttendance(lead, occasionId, group.sam.personId, 120)).rejects.toThrow('You can’t record this yourself');
      }
    });
  });

  describe('pages', () => {
    const get = async (actor: Actor, path: string) => {
      const token = await t.app.get(SignInService).openFor(actor.personId);
      const response = await fetch(`${t.url}${path}`, { headers: { cookie: `alongside=${token}` } });
      return { status: response.status, text: await response.text() };
    };

    it('are for those whose role has them', async () => {
      const occasionId = await planTomorrow(t, group, 60);
      for (const path of ['', `/${group.slug}`, `/${group.slug}/meetings/new`, `/${group.slug}/meetings/${occasionId}`, `/${group.slug}/meetings/${occasionId}/cancellation`]) {
        expect([path, (await get(group.dana, `/staff/groups${path}`)).status]).toEqual([path, 200]);
        expect([path, (await get(group.amina, `/staff/groups${path}`)).status]).toEqual([path, 403]);
      }
      expect((await get(group.farah, `/staff/groups/${group.slug}/meetings/new`)).status).toBe(403);
      expect((await get(group.dana, `/staff/groups/none`)).status).toBe(404);
    });

    it('show a member their own groups and meetings, and nobody else’s', async () => {
      await meetings.planMeeting(group.dana, meeting());
      const mine = await get(group.amina, '/my/groups');
      expect(mine.text).toContain('Wednesday 10 March 2027, 2pm to 4pm');
      expect(mine.text).not.toContain('Tom Price');
      expect((await get(group.farah, '/my/groups')).text).toContain('You are not in a group yet.');
    });
  });
});
