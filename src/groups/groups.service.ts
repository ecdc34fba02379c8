import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import type { Rate } from '../shared/money.js';
import { seatTitle, type SeatKind } from '../shared/seats.js';
import { Group } from './group.entity.js';
import { MeetingsService } from './meetings.service.js';
import { Membership } from './membership.entity.js';
import { Seat } from './seat.entity.js';

export interface NewGroup {
  id: string;
  slug: string;
  name: string;
  /** Neutral; at most 18 characters. */
  shortName: string;
  purpose: string;
  /** How often and where, in words. */
  meets: string;
  budgetLineId: string | null;
  seats: readonly { kind: SeatKind; places: number }[];
}

export interface NewMember {
  groupId: string;
  personId: string;
  seatKind: SeatKind;
  /** Frozen from now on; null for a seat that is not paid. */
  rate: Rate | null;
  position?: string | null;
  applicationId?: string | null;
}

/** Groups and who sits in them. Every command runs in its caller's transaction. */
@Injectable()
export class GroupsService {
  constructor(
    private readonly meetings: MeetingsService,
    private readonly bus: EventBus,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async create(tx: EntityManager, actor: Actor | null, group: NewGroup): Promise<void> {
    const { seats, ...columns } = group;
    await tx.insert(Group, { ...columns, createdAt: this.clock.now() });
    for (const { kind, places } of seats) {
      for (let number = 1; number <= places; number += 1) {
        await tx.insert(Seat, { id: newId(), groupId: group.id, kind, number });
      }
    }
    await this.audit.record(tx, actor, 'group.created', { type: 'group', id: group.id });
  }

  /** Takes a free seat of a kind, from today. Answers the membership's id. Throws `RuleViolation` when none is free. */
  async addMember(tx: EntityManager, actor: Actor | null, member: NewMember): Promise<string> {
    const group = await tx.findOne(Group, { where: { id: member.groupId }, lock: { mode: 'pessimistic_write' } });
    if (!group) throw new NotFound();
    if (await tx.existsBy(Membership, { groupId: group.id, personId: member.personId, toOn: IsNull() })) {
      throw new RuleViolation('This person is a member of the group already');
    }
    const membership = {
      id: newId(), groupId: group.id, seatId: await this.freeSeat(tx, group.id, member.seatKind), personId: member.personId,
      applicationId: member.applicationId ?? null, position: member.position ?? null,
      ratePence: member.rate?.pence ?? null, rateUnit: member.rate?.unit ?? null,
      fromOn: this.clock.today(), toOn: null,
    };
    await tx.insert(Membership, membership);
    await this.audit.record(tx, actor, 'membership.started', { type: 'membership', id: membership.id },
      { groupId: group.id, seatKind: member.seatKind });
    await this.meetings.inviteToPlanned(tx, actor, group, membership);
    await this.bus.emit(tx, 'membership.started', { membershipId: membership.id, groupId: group.id, personId: member.personId });
    return membership.id;
  }

  private async freeSeat(tx: EntityManager, groupId: string, kind: SeatKind): Promise<string> {
    const [seat] = await tx.query<{ id: string }[]>(
      `select s.id from seat s
       where s.group_id = $1 and s.kind = $2
         and not exists (select from membership m where m.seat_id = s.id and m.to_on is null)
       order by s.number limit 1`,
      [groupId, kind],
    );
    if (!seat) throw new RuleViolation(`No seat for this is free in the group: ${seatTitle(kind)}`);
    return seat.id;
  }
}
