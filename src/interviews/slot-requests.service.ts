import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless, RuleViolation } from '../platform/errors.js';
import { EventBus } from '../platform/event-bus.js';
import { newId } from '../platform/ids.js';
import { Booking } from './booking.entity.js';
import { BookingLocks } from './booking-locks.js';
import { canAnswer, canChoose } from './interview.rules.js';

interface LockedRequest {
  applicationId: string;
  callId: string;
  personId: string;
  answeredAt: Date | null;
  newTimes: number;
}

/** "None of these work for me" is an answer too. */
@Injectable()
export class SlotRequestsService {
  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly locks: BookingLocks,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Asks for other times. While a request is open, a second one only changes its note. Throws `RuleViolation`. */
  async noneSuit(actor: Actor, applicationId: string, note: string | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const application = await this.locks.application(tx, actor, applicationId);
      refuseUnless(canChoose(application));
      if (application.roundId && await tx.existsBy(Booking, { applicationId, roundId: application.roundId, state: 'live' })) {
        throw new RuleViolation('You have an interview time already. If it does not work any more, give it back first.');
      }
      const requestId = newId();
      const [made] = await tx.query<{ id: string; isNew: boolean }[]>(
        `insert into slot_request (id, application_id, note, asked_at) values ($1, $2, $3, $4)
         on conflict (application_id) where answered_at is null do update set note = coalesce(excluded.note, slot_request.note)
         returning id, id = $1 as "isNew"`,
        [requestId, applicationId, note, this.clock.now()],
      );
      await this.audit.record(tx, actor, 'interview.none-suit', { type: 'application', id: applicationId }, { requestId: made!.id });
      if (!made!.isNew) return;
      const { callId, personId } = application;
      await this.bus.emit(tx, 'interview.none-suit', { requestId, applicationId, callId, personId });
    });
  }

  /** There are other times now: tells the person who asked. Throws `RuleViolation` while there are none. */
  async answer(actor: Actor, requestId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [request] = await tx.query<LockedRequest[]>(
        `select q.application_id as "applicationId", a.call_id as "callId", a.person_id as "personId", q.answered_at as "answeredAt", (
           select count(*) from slot s join occasion o on o.id = s.occasion_id
           where s.round_id = (select r.round_id from application_round r where r.application_id = a.id) and s.created_at >= q.asked_at and s.removed_at is null and o.starts_at > $2
           and not exists (select from booking b where b.slot_id = s.id and b.state = 'live'))::int as "newTimes"
         from slot_request q join application a on a.id = q.application_id where q.id = $1 for update of q`,
        [requestId, this.clock.now()],
      );
      if (!request) throw new NotFound();
      refuseUnless(canAnswer(request));
      await tx.query(`update slot_request set answered_at = $2 where id = $1`, [requestId, this.clock.now()]);
      await this.audit.record(tx, actor, 'interview.more-times', { type: 'application', id: request.applicationId }, { requestId });
      const { applicationId, callId, personId } = request;
      await this.bus.emit(tx, 'interview.more-times', { requestId, applicationId, callId, personId });
    });
  }
}
