import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { ApplicationsQueries } from '../../src/applications/applications.queries.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { GroupsService } from '../../src/groups/groups.service.js';
import { MeetingsService } from '../../src/groups/meetings.service.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import type { DecisionDto } from '../../src/choosing/choosing.dto.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, panelOf, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';

/** Between what is decided and what somebody has been told, nothing they see or do may give it away. */
describe('a decision that nobody was told of', () => {
  let t: TestApp;
  let call: OpenCall;
  let applications: ApplicationsService;
  let choosing: ChoosingService;
  beforeAll(async () => {
    t = await startTestApp();
    call = await openCall(t);
    applications = t.app.get(ApplicationsService);
    choosing = t.app.get(ChoosingService);
  });
  afterAll(() => t.close());

  async function applied(name: string): Promise<{ who: Applicant; id: string }> {
    const who = await applicant(t, name);
    const id = await writeApplication(t, call, who, { needs: [{ code: 'extra-time', ownWords: null }] });
    await applications.submit(who.actor, id);
    await t.work();
    return { who, id };
  }

  const decide = (id: string, outcome: DecisionDto['outcome']) =>
    choosing.decide(call.dana, id, { outcome, reason: 'A reason.', coDecidedBy: call.ruth.personId });

  const states = async (id: string) => {
    const { rows } = await t.owner.query<{ application: string; decisions: string[] }>(
      `select a.state as application, array(select d.state || ' ' || d.outcome from decision d where d.application_id = a.id order by d.decided_at) as decisions
       from application a where a.id = $1`, [id]);
    return rows[0];
  };

  const subjects = async (address: string) => {
    await t.work();
    return (await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = $1 order by position`, [address])).rows
      .map(({ subject }) => subject.replace(/\(.*\)/, '(…)'));
  };

  it('stands in nobody’s way who withdraws, and is never told then', async () => {
    const { who, id } = await applied('Amina Yusuf');
    await decide(id, 'not_selected');
    await choosing.tell(call.dana, id);
    const status = (await t.app.get(ApplicationsQueries).status(id, who.actor.personId))!;
    expect(status.outcome).toBeNull();

    await applications.withdraw(who.actor, id);
    expect(await states(id)).toEqual({ application: 'withdrawn', decisions: ['undone not_selected'] });
    expect(await subjects(who.email)).toEqual(['We have your application (…)', 'Your application is withdrawn (…)']);
  });

  it('leads to no arrangements for somebody who has gone', async () => {
    const { who, id } = await applied('George Ellis');
    await decide(id, 'shortlisted');
    await choosing.tell(call.dana, id);
    await applications.withdraw(who.actor, id);
    await t.work();
    const { rows } = await t.owner.query(
      `select a.state, p.ended_at is null as "takesPart" from arrangement a join participation p on p.person_id = a.person_id where a.person_id = $1`,
      [who.actor.personId]);
    expect(rows).toEqual([{ state: 'withdrawn', takesPart: false }]);
  });

  it('shows the link to withdraw until it is told, and not afterwards', async () => {
    const { who, id } = await applied('Mary Okafor');
    const cookie = `alongside=${await t.app.get(SignInService).openFor(who.actor.personId)}`;
    const page = async () => {
      const html = await (await fetch(`${t.url}/my/applications/${id}`, { headers: { cookie } })).text();
      return html.slice(html.indexOf('<main'));
    };
    const before = await page();
    await decide(id, 'not_selected');
    expect(await page()).toBe(before);
    await choosing.tell(call.dana, id);
    await t.work();
    expect(await page()).not.toContain('Withdraw your application');
    await expect(applications.withdraw(who.actor, id)).rejects.toThrow('This application has ended already');
  });

  it('frees an interview to come once it is told', async () => {
    const { who, id } = await applied('Tom Price');
    await decide(id, 'shortlisted');
    await choosing.tell(call.dana, id);
    await t.work();
    const slotId = newId();
    await t.app.get(SlotsService).create(call.dana, call.id, {
      id: slotId, day: '2027-01-12', startTime: '10:00', length: 70, count: 1, gap: 0, format: 'video', joiningDetails: 'A link.',
      panel: await panelOf(t, call),
    });
    await t.app.get(InterviewsService).book(who.actor, slotId, id);
    const seen = async () => {
      const response = await fetch(`${t.url}/api/v1/applications/${id}`, { headers: { authorization: `Bearer ${who.token}` } });
      return (await response.json() as { status: string }).status;
    };
    expect(await seen()).toBe('Interview booked');
    await decide(id, 'not_selected');
    expect(await seen()).toBe('Interview booked');
    const live = async () => (await t.owner.query(`select from booking where application_id = $1 and state = 'live'`, [id])).rowCount;
    expect(await live()).toBe(1);
    await choosing.tell(call.dana, id);
    await t.work();
    expect(await live()).toBe(0);
    expect(await subjects(who.email)).toEqual([
      'We have your application (…)', 'Please choose your interview time (…)', 'One short question for you',
      'Your interview: Planning Group, Tuesday 12 January 2027', 'About your application (…)',
    ]);
  });

  it('is undone to the shortlist when the interview was given back meanwhile', async () => {
    const { who, id } = await applied('Joan Fletcher');
    await decide(id, 'shortlisted');
    await choosing.tell(call.dana, id);
    await t.work();
    const slotId = newId();
    await t.app.get(SlotsService).create(call.dana, call.id, {
      id: slotId, day: '2027-01-13', startTime: '10:00', length: 70, count: 1, gap: 0, format: 'video', joiningDetails: 'A link.',
      panel: await panelOf(t, call),
    });
    const bookingId = await t.app.get(InterviewsService).book(who.actor, slotId, id);
    await decide(id, 'not_selected');
    await t.app.get(InterviewsService).cancel(who.actor, bookingId);
    await choosing.undo(call.dana, id);
    expect((await t.owner.query(`select state from application where id = $1`, [id])).rows).toEqual([{ state: 'shortlisted' }]);
  });

  it('arranges what a new member needs for the meetings planned before', async () => {
    const member = await applicant(t, 'Sunita Rao');
    const database = t.app.get(Database);
    await database.transaction((tx) => t.app.get(AdjustmentsService).saveNeeds(tx, member.actor, member.actor.personId, [{ code: 'breaks', ownWords: null }]));
    const { rows: [group] } = await t.owner.query<{ id: string }>(`select group_id as id from call where id = $1`, [call.id]);
    const occasionId = newId();
    await t.app.get(MeetingsService).planMeeting(call.dana, {
      id: occasionId, groupId: group!.id, day: '2027-02-01', starts: '10:00', ends: '12:00', format: 'video', roomId: null, joiningDetails: null, about: 'Beginning',
    });
    await database.transaction((tx) => t.app.get(GroupsService).addMember(tx, null, {
      groupId: group!.id, personId: member.actor.personId, seatKind: 'disabled_resident', rate: null,
    }));
    const { rows } = await t.owner.query(`select kind_code as code, state, occasion_id as "occasionId" from arrangement where person_id = $1`, [member.actor.personId]);
    expect(rows).toEqual([{ code: 'breaks', state: 'asked', occasionId }]);
  });
});
