import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { schedulingNeeds, type SchedulingNeeds, type SchedulingRow } from './scheduling.rules.js';

const NEEDS = {
  name: 'scheduling-needs',
  text: `select person_id as "personId", extra_minutes as "extraMinutes", room_feature as feature, format, skill, lead_days as "leadDays", preferred, refused
         from scheduling_needs_of($1, $2)`,
};

/** What timetables may know of what people need, read with the rights of whoever makes them: PostgreSQL refuses the rest, and notes whose it was. */
@Injectable()
export class SchedulingQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** Everybody who was asked for is in it; somebody with nothing has zeros and empty lists. */
  async needsOf(personIds: readonly string[]): Promise<Map<string, SchedulingNeeds>> {
    const ids = [...new Set(personIds)];
    const rows = ids.length === 0 ? [] : await this.database.rowsAs<SchedulingRow & { personId: string }>('scheduler', NEEDS, [ids, this.clock.today()]);
    const byPerson = new Map<string, SchedulingRow[]>();
    for (const { personId, ...row } of rows) byPerson.set(personId, [...byPerson.get(personId) ?? [], row]);
    return new Map(ids.map((id) => [id, schedulingNeeds(id, byPerson.get(id) ?? [])]));
  }
}
