import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';

export interface Room {
  id: string;
  name: string;
  details: string | null;
}

const ROOMS = { name: 'diary-rooms', text: `select id, name, details from resource where kind = 'room' order by name` };

/** People of an occasion who are somewhere else at the same time, softly or firmly. */
const OVERLAPS = {
  name: 'diary-overlaps',
  text: `select distinct p.id, p.name from reservation mine
         join reservation other on other.resource_id = mine.resource_id and other.occasion_id <> mine.occasion_id
           and other.during && mine.during and other.released_at is null
         join resource r on r.id = mine.resource_id join person p on p.id = r.person_id
         where mine.occasion_id = $1 and mine.released_at is null order by p.name`,
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
}
