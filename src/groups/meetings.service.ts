import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { DateGuard, type DateOverride } from '../adjustments/date-guard.service.js';
import { BudgetsService } from '../budgets/budgets.service.js';
import { Attendance } from '../diary/attendance.entity.js';
import type { OccasionFormat } from '../diary/diary.rules.js';
import { DiaryService } from '../diary/diary.service.js';
import { Occasion } from '../diary/occasion.entity.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { londonDay, londonInstant } from '../shared/dates.js';
import { fee } from '../shared/money.js';
import { Group } from './group.entity.js';
import { canCancel, canMove, canRecordFor, keepsItsMoney, wholeMinutes } from './group.rules.js';
import { Meeting } from './meeting.entity.js';
import { Membership } from './membership.entity.js';

export interface NewMeeting {
  /** The occasion's; pressing twice makes one meeting. */
  id: string;
  groupId: string;
  day: string;
  /** London times, "14:00". */
  starts: string;
  ends: string;
  format: OccasionFormat;
  roomId: string | null;
  joiningDetails: string | null;
  about: string;
}

/** Where and when it is from now on. */
export type MovedMeeting = Pick<NewMeeting, 'day' | 'starts' | 'ends' | 'format' | 'roomId' | 'joiningDetails'>;

type Paid = Pick<Membership, 'personId' | 'ratePence' | 'rateUnit'>;

