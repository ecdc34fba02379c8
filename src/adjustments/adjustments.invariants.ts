import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class AdjustmentsInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'Nobody is booked for what is not needed any more',
        sql: `select b.id from supplier_booking b join arrangement a on a.id = b.arrangement_id
              where b.released_at is null and a.state in ('withdrawn', 'declined')`,
      },
      {
        name: 'No interpreter is held for a call that was cancelled',
        sql: `select r.id from reservation r join call c on c.id = r.holder_id
              where r.occasion_id is null and r.released_at is null and c.state = 'cancelled'`,
      },
      {
        name: 'Nothing is reserved for what was cancelled',
        sql: `select r.id from reservation r join occasion o on o.id = r.occasion_id where r.released_at is null and o.cancelled_at is not null`,
      },
      {
        name: 'What was not there is nobody’s not coming',
        sql: `select t.occasion_id as id from attendance t where t.state = 'absent' and not_their_absence(t.occasion_id, t.person_id)`,
      },
    );
  }
}
