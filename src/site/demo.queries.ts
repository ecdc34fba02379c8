import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';

export interface DemoResident {
  name: string;
  addresses: string[];
}

const RESIDENTS = {
  name: 'demo-residents',
  text: `select p.name, array_agg(c.value order by c.preferred desc, c.created_at) as addresses
         from person p join contact_point c on c.person_id = p.id
           and c.verified_at is not null and c.removed_at is null and c.kind in ('email', 'phone')
         where p.name is not null and p.merged_into is null and not exists (
           select from role_assignment r where r.person_id = p.id and r.from_on <= $1 and (r.to_on is null or r.to_on >= $1))
         group by p.id, p.name order by p.name limit 100`,
};

@Injectable()
export class DemoQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** People without a role who have told us their name, and where their codes go. */
  async residents(): Promise<DemoResident[]> {
    return this.database.rows<DemoResident>(RESIDENTS, [this.clock.today()]);
  }
}