/** Meetings of a group: planned with the money for them, cancelled, and who came. */
@Injectable()
export class MeetingsService {
  constructor(
    private readonly database: Database,
    private readonly diary: DiaryService,
    private readonly budgets: BudgetsService,
    private readonly guard: DateGuard,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Reserves the room, the members softly, and the money to pay them. Throws `RuleViolation` for an impossible
   * time or when the budget is short, `TooSoonRefused` when it leaves a member too little time, `Conflict` when the room is taken.
   */
  async planMeeting(actor: Actor, meeting: NewMeeting, override: DateOverride | null = null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const group = await this.lockGroup(tx, meeting.groupId);
      if (await this.plannedBy(tx, actor, meeting)) return;
      const startsAt = instantOf(meeting.day, meeting.starts);
      const endsAt = instantOf(meeting.day, meeting.ends);
      const { id, format, roomId, joiningDetails, about } = meeting;
      await this.diary.plan(tx, actor, { id, kind: 'meeting', startsAt, endsAt, format, roomId, joiningDetails, holderId: group.id });
      await tx.insert(Meeting, { occasionId: id, groupId: group.id, about });
      const members = await tx.find(Membership, { where: { groupId: group.id, toOn: IsNull() }, order: { id: 'ASC' } });
      const minutes = wholeMinutes(startsAt, endsAt);
      const personIds = members.map(({ personId }) => personId);
      await this.guard.require(tx, actor, { personIds, startsAt, endsAt, holderId: group.id, occasionId: id }, override);
      await this.requireMoney(tx, group, members, minutes);
      for (const member of members) await this.invite(tx, actor, group, id, member, minutes);
      await this.audit.record(tx, actor, 'meeting.planned', { type: 'occasion', id }, { groupId: group.id, members: members.length });
      await this.bus.emit(tx, 'meeting.planned', {
        occasionId: id, groupId: group.id, day: meeting.day, personIds,
      });
    });
  }

  /** A new member is expected at the meetings planned before, as far as there is money for it. */
  async inviteToPlanned(tx: EntityManager, actor: Actor | null, group: Group, member: Paid): Promise<void> {
    const planned = await tx.query<{ id: string; startsAt: Date; endsAt: Date }[]>(
      `select o.id, o.starts_at as "startsAt", o.ends_at as "endsAt" from meeting m join occasion o on o.id = m.occasion_id
       where m.group_id = $1 and o.cancelled_at is null and o.starts_at > $2 order by o.starts_at`,
      [group.id, this.clock.now()],
    );
    for (const { id, startsAt, endsAt } of planned) {
      const minutes = wholeMinutes(startsAt, endsAt);
      try {
        await this.requireMoney(tx, group, [member], minutes);
      } catch (error) {
        if (!(error instanceof RuleViolation)) throw error;
        await this.audit.record(tx, actor, 'meeting.member-left-out', { type: 'occasion', id }, { personId: member.personId });
        continue;
      }
      await this.invite(tx, actor, group, id, member, minutes);
      await this.bus.emit(tx, 'meeting.joined', { occasionId: id, groupId: group.id, personId: member.personId, day: londonDay(startsAt) });
    }
  }

  /** Frees everybody, the room and the money. Throws `RuleViolation` once it has started. */
  async cancelMeeting(actor: Actor, groupId: string, occasionId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.lockGroup(tx, groupId);
      const occasion = await this.occasionOf(tx, groupId, occasionId);
      if (occasion.cancelledAt) return;
      refuseUnless(canCancel(occasion, this.clock.now()));
      await this.diary.cancel(tx, actor, occasionId);
      const expected = await tx.find(Attendance, { where: { occasionId }, order: { personId: 'ASC' } });
      for (const { personId } of expected) await this.budgets.release(tx, actor, personId, occasionId);
      await this.bus.emit(tx, 'meeting.cancelled', { occasionId, groupId, personIds: expected.map(({ personId }) => personId) });
    });
  }

  /** `minutes` is how long a member took part; null when they did not come. Throws `RuleViolation`, `NotFound`. */
  async recordAttendance(actor: Actor, occasionId: string, personId: string, minutes: number | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const meeting = await tx.findOneBy(Meeting, { occasionId });
      if (!meeting) throw new NotFound();
      const occasion = await this.occasionOf(tx, meeting.groupId, occasionId);
      if (await tx.existsBy(Attendance, { occasionId, personId, minutes: minutes ?? IsNull(), recordedBy: actor.personId })) return;
      const day = londonDay(occasion.startsAt);
      const { ratePence, rateUnit } = await this.membershipOn(tx, meeting.groupId, personId, day);
      await this.requireOther(tx, actor.personId, personId, ratePence !== null);
      await this.diary.recordAttendance(tx, actor, occasionId, personId, minutes);
      if (minutes === null) {
        await this.budgets.release(tx, actor, personId, occasionId);
      } else {
        await this.bus.emit(tx, 'attendance.recorded', {
          occasionId, groupId: meeting.groupId, personId, day, minutes, recordedBy: actor.personId,
          ratePence: ratePence ?? 0, rateUnit: rateUnit ?? 'hour',
        });
      }
    });
  }

  /**
   * Another time, room or way for the same meeting: members are told of both times. The money set aside stays, so it can't become longer
   * where members are paid. Throws as `planMeeting` does; `RuleViolation` once it has started.
   */
  async moveMeeting(actor: Actor, groupId: string, occasionId: string, to: MovedMeeting, override: DateOverride | null = null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const group = await this.lockGroup(tx, groupId);
      const occasion = await this.occasionOf(tx, groupId, occasionId);
      refuseUnless(canMove(occasion, this.clock.now()));
      const { format, roomId, joiningDetails } = to;
      const startsAt = instantOf(to.day, to.starts);
      const endsAt = instantOf(to.day, to.ends);
      const sameTime = occasion.startsAt.getTime() === startsAt.getTime() && occasion.endsAt.getTime() === endsAt.getTime();
      if (sameTime && occasion.format === format && occasion.roomId === roomId && occasion.joiningDetails === joiningDetails) return;
      const personIds = (await tx.find(Attendance, { where: { occasionId }, order: { personId: 'ASC' } })).map(({ personId }) => personId);
      if (!sameTime) {
        refuseUnless(keepsItsMoney(wholeMinutes(occasion.startsAt, occasion.endsAt), wholeMinutes(startsAt, endsAt), await this.hasMoneySetAside(tx, occasionId)));
        await this.guard.require(tx, actor, { personIds, startsAt, endsAt, holderId: group.id, occasionId }, override);
      }
      await this.diary.move(tx, actor, occasionId, { startsAt, endsAt, format, roomId, joiningDetails });
      await this.audit.record(tx, actor, 'meeting.moved', { type: 'occasion', id: occasionId }, { groupId });
      const from = { startsAt: occasion.startsAt.toISOString(), endsAt: occasion.endsAt.toISOString() };
      await this.bus.emit(tx, 'meeting.moved', { occasionId, groupId, day: to.day, personIds, from, startsAt: startsAt.toISOString() });
    });
  }

  private async hasMoneySetAside(tx: EntityManager, occasionId: string): Promise<boolean> {
    return (await tx.query<unknown[]>(`select 1 from commitment where occasion_id = $1 and state = 'open' limit 1`, [occasionId])).length > 0;
  }

  /** Whoever plans or joins waits for whoever came first. */
  private async lockGroup(tx: EntityManager, groupId: string): Promise<Group> {
    const group = await tx.findOne(Group, { where: { id: groupId }, lock: { mode: 'pessimistic_write' } });
    if (!group) throw new NotFound();
    return group;
  }

  /** The same form sent twice by the same person. */
  private async plannedBy(tx: EntityManager, actor: Actor, meeting: NewMeeting): Promise<boolean> {
    const found = await tx.query<unknown[]>(
      `select 1 from meeting m join audit_entry e on e.subject_id = m.occasion_id and e.action = 'meeting.planned'
       where m.occasion_id = $1 and m.group_id = $2 and e.actor_id = $3`,
      [meeting.id, meeting.groupId, actor.personId],
    );
    return found.length > 0;
  }

  private async requireMoney(tx: EntityManager, group: Group, members: readonly Paid[], minutes: number): Promise<void> {
    const pence = members.reduce((total, member) => total + feeOf(member, minutes), 0);
    if (pence === 0) return;
    if (!group.budgetLineId) throw new RuleViolation('This group has no budget yet, so its members can’t be paid. Ask for one first');
    await this.budgets.requireLeft(tx, group.budgetLineId, pence);
  }

  private async invite(
    tx: EntityManager, actor: Actor | null, group: Group, occasionId: string, member: Paid, minutes: number,
  ): Promise<void> {
    await this.diary.reservePerson(tx, occasionId, member.personId, false, 'This person is somewhere else at that time.');
    await this.diary.expect(tx, occasionId, [member.personId]);
    const pence = feeOf(member, minutes);
    if (pence === 0 || !group.budgetLineId) return;
    await this.budgets.commit(tx, actor, { budgetLineId: group.budgetLineId, personId: member.personId, occasionId, pence });
  }

  private async occasionOf(tx: EntityManager, groupId: string, occasionId: string): Promise<Occasion> {
    const occasion = await tx.findOneBy(Occasion, { id: occasionId });
    if (!occasion || !(await tx.existsBy(Meeting, { occasionId, groupId }))) throw new NotFound();
    return occasion;
  }

  private async membershipOn(tx: EntityManager, groupId: string, personId: string, day: string): Promise<Paid> {
    const [membership] = await tx.query<Paid[]>(
      `select person_id as "personId", rate_pence as "ratePence", rate_unit as "rateUnit" from membership
       where group_id = $1 and person_id = $2 and from_on <= $3 and (to_on is null or to_on >= $3)
       order by from_on desc limit 1`,
      [groupId, personId, day],
    );
    if (!membership) throw new NotFound();
    return membership;
  }

  private async requireOther(tx: EntityManager, recorderId: string, memberId: string, isPaid: boolean): Promise<void> {
    const [duty] = await tx.query<{ recorder: string; member: string }[]>(
      `select duty_identity($1) as recorder, duty_identity($2) as member`, [recorderId, memberId],
    );
    refuseUnless(canRecordFor(duty!.recorder, duty!.member, isPaid));
  }
}

/** In pence, for the planned time; nothing for a seat that is not paid. */
function feeOf({ ratePence, rateUnit }: Paid, minutes: number): number {
  return ratePence !== null && rateUnit !== null ? fee({ pence: ratePence, unit: rateUnit }, minutes) : 0;
}

function instantOf(day: string, time: string): Date {
  const outcome = londonInstant(day, time);
  if (!outcome.ok) throw new RuleViolation(outcome.reason);
  return outcome.instant;
}
