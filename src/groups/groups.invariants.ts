import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class GroupsInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'A meeting that is cancelled has no money set aside',
        sql: `select c.id from commitment c join occasion o on o.id = c.occasion_id where c.state = 'open' and o.cancelled_at is not null`,
      },
      {
        name: 'An occasion that is cancelled reserves nobody and no room',
        sql: `select r.id from reservation r join occasion o on o.id = r.occasion_id where o.cancelled_at is not null and r.released_at is null`,
      },
    );
  }
}
