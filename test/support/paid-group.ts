import { BudgetsService } from '../../src/budgets/budgets.service.js';
import { GroupsService } from '../../src/groups/groups.service.js';
import { MeetingsService } from '../../src/groups/meetings.service.js';
import { BankDetailsService } from '../../src/payments/bank-details.service.js';
import { ClaimsService } from '../../src/payments/claims.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import type { Role } from '../../src/platform/permissions.js';
import { actorFor, type TestApp } from './app.js';

/** A group that meets and is paid, with everybody who has a part in it. */
export interface PaidGroup {
  id: string;
  slug: string;
  budgetLineId: string;
  /** Strategic leads who share one job. */
  dana: Actor;
  sam: Actor;
  /** Members, paid £20 an hour. */
  amina: Actor;
  tom: Actor;
  bola: Actor;
  farah: Actor;
  gwen: Actor;
}

/** A group with two members and this much money. */
export async function startPaidGroup(t: TestApp, allocationPence = 4_000_000): Promise<PaidGroup> {
  const people = t.app.get(PeopleService);
  const budgets = t.app.get(BudgetsService);
  const groups = t.app.get(GroupsService);
  return t.app.get(Database).transaction(async (tx) => {
    const jobShare = await people.createJobShare(tx, 'Strategic lead');
    const join = async (name: string, role?: Role, jobShareId: string | null = null) => {
      const id = await people.create(tx, { name });
      await people.addContact(tx, id, { kind: 'email', value: `${id}@home.example` });
      if (role) await people.giveRole(tx, id, role, '2026-01-01', jobShareId);
      return actorFor(id, ...(role ? [role] : []));
    };
    const id = newId();
    const slug = `group-${id}`;
    const budgetLineId = await budgets.createLine(tx, null, {
      name: 'Co-production', financialYear: '2026/27', funder: 'Adult social care', costCode: 'CP100', allocationPence,
    });
    await groups.create(tx, null, {
      id, slug, name: 'Disability Forum Planning Group', shortName: 'DFPG', purpose: 'Advises on planning applications.',
      meets: 'About once a month', budgetLineId, seats: [{ kind: 'disabled_resident', places: 2 }, { kind: 'officer', places: 1 }],
    });
    const everybody = {
      dana: await join('Dana Reid', 'strategic_lead', jobShare), sam: await join('Sam Cole', 'strategic_lead', jobShare),
      amina: await join('Amina Yusuf'), tom: await join('Tom Price'),
      bola: await join('Bola Ade', 'budget_holder'), farah: await join('Farah Khan', 'finance_officer'), gwen: await join('Gwen Hall', 'finance_officer'),
    };
    for (const { personId } of [everybody.amina, everybody.tom]) {
      await groups.addMember(tx, null, { groupId: id, personId, seatKind: 'disabled_resident', rate: { pence: 2000, unit: 'hour' } });
    }
    return { id, slug, budgetLineId, ...everybody };
  });
}

/** A meeting tomorrow by video, 10am for this long, in minutes. Answers its id. */
export async function planTomorrow(t: TestApp, group: PaidGroup, minutes = 180): Promise<string> {
  const id = newId();
  const ends = `${String(10 + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const day = new Date(t.clock.now().getTime() + 86_400_000).toISOString().slice(0, 10);
  // Whatever they need, everybody has said yes to tomorrow.
  const { rows } = await t.owner.query<{ id: string }>(`select person_id as id from membership where group_id = $1 and to_on is null`, [group.id]);
  const override = { reason: 'It has to be tomorrow', spokeOn: t.clock.today(), agreed: rows.map(({ id }) => id) };
  await t.app.get(MeetingsService).planMeeting(group.dana, {
    id, groupId: group.id, day, starts: '10:00', ends, format: 'video', roomId: null, joiningDetails: null, about: 'Plans for a library',
  }, override);
  return id;
}

/** Plans a meeting, lets a day pass, and records that somebody took part for some minutes. Answers the claim's id. */
export async function attend(t: TestApp, group: PaidGroup, member: Actor, minutes: number): Promise<string> {
  const occasionId = await planTomorrow(t, group);
  t.clock.forward({ days: 1, hours: 8 });
  await t.app.get(MeetingsService).recordAttendance(group.dana, occasionId, member.personId, minutes);
  const { rows } = await t.owner.query<{ id: string }>(`select id from claim where occasion_id = $1 and person_id = $2`, [occasionId, member.personId]);
  return rows[0]!.id;
}

/** The same, accepted and approved. */
export async function attendAndApprove(t: TestApp, group: PaidGroup, member: Actor, minutes: number): Promise<string> {
  const claimId = await attend(t, group, member, minutes);
  await t.app.get(ClaimsService).answer(member, claimId, true);
  await t.app.get(ClaimsService).approve(group.bola, claimId);
  return claimId;
}

export async function giveBankDetails(t: TestApp, member: Actor, accountNumber = '00123454'): Promise<void> {
  await t.app.get(BankDetailsService).save(member, { id: newId(), accountName: 'A Yusuf', sortCode: '010203', accountNumber });
}
