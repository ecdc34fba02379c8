import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { formatDay } from '../shared/dates.js';
import { channelNames, staffChannels } from '../people/helping.rules.js';
import { actionWords } from './audit-words.rules.js';

export interface Helping {
  personId: string;
  supporterId: string;
  person: string | null;
  name: string;
}

const BETWEEN = {
  name: 'helped-between',
  text: `select s.person_id as "personId", s.supporter_id as "supporterId", p.name as person, s.name
         from supporter s join person p on p.id = s.person_id where s.id = $1 and $2 in (s.person_id, s.supporter_id)`,
};

/** Each person and way once, with the last day: what was written down for an applicant. */
const ENTERED = {
  name: 'helped-entered',
  text: `select coalesce(p.name, 'somebody') as name, e.channel, max((e.at at time zone 'Europe/London')::date)::text as day
         from audit_entry e join person p on p.id = e.actor_id
         where e.subject_id = $1 and e.on_behalf_of_id is not null and e.action like 'application.%'
         group by p.id, p.name, e.channel order by max(e.at)`,
};

const DONE = {
  name: 'helped-done',
  text: `select e.at, e.action from audit_entry e
         where e.on_behalf_of_id = $1 and e.actor_id = $2 and e.channel = 'web' and e.action !~ '^(arrangements?|access-needs)[.]'
         order by e.at desc, e.sequence desc limit 100`,
};

/** What others did for somebody, read from the record of who did what. */
@Injectable()
export class HelpedQueries {
  constructor(private readonly database: Database) {}

  /** A consent, for one of the two it is between. */
  async between(id: string, personId: string): Promise<Helping | null> {
    return this.database.row<Helping>(BETWEEN, [id, personId]);
  }

  /** "Entered with you by Dana Whitfield, by phone, on Monday 23 November 2026." */
  async entered(applicationId: string): Promise<string[]> {
    const rows = await this.database.rows<{ name: string; channel: string; day: string }>(ENTERED, [applicationId]);
    return rows.map(({ name, channel, day }) => {
      const how = staffChannels.find((one) => one === channel);
      return how ? `Entered with you by ${name}, ${channelNames[how]}, on ${formatDay(day)}.` : `${name} helped you with this, on ${formatDay(day)}.`;
    });
  }

  async done(personId: string, supporterId: string): Promise<{ at: Date; words: string }[]> {
    const rows = await this.database.rows<{ at: Date; action: string }>(DONE, [personId, supporterId]);
    return rows.map(({ at, action }) => ({ at, words: actionWords(action) }));
  }
}
