import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';

/** An interpreter kept free for a call's interviews: a half-day, or part of one. */
export interface HeldInterpreter {
  /** The hold's. */
  id: string;
  resourceId: string;
  name: string;
  skills: string[];
  startsAt: Date;
  endsAt: Date;
}

const HELD = {
  name: 'interpreters-held-for',
  text: `select h.id, h.resource_id as "resourceId", r.name, r.skills, lower(h.during) as "startsAt", upper(h.during) as "endsAt"
         from reservation h join resource r on r.id = h.resource_id
         where h.holder_id = $1 and h.occasion_id is null and h.released_at is null and r.kind = 'interpreter'
         order by lower(h.during), r.name, h.id`,
};

/** Interpreters and when they can come. */
@Injectable()
export class InterpretersQueries {
  constructor(private readonly database: Database) {}

  /** Held for a call (or a group), whoever has taken a part of the time meanwhile. */
  async heldFor(holderId: string): Promise<HeldInterpreter[]> {
    return this.database.rows<HeldInterpreter>(HELD, [holderId]);
  }
}
