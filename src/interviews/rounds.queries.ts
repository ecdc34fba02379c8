import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { OccasionFormat } from '../diary/diary.rules.js';

/** Minutes; days in London. */
export interface RoundDetail {
  id: string;
  callId: string;
  number: number;
  name: string;
  fromOn: string;
  toOn: string;
  formats: OccasionFormat[];
  baseMinutes: number;
  breakMinutes: number;
  panelLeast: number;
  panelMost: number;
  /** Ids of the rooms it may use; none means any. */
  rooms: string[];
  version: number;
}

const ROUND = `
  select r.id, r.call_id as "callId", r.number, r.name, r.from_on::text as "fromOn", r.to_on::text as "toOn", r.formats,
    r.base_minutes as "baseMinutes", r.break_minutes as "breakMinutes", r.panel_least as "panelLeast", r.panel_most as "panelMost",
    array(select x.room_id from round_room x where x.round_id = r.id order by 1) as rooms, r.version
  from interview_round r`;

const ONE = { name: 'interview-round', text: `${ROUND} where r.id = $1` };
const OF_CALL = { name: 'interview-rounds-of-call', text: `${ROUND} where r.call_id = $1 order by r.number` };

@Injectable()
export class RoundsQueries {
  constructor(private readonly database: Database) {}

  async round(id: string): Promise<RoundDetail | null> {
    return this.database.row<RoundDetail>(ONE, [id]);
  }

  async ofCall(callId: string): Promise<RoundDetail[]> {
    return this.database.rows<RoundDetail>(OF_CALL, [callId]);
  }
}
