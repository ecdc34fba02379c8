import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsQueries } from '../../src/applications/applications.queries.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { CallsQueries } from '../../src/calls/calls.queries.js';
import { PowerQueries } from '../../src/calls/power.queries.js';
import { ChasingQueries } from '../../src/choosing/chasing.queries.js';
import { ChasingService } from '../../src/choosing/chasing.service.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { CompositionQueries } from '../../src/choosing/composition.queries.js';
import { TalentPoolQueries } from '../../src/choosing/talent-pool.queries.js';
import { TalentPoolService } from '../../src/choosing/talent-pool.service.js';
import { OffersService } from '../../src/choosing/offers.service.js';
import { InterviewsQueries } from '../../src/interviews/interviews.queries.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, panelOf, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';

describe('after a decision', () => {
  let t: TestApp;
  let call: OpenCall;
  let choosing: ChoosingService;
  let chasing: ChasingService;
  beforeAll(async () => {
    t = await startTestApp();
    call = await openCall(t);
    [choosing, chasing] = [t.app.get(ChoosingService), t.app.get(ChasingService)];
  });
  afterAll(() => t.close());

  async function applied(needs: string[] = []): Promise<{ who: Applicant; id: string }> {
    const who = await applicant(t);
    const id = await writeApplication(t, call, who, { needs: needs.map((code) => ({ code, ownWords: null })) });
    await t.app.get(ApplicationsService).submit(who.actor, id);
    await t.work();
    return { who, id };
  }

  async function told(id: string, outcome: 'shortlisted' | 'offered' | 'not_selected', more: object = {}): Promise<void> {
    await choosing.decide(call.dana, id, {
      outcome, reason: 'A reason.', coDecidedBy: call.ruth.personId, ...(outcome === 'offered' && { seatKind: 'disabled_resident' }), ...more,
    });
    await choosing.tell(call.dana, id);
    await t.work();
  }

  async function offered() {
    const one = await applied();
    await told(one.id, 'shortlisted');
    await told(one.id, 'offered');
    return one;
  }

  const stateOf = async (id: string) => (await t.owner.query<{ state: string }>(`select state from application where id = $1`, [id])).rows[0]!.state;
  const subjects = async (address: string) => {
    await t.work();
    return (await t.owner.query<{ subject: string }>(`select subject from demo_mailbox where address = $1 order by position`, [address])).rows.map(({ subject }) => subject);
  };
  const tried = (spoke: 'yes' | 'no', channel: 'phone' | 'post' = 'phone') => ({ id: newId(), channel, spoke, whatHappened: 'We talked about it.' });

  it('an offer lapses only after somebody spoke with the person or wrote a letter, in the service and in the database', async () => {
    const { who, id } = await offered();
    const byHand = () => t.asApplication.query(`update application set state = 'lapsed' where id = $1`, [id]);
    await expect(chasing.lapse(call.dana, id)).rejects.toThrow('An offer never ends by itself');
    await chasing.recordContact(call.dana, id, tried('no'));
    await expect(chasing.lapse(call.dana, id)).rejects.toThrow('An offer never ends by itself');
    await expect(byHand()).rejects.toMatchObject({ constraint: 'application_lapse_after_contact' });
    await chasing.recordContact(call.dana, id, tried('yes'));
    await chasing.lapse(call.dana, id);
    await chasing.lapse(call.dana, id);
    expect(await stateOf(id)).toBe('lapsed');
    expect((await subjects(who.email)).at(-1)).toBe('The place we offered you');
    await expect(t.asApplication.query(`update contact_attempt set spoke = false`)).rejects.toThrow('permission denied');
  });

  it('leads are reminded of an offer after three and seven days, until somebody tries, and nothing is declined', async () => {
    const { who, id } = await offered();
    const due = async () => (await t.app.get(ChasingQueries).due()).filter((one) => one.id === id).map(({ tryNext }) => tryNext);
    expect(await due()).toEqual([]);
    t.clock.forward({ days: 3 });
    expect(await due()).toEqual(['Call them']);
    await chasing.recordContact(call.dana, id, tried('no'));
    expect(await due()).toEqual([]);
    t.clock.forward({ days: 4 });
    expect(await due()).toEqual(['Write them a letter']);
    t.clock.forward({ days: 60 });
    expect(await stateOf(id)).toBe('offered');
    await t.app.get(OffersService).accept(who.actor, id);
    expect(await due()).toEqual([]);
    t.clock.moveTo('2026-11-23T10:00:00Z');
  });

  it('withdrawing with an interview booked cancels it, frees the time, ends what is arranged and tells both leads', async () => {
    const partner = await t.app.get(Database).transaction(async (tx) => {
      const people = t.app.get(PeopleService);
      const id = await people.create(tx, { name: 'Marcus Osei' });
      await people.addContact(tx, id, { kind: 'email', value: 'marcus@council.example' });
      await people.giveRole(tx, id, 'strategic_lead', '2026-01-01');
      return id;
    });
    expect(partner).toBeTruthy();
    const [first, other] = [await applied(['bsl-interpreter']), await applied()];
    for (const { id } of [first, other]) await told(id, 'shortlisted');
    const slotId = newId();
    await t.app.get(SlotsService).create(call.dana, call.id, {
      id: slotId, day: '2027-01-12', startTime: '10:00', length: 70, count: 1, gap: 0, format: 'video', joiningDetails: 'A link.',
      panel: await panelOf(t, call),
    });
    await t.app.get(InterviewsService).book(first.who.actor, slotId, first.id);
    const slots = async () => (await t.app.get(InterviewsQueries).slotsToChoose(other.id)).map((slot) => slot.slotId);
    expect(await slots()).toEqual([]);
    await t.app.get(ApplicationsService).withdraw(first.who.actor, first.id);
    // Before anything of the outbox is handled: all of it is one transaction.
    expect(await slots()).toEqual([slotId]);
    const { rows } = await t.owner.query(
      `select b.state as booking, r.state as arrangement, p.ended_at is not null as ended,
         (select count(*)::int from reservation v join resource s on s.id = v.resource_id
          where v.released_at is null and s.person_id = a.person_id) as "heldTimes"
       from application a join booking b on b.application_id = a.id join arrangement r on r.person_id = a.person_id
       join participation p on p.person_id = a.person_id where a.id = $1`, [first.id]);
    expect(rows).toEqual([{ booking: 'cancelled', arrangement: 'withdrawn', ended: true, heldTimes: 0 }]);
    const off = 'An interview is off: Planning Group, Tuesday 12 January 2027';
    expect(await subjects('marcus@council.example')).toEqual(expect.arrayContaining([off]));
    expect(await subjects(`${call.dana.personId}@home.example`)).toEqual(expect.arrayContaining([off]));
    // What was said of the interview before is not said again.
    expect((await subjects(first.who.email)).filter((subject) => subject.startsWith('Your interview:'))).toEqual([]);
  });

  it('not this time comes with what may suit somebody next', async () => {
    const { who, id } = await applied();
    await told(id, 'not_selected', { nextCallId: call.id, nextWords: 'Try the Access Group.' });
    const status = (await t.app.get(ApplicationsQueries).status(id, who.actor.personId))!;
    expect([status.nextCallSlug, status.nextWords]).toEqual([call.slug, 'Try the Access Group.']);
  });

  it('the page of a call says who decided with whom, or why not, once people were told', async () => {
    const power = () => t.app.get(PowerQueries).sentences(call.id);
    const { id } = await applied();
    await choosing.decide(call.dana, id, { outcome: 'shortlisted', reason: 'Yes.', noCoDeciderReason: 'All were ill.' });
    expect(await power()).not.toContain('In part it was decided without a Disabled resident. Why: All were ill.');
    await choosing.toldByPerson(call.dana, id);
    expect(await power()).toEqual([
      'The shortlist was decided by Dana Reid from the council with Ruth Adeyemi, a Disabled resident.',
      'In part it was decided without a Disabled resident. Why: All were ill.',
      'The offers were decided by Dana Reid from the council with Ruth Adeyemi, a Disabled resident.',
    ]);
    expect((await t.app.get(CallsQueries).detail(call.id))!.version).toBeGreaterThan(0);
  });

  it('counts seats for the composition, and who is new', async () => {
    const [seats] = await t.app.get(CompositionQueries).seats(call.id);
    expect(seats).toMatchObject({ kind: 'disabled_resident', places: 5, accepted: 1, offered: 0 });
    const { shortlisted, first } = await t.app.get(CompositionQueries).firstTimers(call.id);
    expect(first).toBe(shortlisted);
  });

  describe('who wants to hear of other groups', () => {
    const pool = () => t.app.get(TalentPoolService);
    const listed = async () => (await t.app.get(TalentPoolQueries).list()).map(({ interests }) => interests);

    it('is in the pool by consent, hears of a call once, and leaves at any time', async () => {
      const who = await applicant(t, 'Joan Fletcher');
      const id = newId();
      await pool().join(who.actor, id, 'Housing');
      await pool().join(who.actor, newId(), 'Housing and parks');
      expect(await listed()).toEqual(['Housing and parks']);
      for (let twice = 0; twice < 2; twice += 1) await pool().invite(call.dana, id, call.id, newId());
      expect(await subjects(who.email)).toEqual(['Planning Group: would you like to take part?']);
      await pool().leave(who.actor);
      expect(await listed()).toEqual([]);
      await expect(pool().invite(call.dana, id, call.id, newId())).rejects.toThrow('could not find');
      expect((await t.owner.query(`select from talent_pool where interests is not null`)).rowCount).toBe(0);
    });

    it('is asked once, a month before the end, and is out of it after', async () => {
      const who = await applicant(t, 'Tom Price');
      await pool().join(who.actor, newId(), null);
      expect((await t.app.get(TalentPoolQueries).own(who.actor.personId))!.expiresOn).toBe('2027-11-23');
      t.clock.moveTo('2027-10-20T10:00:00Z');
      await pool().warn();
      expect(await subjects(who.email)).toEqual([]);
      t.clock.moveTo('2027-10-25T10:00:00Z');
      for (let twice = 0; twice < 2; twice += 1) await pool().warn();
      expect(await subjects(who.email)).toEqual(['Shall we still tell you about other groups?']);
      t.clock.moveTo('2027-11-23T10:00:00Z');
      expect(await t.app.get(TalentPoolQueries).own(who.actor.personId)).toBeNull();
      expect(await listed()).toEqual([]);
    });
  });
});
