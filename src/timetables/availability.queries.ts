import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { Answer, Half } from './half-day.rules.js';

export interface OpenRound {
  roundId: string;
  name: string;
  title: string;
  shortName: string;
  fromOn: string;
  toOn: string;
  /** Whether this person has said which half-days work. */
  answered: boolean;
}

export interface AskedApplication {
  applicationId: string;
  personId: string;
  name: string | null;
  roundId: string;
  shortName: string;
  state: string;
  toldShortlisted: boolean;
}

/** Rounds with days to come, of calls that are published. */
const ROUNDS = {
  name: 'availability-rounds',
  text: `select r.id as "roundId", r.name, c.title, c.short_name as "shortName", r.from_on::text as "fromOn", r.to_on::text as "toOn",
           exists (select from availability v where v.round_id = r.id and v.member_id = $1) as answered
         from interview_round r join call c on c.id = r.call_id where c.state = 'published' and r.to_on > $2 order by r.from_on, c.title, r.number`,
};

const APPLICATION = {
  name: 'availability-application',
  text: `select a.id as "applicationId", a.person_id as "personId", p.name, x.round_id as "roundId", c.short_name as "shortName", a.state, exists (
           select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted') as "toldShortlisted"
         from application a join application_round x on x.application_id = a.id join person p on p.id = a.person_id join call c on c.id = a.call_id
         where a.id = $1`,
};

const SAID = {
  name: 'availability-said',
  text: `select on_day::text as day, half, answer from availability where round_id = $1 and (application_id = $2 or member_id = $3) order by on_day, half desc`,
};

const LIMIT = { name: 'availability-limit', text: `select most from panel_limit where round_id = $1 and member_id = $2` };

const WHO_SAID = {
  name: 'availability-who-said',
  text: `select count(distinct application_id)::int as applicants, array(
           select distinct member_id from availability v where v.round_id = $1 and v.member_id is not null order by 1) as members
         from availability where round_id = $1`,
};

@Injectable()
export class AvailabilityQueries {
  constructor(private readonly database: Database) {}

  async rounds(memberId: string, today: string): Promise<OpenRound[]> {
    return this.database.rows<OpenRound>(ROUNDS, [memberId, today]);
  }

  async application(applicationId: string): Promise<AskedApplication | null> {
    return this.database.row<AskedApplication>(APPLICATION, [applicationId]);
  }

  async said(roundId: string, who: { applicationId?: string; memberId?: string }): Promise<{ day: string; half: Half; answer: Answer }[]> {
    return this.database.rows(SAID, [roundId, who.applicationId ?? null, who.memberId ?? null]);
  }

  async limit(roundId: string, memberId: string): Promise<number | null> {
    return (await this.database.row<{ most: number }>(LIMIT, [roundId, memberId]))?.most ?? null;
  }

  async whoSaid(roundId: string): Promise<{ applicants: number; members: string[] }> {
    return (await this.database.row(WHO_SAID, [roundId]))!;
  }
}
