import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import type { HelpingChannel, SupporterScope } from './helping.rules.js';

export interface OwnSupporter {
  id: string;
  name: string;
  scope: SupporterScope[];
  fromOn: string;
  endsOn: string;
  consentChannel: HelpingChannel;
  /** The member of staff who wrote it down, when it was not the person themselves. */
  recordedBy: string | null;
}

export interface HelpedPerson {
  /** Of the consent. */
  id: string;
  personId: string;
  name: string | null;
  scope: SupporterScope[];
  endsOn: string;
}

const LIVE = `s.ended_at is null and s.from_on <= $2 and s.ends_on >= $2`;

const OF_PERSON = {
  name: 'supporters-of-person',
  text: `select s.id, s.name, s.scope, s.from_on::text as "fromOn", s.ends_on::text as "endsOn", s.consent_channel as "consentChannel",
           case when s.consent_recorded_by <> s.person_id then w.name end as "recordedBy"
         from supporter s join person w on w.id = s.consent_recorded_by where s.person_id = $1 and ${LIVE} order by s.consented_at`,
};

const HELPED_BY = {
  name: 'supporters-helped-by',
  text: `select s.id, s.person_id as "personId", p.name, s.scope, s.ends_on::text as "endsOn"
         from supporter s join person p on p.id = s.person_id where s.supporter_id = $1 and ${LIVE} order by p.name, s.id`,
};

const COPIES = {
  name: 'supporters-copies-for',
  text: `select s.supporter_id as id from supporter s where s.person_id = $1 and ${LIVE} and 'messages' = any(s.scope) order by s.id`,
};

@Injectable()
export class SupportersQueries {
  constructor(private readonly database: Database, private readonly clock: Clock) {}

  async ofPerson(personId: string): Promise<OwnSupporter[]> {
    return this.database.rows<OwnSupporter>(OF_PERSON, [personId, this.clock.today()]);
  }

  async helpedBy(supporterId: string): Promise<HelpedPerson[]> {
    return this.database.rows<HelpedPerson>(HELPED_BY, [supporterId, this.clock.today()]);
  }

  /** Who gets a copy of somebody's messages today. */
  async copiesFor(personId: string): Promise<string[]> {
    return (await this.database.rows<{ id: string }>(COPIES, [personId, this.clock.today()])).map(({ id }) => id);
  }
}
