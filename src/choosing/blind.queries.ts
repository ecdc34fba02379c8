import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { Forbidden } from '../platform/errors.js';

const HIDDEN = {
  name: 'blind-calls-hidden-from',
  text: `select p.call_id as id from review_phase p join reviewer w on w.phase_id = p.id and w.removed_at is null
         where w.person_id = $1 and p.state = 'open' and p.blind`,
};

/** Whose names somebody may not see now. */
@Injectable()
export class BlindQueries {
  constructor(private readonly database: Database) {}

  /** The calls this person scores without names at present: elsewhere too, they see references instead of people. */
  async callsHiddenFrom(personId: string): Promise<string[]> {
    return (await this.database.rows<{ id: string }>(HIDDEN, [personId])).map(({ id }) => id);
  }

  /** Throws `Forbidden` on a page of names, for whoever scores that call without them. */
  async refuseNames(personId: string, callId: string): Promise<void> {
    if ((await this.callsHiddenFrom(personId)).includes(callId)) {
      throw new Forbidden('You score this call without names, so this page is closed to you until the review is. If it can’t wait, ask somebody who does not score it.');
    }
  }
}
