import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { RoomFeature } from './diary.rules.js';

export interface Room {
  id: string;
  name: string;
  details: string | null;
  features: RoomFeature[];
}

const ROOMS = { name: 'diary-rooms', text: `select id, name, details, features from resource where kind = 'room' order by name` };

/** People of an occasion who are somewhere else at the same time, softly or firmly. */
const OVERLAPS = {
  name: 'diary-overlaps',
  text: `select distinct p.id, p.name from reservation mine
         join reservation other on other.resource_id = mine.resource_id and other.occasion_id <> mine.occasion_id
           and other.during && mine.during and other.released_at is null
         join resource r on r.id = mine.resource_id join person p on p.id = r.person_id
         where mine.occasion_id = $1 and mine.released_at is null order by p.name`,
};

/** Held by that holder for all of a time, and in no occasion then; preferring nobody. */
const HELD_AND_FREE = {
  name: 'diary-held-and-free',
  text: `select h.resource_id as "resourceId", r.skills from reservation h join resource r on r.id = h.resource_id
         where h.holder_id = $1 and h.occasion_id is null and h.released_at is null and h.during @> tstzrange($2, $3)
           and not exists (select from reservation other where other.resource_id = h.resource_id and other.occasion_id is not null
             and other.firm and other.released_at is null and other.during && tstzrange($2, $3)
             and other.occasion_id is distinct from $4::uuid)
         order by r.name`,
};

@Injectable()
export class DiaryQueries {
  constructor(private readonly database: Database) {}

  async rooms(): Promise<Room[]> {
    return this.database.rows<Room>(ROOMS);
  }

  async overlaps(occasionId: string): Promise<{ id: string; name: string }[]> {
    return this.database.rows(OVERLAPS, [occasionId]);
  }

  /** Of those held, who is free then; what `occasionId` has taken itself counts as free. */
  async heldAndFree(holderId: string, startsAt: Date, endsAt: Date, occasionId: string | null = null): Promise<{ resourceId: string; skills: string[] }[]> {
    return this.database.rows(HELD_AND_FREE, [holderId, startsAt, endsAt, occasionId]);
  }
}
